"""A time that is still to come: a sweep for it is only told, and a clock that ran ahead ends nothing."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.accounts import sessions
from grievance.extensions import Base, db
from grievance.maintenance import clock_ahead
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.event import Checkpoint, Event
from grievance.record import chain
from tests.scenarios.days import limits
from tests.times import days_later


@pytest.fixture
def reference(both):
    """A case with a few time limits, and somebody who is signed in."""
    sessions.sign_in("noor@example.org", demonstration.PASSWORD)
    return demonstration.walk_story(both.cast, "refer", clock.now() - timedelta(days=6))[0]


def run(app, *words):
    return app.test_cli_runner().invoke(args=list(words))


def ahead(**by):
    return (clock.now() + timedelta(**by)).isoformat()


def whole():
    """Every row of every table."""
    db.session.rollback()
    return {
        one.name: sorted(map(repr, db.session.execute(select(one)).all())) for one in Base.metadata.sorted_tables
    }  # fmt: skip


def test_a_sweep_for_a_time_to_come_is_refused_and_changes_nothing(both, reference):
    before = whole()
    result = run(both.app, "sweep", "--as-of", ahead(days=90))
    assert result.exit_code == 1 and "--dry-run" in result.output and whole() == before


def test_a_dry_run_says_what_would_happen_and_changes_nothing(both, reference):
    before = whole()
    result = run(both.app, "sweep", "--as-of", ahead(days=90), "--dry-run")
    told, counts = result.output.splitlines(), json.loads(result.output.splitlines()[-1])
    assert result.exit_code == 0 and counts["missed"] > 0 and counts["escalated"] == 1
    assert any(line.startswith(f"{reference}: escalate") for line in told)
    assert any("is missed" in line for line in told)
    assert any(line.startswith("account_sessions: ") for line in told)
    assert whole() == before


def test_a_dry_run_says_which_limit_a_warning_is_of_and_goes_by_time(both):
    """Acknowledged by nobody, and due next: the office is warned of L1 before it is missed."""
    reference, _amina, _code = demonstration.file_one(clock.now())
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    warned = limits(case)["L1"].wake_at + timedelta(minutes=1)
    told = run(both.app, "sweep", "--as-of", warned.isoformat(), "--dry-run").output.splitlines()
    lines = [line for line in told if line.startswith(f"{reference}: ")]
    assert lines and all(line.startswith(f"{reference}: warned (L1), ") for line in lines)
    times = [line.rpartition(", ")[2] for line in lines]
    assert times == sorted(times)


def test_what_a_dry_run_tells_is_what_the_sweep_of_that_time_does(both, reference):
    later = days_later(30)
    told = run(both.app, "sweep", "--as-of", later.isoformat(), "--dry-run").output.splitlines()
    before = db.session.scalar(select(func.max(Event.id)))
    with time_machine.travel(later, tick=False):
        counts = sweep(clock.now())
    of_cases = select(Event.kind).where(Event.id > before, Event.case_id.is_not(None))  # not which key signs the record
    kinds = list(db.session.scalars(of_cases.order_by(Event.happened_at, Event.id)))
    assert json.loads(told[-1]) == counts.as_dict()
    assert [line.split(": ")[1].split(" ")[0].rstrip(",") for line in told if line.startswith("GR-")] == kinds


def test_a_sweep_of_now_and_of_before_is_done_as_ever(both, reference):
    for words in ((), ("--as-of", ahead(hours=-1))):
        assert run(both.app, "sweep", *words).exit_code == 0


def signed():
    return list(db.session.scalars(select(Checkpoint.taken_at).order_by(Checkpoint.id)))


def test_a_clock_that_ran_ahead_once_does_not_end_the_signing(both, reference):
    now = clock.now()
    sweep(now + timedelta(days=300))
    demonstration.file_one(now)
    sweep(now)
    assert len(signed()) == 2 and chain.verify() == []
    sweep(now + timedelta(minutes=30))
    assert len(signed()) == 2  # and goes on in its measure
    sweep(now + timedelta(minutes=61))
    assert len(signed()) == 3


def test_doctor_says_that_a_clock_ran_ahead_until_that_time_has_come(both, reference):
    assert list(clock_ahead.noted_ahead(clock.now())) == []
    sweep(days_later(300))
    said = run(both.app, "doctor").output
    assert "which is still to come: a clock ran ahead" in said and "events say that they were noted" in said
    assert list(clock_ahead.noted_ahead(days_later(301))) == []


def test_doctor_finds_a_record_that_goes_on_and_is_not_signed(both, reference, monkeypatch):
    now = clock.now()
    sweep(now - timedelta(hours=5))
    demonstration.file_one(now)
    monkeypatch.setattr("grievance.maintenance.sweep.is_due", lambda *_all: False)
    sweep(now)
    (said,) = clock_ahead.unsigned(now)
    assert "no checkpoint signs it" in said and said in run(both.app, "doctor").output
    assert run(both.app, "doctor").exit_code == 1


def test_a_record_that_is_signed_each_hour_is_no_fault(both, reference):
    sweep(clock.now())
    demonstration.file_one(clock.now())
    assert list(clock_ahead.unsigned(clock.now())) == []
