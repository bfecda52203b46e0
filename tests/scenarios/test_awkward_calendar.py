"""Awkward days of the calendar and of the machine's clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.deadlines import days, holidays
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, State
from grievance.models.event import Checkpoint, Event
from grievance.models.people import Company
from grievance.record import chain
from grievance.reports.casefile import open_case_file
from tests.scenarios.days import day, events, kinds, letters, limits
from tests.scenarios.pages import codes, company, desk, press
from tests.views.test_routes import client_of, filled

# --- the calendar ------------------------------------------------------------------------------------------


def test_a_holiday_added_on_the_due_day_moves_the_limit_to_the_minute(story):
    story.at("company_acknowledge", "Victor", 6)
    limit = limits(story.case)["L5"]
    due, on = limit.due_at, limit.due_on
    holidays.add(story.tomas, "KE", {on: "A day of mourning"}, due - timedelta(minutes=1))
    assert limit.due_on > on and limit.due_at - due >= timedelta(days=1) and limit.due_at.time() == due.time()
    for at, missed in ((due, None), (limit.due_at - timedelta(minutes=1), None), (limit.due_at, limit.due_at)):
        sweep(at)
        assert limit.missed_at == missed
    assert events(story.case, "escalate") == 1 and doctor.examine() == []


def test_a_holiday_that_is_added_the_minute_after_the_due_day_comes_too_late(story):
    story.at("company_acknowledge", "Victor", 6)
    limit = limits(story.case)["L5"]
    due, on = limit.due_at, limit.due_on
    holidays.add(story.tomas, "KE", {on: "A day of mourning"}, due)
    sweep(due + timedelta(days=3))
    assert limit.missed_at == due and events(story.case, "escalate") == 1


def referred_to(cast, begins, zone, weekend):
    """A case that Larkfield, with this calendar, must acknowledge; referred at `begins`."""
    larkfield = db.session.get_one(Company, int(demonstration.larkfield()))
    larkfield.zone, larkfield.weekend = zone, weekend
    db.session.commit()
    reference, _amina, code = demonstration.file_one(begins)
    demonstration.do("acknowledge", cast["Noor"], reference, begins)
    demonstration.do("refer", cast["Noor"], reference, begins, cast["Tomas"])
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    return reference, code, limits(case)


def case_zone(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one().company.zone


def shown(app, code, reference, on):
    """Whether the complainant, the company and the office all read this due date on their pages."""
    complainant = client_of(app, "Amina")
    complainant.post("/follow", data={"code": code})
    pages = [
        complainant.get("/follow/case").text,
        client_of(app, "Victor").get(f"/company/cases/{reference}").text,
        client_of(app, "Noor").get(f"/desk/cases/{reference}").text,
    ]
    on_it, place = f"{on.day} {on:%B} {on.year}", days.place(case_zone(reference))
    told = [f"by {on_it}", *[f"Due: end of {on:%A} {on_it}, {place}"] * 2]
    return [words in page for words, page in zip(told, pages, strict=True)]


def test_where_friday_and_saturday_are_the_weekend_the_pages_show_a_sunday(app, cast):
    begins = datetime(2027, 3, 5, 9, tzinfo=UTC)  # a Friday: seven days later is a Friday, too
    with time_machine.travel(begins + timedelta(hours=1)):
        reference, code, due = referred_to(cast, begins, "Asia/Riyadh", [4, 5])
        assert due["L4"].due_on == date(2027, 3, 14) and due["L4"].due_on.weekday() == 6
        assert shown(app, code, reference, date(2027, 3, 14)) == [True] * 3


def test_a_limit_that_ends_on_29_february_ends_there_for_everybody(app, cast):
    begins = datetime(2028, 2, 22, 9, tzinfo=UTC)
    with time_machine.travel(begins + timedelta(hours=1)):
        reference, code, due = referred_to(cast, begins, "Africa/Nairobi", [5, 6])
        assert due["L4"].due_on == date(2028, 2, 29)
        assert shown(app, code, reference, date(2028, 2, 29)) == [True] * 3


def test_a_case_that_is_closed_on_29_february_is_kept_for_whole_years(story):
    story.at("escalate", "Noor", 10)
    at = datetime(2028, 2, 29, 9, tzinfo=UTC)
    demonstration.do("close", story.noor, story.reference, at, story.tomas, reason="no_remedy")
    assert story.case.retain_until == date(2031, 2, 28)


@pytest.mark.parametrize(("begins", "ends"), [((2027, 3, 21), (2027, 3, 28, 22)), ((2027, 10, 24), (2027, 10, 31, 23))])
def test_a_last_day_on_which_the_clocks_change_ends_at_midnight_where_it_is_owed(app, cast, begins, ends):
    at = datetime(*begins, 9, tzinfo=UTC)
    with time_machine.travel(at + timedelta(hours=1)):
        reference, code, due = referred_to(cast, at, "Europe/Prague", [3, 4])
        limit, end = due["L4"], datetime(*ends, tzinfo=UTC)
        assert limit.due_at == end and shown(app, code, reference, end.date()) == [True] * 3
        sweep(end - timedelta(seconds=1))
        assert limit.missed_at is None
        sweep(end)
        assert limit.missed_at == end


# --- the machine's clock is set back an hour ---------------------------------------------------------------
#
# An event notes what the clock said; its number in the chain says in which order things happened. So a time may go
# back from one event to the next, and nothing is put in another order or given a time that no clock showed.


def test_a_clock_that_is_set_back_between_two_steps_leaves_the_order_and_a_whole_record(app, today):
    press(client_of(app, "Victor"), company(today, "company_acknowledge"), contact="The site manager", undertakes="yes")
    today.travel.shift(timedelta(hours=-1))
    press(client_of(app, "Noor"), desk(today, "note"), note="An hour earlier, and later.")
    assert kinds(today.case)[-2:] == ["company_acknowledge", "note"]
    happened = list(db.session.scalars(select(Event.happened_at).order_by(Event.id)))
    assert happened[-1] < happened[-2] and (chain.verify(), doctor.examine()) == ([], [])
    page = open_case_file(today.noor, today.case)
    assert [one.kind for one in page.timeline[:2]] == ["note", "company_acknowledge"]


def test_a_clock_that_is_set_back_over_the_end_of_a_limit_misses_it_once(story):
    due = limits(story.case)["L4"].due_at
    for minutes in (0, -60, -30, 0, 30):
        sweep(due + timedelta(minutes=minutes))
    assert events(story.case, "escalate") == 1 and letters(story.case, "company").count("escalated_late") == 1
    assert (chain.verify(), doctor.examine()) == ([], [])


def test_a_step_on_a_clock_that_is_set_back_over_the_end_of_a_limit_does_not_undo_the_breach(story):
    limit = limits(story.case)["L4"]
    due = limit.due_at
    sweep(due)
    demonstration.do("respond", story.victor, story.reference, due - timedelta(minutes=30))
    assert limit.missed_at == due and story.case.state == State.ESCALATED


def test_sessions_outlive_a_clock_that_is_set_back_and_still_end(app, today):
    client = client_of(app, "Noor")
    page = f"/desk/cases/{today.reference}"
    assert client.get(page).status_code == 200
    today.travel.shift(timedelta(hours=-1))
    assert client.get(page).status_code == 200
    today.travel.shift(timedelta(hours=2))
    assert client.get(page).status_code == 303
    today.travel.shift(timedelta(hours=26))
    assert "Set-Cookie" not in client.get("/").headers


def test_a_receipt_that_is_being_shown_survives_a_clock_that_is_set_back(app, cast):
    with time_machine.travel(day(10)) as travel:
        client = app.test_client()
        assert client.post("/complain", data=filled(client)).status_code == 303
        before = client.get("/complain/receipt").text
        travel.shift(timedelta(hours=-1))
        after = client.get("/complain/receipt")
        assert after.status_code == 200 and codes(after.text) == codes(before)


def test_checkpoints_go_on_after_a_clock_that_was_set_back(story):
    """One by an hour in which none would be signed: it is taken for a clock that ran ahead, and signs at once."""
    now = clock.now()
    for minutes in (0, -60, 59, 61):
        sweep(now + timedelta(minutes=minutes))
    assert db.session.scalar(select(func.count()).select_from(Checkpoint)) == 3 and chain.verify() == []
