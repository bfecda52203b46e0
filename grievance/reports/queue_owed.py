"""What is owed in the cases of a queue: what is due next in each, what the office owes next in it, and what is late.

A duty that opens again where it was missed (`Duty.repeats`: to tell her how it stands, to decide the next move) would
look as if it had all its time once more: here it is late since the first of the days that passed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, literal, literal_column, or_, select
from sqlalchemy.orm import aliased

from grievance import clock
from grievance.access import Person
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import DUTIES, LAPSING, STANDING, Deadline
from grievance.extensions import UtcDateTime, db
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES
from grievance.models.sides import COMPANY, OF_THE_OFFICE

REPEATING = frozenset(duty.key for duty in DUTIES if duty.repeats)
NO_ACT = frozenset(duty.key for duty in DUTIES if duty.standing and (duty.any_step or duty.takes))
"""What no act of anybody's meets: how long a whole case may take, and what the clock does on its day."""
RUNS = (Limit.met_at.is_(None), Limit.stopped_at.is_(None))
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
"""Before all cases: where it is asked for what came later, a database reads a piece of an index in its order."""
UNACKNOWLEDGED = (
    Limit.key == literal_column(f"'{Deadline.ACKNOWLEDGEMENT}'"), *RUNS, Limit.due_at > literal(LONG_AGO, UtcDateTime())
)  # fmt: skip


class Owed(NamedTuple):
    """One limit as a line says it. `zone`: where its day ends."""

    title: str
    owed_by: str
    due_on: date | None
    due_at: datetime | None
    zone: str
    days_left: int
    overdue: bool
    paused: bool = False


class Both(NamedTuple):
    """`first`: what is due next in a case, as the queue is sorted; `office`: what the office owes next, where that is
    another. Each None where there is none."""

    first: Owed | None = None
    office: Owed | None = None


def owed_in(person: Person, case_ids: Sequence[str]) -> dict[str, Both]:
    """By case, in one statement for all of them, without their calendars. A company sees what it owes itself, and where
    that is nothing, what it waits for."""
    of_office = person.role in SECRETARIAT_ROLES
    by_case: dict[str, list[Row[Any]]] = {}
    query = _asking(person.side, of_office, person.company_id is not None)
    for limit in db.session.execute(query, {"cases": list(case_ids)}):
        by_case.setdefault(limit.case_id, []).append(limit)
    return {case_id: _both(limits, of_office=of_office) for case_id, limits in by_case.items()}


@cache
def _asking(side: str, of_office: bool, of_company: bool) -> Any:
    zones = (Limit.frozen[name].as_string().label(name) for name in ("zone", "ends"))
    columns = (
        Limit.case_id, Limit.key, Limit.owed_by, Limit.due_on, Limit.due_at, Limit.missed_at, Limit.paused_at,
        Limit.opened_at, Limit.stopped_at, *zones,
    )  # fmt: skip
    passed_over = NO_ACT if of_office else STANDING
    runs = and_(*RUNS, Limit.key.not_in(passed_over | LAPSING))
    wanted = or_(runs, _was_missed(Limit)) if of_office else runs
    query = select(*columns).where(
        Limit.case_id.in_(bindparam("cases", expanding=True)), wanted, *deadlines.not_kept_from(side)
    )
    first = [Limit.owed_by != COMPANY] if of_company else []
    return query.order_by(*first, Limit.paused_at.is_not(None), Limit.due_at, Limit.id)


def _was_missed(limit: Any, keys: Collection[str] = REPEATING) -> ColumnElement[bool]:
    """One that was missed, after which the same began anew."""
    return and_(
        limit.key.in_(keys), limit.missed_at.is_not(None), limit.stopped_at.is_not(None),
        limit.corrected_at.is_(None),
    )  # fmt: skip


def _both(limits: Iterable[Row[Any]], *, of_office: bool) -> Both:
    """`limits`: of one case, in their order."""
    limits = list(limits)
    before = {(one.key, one.stopped_at): one for one in limits if one.stopped_at}
    running = [(one, _since(one, before)) for one in limits if not one.stopped_at]
    first = next((pair for pair in running if pair[0].key not in STANDING), None)
    office = [pair for pair in running if of_office and pair[0].owed_by in OF_THE_OFFICE]
    next_of_office = min(office, key=lambda pair: (pair[0].paused_at is not None, pair[1].due_at), default=None)
    return Both(
        _owed(*first) if first else None,
        _owed(*next_of_office) if next_of_office and next_of_office != first else None,
    )


def _since(limit: Row[Any], before: Mapping[tuple[str, datetime], Row[Any]]) -> Row[Any]:
    """The first one that was missed and that this one goes on from without a break, or itself."""
    while earlier := before.get((limit.key, limit.opened_at)):
        limit = earlier
    return limit


def _owed(limit: Row[Any], since: Row[Any]) -> Owed:
    paused = limit.paused_at is not None
    overdue = since.missed_at is not None or (not paused and limit.due_at <= clock.now())
    days_left = deadlines.days_left(since.due_on, since.zone, overdue)
    title, zone = str(deadlines.timetable().kinds[limit.key].words), since.ends or since.zone
    return Owed(title, limit.owed_by, since.due_on, since.due_at, zone, days_left, overdue, paused)


def passed(owed_by: Sequence[str], now: ColumnElement[Any]) -> Select[Any]:
    """The cases of what these owe and whose day is over."""
    counts = or_(Limit.paused_at.is_(None), Limit.missed_at.is_not(None))
    over = (Limit.key.not_in(NO_ACT | LAPSING), Limit.due_at <= now, counts)
    return select(Limit.case_id).where(*RUNS, Limit.owed_by.in_(sorted(owed_by)), *over)


def has_passed(owed_by: Sequence[str], now: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a case is one of them, asked of each as a value: of an `EXISTS` PostgreSQL makes a join, and reads and
    sorts all of both."""
    one: Select[Any] = (
        passed(owed_by, now).where(Limit.case_id == Case.id).with_only_columns(literal_column("1")).limit(1)
    )
    return one.correlate(Case).scalar_subquery() == literal_column("1")


def began_anew(owed_by: Sequence[str] = ()) -> Select[Any]:
    """Cases in which something began anew after it was missed, and is not done; `owed_by`: by one of these. It begins
    at what was missed, which is less than what runs."""
    return _began_anew(again_and_again(owed_by))


def each_that_began_anew(owed_by: Sequence[str] = ()) -> list[Select[Any]]:
    """The same, apart for each duty: of one alone, an index has its cases in order, and says each once without a
    sorting of all."""
    return [_began_anew([key]) for key in again_and_again(owed_by)]


def again_and_again(owed_by: Sequence[str]) -> list[str]:
    return [duty.key for duty in DUTIES if duty.repeats and (not owed_by or duty.owed_by in owed_by)]


def _began_anew(keys: Collection[str]) -> Select[Any]:
    missed = aliased(Limit)
    again = Limit.case_id == missed.case_id, Limit.key == missed.key, Limit.opened_at == missed.stopped_at
    runs = select(Limit.id).where(*again, *RUNS).correlate(missed).exists()
    return select(missed.case_id).where(_was_missed(missed, keys), runs)
