"""The clock never forgets and never doubles."""

import os
import secrets
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bench.statements import counted
from grievance import clock, demonstration
from grievance.access import CLOCK
from grievance.crypto.receipt_codes import ReceiptKeys
from grievance.deadlines.rows import explained, has_next_step, open_limit
from grievance.extensions import db
from grievance.intake import filing
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.keys import CompanyEnvelope
from grievance.models.limit import Limit
from grievance.models.people import Company, Membership
from grievance.models.writing import Letter
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow import alike, steps
from tests.conftest import ROOT, SECRETS

START = clock.now() - timedelta(days=70)


def referred(cast, at=START):
    reference, _amina, _code = demonstration.file_one(at)
    demonstration.do("acknowledge", cast["Noor"], reference, at)
    demonstration.do("refer", cast["Noor"], reference, at, cast["Tomas"])
    demonstration.do("company_acknowledge", cast["Victor"], reference, at)
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def l5(case):
    return db.session.scalars(select(Limit).where(Limit.case_id == case.id, Limit.key == "L5")).one()


def escalations(case):
    query = select(Event).where(Event.case_id == case.id, Event.kind == "escalate")
    return list(db.session.scalars(query))


def test_a_missed_answer_escalates_once_dated_when_it_passed(both):
    case = referred(both.cast)
    due_at = l5(case).due_at
    sweep(due_at + timedelta(days=3))
    sweep(due_at + timedelta(days=3))
    (event,) = escalations(case)
    assert (case.state, event.happened_at, event.role) == (State.ESCALATED, due_at, "clock")
    assert has_next_step(case) and chain.verify() == []


def test_a_second_sweep_changes_nothing(both):
    case = referred(both.cast)
    now = l5(case).due_at + timedelta(hours=1)
    assert sweep(now).cases > 0
    before = (case.version, case.head_hash)
    assert sweep(now).as_dict() == {"cases": 0, "reminded": 0, "missed": 0, "escalated": 0, "failed": 0}
    assert (case.version, case.head_hash) == before


@pytest.mark.parametrize(("seconds", "late"), [(-1, False), (0, True), (600, True)])
def test_an_answer_after_the_due_moment_is_late_whether_or_not_the_sweep_has_run(app, cast, seconds, late):
    case = referred(cast)
    at = l5(case).due_at + timedelta(seconds=seconds)
    demonstration.do("respond", cast["Victor"], case.reference, at)
    assert (len(escalations(case)) == 1) is late
    assert (l5(case).missed_at is not None) is late


def test_one_bad_case_neither_stops_the_rest_nor_hides(app, cast, monkeypatch):
    bad, good = referred(cast), referred(cast)
    from grievance.maintenance import sweep as module

    real = module.settle
    monkeypatch.setattr(module, "settle", lambda case, now: 1 / 0 if case.id == bad.id else real(case, now))
    counts = sweep(clock.now())
    assert (counts.failed, good.state, bad.state) == (1, State.ESCALATED, State.REFERRED)


def test_a_case_whose_event_the_database_refuses_does_not_stop_the_rest(both):
    """Its chain says that it ends before an event that is there: the next one has a number that is taken."""
    bad, good = referred(both.cast), referred(both.cast)
    bad.head_seq -= 1
    db.session.commit()
    counts = sweep(clock.now())
    assert (counts.failed, good.state, bad.state) == (1, State.ESCALATED, State.REFERRED)
    letters = select(func.count()).select_from(Letter).where(Letter.template == "escalated_late")
    assert db.session.scalar(letters.where(Letter.case_id == good.id, Letter.recipient == "company")) == 1
    assert db.session.scalar(letters.where(Letter.case_id == bad.id)) == 0


def test_reminders_are_sent_once(app, cast):
    case = referred(cast)
    for day in (31, 32, 33):
        sweep(START + timedelta(days=day))
    query = select(Letter).where(
        Letter.case_id == case.id, Letter.template == "reminder", Letter.recipient == "company"
    )
    assert len(list(db.session.scalars(query))) == 1


def test_the_net_gives_every_open_case_a_next_step_through_a_year(app, cast):
    case = referred(cast)
    for day in range(0, 365, 5):
        sweep(START + timedelta(days=day))
        assert has_next_step(case), day


def test_silence_of_the_complainant_never_closes_a_case(app, cast):
    case = referred(cast)
    demonstration.do("respond", cast["Victor"], case.reference, START + timedelta(days=2))
    demonstration.do("ask", cast["Noor"], case.reference, START + timedelta(days=2))
    for day in range(3, 800, 40):
        sweep(START + timedelta(days=day))
        assert case.state != State.CLOSED and has_next_step(case), day


def test_companies_with_other_calendars_in_one_batch_keep_their_own_dates(both):
    """The dates of a batch are found once for those that begin alike, and only for those."""
    first, other, now = referred(both.cast), referred(both.cast), clock.now()
    other.company = Company(name="Delta Guarding", membership=Membership.MEMBER, country="BD", zone="Asia/Dhaka")
    other.company.weekend = [4]
    db.session.commit()
    with unit_of_work():
        limits = [open_limit(case, "L4", now) for case in (first, other, first)]
        frozen = [(limit.frozen["zone"], limit.frozen["weekend"], limit.due_at) for limit in limits]
        for case in (first, other):
            chain.append(case, "note", CLOCK, now, now)
    assert frozen[0] == frozen[2] and frozen[1][:2] == ("Asia/Dhaka", [4])
    assert [limit.due_at for limit in limits] == [explained(limit).at for limit in limits]


def filed(monkeypatch, number):
    """Complaints of that time, without the slow derivation of receipts."""
    keys = lambda _code, _salt: ReceiptKeys(secrets.token_bytes(32), secrets.token_bytes(32))  # noqa: E731
    monkeypatch.setattr(filing, "keys_with", keys)
    raw = {"account": "x", "company": demonstration.larkfield(), "could_harm": "no", "share_account": "yes"}
    return [filing.file_complaint(raw, filing.new_secret(), "en", now=START).reference for _ in range(number)]


def many(cast, monkeypatch, number):
    """Referred cases that are overdue."""
    for reference in filed(monkeypatch, number):
        steps.take("acknowledge", cast["Noor"], reference, {"no_conflict": "y", "safety_looked_at": "y"}, now=START)
        demonstration.do("refer", cast["Noor"], reference, START, cast["Tomas"])


HANGS = """
import sys
from grievance.maintenance import sweep as module
from grievance.record.copied import Pattern
real, left = Pattern.follow, iter(range(int(sys.argv.pop(1))))
def follow(pattern, *case):
    if next(left, None) is None:
        print("in the middle", flush=True)
        sys.stdin.read()
    return real(pattern, *case)
Pattern.follow, module.BATCH = follow, 25
from flask.cli import main
main()
"""
"""A sweep that stops in the middle of a batch, after so many cases, until it is killed."""


def start_sweep(both, now, hangs_after=None):
    env = {**os.environ, **SECRETS, "DATABASE_URL": both.url, "PYTHONWARNINGS": "error"}
    env["FILES_URL"] = both.app.config["FILES"].as_uri()
    program = ["-m", "flask"] if hangs_after is None else ["-c", HANGS, str(hangs_after)]
    command = [sys.executable, *program, "--app", "wsgi", "sweep", "--as-of", now.isoformat()]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=env, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def ended(process):
    _out, err = process.communicate(timeout=500)
    return process.returncode, err[-2000:]


def each_once(number):
    """One escalation a case, and with it one letter to the company and one alert to the approver."""
    escalated = select(Event.case_id, func.count()).where(Event.kind == "escalate").group_by(Event.case_id)
    events = [n for _case, n in db.session.execute(escalated)]
    letters = select(func.count()).select_from(Letter).join(Event, Event.id == Letter.event_id)
    letters = letters.where(Event.kind == "escalate")
    company = letters.where(Letter.template == "escalated_late", Letter.recipient == "company")
    alerts = letters.where(Letter.template == "alert", Letter.recipient == "approver")
    return events == [1] * number and db.session.scalar(company) == db.session.scalar(alerts) == number


def done_so_far():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.kind == "escalate"))


NUMBER = int(os.environ.get("SWEEP_CASES", "60"))
"""`SWEEP_CASES=5000` is the size that the promise speaks of; here there are fewer, so that tests stay quick."""


@pytest.mark.slow
def test_several_sweeps_at_once_escalate_each_case_once(both, monkeypatch):
    many(both.cast, monkeypatch, NUMBER)
    now = clock.now()
    processes = [start_sweep(both, now) for _ in range(4 if both.kind == "postgresql" else 2)]
    db.session.remove()
    assert {ended(process) for process in processes} == {(0, "")}
    assert each_once(NUMBER) and chain.verify() == []


@pytest.mark.slow
def test_a_sweep_that_is_killed_in_the_middle_of_a_batch_beside_others_loses_and_doubles_nothing(both, monkeypatch):
    """On PostgreSQL the others go around what it holds; on SQLite they wait until it is gone."""
    many(both.cast, monkeypatch, NUMBER)
    now = clock.now()
    db.session.remove()
    killed = start_sweep(both, now, hangs_after=NUMBER // 4 + 5)
    assert killed.stdout.readline() == "in the middle\n"
    others = [start_sweep(both, now) for _ in range(3 if both.kind == "postgresql" else 1)]
    if both.kind == "postgresql":
        assert {ended(process) for process in others} == {(0, "")}
        assert 0 < NUMBER - done_so_far() <= 25
    killed.kill()
    assert ended(killed)[0] == -signal.SIGKILL
    if both.kind == "sqlite":
        assert {ended(process) for process in others} == {(0, "")}
    db.session.execute(select(Case.id).with_for_update()).all()  # until the server lets go what the dead one held
    db.session.rollback()
    sweep(now)
    assert each_once(NUMBER) and chain.verify() == []


def test_a_batch_that_fails_as_a_whole_is_logged_by_class_and_place_without_a_word_of_a_case(
    app, cast, monkeypatch, caplog
):
    """Each case alone goes well, so that nothing else would tell of it."""
    from grievance.maintenance import sweep as module

    cases, real, first = [referred(cast) for _ in range(2)], module.settle, []

    def settle(case, now):
        if not first:
            first.append(case)
            raise LookupError(f"the guards of {case.reference}")
        return real(case, now)

    monkeypatch.setattr(module, "settle", settle)
    assert (sweep(clock.now()).failed, {case.state for case in cases}) == (0, {State.ESCALATED})
    (line,) = [one for one in caplog.records if "a batch" in one.getMessage()]
    assert line.getMessage() == "a batch of 2 cases is taken back: LookupError"
    assert line.facts["fault"] == "builtins.LookupError" and "sweep.py" in line.facts["frames"][0]
    assert not any(word in str(line.__dict__) for word in ("guards", *(case.reference for case in cases)))


def test_a_company_whose_keys_were_taken_back_is_told_nothing_beside_one_that_holds_its_own(both):
    recalled, held = referred(both.cast), referred(both.cast)
    for envelope in db.session.scalars(select(CompanyEnvelope).where(CompanyEnvelope.case_id == recalled.id)):
        db.session.delete(envelope)
    db.session.commit()
    sweep(clock.now())
    told = select(Letter.case_id).where(Letter.template == "escalated_late", Letter.recipient == "company")
    assert db.session.scalars(told).all() == [held.id]


@pytest.mark.parametrize("least", [3, 99])
def test_late_cases_whose_limits_ended_in_several_ways_take_no_statement_each(both, monkeypatch, least):
    """Settled together or each by itself. L2 is missed; L6 is missed and begins anew: what changed differs."""
    now, taken = clock.now(), []
    monkeypatch.setattr(alike, "LEAST", least)
    sweep(now)  # what is owed once an hour
    for number in (3, 7):
        for reference in filed(monkeypatch, number):
            demonstration.do("acknowledge", both.cast["Noor"], reference, START)
        with counted(db.engine) as sent:
            assert sweep(now).cases == number
        taken.append(len(sent))
    assert taken[0] == taken[1]
