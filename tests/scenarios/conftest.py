from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from grievance import demonstration
from grievance.demonstration import do
from grievance.extensions import db
from grievance.models.case import Case, State
from tests.scenarios.days import START, day


def referred(cast):
    """The reference, its complainant, and the receipt of a case that the company has since day 5."""
    reference, amina, code = demonstration.file_one(START, name="Amina Said", share_identity="yes")
    for step, number in (("acknowledge", 1), ("refer", 5)):
        do(step, cast["Noor"], reference, day(number), cast["Tomas"])
    return reference, amina, code


@pytest.fixture
def story(app, cast, ready, tmp_path):
    """A case that the company has: referred on day 5. `at(step, who, day)` takes a step, approved where needed."""
    reference, amina, code = ready.made("a case that was referred", tmp_path, lambda: referred(cast))
    who = {**cast, "Amina": amina}

    def at(step, name, number, hours=0, **more):
        do(step, who[name], reference, day(number, hours), cast["Tomas"], **more)

    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    return SimpleNamespace(reference=reference, case=case, code=code, at=at, **{n.lower(): p for n, p in who.items()})


@pytest.fixture
def closed(story):
    for step, who, number in demonstration.STORY[4:]:
        story.at(step, who, number)
    assert story.case.state == State.CLOSED
    return story


@pytest.fixture
def today(story):
    """Day 10 of the story: the company has it since day 5 and has not acknowledged."""
    with time_machine.travel(day(10)) as travel:
        story.travel = travel
        yield story
