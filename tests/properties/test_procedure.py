"""Random steps by random people with a moving clock: the promises hold after each."""

import json
import os
import random
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, opened
from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.workflow import record, steps
from grievance.workflow.fields import BadInput, Kind
from grievance.workflow.owed import has_next_step
from grievance.workflow.procedure import STEPS, find_row
from grievance.workflow.sweep import sweep

SEVERAL = (Kind.CHOICES, Kind.SUBJECTS, Kind.LIMITS)
STEPS_TO_TAKE = int(os.environ.get("RANDOM_STEPS", "2000"))


def _events(case):
    return list(db.session.scalars(select(Event).where(Event.case_id == case.id).order_by(Event.seq)))


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


# What would end or block most cases at once, if it came as often as the rest.
RARE = {"report_retaliation", "withdraw", "suspend", "exclude_person", "declare_conflict", "dismiss", "record_concern",
        "change_consent", "close", "set_legal_hold", "erase", "remedy", "confirm_withdrawal"}  # fmt: skip


def _chosen(rng, people, case):
    """Somebody and a step: mostly something that the table lists, so that cases go far."""
    if rng.random() < 0.15:
        return rng.choice(STEPS), rng.choice(list(people))
    name = rng.choice(list(people))
    rows = [row for row, missing in steps.choices_now(people[name], case) if not missing or rng.random() < 0.1]
    rows = [row for row in rows if row.step not in RARE or rng.random() < 0.1]
    return (rng.choice(rows).step if rows else "note"), name


def _answers(rng, step, person, case, now):
    answers = demonstration.answers_for(step, person, case)
    row = find_row(step, person.role, case.state)
    for field in row.asks if row else ():
        options = [key for key, _text in steps.options(field, case, opened(person, case))]
        if field.kind == Kind.SUBJECTS and rng.random() < 0.9:
            answers.pop(field.name, None)
        elif options and field.name != "company":
            answers[field.name] = rng.choice(options) if field.kind not in SEVERAL else rng.sample(options, 1)
        elif field.kind == Kind.DATE:
            answers[field.name] = (now + timedelta(days=rng.choice([20, 50, 85]))).date().isoformat()
        elif field.kind == Kind.YES and not field.required:
            answers[field.name] = rng.choice(["yes", ""])
    return answers


def _step(rng, people, case, now, step, name):
    before = len(_events(case))
    try:
        answers = _answers(rng, step, people[name], case, now)
        decision = steps.take(step, people[name], case.reference, answers, now=now)
    except (steps.Refused, NoSuchCase, BadInput):
        return
    assert len(_events(case)) > before, "promise 4"
    if decision is not None and rng.random() < 0.8:
        try:
            steps.decide(people["Tomas"], case.reference, decision.id, rng.random() < 0.85, "Not yet.", now=now)
        except (steps.Refused, BadInput, NoSuchCase):
            return


@pytest.mark.parametrize("seed", [1, 2])
def test_the_promises_hold_after_each_of_many_random_steps(both, seed):
    rng, now, taken = random.Random(seed), clock.now() - timedelta(days=4000), 0
    while taken < STEPS_TO_TAKE // 2:
        track = rng.choice(["remedy", "alert"])
        reference, amina, _code = demonstration.file_one(now, name="Amina Said", share_identity="yes", track=track)
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        people = {**both.cast, "Amina": amina}
        so_far = demonstration.STORY[: rng.randint(0, len(demonstration.STORY))]
        for number in range(50):
            now += timedelta(minutes=rng.choice([1, 30, 60 * 24, 60 * 24 * 4, 60 * 24 * 20]))
            if case.state == State.CLOSED and rng.random() < 0.05:
                now += timedelta(days=1200)
            if rng.random() < 0.2:
                assert sweep(now).failed == 0
            if number < len(so_far):
                with suppress(steps.Refused, NoSuchCase, BadInput):
                    step, who, _day = so_far[number]
                    demonstration.do(step, people[who], reference, now, people["Tomas"])
            else:
                _step(rng, people, case, now, *_chosen(rng, people, case))
            _promises(case)
            taken += 1
    sweep(now)
    assert record.verify() == []
    walked = set(db.session.scalars(select(Event.kind).distinct()))
    print("never taken:", sorted(set(STEPS) - walked))
