"""Random steps by random people with a moving clock: the promises hold after each."""

import json
import os
import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.access import NoSuchCase
from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.people import Role
from grievance.workflow import record, steps
from grievance.workflow.fields import BadInput
from grievance.workflow.owed import has_next_step
from grievance.workflow.procedure import ROWS, STEPS
from grievance.workflow.sweep import sweep

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
        assert agreed or event.kind not in ("refer", "notify_company"), "promise 6"


def _step(rng, people, case, now):
    name = rng.choice(list(people))
    step = rng.choice(STEPS)
    if rng.random() < 0.75:  # mostly something that the table lists, so that cases go far
        rows = [r for r in ROWS if case.state in r.source and Role.CLOCK not in r.who]
        row = rng.choice(rows)
        step = row.step
        name = rng.choice([n for n, p in people.items() if p.role in row.who] or list(people))
    before = len(_events(case))
    try:
        answers = demonstration.answers_for(step, people[name], case)
        if "audience" in answers:
            answers["audience"] = rng.choice(["complainant", "secretariat", "company", "all"])
        decision = steps.take(step, people[name], case.reference, answers, now=now)
    except (steps.Refused, NoSuchCase, BadInput):
        return
    assert len(_events(case)) > before, "promise 4"
    if decision is not None and rng.random() < 0.8:
        try:
            steps.decide(people["Tomas"], case.reference, decision.id, rng.random() < 0.85, "Not yet.", now=now)
        except (steps.Refused, BadInput):
            return


@pytest.mark.parametrize("seed", [1, 2])
def test_the_promises_hold_after_each_of_many_random_steps(both, seed):
    rng, now, taken = random.Random(seed), clock.now() - timedelta(days=4000), 0
    while taken < STEPS_TO_TAKE // 2:
        reference, amina, _code = demonstration.file_one(now)
        case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
        people = {**both.cast, "Amina": amina}
        for _ in range(50):
            now += timedelta(minutes=rng.choice([1, 30, 60 * 24, 60 * 24 * 4, 60 * 24 * 20]))
            if rng.random() < 0.2:
                assert sweep(now).failed == 0
            _step(rng, people, case, now)
            _promises(case)
            taken += 1
    sweep(now)
    assert record.verify() == []
