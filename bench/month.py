"""A month without a sweep, then one: `python -m bench.month` prints what became of each limit beside what is asked.

A handful of invented cases; nothing runs from BEGINS to ENDS, and then the sweep runs once.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bench.ground import make_app
from grievance import clock, demonstration
from grievance.access import Person
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.writing import Letter

BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
ENDS = BEGINS + timedelta(days=31)
Taken = tuple[str, str, int]


@dataclass(frozen=True)
class Story:
    """A case: on which day it was filed and each step was taken, counted from BEGINS; and what the procedure asks for
    each limit on which something falls due in the month."""

    name: str
    filed: int
    steps: tuple[Taken, ...]
    asked: dict[str, str]
    answers: dict[str, Any] = field(default_factory=dict)


def _shown(day: int) -> tuple[Taken, ...]:
    """She reads what would go out, and says that it is right."""
    return (("show_summary", "Noor", day), ("review_summary", "Amina", day))


ALERT, ESCALATE, REMIND, HELD = "alert to the approver", "escalate", "one reminder", "held: nothing"
REFERRED: tuple[Taken, ...] = (("acknowledge", "Noor", -21), *_shown(-21), ("refer", "Noor", -20))
STORIES = (
    Story("received", -3, (), {"L1": ALERT, "L6": ALERT}),
    Story("referred, not acknowledged", -3, (("acknowledge", "Noor", -2), *_shown(-2), ("refer", "Noor", -1)),
          {"L4": ESCALATE, "L6": ALERT}),
    Story("acknowledged, not answered", -22, (*REFERRED, ("company_acknowledge", "Victor", -18)),
          {"L5": ESCALATE, "L6": ALERT}),
    Story("acknowledged, answer not yet due", -12,
          (("acknowledge", "Noor", -11), *_shown(-11), ("refer", "Noor", -10), ("company_acknowledge", "Victor", -9)),
          {"L5": REMIND, "L6": ALERT}),
    Story("escalated", -22,
          (*REFERRED, ("company_acknowledge", "Victor", -18), ("escalate", "Noor", -10)),
          {"L8": ALERT, "L6": ALERT}),
    Story("remedied", -112, tuple((step, who, day - 112) for step, who, day in demonstration.STORY[:11]),
          {"L12": ALERT}),
    Story("withdrawn", -22,
          (*REFERRED, ("company_acknowledge", "Victor", -18), ("withdraw", "Amina", -1)),
          {"L5": HELD, "L20": ALERT, "L6": ALERT}),
    Story("suspended", -22, (*REFERRED, ("company_acknowledge", "Victor", -18), ("suspend", "Tomas", -1)),
          {"L5": HELD, "L16": ALERT, "L6": ALERT},
          {"review_on": clock.day(BEGINS + timedelta(days=10), "UTC").isoformat(), "limits": ["L5"]}),
)  # fmt: skip


def tell(cast: dict[str, Person]) -> dict[str, str]:
    """Make the cases and settle what was due before the month: references by story."""
    made = {}
    for story in STORIES:
        reference, amina, _code = demonstration.file_one(BEGINS + timedelta(days=story.filed))
        people = {**cast, "Amina": amina}
        for step, who, day in story.steps:
            more = story.answers if step == "suspend" else {}
            at = BEGINS + timedelta(days=day)
            demonstration.do(step, people[who], reference, at, cast["Tomas"], **more)
        made[story.name] = reference
    sweep(BEGINS)
    return made


@dataclass(frozen=True)
class Line:
    """What became of one limit in the month: `dated` and `noticed` are those of its miss; `letters` of all its events,
    as (recipient, template)."""

    story: str
    key: str
    asked: str
    due: datetime
    dated: datetime | None
    noticed: datetime | None
    escalations: int
    letters: Counter[tuple[str, str]]
    reminders: int


def lines(made: dict[str, str]) -> Iterator[Line]:
    """Each limit on which something fell due in the month, story by story."""
    for story in STORIES:
        case = db.session.scalars(select(Case).where(Case.reference == made[story.name])).one()
        rows = db.session.scalars(select(Limit).where(Limit.case_id == case.id).order_by(Limit.due_at))
        for limit in rows:
            opened_before = limit.opened_at < BEGINS and (limit.missed_at is None or limit.missed_at >= BEGINS)
            if limit.key in story.asked and opened_before and limit.met_at is None:
                yield _line(story, limit)


def _line(story: Story, limit: Limit) -> Line:
    events = [
        event
        for event in db.session.scalars(select(Event).where(Event.case_id == limit.case_id, Event.recorded_at > BEGINS))
        if event.role == "clock" and json.loads(event.facts).get("limit") == limit.key
    ]
    missed = next((event for event in events if event.missed_limit_id == limit.id), None)
    owed = db.session.scalars(select(Letter).where(Letter.event_id.in_([event.id for event in events])))
    return Line(
        story.name,
        limit.key,
        story.asked[limit.key],
        limit.due_at,
        missed.happened_at if missed else None,
        missed.recorded_at if missed else None,
        sum(event.kind == "escalate" for event in events),
        Counter((letter.recipient, letter.template) for letter in owed),
        sum(event.kind == "reminder" for event in events),
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = make_app(f"sqlite:///{folder}/month.sqlite", folder)
        with app.app_context():
            made = tell(demonstration.make_cast())
            begins, ends = (clock.day(at, "UTC") for at in (BEGINS, ENDS))
            print(f"No sweep from {begins} to {ends}; then one: {sweep(ENDS).as_dict()}")
            print(f"Another one right after it: {sweep(ENDS).as_dict()}")
            head = ("case", "limit", "due", "dated", "noticed", "escal.", "remind.", "asked for", "letters")
            print("{:<34}{:<6}{:<18}{:<18}{:<18}{:<8}{:<9}{:<24}{}".format(*head))
            for line in lines(made):
                print(_text(line))


def _in_utc(at: datetime) -> str:
    return f"{clock.day(at, 'UTC')} {clock.time_of_day(at, 'UTC')}"


def _text(line: Line) -> str:
    due, dated, noticed = (_in_utc(at) if at else "–" for at in (line.due, line.dated, line.noticed))
    letters = ", ".join(f"{number} {template} to {who}" for (who, template), number in sorted(line.letters.items()))
    return (
        f"{line.story:<34}{line.key:<6}{due:<18}{dated:<18}{noticed:<18}{line.escalations:<8}{line.reminders:<9}"
        f"{line.asked:<24}{letters or '–'}"
    )


if __name__ == "__main__":
    main()
