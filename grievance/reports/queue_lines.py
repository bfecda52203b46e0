"""What a line of a queue shows: a case, what is new in it, and what is owed in it next."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select

from grievance import clock
from grievance.access import Person
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import LAPSING, STANDING
from grievance.desk.new_marks import rank_for
from grievance.extensions import db
from grievance.models.case import COMPANY_SHOWN, Case
from grievance.models.desk import URGENT
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES, Account, Company
from grievance.models.sides import COMPANY
from grievance.reports.queue_asked import Asked

COLUMNS = (
    Case.id, Case.reference, Case.topics, Case.safety_alert, Case.waits_since, Case.suspended, Case.withdrawn_at,
    Case.severity, Case.language, Case.channel, Case.country, Case.received_at, Company.name.label("company"),
    Account.name.label("officer"),
)  # fmt: skip
"""What a line shows. Whole cases would take three times as long to read."""


@dataclass(frozen=True)
class QueueLine:
    """One case of a queue: its `COLUMNS`. `title` to `paused`: of the limit that is due next, if any; `zone`: where
    its day ends."""

    case: Row[Any]
    title: str
    owed_by: str
    due_on: date | None
    due_at: datetime | None
    zone: str
    days_left: int
    overdue: bool
    paused: bool = False
    news: tuple[str, ...] = ()
    """What a line is marked with: `words.NEWS`."""


def line_of(asked: Asked, cases: Select[Any], *more: Any) -> Select[Any]:
    """What a line shows of each of these cases."""
    state = COMPANY_SHOWN.label("state") if asked.person.company_id else Case.state
    cases = cases.with_only_columns(*COLUMNS, state, rank_for(asked.whose).label("mark"), *more)
    return cases.outerjoin(Company, Case.company_id == Company.id).outerjoin(Account, Case.officer_id == Account.id)


def lines_of(person: Person, cases: list[Row[Any]]) -> list[QueueLine]:
    """One query more for a whole page: what is owed next in each case, without its calendar. A company sees what it
    owes itself, and where that is nothing, what it waits for."""
    zones = (Limit.frozen[name].as_string().label(name) for name in ("zone", "ends"))
    query = select(
        Limit.case_id, Limit.key, Limit.owed_by, Limit.due_on, Limit.due_at, Limit.missed_at, Limit.paused_at, *zones
    ).where(
        Limit.case_id.in_([case.id for case in cases]),
        Limit.met_at.is_(None),
        Limit.stopped_at.is_(None),
        Limit.key.not_in(STANDING | LAPSING),
        *deadlines.not_kept_from(person.side),
    )
    nearest: dict[str, Row[Any]] = {}
    first = [Limit.owed_by != COMPANY] if person.company_id else []
    for limit in db.session.execute(query.order_by(*first, Limit.paused_at.is_not(None), Limit.due_at, Limit.id)):
        nearest.setdefault(limit.case_id, limit)
    titles = {key: str(deadlines.timetable().kinds[key].words) for key in {limit.key for limit in nearest.values()}}
    of_office = person.role in SECRETARIAT_ROLES
    return [_line(case, nearest.get(case.id), titles, _news(case, of_office)) for case in cases]


def _news(case: Row[Any], of_office: bool) -> tuple[str, ...]:
    """In the order of their weight. That something is urgent, or that she waits, is told to nobody outside."""
    said = {"urgent": of_office and case.mark == URGENT, "new": case.mark is not None}
    return tuple(name for name, true in {**said, "waits": of_office and case.waits_since is not None}.items() if true)


def _line(case: Row[Any], limit: Row[Any] | None, titles: dict[str, str], news: tuple[str, ...]) -> QueueLine:
    if limit is None:
        return QueueLine(case, "", "", None, None, "", 0, False, news=news)
    paused = limit.paused_at is not None
    overdue = limit.missed_at is not None or (not paused and limit.due_at <= clock.now())
    days_left = deadlines.days_left(limit.due_on, limit.zone, overdue)
    due = (limit.due_on, limit.due_at, limit.ends or limit.zone)
    return QueueLine(case, titles[limit.key], limit.owed_by, *due, days_left, overdue, paused, news)
