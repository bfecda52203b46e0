"""Queues: what waits for somebody, sorted by when it is due. Nothing is decrypted for a list, and no list or count
grows with the number of cases: each reads one page, or a few hundred rows at most, of an index."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, literal, literal_column, select, true, tuple_

from grievance import clock
from grievance.access import Person, visible
from grievance.accounts import absence
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import CALLED_SOON, LAPSING, STANDING, Deadline, hidden_from
from grievance.extensions import UtcDateTime, db
from grievance.models.case import COMPANY_SHOWN, OPEN_STATES, Case, Severity, State
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Company
from grievance.models.sides import COMPANY
from grievance.models.writing import Decision

PAGE = 50
SORTED_BY: dict[str, Any] = {"closed": (Case.closed_at, Case.id), "unacknowledged": (Limit.due_at, Limit.case_id)}
"""By when they are due, unless said otherwise: each show has an index in its own order."""
MOST = 200
"""A count beyond this is shown as "more than"."""
COLUMNS = (
    Case.id, Case.reference, Case.topics, Case.safety_alert, Company.name.label("company"),
    Account.name.label("officer"),
)  # fmt: skip
"""What a line shows. Whole cases would take three times as long to read."""
NOW, SOON = bindparam("now", type_=UtcDateTime()), bindparam("soon", type_=UtcDateTime())
SHOWS = ("open", "new", "unacknowledged", "overdue", "soon", "alert", "proposals", "mine", "closed")
FOR_COMPANIES = ("open", "overdue", "soon", "closed")
"""The others, and most filters, would tell a company what is kept from it: an alert, a proposal, how grave it is."""


@dataclass(frozen=True)
class QueueLine:
    """One case of a queue: its `COLUMNS`. `title` to `overdue`: of the limit that is due next, if any; `zone`: where
    its day ends."""

    case: Row[Any]
    title: str
    owed_by: str
    due_on: date | None
    due_at: datetime | None
    zone: str
    days_left: int
    overdue: bool


@dataclass(frozen=True)
class Queue:
    """`after`: where the next page begins; empty on the last."""

    lines: list[QueueLine]
    after: str


@dataclass(frozen=True)
class Wanted:
    """What an address of the queue asks for. Whatever it says that is not understood is left out."""

    show: str = "open"
    company: int | None = None
    officer: int | None = None
    state: str = ""
    severity: str = ""
    after: str = ""

    def for_company(self) -> "Wanted":
        """What of it a company may ask for."""
        return Wanted(self.show if self.show in FOR_COMPANIES else "open", state=self.state, after=self.after)


def queue(person: Person, wanted: Wanted) -> Queue:
    """One page of the cases that this person may see, the most urgent first; closed ones, the newest first."""
    wanted = wanted.for_company() if person.company_id else wanted
    mine = _mine(person) if wanted.show == "mine" else []
    state = COMPANY_SHOWN.label("state") if person.company_id else Case.state
    cases = _shown(person, wanted.show, mine).with_only_columns(*COLUMNS, state)
    cases = cases.outerjoin(Company, Case.company_id == Company.id).outerjoin(Account, Case.officer_id == Account.id)
    for column, value in ((Case.company_id, wanted.company), (Case.officer_id, wanted.officer)):
        if value is not None:
            cases = cases.where(column == value)
    if wanted.state in set(State):
        shown = COMPANY_SHOWN if person.company_id else Case.state
        cases = cases.where(shown == State(wanted.state))
    if wanted.severity in set(Severity):
        cases = cases.where(Case.severity == Severity(wanted.severity))
    rows = _of_several(cases, mine, wanted) if mine else _rows(cases, wanted, _due(person))
    return Queue(_lines(person, rows[:PAGE]), _cursor(rows[PAGE - 1]) if len(rows) > PAGE else "")


def _due(person: Person) -> Any:
    """By when a case is sorted and counted: a company's by what it owes itself, or it would tell of what others do;
    last come those in which it owes nothing."""
    return _OWED_BY_COMPANY if person.company_id else Case.queue_at


_OWED_BY_COMPANY = func.coalesce(
    select(func.min(Limit.due_at))
    .where(Limit.case_id == Case.id, Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.owed_by == COMPANY)
    .scalar_subquery(),
    literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime()),
    type_=UtcDateTime(),
)


def _rows(cases: Select[Any], wanted: Wanted, due: Any = Case.queue_at) -> list[Row[Any]]:
    """The cases of one page, each with the moment `at` that it is sorted by, and one more where there is a next one."""
    closed = wanted.show == "closed"
    column, row_id = SORTED_BY.get(wanted.show, (due, Case.id))
    at, _tilde, after = wanted.after.partition("~")
    try:
        begin = datetime.fromisoformat(at) if at else None
        begin = begin.astimezone(UTC) if begin and begin.tzinfo else None
    except (ValueError, OverflowError):
        begin = None
    if begin is not None:
        place, row = tuple_(column, row_id), tuple_(literal(begin, UtcDateTime()), literal(after))
        cases = cases.where(place < row if closed else place > row)
    order = (column.desc(), row_id.desc()) if closed else (column, row_id)
    page = cases.add_columns(column.label("at")).order_by(*order).limit(PAGE + 1)
    return list(db.session.execute(page, _now()))


def _mine(person: Person) -> list[int | None]:
    """Whose cases are this officer's to look after: the own ones, and those of whom they stand in for now."""
    return [person.account_id, *absence.stands_in_for(person, clock.now())]


def _of_several(cases: Select[Any], officers: list[int | None], wanted: Wanted) -> list[Row[Any]]:
    """One page of several officers' cases. Each reads a page of its own piece of the index: asked for together, all
    that they have would be sorted."""
    found = [row for one in officers for row in _rows(cases.where(Case.officer_id == one), wanted)]
    return sorted(found, key=lambda row: (row.at, row.id))[: PAGE + 1]


def _cursor(last: Row[Any]) -> str:
    return f"{last.at.isoformat()}~{last.id}"


def _now() -> dict[str, datetime]:
    now = clock.now()
    return {"now": now, "soon": now + CALLED_SOON}


def _shown(person: Person, show: str, mine: list[int | None]) -> Select[Case]:
    """The cases of one show, for a query that is given `_now()`."""
    cases, due = visible(person), _due(person)
    if show == "closed":
        return cases.where(Case.closed_at.is_not(None))
    cases = cases.where(Case.state != State.CLOSED if person.company_id else Case.queue_at.is_not(None))
    match show:
        case "new":
            return cases.where(Case.state == State.RECEIVED, Case.officer_id.is_(None))
        case "unacknowledged":
            owing = (
                Limit.key == literal_column(f"'{Deadline.ACKNOWLEDGEMENT}'"),
                Limit.met_at.is_(None),
                Limit.stopped_at.is_(None),
            )
            return cases.join(Limit, Limit.case_id == Case.id).where(*owing)
        case "overdue":
            return cases.where(due <= NOW)
        case "soon":
            return cases.where(due > NOW, due <= SOON)
        case "alert":
            return cases.where(Case.safety_alert == true())
        case "proposals":
            theirs = Decision.proposed_by.is_(None) | (Decision.proposed_by != person.account_id)
            return cases.where(Case.id.in_(select(Decision.case_id).where(Decision.outcome.is_(None), theirs)))
        case "mine":
            return cases.where(Case.officer_id.in_(mine))
    return cases


def _lines(person: Person, cases: list[Row[Any]]) -> list[QueueLine]:
    """One query more for a whole page: what is owed next in each case, without its calendar. A company sees what it
    owes itself, and where that is nothing, what it waits for."""
    hidden = STANDING | LAPSING | hidden_from(person.side)
    zone = Limit.frozen["zone"].as_string().label("zone")
    query = select(Limit.case_id, Limit.key, Limit.owed_by, Limit.due_on, Limit.due_at, Limit.missed_at, zone).where(
        Limit.case_id.in_([case.id for case in cases]),
        Limit.met_at.is_(None),
        Limit.stopped_at.is_(None),
        Limit.key.not_in(hidden),
    )
    nearest: dict[str, Row[Any]] = {}
    first = [Limit.owed_by != COMPANY] if person.company_id else []
    for limit in db.session.execute(query.order_by(*first, Limit.due_at, Limit.id)):
        nearest.setdefault(limit.case_id, limit)
    titles = {key: str(deadlines.timetable().kinds[key].words) for key in {limit.key for limit in nearest.values()}}
    return [_line(case, nearest.get(case.id), titles) for case in cases]


def _line(case: Row[Any], limit: Row[Any] | None, titles: dict[str, str]) -> QueueLine:
    if limit is None:
        return QueueLine(case, "", "", None, None, "", 0, False)
    days_left = (limit.due_on - clock.today(limit.zone)).days
    overdue = limit.missed_at is not None or limit.due_at <= clock.now()
    due = (limit.due_on, limit.due_at, limit.zone)
    return QueueLine(case, titles[limit.key], limit.owed_by, *due, days_left, overdue)


def counts(person: Person, shows: tuple[str, ...]) -> dict[str, int]:
    """How many cases each of these shows has, up to `MOST` + 1: one query for all."""
    without_keys = Person(
        person.role, person.account_id, party_id=person.party_id, company_id=person.company_id, case_id=person.case_id
    )
    query = _counting(without_keys, shows, tuple(_mine(person)) if "mine" in shows else ())
    return dict(zip(shows, db.session.execute(query, _now()).one(), strict=True)) if shows else {}


@lru_cache(256)
def _counting(person: Person, shows: tuple[str, ...], mine: tuple[int | None, ...]) -> Select[Any]:
    """Kept, because to build it takes longer than to ask it. `person`: who they are, without keys."""
    some = [_shown(person, name, [*mine]).with_only_columns(Case.id).limit(MOST + 1).subquery() for name in shows]
    return select(*[select(func.count()).select_from(one).scalar_subquery() for one in some])


def choices(person: Person) -> dict[str, list[tuple[Any, str]]]:
    """What the filters of an officer's queue may name."""
    staff = select(Account.id, Account.name).where(
        Account.role.in_(SECRETARIAT_ROLES), Account.status == AccountStatus.ACTIVE
    )
    return {
        "company": [
            (c.id, c.name) for c in db.session.execute(select(Company.id, Company.name).order_by(Company.name))
        ],
        "officer": [(a.id, a.name) for a in db.session.execute(staff.order_by(Account.name))],
        "state": [(state.value, state.value) for state in State if state in OPEN_STATES],
        "severity": [(severity.value, severity.value) for severity in Severity],
    }
