"""Of when she acted, events and rows hold the day; the order of what happened in a case stays as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.writing import Writing
from grievance.record.writings import read_writing, written_exactly_at
from grievance.workflow import steps
from grievance.workflow.her_day import day_of
from grievance.workflow.release import last_release, next_release
from tests.outside import moments

ZONES = ("Africa/Nairobi", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "")
PRESSED = datetime(2026, 3, 5, 14, 7, 31, 250_000, tzinfo=UTC)


@pytest.fixture
def case(app, cast):
    """Filed in one minute, referred in another, on days before hers: (reference, she)."""
    start = PRESSED - timedelta(days=9)
    reference, amina, _code = demonstration.file_one(start)
    for step in ("acknowledge", "refer"):
        demonstration.do(step, cast["Noor"], reference, start + timedelta(minutes=5), cast["Tomas"])
    return reference, amina


def write(reference, amina, at, **more):
    """The worker has swept a day before: what it owed is not found by her."""
    sweep(at - timedelta(days=1))
    raw = {"message": "They came again.", "audience": "secretariat", **more}
    steps.take("write", amina, reference, raw, now=at)
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def test_no_row_says_more_than_the_day_of_what_she_wrote(app, cast, case):
    reference, amina = case
    row = write(reference, amina, PRESSED)
    day, found = day_of(PRESSED, row.company.zone), moments()
    assert [name for name, at in found.items() if PRESSED in at] == []
    assert all(day in found[name] for name in ("events.recorded_at", "events.happened_at", "writings.written_at"))


def test_the_hour_stands_in_what_she_wrote_for_whoever_reads_it(app, cast, case):
    reference, amina = case
    write(reference, amina, PRESSED)
    found = find_case(cast["Noor"], reference)
    keys = opened(cast["Noor"], found)
    row = db.session.scalars(select(Writing).where(Writing.case_id == found.id, Writing.step == "write")).one()
    assert written_exactly_at(keys, row) == PRESSED != row.written_at
    assert read_writing(keys, row) == {"message": "They came again."}


def test_filed_in_a_minute_it_was_filed_on_a_day(app, cast):
    demonstration.file_one(PRESSED)
    row = db.session.scalars(select(Case)).one()
    assert row.received_at < PRESSED and clock.office_day(row.received_at) == clock.office_day(PRESSED)


def test_what_she_answers_on_the_same_day_stands_after_what_she_answers(app, cast, case):
    reference, amina = case
    said = {"message": "What happened then?", "audience": "complainant"}
    for minute, (who, raw) in enumerate([(cast["Noor"], said), (amina, {"audience": "secretariat"})] * 2):
        raw = {"message": "They came again.", **raw}
        steps.take("write", who, reference, raw, now=PRESSED + timedelta(minutes=minute))
    found = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    by_time = select(Event.seq).where(Event.chain == found.id).order_by(Event.recorded_at)
    assert list(db.session.scalars(by_time)) == list(range(1, found.head_seq + 1))


def test_a_limit_in_hours_begins_when_she_said_that_she_is_not_safe(app, cast, case):
    reference, amina = case
    row = write(reference, amina, PRESSED, about_safety="yes")
    (look,) = db.session.scalars(select(Limit).where(Limit.case_id == row.id, Limit.key == Deadline.SAFETY_CRITICAL))
    assert look.opened_at == PRESSED
    event = db.session.scalars(select(Event).where(Event.chain == row.id, Event.kind == "write")).one()
    assert event.recorded_at == event.happened_at == day_of(PRESSED, row.company.zone)


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize("zone", ZONES)
def test_the_moment_that_is_kept_has_the_day_of_everybody_who_counts_days_and_the_same_release(app, zone):
    @given(MOMENTS)
    def holds(now):
        kept = day_of(now, zone)
        assert now - timedelta(hours=25) <= kept <= now
        for clocks in (zone or clock.office_zone(), clock.office_zone()):
            assert clock.day(kept, clocks) == clock.day(now, clocks)
            assert next_release(kept, clocks) == next_release(now, clocks)
            assert last_release(kept, clocks) == last_release(now, clocks)

    holds()


@pytest.mark.parametrize("zone", ZONES)
def test_two_moments_between_the_same_hours_leave_the_same(app, zone):
    """An hour of the day from which no midnight and no release lies apart: the same is kept."""
    begun = day_of(PRESSED, zone)
    later = min(next_release(begun, clocks) for clocks in (zone or clock.office_zone(), clock.office_zone()))
    midnights = [clock.day_began(begun + timedelta(hours=26), clocks) for clocks in (zone, "")]
    end = min(one for one in (later, *midnights) if one > begun)
    assert {day_of(begun + (end - begun) * part / 100, zone) for part in range(100)} == {begun}
