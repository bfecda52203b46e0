"""Queues: what waits for somebody, sorted by when it is due. Nothing is decrypted for a list."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from grievance import clock
from grievance.access import Person, visible
from grievance.extensions import db
from grievance.models.case import OPEN_STATES, Case, State
from grievance.models.limit import Limit
from grievance.models.writing import Decision
from grievance.workflow import owed
from grievance.workflow.timetable import HIDDEN_FROM_COMPANY, STANDING

PAGE = 50


@dataclass(frozen=True)
class QueueLine:
    """One case of a queue. `title`, `due_on`, `days_left`: of the limit that is due next, if there is one."""

    case: Case
    title: object
    owed_by: str
    due_on: date | None
    days_left: int
    overdue: bool


@dataclass(frozen=True)
class Queue:
    lines: list[QueueLine]
    page: int
    more: bool


def queue(person: Person, show: str = "open", page: int = 1) -> Queue:
    """The cases that this person may see, the most urgent first. `show`: open, overdue, soon, alert, proposals,
    mine, closed."""
    nearest = _nearest(person)
    cases = visible(person).outerjoin(nearest, nearest.c.case_id == Case.id)
    now = clock.now()
    match show:
        case "closed":
            cases = cases.where(Case.state == State.CLOSED)
        case "overdue":
            cases = cases.where(nearest.c.due_at <= now)
        case "soon":
            cases = cases.where(nearest.c.due_at > now, nearest.c.due_at <= now + timedelta(days=3))
        case "alert":
            cases = cases.where(Case.safety_alert.is_(True))
        case "proposals":
            cases = cases.where(Case.id.in_(select(Decision.case_id).where(Decision.outcome.is_(None))))
        case "mine":
            cases = cases.where(Case.officer_id == person.account_id, Case.state.in_(OPEN_STATES))
        case _:
            cases = cases.where(Case.state.in_(OPEN_STATES))
    cases = cases.order_by(nearest.c.due_at.is_(None), nearest.c.due_at, Case.received_at)
    rows = list(db.session.scalars(cases.limit(PAGE + 1).offset((page - 1) * PAGE)))
    return Queue([_line(person, case) for case in rows[:PAGE]], page, len(rows) > PAGE)


def _nearest(person: Person):  # type: ignore[no-untyped-def]
    """The next due date of each case, among the limits that this person may see."""
    hidden = STANDING | (HIDDEN_FROM_COMPANY if person.company_id else frozenset[str]())
    query = select(Limit.case_id, func.min(Limit.due_at).label("due_at")).where(
        Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.key.not_in(hidden)
    )
    return query.group_by(Limit.case_id).subquery()


def _line(person: Person, case: Case) -> QueueLine:
    hidden = STANDING | (HIDDEN_FROM_COMPANY if person.company_id else frozenset[str]())
    limit = next((limit for limit in owed.owed(case) if limit.key not in hidden), None)
    if limit is None:
        return QueueLine(case, "", "", None, 0, False)
    days_left = (limit.due_on - clock.today(limit.frozen["zone"])).days
    overdue = limit.missed_at is not None or limit.due_at <= clock.now()
    return QueueLine(case, owed.kind_of(limit).title, limit.owed_by, limit.due_on, days_left, overdue)


def counts(person: Person) -> dict[str, int]:
    """How many cases each filter of the queue shows."""
    nearest, now = _nearest(person), clock.now()
    cases = visible(person).outerjoin(nearest, nearest.c.case_id == Case.id)
    proposals = Case.id.in_(select(Decision.case_id).where(Decision.outcome.is_(None)))
    return {
        name: db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
        for name, query in {
            "open": cases.where(Case.state.in_(OPEN_STATES)),
            "overdue": cases.where(nearest.c.due_at <= now),
            "soon": cases.where(nearest.c.due_at > now, nearest.c.due_at <= now + timedelta(days=3)),
            "alert": cases.where(Case.safety_alert.is_(True)),
            "proposals": cases.where(proposals),
        }.items()
    }
