"""Who works in the office is told of a case that does not fit its record before anybody opens it, and until it fits."""

from dataclasses import replace

import pytest
from lxml import html
from sqlalchemy import select, text

from grievance import clock, demonstration
from grievance.access import CLOCK
from grievance.extensions import db
from grievance.maintenance import unfit_cases
from grievance.models.case import Case
from grievance.models.keys import Setting
from grievance.models.people import Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.outside import from_outside, shut_out
from tests.scenarios.test_unfit import changed
from tests.views.test_routes import client_of

START_PAGES = [("Noor", "/desk"), ("Tomas", "/desk"), ("Tomas", "/desk/admin")]


def named(app, name="Noor", path="/desk"):
    """The cases that the page names as not fitting, with where their links lead."""
    page = html.fromstring(client_of(app, name).get(path).text)
    said = [one for one in page.find_class("summary") if "do not fit the record" in one.text_content()]
    return {link.text: link.get("href") for one in said for link in one.iter("a")}


@pytest.fixture
def two(app, today):
    """Two cases; the first one is changed from outside, and nobody opens it."""
    today.app, today.other = app, demonstration.file_one(clock.now())[0]
    changed(today)
    return today


@pytest.mark.parametrize(("name", "path"), START_PAGES)
def test_the_start_page_names_the_case_and_leads_to_it(two, name, path):
    assert named(two.app, name, path) == {}
    unfit_cases.look_on()
    found = named(two.app, name, path)
    assert list(found) == [two.reference]
    assert "does not fit the record" in client_of(two.app, name).get(found[two.reference]).text


def test_once_it_fits_again_it_is_not_named_any_more(two):
    unfit_cases.look_on()
    changed(two)  # back
    unfit_cases.look_on()
    assert named(two.app) == {}


def test_an_event_that_nobody_signed_is_found_too(app, today):
    with unit_of_work() as session:
        case, now = session.get_one(Case, today.case.id), clock.now()
        case.share_identity = not case.share_identity
        chain.append(case, "change_consent", replace(CLOCK, role=Role.COMPLAINANT), now, now, {"share_account": True})
    unfit_cases.look_on()
    assert list(named(app)) == [today.reference]


def test_what_cannot_be_read_at_all_is_found_and_hides_no_other(two):
    with from_outside() as session:
        of_case = "case_id = (SELECT id FROM cases WHERE reference = :r)"
        session.execute(text(f"UPDATE limits SET frozen = '{{' WHERE {of_case}"), {"r": two.other})
    unfit_cases.look_on()
    db.session.rollback()
    assert unfit_cases.noted(db.session.get(Setting, unfit_cases.BY_WORKER)) == {two.reference, two.other}


def test_who_must_not_see_the_case_does_not_read_of_it(two):
    shut_out(two.case, two.tomas.account_id)
    unfit_cases.look_on()
    assert (named(two.app, "Tomas"), list(named(two.app))) == ({}, [two.reference])


def test_a_round_looks_at_some_and_the_next_goes_on(two, monkeypatch):
    monkeypatch.setattr(unfit_cases, "SLICE", 1)
    demonstration.file_one(clock.now())
    looked = []
    monkeypatch.setattr(unfit_cases, "_unfit", lambda cases: looked.append([row.id for row in cases]) or set())
    for _ in range(6):
        unfit_cases.look_on()
    ids = list(db.session.scalars(select(Case.id)))
    assert sorted(map(tuple, looked)) == sorted((one,) for one in 2 * ids)


def test_what_fits_when_the_step_is_done_is_not_named(two, monkeypatch):
    """Between one statement and the next somebody took a step: with the case locked, all of it is there."""
    judge, seen = unfit_cases._unfit, []

    def at_first_not(cases):
        seen.append(len(cases))
        return {row.reference for row in cases} if len(seen) == 1 else judge(cases)

    monkeypatch.setattr(unfit_cases, "_unfit", at_first_not)
    unfit_cases.look_on()
    assert list(named(two.app)) == [two.reference] and len(seen) == 2


def test_a_fault_of_the_look_does_not_stop_the_clock(two, monkeypatch, caplog):
    monkeypatch.setattr(unfit_cases, "_next", lambda: 1 // 0)
    unfit_cases.look_on()
    assert "cases could not be compared: ZeroDivisionError" in caplog.text


# --- what the commands find at night -----------------------------------------------------------------------


@pytest.mark.parametrize("command", [["doctor"], ["record", "verify"]])
def test_what_a_command_finds_at_night_is_said_at_the_desk_until_it_finds_it_whole(app, today, command):
    def words(step):
        with from_outside() as session:
            session.execute(text("UPDATE writings SET step = :step WHERE step IN ('file', 'note') AND case_id = :case"),
                            {"step": step, "case": today.case.id})  # fmt: skip

    words("note")
    unfit_cases.look_on()
    assert named(app) == {}  # the worker reads no words
    app.test_cli_runner().invoke(args=command)
    unfit_cases.look_on()
    assert list(named(app)) == [today.reference]
    words("file")
    app.test_cli_runner().invoke(args=command)
    assert named(app) == {}


def test_what_does_not_fit_of_the_office_is_said_too(app, today):
    with from_outside() as session:
        session.execute(text("UPDATE companies SET name = name || '.'"))
    app.test_cli_runner().invoke(args=["record", "verify"])
    assert "Hand nothing over and admit nobody" in client_of(app, "Tomas").get("/desk").text
