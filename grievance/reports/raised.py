"""What raised the safety alert: whoever looks at the safety reads it, and not only what was answered at filing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grievance.access import Person
from grievance.extensions import Label, db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.reports.answer_view import answers_of
from grievance.reports.casefile import Opened
from grievance.workflow import safety
from grievance.workflow.procedure import PROPOSED, ROWS

REPORTS = frozenset(row.step for row in ROWS if safety.raise_at_once in row.then)
"""Steps that raise it whatever is answered."""


@dataclass(frozen=True)
class Raised:
    """One event with its plain answers. `about`: of a proposal, the step. `words`: what came with it."""

    kind: str
    role: str
    at: datetime
    about: Label
    answers: list[tuple[Label, str]]
    words: list[Opened]


def raises(kind: str, facts: Mapping[str, Any]) -> bool:
    return kind in REPORTS or bool(facts.get(safety.RAISED))


def raised(person: Person, case: Case, words: list[tuple[int | None, Opened]]) -> Raised | None:
    """The last one, while the alert is up; None where the filing raised it. `words`: by the number of their event."""
    if not case.safety_alert:
        return None
    events = db.session.scalars(select(Event).where(Event.chain == case.id).order_by(Event.seq.desc()))
    told = ((event, json.loads(event.facts)) for event in events)
    found = next((pair for pair in told if raises(pair[0].kind, pair[1])), None)
    if found is None:
        return None
    event, facts = found
    return Raised(
        event.kind, event.role, event.happened_at, PROPOSED.get(facts.get("step", ""), ""),
        answers_of(person, case, event.kind, event.happened_at, facts),
        [one for number, one in words if number == event.id],
    )  # fmt: skip
