"""Which of its cases wait for a company's answer: its own list, in which nothing says what belongs together."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from grievance.access import Person, visible
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.models.limit import Limit
from grievance.models.people import Role

MOST = 200
"""Cases that one page lists; who has more answers in two parts."""


class Line(NamedTuple):
    reference: str
    due_on: date
    paused: bool


def awaiting(person: Person, among: Collection[str] | None = None) -> list[Line]:
    """What is due first, first, as this company was told: the first `MOST`, or those `among` these references. Nothing
    for anybody else."""
    if person.role != Role.COMPANY:
        return []
    query = _waiting(person).limit(MOST) if among is None else _waiting(person).where(Case.reference.in_(among))
    return [Line(*row) for row in db.session.execute(query)]


def how_many(person: Person) -> int:
    """All that wait, also those that no page lists."""
    if person.role != Role.COMPANY:
        return 0
    return db.session.scalar(select(func.count()).select_from(_waiting(person).order_by(None).subquery())) or 0


def _waiting(person: Person) -> Select[Any]:
    open_one = (Limit.key == Deadline.COMPANY_RESPONSE, Limit.met_at.is_(None), Limit.stopped_at.is_(None))
    one = select(Limit.due_on).where(Limit.case_id == Case.id, *open_one).limit(1)
    due, paused = one.scalar_subquery(), one.with_only_columns(Limit.paused_at.is_not(None)).scalar_subquery()
    query = visible(person).where(Case.state != State.CLOSED, due.is_not(None)).order_by(due, Case.id)
    return query.with_only_columns(Case.reference, due, paused)
