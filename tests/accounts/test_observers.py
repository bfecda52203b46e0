"""Observers and auditors sign in as everybody does, read what is counted, and nothing of a case."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import opened, visible
from grievance.accounts import people
from grievance.accounts.roles import invites
from grievance.crypto.compartments import CaseKeys
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.people import Account, AccountStatus, PartyKind, Role
from grievance.record import chain
from grievance.reports import office_misses
from tests.accounts import two_people
from tests.views.test_routes import client_of, session_of


def observer(cast, name="Odile"):
    people.accept(people.invite(cast["Tomas"], f"{name.lower()}@example.org", name, Role.OBSERVER), PASSWORD)
    return db.session.scalars(select(Account).where(Account.name == name)).one()


def window(app, name):
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = session_of(app, name)
    return client


def test_an_approver_alone_invites_an_observer_who_has_a_key_of_no_case(app, cast):
    assert Role.OBSERVER in invites(Role.APPROVER)
    for name in ("Noor", "Ines", "Victor"):
        with app.test_request_context(), pytest.raises(Refused):
            people.invite(cast[name], "odile@example.org", "Odile", Role.OBSERVER)
    account = observer(cast)
    assert account.status == AccountStatus.ACTIVE and account.party.kind == PartyKind.OBSERVERS
    reference, _code = demonstration.walk_story(cast, None, clock.now() - timedelta(days=30))
    odile = demonstration.signed_in("Odile")
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    assert opened(odile, case) == CaseKeys() and db.session.scalars(visible(odile)).all() == []
    assert chain.verify() == [] and doctor.examine() == []


def test_a_second_observer_waits_until_the_first_has_heard_their_digits(app, cast):
    observer(cast)
    second = observer(cast, "Oleg")
    assert second.status == AccountStatus.WAITING
    assert window(app, "Oleg").get("/observer").status_code == 403
    two_people.admit(demonstration.signed_in("Odile"), second.id)
    assert window(app, "Oleg").get("/observer").status_code == 200


def test_an_observer_invites_nobody_and_sees_no_page_of_any_desk(app, cast):
    observer(cast)
    assert invites(Role.OBSERVER) == ()
    client = window(app, "Odile")
    assert client.get("/observer").status_code == 200
    for rule in app.url_map.iter_rules():
        desk = rule.rule.startswith(("/desk", "/company", "/custodian"))
        if desk and "GET" in rule.methods and not rule.arguments:
            assert client.get(rule.rule).status_code == 403, rule.rule
    for name in ("Noor", "Tomas", "Ines", "Victor"):
        assert client_of(app, name).get("/observer").status_code == 403


def test_the_page_says_what_the_office_missed_by_month_and_no_small_number_by_limit(app, cast):
    observer(cast)
    begun = clock.now() - timedelta(days=120)
    with time_machine.travel(begun, tick=False) as travel:
        for _one in range(6):
            demonstration.file_one(clock.now())
        travel.shift(timedelta(days=60))
        sweep(clock.now())
    found = office_misses.misses(clock.office_today())
    assert found.number == sum(number for _month, number in found.by_month) >= 6
    assert len(found.by_month) == office_misses.MONTHS
    assert all(number is None or number >= office_misses.FEW for _name, number in found.by_limit)
    assert any(number for _name, number in found.by_limit)
    page = window(app, "Odile").get("/observer").text
    assert "acknowledge the complaint" in page and "not shown" in page
    assert all(one not in page for one in db.session.scalars(select(Case.reference)))


@pytest.mark.parametrize(
    ("numbers", "told"),
    [({"a": 9, "b": 0, "c": 3}, {"a": 9, "b": None, "c": None}),
     ({"a": 9, "b": 6, "c": 3}, {"a": 9, "b": None, "c": None}),
     ({"a": 9, "b": 6}, {"a": 9, "b": 6}), ({"a": 2}, {"a": None})],
)  # fmt: skip
def test_a_number_that_would_follow_from_the_others_is_hidden_with_it(numbers, told):
    assert office_misses.shown(numbers) == told


def test_the_month_that_runs_is_not_counted_yet(app, cast):
    months = [month for month, _number in office_misses.misses(date(2026, 3, 15)).by_month]
    assert (months[0], months[-1]) == (date(2026, 2, 1), date(2025, 3, 1))
