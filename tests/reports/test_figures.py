"""The figures of the office: each held against what an independent count of the same cases gives."""

import csv
import io
import json
import statistics
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.models.case import Channel
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.limit import Limit
from grievance.reports.figures import Period, Took, figures
from grievance.workflow import steps
from tests.views.test_routes import client_of, token

UNTIL = (None, None, "acknowledge", "refer", "respond", "remedy", "close", "close")


@pytest.fixture
def references(app, cast):
    """Eight complaints of this year, as far along the story as UNTIL says, with a week between them."""
    start = clock.now() - timedelta(days=250)
    return [
        demonstration.walk_story(cast, until, start + timedelta(days=7 * n))[0] for n, until in enumerate(UNTIL)
    ]  # fmt: skip


@pytest.fixture
def year():
    today = clock.office_today()
    return Period(today - timedelta(days=364), today)


def by_hand(references, cast, first, last):
    """Days between two kinds of events, read from each case by itself."""
    found = []
    for reference in references:
        case_id = find_case(cast["Noor"], reference).id
        events = db.session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.seq)).all()
        begun = [one.happened_at for one in events if one.kind == first][:1]
        done = [one.happened_at for one in events if one.kind == last][:1]
        found += [(clock.office_day(b) - clock.office_day(a)).days for a, b in zip(begun, done, strict=False)]
    return found


def test_complaints_are_counted_and_those_that_are_open_and_closed(references, year):
    found = figures(year)
    assert (found.received, found.open_now, found.closed, found.from_registers) == (8, 6, 2, 0)
    assert sum(number for _key, number in found.by["company"]) == 8
    assert sum(number for _key, number in found.by["reason"]) == 2


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("acknowledge", "file", "acknowledge"), ("answer", "refer", "respond"), ("close", "file", "close")],
)
def test_how_long_it_took_is_the_middle_and_nine_tenths_of_the_days_of_each_case(
    references, cast, year, name, first, last
):
    days = sorted(by_hand(references, cast, first, last))
    took = figures(year).took[name]
    assert took.number == len(days) > 0
    assert took.median == statistics.median(days)
    assert sum(day <= took.p90 for day in days) >= 0.9 * len(days)
    assert sum(day < took.p90 for day in days) < 0.9 * len(days)


def test_what_came_late_is_of_what_was_due_and_a_corrected_miss_is_none(references, cast, year):
    steps.bring_up_to_date(cast["Noor"], references[3], clock.now())
    limits = [one for one in db.session.scalars(select(Limit)) if one.met_at or one.missed_at]
    theirs = [one for one in limits if one.owed_by == "company" and year.first <= one.due_on <= year.last]
    late = figures(year).late["company"]
    assert (late.due, late.missed, late.corrected) == (len(theirs), sum(one.missed_at is not None for one in theirs), 0)
    missed = next(one for one in theirs if one.missed_at)
    missed.corrected_at, missed.corrected_on = clock.now(), missed.due_on
    db.session.commit()
    after = figures(year).late["company"]
    assert (after.due, after.missed, after.corrected) == (late.due, late.missed - 1, 1)


def test_remedies_are_counted_by_their_form_and_by_what_became_of_them(references, year):
    (promised,) = figures(year).remedies.values()
    assert (promised.agreed, promised.verified, promised.disputed, promised.waived) == (3, 3, 0, 0)


def test_a_period_has_both_of_its_days_and_no_other(references, cast):
    day = clock.office_day(find_case(cast["Noor"], references[0]).received_at)
    assert figures(Period(day, day)).received == 1
    assert figures(Period(day - timedelta(days=1), day - timedelta(days=1))).received == 0
    assert figures(Period(day + timedelta(days=1), day + timedelta(days=7))).received == 1


def test_old_registers_and_the_case_of_the_drills_are_in_no_figure(references, cast, year):
    old, drill = (find_case(cast["Noor"], one) for one in references[:2])
    old.channel, drill.register_key = Channel.REGISTER, "canary:1"
    db.session.commit()
    found = figures(year)
    assert (found.received, found.from_registers) == (6, 1)
    assert sum(number for _key, number in found.by["channel"]) == 6


def test_one_company_alone_is_asked_for(references, cast, year):
    company = find_case(cast["Noor"], references[0]).company_id
    assert figures(Period(year.first, year.last, company)).received == 8
    assert figures(Period(year.first, year.last, company + 1)).received == 0


def test_of_nothing_there_is_no_median_and_no_share(app, cast):
    nothing = figures(Period(date(2001, 1, 1), date(2001, 12, 31)))
    assert nothing.received == 0 and nothing.took["close"] == Took(0, None, None) and nothing.late == {}


# --- at the page -------------------------------------------------------------------------------------------


def test_the_page_has_each_figure_as_a_table_and_the_file_has_the_same(app, references):
    client = client_of(app, "Noor")
    page = client.get("/desk/figures")
    assert ">Received</th><td>8</td>" in page.text and "6 of 8" in page.text
    answer = client.post("/desk/figures/table.csv", data={"csrf_token": token(page), "year": clock.office_today().year})
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert ["Received", "8", ""] in rows and ["of these still open", "6", "8"] in rows
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_who_took_them_away_is_on_the_offices_record(app, cast, references):
    client = client_of(app, "Noor")
    client.post("/desk/figures/table.csv", data={"csrf_token": token(client.get("/desk/figures")), "quarter": "1"})
    last = db.session.scalars(select(Event).where(Event.chain == OFFICE_CHAIN).order_by(Event.seq.desc())).first()
    facts = json.loads(last.facts)
    assert (last.kind, last.actor_id, facts["what"]) == ("figures_taken", cast["Noor"].account_id, "figures")
    assert (facts["first"][4:], facts["last"][4:]) == ("-01-01", "-03-31")


def test_what_each_officer_has_is_shown_to_the_head_alone_and_is_in_no_file(app, references):
    head, officer = client_of(app, "Tomas"), client_of(app, "Noor")
    page = head.get("/desk/figures")
    assert "Who has what now" in page.text and "Who has what now" not in officer.get("/desk/figures").text
    assert "Who has what now" not in head.post("/desk/figures/table.csv", data={"csrf_token": token(page)}).text


@pytest.mark.parametrize("asked", ["year=9999", "year=0", "year=x", "quarter=5", "company=99999", "company=-1"])
def test_what_cannot_be_asked_for_shows_this_year_of_all(app, references, asked):
    page = client_of(app, "Noor").get(f"/desk/figures?{asked}")
    assert page.status_code == 200 and ">Received</th><td>8</td>" in page.text


def test_no_reference_and_no_word_of_a_complaint_is_in_the_figures(app, references):
    page = client_of(app, "Tomas").get("/desk/figures").text
    assert not any(one in page for one in references) and demonstration.ACCOUNT[:30] not in page
