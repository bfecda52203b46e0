"""Whether something is new for who asked for a sign: what her page marks as new, and letters to her."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from grievance.deadlines.kinds import hidden_from
from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.models.sides import COMPANY, COMPLAINANT, SECRETARIAT
from grievance.models.writing import Letter
from grievance.workflow.events import NOTED
from grievance.workflow.labels import HAPPENINGS
from grievance.workflow.procedure import OF_HERS, TABLE
from grievance.workflow.told import reaches, told
from grievance.workflow.visibility import is_hers, shown_to

OF_ROLE = {Role.COMPANY.value: COMPANY, **dict.fromkeys(OF_HERS, COMPLAINANT)}


def is_there(case_id: str, after: int, holder: Role) -> bool:
    """Whether an event of this case after that one is news to the holder of a receipt."""
    to_her = select(Letter.id).where(Letter.event_id == Event.id, Letter.recipient == COMPLAINANT).exists()
    query = select(Event.kind, Event.role, Event.facts, to_her.label("by_letter"))
    found = db.session.execute(query.where(Event.chain == case_id, Event.seq > after))
    return any(_is_news(row, holder) for row in found)


def _is_news(row: Any, holder: Role) -> bool:
    if row.role == holder.value or (
        holder == Role.COMPLAINANT and row.role not in OF_HERS and is_hers(row.kind, row.role)
    ):
        return False
    return bool(row.by_letter) or _is_marked(row, json.loads(row.facts), holder)


def _is_marked(row: Any, facts: dict[str, Any], holder: Role) -> bool:
    happening = HAPPENINGS.get(row.kind)
    if happening is None or not (row.kind in shown_to(COMPLAINANT) or facts.get("audience") in (COMPLAINANT, "all")):
        return False
    if happening.of_a_limit and facts.get("limit") in hidden_from(COMPLAINANT):
        return False
    if any(not told(one, holder).is_new for one in _of(row.kind, row.role)):
        return False
    return reaches(COMPLAINANT, facts.get("audience"), OF_ROLE.get(row.role, SECRETARIAT))


def _of(kind: str, role: str) -> Iterable[Any]:
    yield from (row for row in TABLE if row.step == kind and role in {who.value for who in row.who})
    yield from (noted for noted in NOTED if noted.kind == kind)
