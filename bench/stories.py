"""Cases as they really are, taken along the procedure by the product's own verbs: what the generator copies.

Each tells one way that an office's cases go. Those of a story were filed on different days, so that what they owe
falls due on different days too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from grievance import demonstration
from grievance.access import Person
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.limit import Limit

Taken = tuple[str, str, int]
MESSAGES = 50
IDENTITY = {"name": "Amina Farah", "phone": "+252 61 000 0000", "known_to_secretariat": "yes"}


@dataclass(frozen=True)
class Story:
    """`filed`: how many days ago, one case for each. `steps`: with who takes them, and on which day after the filing.
    `weight`: how often such cases are among others."""

    name: str
    weight: int
    filed: tuple[int, ...]
    steps: tuple[Taken, ...] = ()
    identity: bool = False


SENT: tuple[Taken, ...] = (("acknowledge", "Noor", 1), ("show_summary", "Noor", 2), ("review_summary", "Amina", 3),
                           ("refer", "Noor", 5), ("company_acknowledge", "Victor", 7))  # fmt: skip
DUE = Story("due", 0, (49,), SENT)
"""Referred 44 days ago: the answer of the company (L5) falls due tomorrow, or after the days off that follow."""
STORIES = (
    Story("received", 25, (0, 1, 2, 3)),
    Story("received, by name", 15, (0, 1, 2, 3), identity=True),
    Story("acknowledged", 15, (2, 5, 8, 11), (("acknowledge", "Noor", 1), ("classify", "Noor", 1))),
    Story("not acknowledged in time", 12, (10, 14)),
    Story("with a safety alert", 8, (8,), (("acknowledge", "Noor", 1), ("report_retaliation", "Noor", 8))),
    Story("referred", 15, (10, 14, 18, 22, 26), SENT),
    Story("escalated", 5, (24, 27), (*SENT, ("respond", "Victor", 20), ("escalate", "Noor", 21))),
    Story("dismissed", 8, (12, 20), (("acknowledge", "Noor", 1), ("dismiss", "Noor", 9))),
)  # fmt: skip
"""Often enough that each filter of the queue fills its page at 1,000 cases too, and what grows is only their number."""


@dataclass(frozen=True)
class Told:
    """A case that was made: `weight` is 0 for the one that falls due at `due_at`, the earliest moment of all."""

    case_id: str
    reference: str
    weight: float


def tell(cast: dict[str, Person], now: datetime, stories: tuple[Story, ...] = STORIES) -> tuple[list[Told], datetime]:
    """Every story's cases, settled as of `now`; and when the one that is due falls due.

    Left out is what falls due before or together with it, so that a sweep at that moment finds its copies alone.
    """
    due = _one(DUE, DUE.filed[0], cast, now)
    others = [(story, _one(story, day, cast, now)) for story in stories for day in story.filed]
    sweep(now)
    due_at = _wakes(due)
    if due_at is None:
        raise LookupError("a referred case wakes the clock")
    kept = [(story, case) for story, case in others if (at := _wakes(case)) is None or at > due_at]
    share = {story.name: sum(other.name == story.name for other, _case in kept) for story, _case in kept}
    told = [Told(case.id, case.reference, story.weight / share[story.name]) for story, case in kept]
    return [Told(due.id, due.reference, 0), *told], due_at


def _one(story: Story, day: int, cast: dict[str, Person], now: datetime) -> Case:
    start = now - timedelta(days=day)
    answers: dict[str, Any] = IDENTITY if story.identity else {}
    reference, amina, _code = demonstration.file_one(start, **answers)
    people = {**cast, "Amina": amina}
    for step, who, later in story.steps:
        demonstration.do(step, people[who], reference, start + timedelta(days=later), cast["Tomas"])
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def _wakes(case: Case) -> datetime | None:
    return db.session.scalar(select(func.min(Limit.wake_at)).where(Limit.case_id == case.id))


@dataclass(frozen=True)
class Followed:
    """A case that a company has: its reference, and the complainant's receipt."""

    reference: str
    code: str


def with_company(cast: dict[str, Person], now: datetime) -> Followed:
    """A case that its company has acknowledged."""
    return Followed(*demonstration.walk_story(cast, "company_acknowledge", now - timedelta(days=8)))


def with_messages(cast: dict[str, Person], now: datetime) -> str:
    """The reference of a case in which complainant and officer wrote each other `MESSAGES` times."""
    reference, amina, _code = demonstration.file_one(now - timedelta(days=2))
    for _time, (who, more) in zip(range(MESSAGES), _turns(cast["Noor"], amina), strict=False):
        demonstration.do("write", who, reference, now - timedelta(days=1), **more)
    return reference


def _turns(officer: Person, complainant: Person) -> Iterator[tuple[Person, dict[str, str]]]:
    while True:
        yield officer, {"audience": "complainant"}
        yield complainant, {"audience": "secretariat"}
