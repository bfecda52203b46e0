"""What an office reports of its work, from its cases and their record: volume, time, lateness, remedies, retaliation.

Of a period; as of the moment at which it is asked. No case, no person and no word is in it: numbers and names of lists
alone. Cases of old registers are counted apart, because they were not handled by this procedure, and the case of the
drills is nobody's.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, func, select

from grievance import clock
from grievance.access import OF_SOMEBODY, Person
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import beginning_of
from grievance.deadlines.kinds import LAPSING, Deadline
from grievance.extensions import Label, db
from grievance.models.case import OPEN_STATES, Case, Channel, State
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.people import Account, Company
from grievance.models.sides import COMPANY, OF_THE_OFFICE
from grievance.models.writing import Remedy, RemedyStatus
from grievance.reports.one_incident import how_many
from grievance.workflow.procedure import ROWS


@dataclass(frozen=True)
class Period:
    """Both days are in it, by the office's clock. `company_id`: of one company alone."""

    first: date
    last: date
    company_id: int | None = None

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """From the first, and before the second."""
        zone = clock.office_zone()
        return beginning_of(self.first, zone), beginning_of(self.last + timedelta(days=1), zone)


@dataclass(frozen=True)
class Took:
    """Days between two happenings, of the cases in which both were: `number` of them; the middle one, and the day by
    which nine of ten were done. Both are None where there was none."""

    number: int
    median: float | None
    p90: int | None


@dataclass(frozen=True)
class Late:
    """Of the time limits that were `due`: how many were missed, and how many misses two people found to be none."""

    due: int
    missed: int
    corrected: int


@dataclass(frozen=True)
class Promised:
    """Remedies that were agreed: of these verified, disputed now, waived."""

    agreed: int
    verified: int
    disputed: int
    waived: int


@dataclass(frozen=True)
class Figures:
    """Counts are by the keys of their lists, most first; None stands for what was not said."""

    period: Period
    as_of: datetime
    received: int
    closed: int
    open_now: int
    from_registers: int
    unknown: int
    """In how many the Secretariat may not know who complains."""
    represented: int
    incidents: int
    """To how many incidents the received complaints come, each of which is one person's (`one_incident`)."""
    by: Mapping[str, Sequence[tuple[Any, int]]]
    took: Mapping[str, Took]
    late: Mapping[str, Late]
    remedies: Mapping[str, Promised]
    followed_up: int
    retaliation: int
    workload: Sequence[tuple[str, int, int]] = field(default=())


def meeting(key: Deadline) -> frozenset[str]:
    """The steps that meet a time limit: what happened when it was done."""
    return frozenset(row.step for row in ROWS if key in row.meets)


ACKNOWLEDGED = meeting(Deadline.ACKNOWLEDGEMENT)
DECIDED = meeting(Deadline.ADMISSIBILITY)
HANDED_OVER = frozenset(row.step for row in ROWS if row.hands_over)
ANSWERED = meeting(Deadline.COMPANY_RESPONSE)
CLOSED = frozenset(row.step for row in ROWS if row.target == State.CLOSED)
RETALIATION, FOLLOWED_UP = frozenset({"report_retaliation"}), meeting(Deadline.FOLLOW_UP)
TIMES = {
    "acknowledge": (frozenset({"file"}), ACKNOWLEDGED),
    "decide": (frozenset({"file"}), DECIDED),
    "answer": (HANDED_OVER, ANSWERED),
    "close": (frozenset({"file"}), CLOSED),
}
"""From the first of these to the first of those after it."""
AGREED = tuple(set(RemedyStatus) - {RemedyStatus.PROPOSED, RemedyStatus.DECLINED})


def figures(period: Period, *, workload: bool = False) -> Figures:
    """`workload`: what each officer has open, which is for the head of the office alone."""
    received = _received(period)
    own = [one for one in received if one.channel != Channel.REGISTER]
    happened = _happened(period)
    return Figures(
        period, clock.now(), len(own), _closed(period), _open(period), len(received) - len(own),
        sum(not one.known for one in own), sum(one.represented for one in own),
        how_many({one.id for one in own}),
        _lists(own),
        {name: _took(happened, *ends) for name, ends in TIMES.items()},
        _late(period), _remedies(period),
        sum(bool(FOLLOWED_UP & kinds.keys()) for kinds in happened.values()),
        sum(bool(RETALIATION & kinds.keys()) for kinds in happened.values()),
        _workload() if workload else (),
    )  # fmt: skip


def leads(person: Person) -> bool:
    """Whether this person is the head of the office, who alone sees what each officer has."""
    account = db.session.get(Account, person.account_id)
    return account is not None and account.head


def known_companies() -> list[tuple[int, str]]:
    """Of which company alone figures can be asked for: number and name, by name."""
    query = select(Company.id, Company.name).order_by(Company.name)
    return [(number, name) for number, name in db.session.execute(query)]


# --- which cases -------------------------------------------------------------------------------------------


def _of(period: Period) -> list[ColumnElement[bool]]:
    """The cases that were received in it."""
    first, after = period.moments
    found = [Case.received_at >= first, Case.received_at < after, OF_SOMEBODY]
    return found + ([Case.company_id == period.company_id] if period.company_id else [])


_OWN = Case.channel != Channel.REGISTER


def _received(period: Period) -> Sequence[Row[Any]]:
    return db.session.execute(
        select(
            Case.id, Case.channel, Case.country, Case.language, Company.name.label("company"), Case.severity,
            Case.topics, Case.closing_reason.label("reason"), Case.known_to_secretariat.label("known"),
            Case.represented,
        ).outerjoin(Company, Company.id == Case.company_id).where(*_of(period))
    ).all()  # fmt: skip


def _closed(period: Period) -> int:
    """Whenever they were received."""
    first, after = period.moments
    whose = [Case.company_id == period.company_id] if period.company_id else []
    query = select(func.count()).select_from(Case)
    return _number(query.where(Case.closed_at >= first, Case.closed_at < after, OF_SOMEBODY, _OWN, *whose))


def _open(period: Period) -> int:
    return _number(select(func.count()).select_from(Case).where(*_of(period), _OWN, Case.state.in_(OPEN_STATES)))


def _number(query: Select[int]) -> int:
    return db.session.scalar(query) or 0


def _lists(cases: Sequence[Row[Any]]) -> dict[str, Sequence[tuple[Any, int]]]:
    """How many there are of each: of topics a case can have several, an ending only what is closed has."""
    found = {name: _counted(cases, name) for name in ("channel", "country", "language", "company", "severity")}
    found["reason"] = _most(Counter(one.reason for one in cases if one.reason))
    found["topic"] = _most(Counter(topic for one in cases for topic in one.topics))
    return {**found}


def _counted(cases: Iterable[Row[Any]], name: str) -> list[tuple[Any, int]]:
    return _most(Counter(getattr(one, name) for one in cases))


def _most(counted: Counter[Any]) -> list[tuple[Any, int]]:
    """The most frequent first; of the same number by name, what was not said at the end."""
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0] is None, str(pair[0])))


# --- how long, how late ------------------------------------------------------------------------------------

Happened = dict[str, dict[str, datetime]]
"""By case and kind of event, when the first one was."""


def _happened(period: Period) -> Happened:
    asked = frozenset().union(*(kinds for ends in TIMES.values() for kinds in ends), RETALIATION, FOLLOWED_UP)
    query = (
        select(Event.case_id, Event.kind, func.min(Event.happened_at))
        .join(Case, Case.id == Event.case_id)
        .where(*_of(period), _OWN, Event.kind.in_(sorted(asked)), Event.case_id.is_not(None))
        .group_by(Event.case_id, Event.kind)
    )
    found: Happened = {}
    for case_id, kind, at in db.session.execute(query):
        found.setdefault(str(case_id), {})[kind] = at
    return found


def _took(happened: Happened, begins: Collection[str], ends: Collection[str]) -> Took:
    days = sorted(
        (clock.office_day(done) - clock.office_day(begun)).days
        for kinds in happened.values()
        if (begun := _first(kinds, begins)) and (done := _first(kinds, ends)) and done >= begun
    )
    if not days:
        return Took(0, None, None)
    return Took(len(days), median(days), days[ceil(0.9 * len(days)) - 1])


def _first(kinds: Mapping[str, datetime], among: Collection[str]) -> datetime | None:
    return min((at for kind, at in kinds.items() if kind in among), default=None)


def _late(period: Period) -> dict[str, Late]:
    """What was due in the period, by the side that owed it, and of the office by what was owed: met, or missed. A
    right that lapses is nobody's duty."""
    whose = [Case.company_id == period.company_id] if period.company_id else []
    missed, corrected = Limit.missed_at.is_not(None), Limit.corrected_at.is_not(None)
    query = (
        select(Limit.owed_by, Limit.key, func.count(), func.count(case((missed, 1))), func.count(case((corrected, 1))))
        .join(Case, Case.id == Limit.case_id)
        .where(
            Limit.due_on.between(period.first, period.last), Limit.met_at.is_not(None) | missed,
            Limit.key.not_in(LAPSING), OF_SOMEBODY, _OWN, *whose,
        )
        .group_by(Limit.owed_by, Limit.key)
    )  # fmt: skip
    found: dict[str, list[int]] = {}
    for owed_by, key, *numbers in db.session.execute(query):
        office = owed_by in OF_THE_OFFICE
        names = ("office", key) if office else ((COMPANY,) if owed_by == COMPANY else ())
        for name in names:
            found[name] = [a + b for a, b in zip(found.get(name, (0, 0, 0)), numbers, strict=True)]
    return {name: Late(due, missed - corrected, corrected) for name, (due, missed, corrected) in found.items()}


def owed(key: str) -> Label:
    """What a time limit of the office asks for."""
    return deadlines.timetable().kinds[key].words


def _remedies(period: Period) -> dict[str, Promised]:
    def those(status: RemedyStatus) -> ColumnElement[int]:
        return func.count(case((Remedy.status == status, 1)))

    query = (
        select(
            Remedy.kind, func.count(), those(RemedyStatus.VERIFIED), those(RemedyStatus.DISPUTED),
            those(RemedyStatus.WAIVED),
        )
        .join(Case, Case.id == Remedy.case_id)
        .where(*_of(period), _OWN, Remedy.status.in_(AGREED))
        .group_by(Remedy.kind)
    )  # fmt: skip
    return {kind.value: Promised(*numbers) for kind, *numbers in db.session.execute(query)}


def _workload() -> list[tuple[str, int, int]]:
    """Of each officer how many cases are open, and in how many something is overdue."""
    overdue = func.count(case((Case.queue_at <= clock.now(), 1)))
    query = (
        select(Account.name, func.count(), overdue)
        .join(Case, Case.officer_id == Account.id)
        .where(Case.state.in_(OPEN_STATES), OF_SOMEBODY)
        .group_by(Account.id, Account.name)
        .order_by(Account.name)
    )
    return [(name, number, late) for name, number, late in db.session.execute(query)]
