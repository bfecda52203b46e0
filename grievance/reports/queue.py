"""Queues: what waits for somebody: first what is new for them, then by when it is due.

Nothing is decrypted for a list but the first words of a page of it (`reports.first_words`). No list or count grows with
the number of cases: each reads one page, or a few hundred rows at most, of an index."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from grievance import clock
from grievance.access import OF_SOMEBODY, Person, visible
from grievance.accounts import beside
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import beginning_of
from grievance.deadlines.kinds import CALLED_SOON, LAPSING, STANDING, Deadline
from grievance.desk.new_marks import looks_after, marked, rank_for, readers
from grievance.desk.saved_views import FILTERS
from grievance.extensions import UtcDateTime, db
from grievance.forms.choices import TAGS
from grievance.models.case import COMPANY_SHOWN, OPEN_STATES, Case, Severity, State
from grievance.models.desk import OFFICERS, PLAIN, URGENT, NewMark
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Company, Role
from grievance.models.register import LIVING
from grievance.models.sides import COMPANY
from grievance.models.writing import Decision, Outcome
from grievance.reports import queue_order
from grievance.workflow.procedure import ROWS

PAGE = 50
SORTED_BY: dict[str, Any] = {
    "closed": (Case.closed_at, Case.id),
    "unacknowledged": (Limit.due_at, Limit.case_id),
    "waits": (Case.waits_since, Case.id),
}
"""By when they are due, unless said otherwise: each show has an index in its own order."""
MOST = 200
"""A count beyond this is shown as "more than"."""
COLUMNS = (
    Case.id, Case.reference, Case.topics, Case.safety_alert, Case.waits_since, Case.suspended, Case.withdrawn_at,
    Case.severity, Case.language, Case.channel, Case.country, Case.received_at, Company.name.label("company"),
    Account.name.label("officer"), Case.officer_id,
)  # fmt: skip
"""What a line shows. Whole cases would take three times as long to read."""
NOW, SOON = bindparam("now", type_=UtcDateTime()), bindparam("soon", type_=UtcDateTime())
REFUSED_SINCE = bindparam("refused_since", type_=UtcDateTime())
CALLED_BACK = timedelta(days=30)
"""For so long a refused proposal stands in its author's queue; on the page of its case it stands for as long as it
could be written again."""
SHOWS = (
    "open",
    "unseen",
    "waits",
    "new",
    "unacknowledged",
    "overdue",
    "soon",
    "alert",
    "proposals",
    "refused",
    "mine",
    "closed",
)
_PROPOSED_BY_OFFICERS = tuple(row for row in ROWS if Role.OFFICER in row.who)
FOR_COMPANIES = ("open", "unseen", "overdue", "soon", "closed")
"""The others, and most filters, would tell a company what is kept from it: an alert, a proposal, how grave it is."""
NEW_FIRST = ("open", "mine", "unseen")
"""These begin with what is new for whoever looks, of closed cases too: urgent before all, then the longest unseen. An
open safety alert of their own cases stays among the urgent ones until it is lifted."""


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


@dataclass(frozen=True)
class Queue:
    """`after`: where the next page begins; empty on the last. `before`: where the one before it ends; empty on the
    first. `first`: as the how manieth its first line stands, from 1, as far as that is known when a page is turned."""

    lines: list[QueueLine]
    after: str
    before: str = ""
    first: int = 1


@dataclass(frozen=True)
class Wanted:
    """What an address of the queue asks for. Whatever it says that is not understood is left out."""

    show: str = "open"
    company: int | None = None
    officer: int | None = None
    state: str = ""
    severity: str = ""
    tag: str = ""
    order: str = queue_order.NEW_FIRST
    after: str = ""
    before: str = ""
    passed: int = 0
    """How many cases the pages before this one showed, as the address says."""

    @property
    def address(self) -> dict[str, str]:
        """What of it an address or a form of the queue carries on: its filters, without the place of a page."""
        said = {name: str(getattr(self, name) or "") for name in FILTERS}
        return {name: value for name, value in said.items() if value}

    @property
    def sorted(self) -> queue_order.Order | None:
        """By what it is sorted anew; None where an index has it in its order."""
        return queue_order.ORDERS.get(self.order)

    @property
    def new_first(self) -> bool:
        return self.show in NEW_FIRST and self.order not in (queue_order.BY_DUE, *queue_order.ORDERS)

    def for_company(self) -> "Wanted":
        """What of it a company may ask for."""
        show = self.show if self.show in FOR_COMPANIES else "open"
        return Wanted(show, state=self.state, after=self.after, before=self.before, passed=self.passed)


def queue(person: Person, wanted: Wanted, mine: list[int | None] | None = None) -> Queue:
    """One page of the cases that this person may see, what is new for them first, then by when it is due; closed ones,
    the newest first. `mine`: `looks_after` of this person, where the caller knows it already."""
    wanted = wanted.for_company() if person.company_id else wanted
    asked = Asked(
        _without_keys(person), replace(wanted, after="", before="", passed=0), tuple(mine or looks_after(person)),
        back=bool(wanted.before),
    )  # fmt: skip
    rows = _rows(asked, wanted.before or wanted.after)
    if asked.back and len(rows) <= PAGE:  # it is the first page, whole
        return queue(person, replace(wanted, before="", after="", passed=0), mine)
    here = rows[:PAGE][::-1] if asked.back else rows[:PAGE]
    passed = max(wanted.passed - PAGE, 0) if asked.back else wanted.passed
    before = _cursor(asked, here[0]) if here and (asked.back or wanted.after) else ""
    after = _cursor(asked, here[-1]) if here and (asked.back or len(rows) > PAGE) else ""
    return Queue(_lines(person, here), after, before, passed + 1)


def _rows(asked: "Asked", place: str) -> list[Row[Any]]:
    """One page and one more, from a place on, the nearest first."""
    if asked.wanted.sorted:
        return _sorted(asked, asked.wanted.sorted, place)
    return _new_first(asked, place) if asked.wanted.new_first else _due_next(asked, place)


def _sorted(asked: "Asked", order: queue_order.Order, place: str) -> list[Row[Any]]:
    values = queue_order.place_of(order, place) if place else None
    cases = _asking_sorted(asked, values is not None, PAGE)
    return list(db.session.execute(cases, _now(asked.person) | (values or {})))


@lru_cache(256)
def _asking_sorted(asked: "Asked", goes_on: bool, page: int) -> Select[Any]:
    order = asked.wanted.sorted or queue_order.ORDERS["day"]
    cases = _filtered(asked.person, _all_shown(asked), asked.wanted)
    lines = _line_of(asked, cases, literal(None, Integer()).label("rank"), Case.received_at.label("at"))
    return queue_order.turned(lines, order, goes_on=goes_on, back=asked.back).limit(page + 1)


@dataclass(frozen=True)
class Asked:
    """By what the statements of a queue are kept: to build one takes longer than to ask it. `person`: who they are,
    without keys; `wanted` without its place; `mine`: whose cases they look after."""

    person: Person
    wanted: Wanted
    mine: tuple[int | None, ...]
    back: bool = False
    """Whether the page before a place is read: in the same order, from its end."""

    @property
    def whose(self) -> list[str]:
        """The marks that they see; among their own cases the desk's are none, and would be read for nothing."""
        found = readers(self.person, self.mine)
        return [one for one in found if one != OFFICERS] if self.wanted.show == "mine" else found

    @property
    def waiting_for(self) -> tuple[int | None, ...]:
        """From whom she waits for a word that it is theirs to give: nobody's case is each officer's."""
        return self.mine if self.wanted.show == "mine" else (*self.mine, None)

    @property
    def of_office(self) -> bool:
        return self.person.role in SECRETARIAT_ROLES


def _without_keys(person: Person) -> Person:
    return Person(
        person.role, person.account_id, party_id=person.party_id, company_id=person.company_id,
        case_id=person.case_id, zone=person.zone,
    )  # fmt: skip


def _filtered(person: Person, cases: Select[Any], wanted: Wanted) -> Select[Any]:
    for column, value in ((Case.company_id, wanted.company), (Case.officer_id, wanted.officer)):
        if value is not None:
            cases = cases.where(column == value)
    if wanted.state in set(State):
        shown = COMPANY_SHOWN if person.company_id else Case.state
        cases = cases.where(shown == State(wanted.state))
    if wanted.severity in set(Severity):
        cases = cases.where(Case.severity == Severity(wanted.severity))
    if wanted.tag in dict(TAGS):
        cases = cases.where(cast(Case.topics, String).contains(f'"{wanted.tag}"', autoescape=True))
    return cases


def _line_of(asked: Asked, cases: Select[Any], *more: Any) -> Select[Any]:
    """What a line shows of each of these cases."""
    state = COMPANY_SHOWN.label("state") if asked.person.company_id else Case.state
    cases = cases.with_only_columns(*COLUMNS, state, rank_for(asked.whose).label("mark"), *more)
    return cases.outerjoin(Company, Case.company_id == Company.id).outerjoin(Account, Case.officer_id == Account.id)


# --- what is new, first ------------------------------------------------------------------------------------

NEW = "new~"
"""With what the address of a page begins that goes on among what is new."""


def _new_first(asked: Asked, after: str) -> list[Row[Any]]:
    """A page of what is new, and as far as that leaves room of all the others, each where it is due. A case stands in
    one of the two alone, so that a page that is turned shows it once."""
    new = after.startswith(NEW) or _moment(after)[0] is None
    if asked.back:
        rows = [] if new else _due_next(asked, after)
        return (rows + _new(asked, after if new else ""))[: PAGE + 1] if len(rows) <= PAGE else rows
    rows = _new(asked, after) if new else []
    if len(rows) > PAGE or asked.wanted.show == "unseen":
        return rows
    return (rows + _due_next(asked, "" if new else after))[: PAGE + 1]


def _new(asked: Asked, after: str) -> list[Row[Any]]:
    rank, _tilde, place = after.removeprefix(NEW).partition("~")
    begin, last = _moment(place)
    values = {"begin": begin, "last": last, "rank": int(rank == str(PLAIN))} if begin else {}
    found = db.session.execute(_asking_new(asked, begin is not None, PAGE), values).all()
    once = {row.id: row for row in (found if asked.back else reversed(found))}
    return sorted(once.values(), key=lambda row: (row.rank, row.at, row.id), reverse=asked.back)[: PAGE + 1]


class Turn(NamedTuple):
    """Whether a page goes on from a place, and whether it is the one before it."""

    goes_on: bool
    back: bool

    def by(self, *columns: Any) -> tuple[Any, ...]:
        return tuple(column.desc() for column in columns) if self.back else columns


@lru_cache(256)
def _asking_new(asked: Asked, goes_on: bool, page: int) -> Select[Any]:
    """Each reader's marks are a piece of an index in their order, and so are each officer's cases in which she waits
    for a word: a page of each is read, and these few are sorted."""
    cases = _filtered(asked.person, visible(asked.person), asked.wanted)
    cases = cases.where(_works_on(asked.person, asked.mine)) if asked.wanted.show == "mine" else cases
    turn = Turn(goes_on, asked.back)
    pieces = [_marked_for(cases, one, turn, page) for one in asked.whose]
    if asked.wanted.show != "unseen" and asked.of_office:
        hers = cases.where(not_(marked(asked.whose)))
        pieces += [_waiting(hers, one, turn, page) for one in asked.waiting_for]
        pieces += [_alerts(hers, one, turn, page) for one in asked.waiting_for]
    every = union_all(*[select(piece.subquery()) for piece in pieces]).subquery()
    first = select(every).order_by(*turn.by(every.c.rank, every.c.at, every.c.id)).limit(2 * page).subquery()
    return _line_of(asked, select(Case).join(first, first.c.id == Case.id), first.c.rank, first.c.at)


def _marked_for(cases: Select[Any], reader: str, turn: Turn, page: int) -> Select[Any]:
    cases = cases.join(NewMark, NewMark.case_id == Case.id).where(NewMark.reader == reader)
    return _piece(cases, (NewMark.rank, NewMark.since, NewMark.case_id), turn, page)


BESIDE = 0
"""In place of an officer's number, which begin at 1: the cases on which whoever looks is beside."""


def _works_on(person: Person, mine: Sequence[int | None]) -> ColumnElement[bool]:
    """Their own cases, those of whom they stand in for, and those on which they themselves are beside."""
    return or_(Case.officer_id.in_(mine), Case.id.in_(beside.cases_of(person.account_id)))


def _whose(officer: int | None) -> ColumnElement[bool]:
    return Case.officer_id.is_(None) if officer is None else Case.officer_id == officer


def _alerts(cases: Select[Any], officer: int | None, turn: Turn, page: int) -> Select[Any]:
    """Those that were looked at, and in which she waits for no word: whoever is in danger does not sink."""
    open_ones = (Case.safety_alert == true(), Case.waits_since.is_(None), Case.queue_at.is_not(None))
    alerts = cases.where(_whose(officer), *open_ones)
    return _piece(alerts, (literal(URGENT, Integer()), Case.queue_at, Case.id), turn, page)


def _waiting(cases: Select[Any], officer: int | None, turn: Turn, page: int) -> Select[Any]:
    rank = case((Case.safety_alert == true(), URGENT), else_=PLAIN)
    hers = cases.where(_whose(officer), Case.waits_since.is_not(None))
    return _piece(hers, (rank, Case.waits_since, Case.id), turn, page)


def _piece(cases: Select[Any], order: tuple[Any, Any, Any], turn: Turn, page: int) -> Select[Any]:
    if turn.goes_on:
        here, there = tuple_(*order), tuple_(bindparam("rank", type_=Integer()), *BEGINS)
        cases = cases.where(here < there if turn.back else here > there)
    named = [column.label(name) for column, name in zip(order, ("rank", "at", "id"), strict=True)]
    return cases.with_only_columns(*named).order_by(*turn.by(*order)).limit(page + 1)


def _not_new(asked: Asked) -> list[ColumnElement[bool]]:
    """What stands in no piece of what is new: it has no mark for whoever looks, no open safety alert, and she waits for
    no word from them, nor from nobody in particular."""
    found: list[ColumnElement[bool]] = [not_(marked(asked.whose))]
    if asked.of_office:
        theirs = or_(Case.officer_id.in_([one for one in asked.mine if one]), Case.officer_id.is_(None))
        alert = (Case.safety_alert == true()) & Case.queue_at.is_not(None)
        found.append(not_((Case.waits_since.is_not(None) | alert) & theirs))
    return found


def _moment(after: str) -> tuple[datetime | None, str]:
    """The moment and the case after which a page begins; no moment where the address says none."""
    at, _tilde, row_id = after.partition("~")
    try:
        begin = datetime.fromisoformat(at) if at else None
        return (begin.astimezone(UTC) if begin and begin.tzinfo else None), row_id
    except (ValueError, OverflowError):
        return None, row_id


# --- by when it is due -------------------------------------------------------------------------------------


def _due(person: Person) -> Any:
    """By when a case is sorted and counted: a company's by what it owes itself, or it would tell of what others do;
    last come those in which it owes nothing."""
    return _OWED_BY_COMPANY if person.company_id else Case.queue_at


_OWED_BY_COMPANY = func.coalesce(
    select(func.min(Limit.due_at))
    .where(
        Limit.case_id == Case.id,
        Limit.met_at.is_(None),
        Limit.stopped_at.is_(None),
        Limit.owed_by == COMPANY,
        Limit.paused_at.is_(None),
    )
    .scalar_subquery(),
    literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime()),
    type_=UtcDateTime(),
)


BEGINS = (bindparam("begin", type_=UtcDateTime()), bindparam("last", type_=String()))
"""The moment and the case after which a page begins."""


def _due_next(asked: Asked, after: str) -> list[Row[Any]]:
    """The cases of one page, each with the moment `at` that it is sorted by, and one more where there is a next one. Of
    several officers' cases each reads a page of its own piece of the index: asked for together, all that they have
    would be sorted."""
    begin, last = _moment(after)
    values: dict[str, Any] = _now(asked.person) | ({"begin": begin, "last": last} if begin else {})
    officers = (*asked.mine, BESIDE) if asked.wanted.show == "mine" else (None,)
    pages = [_asking(asked, officer, begin is not None, PAGE) for officer in officers]
    found = [row for page in pages for row in db.session.execute(page, values)]
    return found if len(pages) == 1 else sorted(found, key=lambda row: (row.at, row.id), reverse=asked.back)[: PAGE + 1]


@lru_cache(256)
def _asking(asked: Asked, officer: int | None, goes_on: bool, page: int) -> Select[Any]:
    show, falls = asked.wanted.show, (asked.wanted.show == "closed") != asked.back
    column, row_id = SORTED_BY.get(show, (_due(asked.person), Case.id))
    cases = _filtered(asked.person, _shown(asked.person, show, [*asked.mine]), asked.wanted)
    cases = cases.where(*_not_new(asked)) if asked.wanted.new_first else cases
    if officer == BESIDE:
        led = Case.officer_id.in_([one for one in asked.mine if one])
        cases = cases.where(Case.id.in_(beside.cases_of(asked.person.account_id)), or_(Case.officer_id.is_(None), ~led))
    elif officer is not None:
        cases = cases.where(Case.officer_id == officer)
    if goes_on:
        place, begins = tuple_(column, row_id), tuple_(*BEGINS)
        cases = cases.where(place < begins if falls else place > begins)
    order = (column.desc(), row_id.desc()) if falls else (column, row_id)
    nothing_new = literal(None, Integer()).label("rank")
    return _line_of(asked, cases, nothing_new, column.label("at")).order_by(*order).limit(page + 1)


def _cursor(asked: Asked, last: Row[Any]) -> str:
    if asked.wanted.sorted:
        return str(last.id)
    place = f"{last.at.isoformat()}~{last.id}"
    return place if last.rank is None else f"{NEW}{last.rank}~{place}"


def _now(person: Person) -> dict[str, datetime]:
    """Soon is by the days of the reader, as the lines count: what is due in 3 days is until the end of that day."""
    now, zone = clock.now(), clock.reader_zone(person.zone)
    soon = beginning_of(clock.day(now, zone) + CALLED_SOON + timedelta(days=1), zone)
    return {"now": now, "soon": soon, "refused_since": now - CALLED_BACK}


def _shown(person: Person, show: str, mine: list[int | None]) -> Select[Case]:
    """The cases of one show, for a query that is given `_now(person)`."""
    cases, due = visible(person), _due(person)
    if show == "closed":
        return cases.where(Case.closed_at.is_not(None), OF_SOMEBODY)
    if show == "unseen":
        return cases.where(Case.id.in_(select(NewMark.case_id).where(NewMark.reader.in_(readers(person, mine)))))
    if show == "waits":
        return cases.where(Case.waits_since.is_not(None))
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
        case "refused":
            return cases.where(Case.id.in_(_refused(person)))
        case "mine":
            return cases.where(_works_on(person, mine))
    return cases


def _refused(person: Person) -> Select[Any]:
    """Cases in which this person proposed what was refused, and in which it still can be done and was not since."""
    there, later = aliased(Case), aliased(Decision)
    since = exists().where(
        later.case_id == Decision.case_id, later.step == Decision.step, later.proposed_at > Decision.proposed_at
    )
    possible = [and_(Decision.step == row.step, there.state.in_(row.source)) for row in _PROPOSED_BY_OFFICERS]
    return (
        select(Decision.case_id)
        .join(there, there.id == Decision.case_id)
        .where(
            Decision.outcome == literal_column(f"'{Outcome.REFUSED}'"), Decision.proposed_by == person.account_id,
            Decision.decided_at > REFUSED_SINCE, or_(*possible), ~since,
        )
    )  # fmt: skip


def _lines(person: Person, cases: list[Row[Any]]) -> list[QueueLine]:
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


def counts(person: Person, shows: tuple[str, ...], mine: list[int | None] | None = None) -> dict[str, int]:
    """How many cases each of these shows has, up to `MOST` + 1: one query for all. `mine`: as of `queue`."""
    query = _counting(_without_keys(person), shows, tuple(mine or looks_after(person)))
    return dict(zip(shows, db.session.execute(query, _now(person)).one(), strict=True)) if shows else {}


LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
MOST_COUNTED = 10_000
"""How many cases a queue has is told up to this number; beyond it, "more than"."""


def counts_and_total(
    person: Person, shows: tuple[str, ...], wanted: Wanted, mine: list[int | None] | None = None
) -> tuple[dict[str, int], int]:
    """As `counts`, and how many cases the whole queue has that is asked for, up to `MOST_COUNTED` + 1, in one query."""
    asked = Asked(
        _without_keys(person), replace(wanted, after="", before="", passed=0), tuple(mine or looks_after(person))
    )
    *numbers, total, besides = db.session.execute(_counting_all(asked, shows), _now(person)).one()
    return dict(zip(shows, numbers, strict=True)), total + besides


@lru_cache(256)
def _counting_all(asked: Asked, shows: tuple[str, ...]) -> Select[Any]:
    cases = _filtered(asked.person, _all_shown(asked), asked.wanted)
    both = (cases, _besides(asked) if asked.wanted.new_first and asked.wanted.show != "unseen" else None)
    numbers = [literal(0) if one is None else _number_of(one) for one in both]
    return _counting(asked.person, shows, asked.mine).add_columns(*numbers)


def _all_shown(asked: Asked) -> Select[Any]:
    """The cases of the show, in no order. Closed ones are said as a piece of their index: without its order, a database
    would look at every case for them."""
    cases = _shown(asked.person, asked.wanted.show, [*asked.mine])
    return cases.where(Case.closed_at > literal(LONG_AGO, UtcDateTime())) if asked.wanted.show == "closed" else cases


def _number_of(cases: Select[Any]) -> Any:
    some = cases.with_only_columns(Case.id).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _besides(asked: Asked) -> Select[Any]:
    """Cases that stand in a queue for what is new in them alone: nothing is owed in them."""
    cases = _filtered(asked.person, visible(asked.person), asked.wanted).where(Case.queue_at.is_(None))
    found: list[Any] = [select(NewMark.case_id).where(NewMark.reader.in_(asked.whose))]
    if asked.of_office:
        waits = select(Case.id).where(Case.waits_since.is_not(None))
        found += [waits.where(_whose(one)) for one in asked.waiting_for]
    cases = cases.where(_works_on(asked.person, asked.mine)) if asked.wanted.show == "mine" else cases
    return cases.where(Case.id.in_(union_all(*found)))


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
            (c.id, c.name)
            for c in db.session.execute(select(Company.id, Company.name).where(LIVING).order_by(Company.name))
        ],
        "officer": [(a.id, a.name) for a in db.session.execute(staff.order_by(Account.name))],
        "state": [(state.value, state.value) for state in State if state in OPEN_STATES],
        "severity": [(severity.value, severity.value) for severity in Severity],
        "tag": [(key, str(text)) for key, text in TAGS],
        "order": [(key, key) for key in queue_order.KNOWN],
    }
