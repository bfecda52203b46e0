"""Sign-ins and readings are counted by day, and the record says each day's numbers once it is over."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from grievance import clock, demonstration
from grievance.accounts import sessions
from grievance.demonstration import PASSWORD, email_of
from grievance.extensions import db
from grievance.maintenance import doctor, expiry
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.counted import NOBODY, ReadingCount, SignInCount, Tried
from grievance.models.event import Event
from grievance.record import counted
from grievance.record.transaction import unit_of_work

KEPT = 90
DAY = timedelta(days=1)


@pytest.fixture
def case(both):
    reference, _code = demonstration.walk_story(both.cast, "company_acknowledge", clock.now())
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def numbers():
    return {(one.account_id, one.tried): one.number for one in db.session.scalars(select(SignInCount))}


def events(kind):
    query = select(Event.facts).where(Event.kind == kind).order_by(Event.seq)
    return [json.loads(facts) for facts in db.session.scalars(query)]


def day_after(days=1):
    """A sweep when the day is over."""
    sweep(clock.now() + days * DAY)
    db.session.rollback()


def test_a_right_and_a_wrong_password_and_an_address_of_nobody_are_counted_and_no_address_is_kept(both):
    for email, password in ((email_of("Noor"), PASSWORD), (email_of("Noor"), "not hers"), ("me@else.example", "x")):
        sessions.sign_in(email, password)
    noor = both.cast["Noor"].account_id
    assert numbers() == {(noor, Tried.PASSWORD): 1, (noor, Tried.FAILED): 1, (NOBODY, Tried.FAILED): 1}


def test_when_a_day_is_over_one_event_says_how_often_and_a_second_sweep_says_nothing_more(both):
    for _time in range(2):
        sessions.sign_in(email_of("Noor"), "not hers")
    sweep(clock.now())
    assert events(counted.SIGN_INS) == []  # the day goes on
    day_after()
    day_after()
    (said,) = events(counted.SIGN_INS)
    assert said["numbers"] == {str(both.cast["Noor"].account_id): {"failed": 2}}
    assert said["day"] == clock.office_today().isoformat()
    assert doctor.examine() == []


def test_what_is_added_to_a_day_that_was_said_already_is_said_by_one_event_more(both):
    """A clock that ran ahead, or a page that was written down late."""
    sessions.sign_in(email_of("Noor"), "not hers")
    day_after()
    sessions.sign_in(email_of("Noor"), "not hers")
    day_after()
    assert [one["numbers"][str(both.cast["Noor"].account_id)] for one in events(counted.SIGN_INS)] == [
        {"failed": 1}, {"failed": 1}]  # fmt: skip
    assert doctor.examine() == []


def test_readings_of_a_case_are_said_of_the_case_and_a_reference_that_is_no_case_counts_nothing(both, case):
    noor = both.cast["Noor"].account_id
    for reference in (case.reference, case.reference, "NO-CASE"):
        counted.reading(reference, noor, clock.now())
    day_after()
    (said,) = events(counted.READINGS)
    assert said["numbers"] == {case.id: {str(noor): 2}}
    told, _kept = counted.on_record(counted.READINGS, case.id)
    assert told == {(case.id, str(noor), clock.office_today()): 2}


@pytest.mark.parametrize("how", ["more", "less", "gone", "put there", "another account"])
def test_doctor_names_a_number_that_is_not_the_records(both, case, how):
    noor, tomas = (both.cast[name].account_id for name in ("Noor", "Tomas"))
    for _time in range(2):
        counted.reading(case.reference, noor, clock.now())
    day_after()
    assert doctor.examine() == []
    if how == "put there":
        db.session.add(ReadingCount(case_id=case.id, account_id=tomas, day=clock.office_today(), number=1, said=1))
    elif how == "gone":
        db.session.delete(db.session.scalars(select(ReadingCount)).one())
    else:
        values = {"more": {"said": 3, "number": 3}, "less": {"number": 1}, "another account": {"account_id": tomas}}
        db.session.execute(update(ReadingCount).values(values[how]))
    db.session.commit()
    assert any("of readings" in sentence for sentence in doctor.examine())


def test_a_row_goes_when_it_is_on_the_record_and_old_and_that_is_no_fault(both, case, monkeypatch):
    counted.reading(case.reference, both.cast["Noor"].account_id, clock.now())
    day_after(KEPT - 1)
    assert db.session.scalars(select(ReadingCount)).all()
    day_after(KEPT)
    assert db.session.scalars(select(ReadingCount)).all() == []
    today = clock.office_today() + KEPT * DAY
    assert list(counted.faults(today, KEPT)) == []
    assert list(counted.faults(today - DAY, KEPT)) != []  # a day sooner it was missed
    assert list(counted.faults(today, 10 * KEPT)) == []  # what was to stay 90 days is not asked for after 900


def test_a_row_of_which_the_record_says_nothing_yet_does_not_go_however_old_it_is(both, case):
    day = clock.office_today() - timedelta(days=2 * KEPT)
    counted.reading(case.reference, both.cast["Noor"].account_id, datetime.combine(day, time(11), UTC))
    with unit_of_work() as session:
        expiry.tidy(clock.now())
        assert session.scalars(select(ReadingCount)).one().day == day
