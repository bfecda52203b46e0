"""Random steps by random people with a moving clock: the promises hold after each."""

import hashlib
import json
import os
import random
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, opened
from grievance.accounts import who_could
from grievance.crypto import receipt_codes
from grievance.deadlines.rows import has_next_step, kind_of, owed
from grievance.extensions import db
from grievance.forms.fields import BadInput, Kind
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.keys import Holder
from grievance.models.limit import Limit
from grievance.record import chain
from grievance.workflow import choice_sources as on_offer
from grievance.workflow import steps, unanswered
from grievance.workflow.procedure import ROWS, STEPS, find_row
from tests.outside import another_receipt
from tests.scenarios.days import another_approver
from tests.times import days_later

SEVERAL = (Kind.CHOICES, Kind.SUBJECTS, Kind.LIMITS, Kind.ENTRIES)
REFUSALS = (steps.Refused, NoSuchCase, BadInput)
STEPS_TO_TAKE = int(os.environ.get("RANDOM_STEPS", "5000"))
"""On each database, over all seeds."""
FINISHED = os.environ.get("RANDOM_WALKS_FINISHED")
"""A file with a line for each walk that is finished: a run that was broken off goes on behind it."""
EACH_WALK, SEEDS = 50, (1, 2)
OWNERS = {"complainant": {"complainant"}, "company": {"company"}, "approver": {"approver"}, "board": {"approver"},
          "secretariat": {"officer", "approver"}}  # fmt: skip


def _events(case):
    return list(db.session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.seq)))


def _number(case):
    """How many events there are."""
    return db.session.scalar(select(func.count()).select_from(Event).where(Event.case_id == case.id))


def _promises(case):
    assert case.state == State.CLOSED or has_next_step(case), "promise 1"
    missed = select(func.count()).select_from(Limit).where(Limit.case_id == case.id, Limit.missed_at.is_not(None))
    noted = select(func.count()).select_from(Event).where(Event.case_id == case.id, Event.missed_limit_id.is_not(None))
    assert db.session.scalar(missed) == db.session.scalar(noted), "promise 2"
    events = _events(case)
    state = "received"
    for event in events:
        facts = json.loads(event.facts)
        if "to" in facts:
            assert facts["from"] == state, "promise 3"
            state = facts["to"]
            assert not (event.role == "clock" and state == "closed"), "promise 7"
    assert state == case.state, "promise 3"
    assert [e.seq for e in events] == list(range(1, len(events) + 1)), "promise 4"
    agreed = False
    for event in events:
        agreed = json.loads(event.facts).get("share_account", agreed)
        assert agreed or "n" not in json.loads(event.facts), "promise 6"


def _can_be_met(limit, case):
    """By a row that its owner can take from here, or by what its duty names instead."""
    kind, owners = kind_of(limit), OWNERS[limit.owed_by]
    if kind.any_step or kind.met_otherwise or kind.takes or kind.lapses:
        return True
    return any(
        limit.key in row.meets + row.helps and case.state in row.source and {str(role) for role in row.who} & owners
        for row in ROWS
    )


def _rounds(case):
    """What belongs to one round speaks of this one, and nothing that is owed is owed twice or for nothing."""
    running = owed(case)
    items = Counter((one.key, one.remedy_id, one.decision_id) for one in running)
    assert not [item for item, number in items.items() if number > 1], "one limit of a kind and item"
    assert not [one.key for one in running if not _can_be_met(one, case)], "its owner can meet it"
    if case.state != State.CLOSED:
        assert {"L6", "L15"} <= {one.key for one in running}, "what stands beside the procedure runs"
    theirs = [one for one in running if kind_of(one).of_round and kind_of(one).of_respondent]
    assert all(one.round == case.respondent.round for one in theirs), "this round's"


# What would end or block most cases at once, if it came as often as the rest.
RARE = {"report_retaliation", "withdraw", "suspend", "exclude_person", "declare_conflict", "dismiss", "record_concern",
        "change_consent", "close", "set_legal_hold", "remedy", "confirm_withdrawal", "change_respondent"}  # fmt: skip
# Ways into the corners; from the end of one, or from somewhere in it, steps are random.
WAYS = (
    tuple((step, who) for step, who, _day in demonstration.STORY),
    (("acknowledge", "Noor"), ("refer", "Noor"), ("company_acknowledge", "Victor"), ("request_extension", "Victor"),
     ("decide_extension", "Noor"), ("respond", "Victor"), ("comment", "Amina"), ("conclude_review", "Noor")),
    (("acknowledge", "Noor"), ("escalate", "Noor"), ("notify_company", "Noor"), ("offer_good_offices", "Noor"),
     ("agree_good_offices", "Amina"), ("agree_good_offices", "Victor"), ("begin_mediation", "Noor"),
     ("end_mediation", "Noor"), ("ask_board", "Noor"), ("record_board_decision", "Tomas"), ("refer_back", "Noor")),
    (("acknowledge", "Noor"), ("refer", "Noor"), ("ask_identity", "Noor"), ("grant_identity", "Ines"),
     ("open_identity", "Noor"), ("share_identity", "Noor"), ("attach", "Amina"),
     ("say_about_file", "Amina"), ("share_file", "Noor")),
    (("acknowledge", "Noor"), ("dismiss", "Noor"), ("appeal", "Amina"), ("reopen_admission", "Noor")),
    (("acknowledge", "Noor"), ("record_concern", "Noor"), ("appeal", "Amina"), ("refuse_appeal", "Paula")),
    (("acknowledge", "Noor"), ("escalate", "Noor"), ("withdraw", "Amina"), ("confirm_withdrawal", "Noor")),
    (("acknowledge", "Noor"), ("escalate", "Noor"), ("ask", "Noor"), ("note", "Noor", 20), ("note", "Noor", 9),
     ("close", "Noor", 11),
     ("come_back", "Amina"), ("close", "Noor"), ("reopen", "Noor"), ("close", "Noor"), ("reopen", "Noor")),
    (("acknowledge", "Noor"), ("refer", "Noor"), ("respond", "Victor"), ("comment", "Amina"), ("respond", "Victor"),
     ("comment", "Amina"), ("escalate", "Amina"), ("refer_back", "Noor"), ("respond", "Victor"), ("escalate", "Noor"),
     ("ask_board", "Noor"), ("record_board_decision", "Tomas"), ("refer_back", "Noor"), ("escalate", "Noor")),
    (*tuple((step, who) for step, who, _day in demonstration.STORY[:11]), ("dispute_remedy", "Amina"),
     ("verify_remedy", "Amina"), ("remedy", "Noor"), ("dispute_remedy", "Amina")),
    (("acknowledge", "Noor"), ("suspend", "Tomas"), ("resume", "Tomas"), ("suspend", "Tomas"), ("resume", "Tomas"),
     ("withdraw", "Amina"), ("undo_withdrawal", "Amina"), ("withdraw", "Amina"), ("undo_withdrawal", "Amina")),
    (("acknowledge", "Noor"), ("refer", "Noor"), ("company_acknowledge", "Victor"), ("change_respondent", "Noor"),
     ("lift_safety_alert", "Noor"), ("change_consent", "Amina"), ("refer", "Noor"), ("respond", "Olga")),
)  # fmt: skip
ON_THE_WAY = {"share_identity": {"scope": ["name"], "entries": []}}
OUT_OF_REACH = {"recuse_person"}
"""It needs a second person of the company, and there Victor is alone: tests/workflow/test_recusal.py."""
MINUTES = [1, 30, 60 * 24, 60 * 24 * 4, 60 * 24 * 20]


def _chosen(rng, people, case, taken):
    """Somebody and a step: mostly something that the table lists, so that cases go far, and that was taken seldom."""
    if rng.random() < 0.1:
        return rng.choice(STEPS), rng.choice(list(people))
    name = rng.choice(list(people))
    rows = [row for row, missing in steps.choices_now(people[name], case) if not missing or rng.random() < 0.05]
    rows = [row for row in rows if row.step not in RARE or rng.random() < 0.2]
    weights = [1 / (1 + taken[row.step]) for row in rows]
    return (rng.choices(rows, weights)[0].step if rows else "note"), name


def _answers(rng, step, person, case):
    answers = demonstration.answers_for(step, person, case)
    row = find_row(step, person.role, case.state)
    for field in row.asks if row else ():
        options = [key for key, _text in on_offer.options(field, case, opened(person, case))]
        if field.kind == Kind.SUBJECTS and rng.random() < 0.9:
            answers.pop(field.name, None)
        elif options and field.name != "company":
            answers[field.name] = rng.choice(options) if field.kind not in SEVERAL else rng.sample(options, 1)
        elif field.kind == Kind.CASE:
            answers[field.name] = rng.choice(list(db.session.scalars(select(Case.reference).order_by(Case.id))))
        elif field.kind == Kind.DATE:
            answers[field.name] = days_later(rng.choice([20, 50, 85])).date().isoformat()
        elif field.kind == Kind.YES and not field.required:
            answers[field.name] = rng.choice(["yes", ""])
    return answers


def _step(rng, people, case, step, name, on_the_way):
    """Somebody tries a step, and mostly an approver decides on what waits; each change leaves an event."""
    before = _number(case)
    with suppress(*REFUSALS):
        answers = _answers(rng, step, people[name], case) | (ON_THE_WAY.get(step, {}) if on_the_way else {})
        if on_the_way and step == "close" and case.state == State.ESCALATED:
            answers["reason"] = "no_remedy" if unanswered.missing(case) else "no_answer"
        steps.take(step, people[name], case.reference, answers)
        assert _number(case) > before, "promise 4"
    for decision in steps.open_proposals(case):
        if on_the_way or rng.random() < 0.8:
            with suppress(*REFUSALS):
                approve = on_the_way or rng.random() < 0.85
                approver = people[rng.choice(["Tomas", "Paula"])]
                steps.decide(approver, case.reference, decision.id, approve, "Not yet.")


def _filed(rng, cast):
    """A case of a harmed person or of a witness, sometimes with a second receipt: the case and who may act on it."""
    track = rng.choice(["remedy", "alert"])
    reference, amina, _code = demonstration.file_one(clock.now(), name="Amina Said", share_identity="yes", track=track)
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    if rng.random() < 0.5:
        another_receipt(case, amina, receipt_codes.make(), Holder.REPRESENTATIVE, clock.now())
    return case, {**cast, "Amina": amina}


def _walk(rng, travel, case, people, taken):
    """Fifty steps of one case, the first of them along a way."""
    way = rng.choice(WAYS)
    way = way[: rng.randint(0, 2 * len(way))]
    for number in range(50):
        travel.shift(timedelta(minutes=rng.choice(MINUTES[: 2 if number < len(way) else 5])))
        if case.state == State.CLOSED and rng.random() < 0.05:
            travel.shift(timedelta(days=1200))
        if rng.random() < 0.2:
            assert sweep(clock.now()).failed == 0
        step, name, *days = way[number] if number < len(way) else _chosen(rng, people, case, taken)
        travel.shift(timedelta(days=sum(days)))
        before = _number(case)
        _step(rng, people, case, step, name, number < len(way))
        taken.update(event.kind for event in _events(case)[before:])
        _promises(case)
        _rounds(case)
    return case.respondent.round if case.respondent else 0


def _finished(kind, seed):
    """The walks of this database and seed that an earlier run finished: by number, what they took and their rounds."""
    lines = Path(FINISHED).read_text().splitlines() if FINISHED and Path(FINISHED).exists() else []
    known = [json.loads(line) for line in lines]
    return {one["walk"]: one for one in known if (one["database"], one["seed"]) == (kind, seed)}


def _note_finished(kind, seed, number, took, rounds, seconds):
    if FINISHED:
        line = {"database": kind, "seed": seed, "walk": number, "took": took, "rounds": rounds, "seconds": seconds}
        with Path(FINISHED).open("a") as file:
            file.write(json.dumps(line) + "\n")


def _nobody_is_stuck_unsaid():
    """A conflict of interest is never refused, and doctor names exactly the cases that are left with nobody."""
    named = {said.split(":")[0] for said in doctor.nobody_can_act()}
    cases = db.session.scalars(select(Case).where(Case.erased_at.is_(None)))
    assert named == {case.reference for case in cases if who_could.lacking(case)}, "promise 11"


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_the_promises_hold_after_each_of_many_random_steps(both, seed, monkeypatch):
    """Each case begins on the same day, so that a sweep has not all earlier ones to settle as well."""
    taken, begins, rounds, started = Counter(), clock.now() - timedelta(days=4000), 0, time.monotonic()
    finished = _finished(both.kind, seed)
    cast = {**both.cast, "Paula": another_approver(both.cast)}
    monkeypatch.setattr(receipt_codes, "stretch", lambda code, _salt: hashlib.sha256(code.encode()).digest())
    # A walk begins before the one before it ended: a checkpoint of that one would say that this one is dated back.
    monkeypatch.setattr("grievance.maintenance.sweep.is_due", lambda _last, _now: False)
    for number in range(STEPS_TO_TAKE // len(SEEDS) // EACH_WALK):
        if number in finished:
            taken.update(finished[number]["took"])
            rounds += finished[number]["rounds"]
            continue
        rng, before, began = random.Random(f"{seed}:{number}"), Counter(taken), time.monotonic()
        with time_machine.travel(begins, tick=False) as travel:
            went = _walk(rng, travel, *_filed(rng, cast), taken)
        rounds += went
        _note_finished(both.kind, seed, number, taken - before, went, round(time.monotonic() - began, 1))
    assert sweep(clock.now()).failed == 0
    assert chain.verify() == [] and doctor.examine() == []
    _nobody_is_stuck_unsaid()
    never = sorted(set(STEPS) - set(taken) - OUT_OF_REACH)
    print(
        f"{both.kind}, seed {seed}: {STEPS_TO_TAKE // len(SEEDS)} steps in {time.monotonic() - started:.0f} s,"
        f" {sum(taken.values())} events, {rounds} rounds, steps that were never taken: {never}"
    )
    assert not never or STEPS_TO_TAKE < 8000
