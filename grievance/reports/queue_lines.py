"""What a line of a queue shows: a case, what is new in it, and what is owed in it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select

from grievance.access import Person
from grievance.desk.new_marks import rank_for
from grievance.models.case import COMPANY_SHOWN, Case
from grievance.models.desk import URGENT
from grievance.models.people import SECRETARIAT_ROLES, Account, Company
from grievance.reports.queue_asked import Asked
from grievance.reports.queue_owed import Both, Owed, owed_in

COLUMNS = (
    Case.id, Case.reference, Case.topics, Case.safety_alert, Case.waits_since, Case.suspended, Case.withdrawn_at,
    Case.severity, Case.language, Case.channel, Case.country, Case.received_at, Company.name.label("company"),
    Account.name.label("officer"), Case.officer_id,
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
    office: Owed | None = None
    """What the office owes next in the case, where that is not what is due next."""


def line_of(asked: Asked, cases: Select[Any], *more: Any) -> Select[Any]:
    """What a line shows of each of these cases."""
    state = COMPANY_SHOWN.label("state") if asked.person.company_id else Case.state
    cases = cases.with_only_columns(*COLUMNS, state, rank_for(asked.whose).label("mark"), *more)
    return cases.outerjoin(Company, Case.company_id == Company.id).outerjoin(Account, Case.officer_id == Account.id)


def lines_of(person: Person, cases: list[Row[Any]]) -> list[QueueLine]:
    """One query more for a whole page: what is owed in each case."""
    owed, of_office = owed_in(person, [case.id for case in cases]), person.role in SECRETARIAT_ROLES
    return [_line(case, owed.get(case.id, Both()), _news(case, of_office)) for case in cases]


def _news(case: Row[Any], of_office: bool) -> tuple[str, ...]:
    """In the order of their weight. That something is urgent, or that she waits, is told to nobody outside."""
    said = {"urgent": of_office and case.mark == URGENT, "new": case.mark is not None}
    return tuple(name for name, true in {**said, "waits": of_office and case.waits_since is not None}.items() if true)


def _line(case: Row[Any], owed: Both, news: tuple[str, ...]) -> QueueLine:
    first = owed.first or Owed("", "", None, None, "", 0, False)
    return QueueLine(case, *first, news=news, office=owed.office)
