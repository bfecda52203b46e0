"""What an office reports of its work, from the record: volume, time, lateness, remedies, retaliation.

Of a period, as it stood at the end of a day. No case, no person and no word is in it: numbers and names of lists alone.
Cases of old registers are counted apart, because they were not handled by this procedure, and the case of the drills is
nobody's. What each officer has open is of now, for the head of the office alone, and follows from the desk's rows; so
does the number of incidents, which is left out of figures as of an earlier day.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from statistics import median
from typing import Any

from sqlalchemy import case, func, select

from grievance import clock
from grievance.access import OF_SOMEBODY
from grievance.deadlines import rows as deadlines
from grievance.extensions import Label, db
from grievance.models.case import OPEN_STATES, Case, State
from grievance.models.people import Account, Company
from grievance.models.sides import COMPANY, OF_THE_OFFICE
from grievance.models.writing import RemedyStatus
from grievance.reports import told_cases
from grievance.reports.one_incident import how_many
from grievance.reports.told_cases import ACKNOWLEDGED, ANSWERED, CLOSING, DECIDED, HANDED_OVER, Duty, Told
from grievance.workflow.events import FILED


@dataclass(frozen=True)
class Period:
    """Both days are in it, by the office's clock. `company_id`: of one company alone. `as_of`: as it stood at the end
    of this day; None: now."""

    first: date
    last: date
    company_id: int | None = None
    as_of: date | None = None

    def has(self, day: date | None) -> bool:
        return day is not None and self.first <= day <= self.last


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
class Taken:
    """Cases of old registers, which are in no other figure. `late`: of which the register said so, by its own rule."""

    number: int
    still_open: int
    late: int
    by_company: Sequence[tuple[int | None, int]]


@dataclass(frozen=True)
class Figures:
    """Counts are by the keys of their lists, most first; None stands for what was not said. A company's key is its
    number, `companies` has the names."""

    period: Period
    as_of: date
    received: int
    closed: int
    open_then: int
    from_registers: Taken
    unknown: int
    """In how many the Secretariat may not know who complains."""
    represented: int
    incidents: int | None
    """To how many incidents the received complaints come, each of which is one person's (`one_incident`). Of now,
    from the desk's rows, and in no recount: None as of an earlier day."""
    by: Mapping[str, Sequence[tuple[Any, int]]]
    took: Mapping[str, Took]
    late: Mapping[str, Late]
    remedies: Mapping[str, Promised]
    asked: int
    """In how many somebody was asked whether there was retaliation."""
    retaliation: int
    companies: Mapping[int, str]
    workload: Sequence[tuple[str, int, int]] = field(default=())


FILED_BY = frozenset({FILED.kind})
TIMES = {
    "acknowledge": (FILED_BY, ACKNOWLEDGED),
    "decide": (FILED_BY, DECIDED),
    "answer": (HANDED_OVER, ANSWERED),
    "close": (FILED_BY, CLOSING),
}
"""From the first of these to the first of those after it."""
AGREED = frozenset(RemedyStatus) - {RemedyStatus.PROPOSED, RemedyStatus.DECLINED}
LISTS = ("channel", "country", "language", "company", "severity")


def figures(period: Period, *, workload: bool = False) -> Figures:
    """`workload`: what each officer has open, which is for the head of the office alone."""
    as_of = min(period.as_of or clock.office_today(), clock.office_today())
    mine = [one for one in told_cases.told(as_of) if _is_of(period, one) and _counts(period, one)]
    received = [one for one in mine if period.has(one.received_on)]
    each = [one for one in received if one.own]
    own = [one for one in each if period.company_id or not one.part]  # about several companies, it is one complaint
    closed = [one for one in mine if period.company_id or not one.part]
    return Figures(
        period, as_of, len(own), sum(one.own and period.has(one.closed_on) for one in closed),
        sum(one.state in OPEN_STATES for one in own), _taken([one for one in received if not one.own]),
        sum(not one.says["known"] for one in own), sum(bool(one.says["represented"]) for one in own),
        how_many({one.case_id for one in own}) if as_of == clock.office_today() else None,
        {**_lists(own), "company": _most(Counter(one.says["company"] for one in each))},
        {name: _took(each, *ends) for name, ends in TIMES.items()},
        _late(duty for one in mine if one.own for duty in one.duties if period.has(duty.due_on)),
        _remedies(each), sum(one.asked for one in each), sum(one.retaliated for one in each),
        dict(known_companies()), _workload() if workload else (),
    )  # fmt: skip


def known_companies() -> list[tuple[int, str]]:
    """Of which company alone figures can be asked for: number and name, by name."""
    query = select(Company.id, Company.name).order_by(Company.name)
    return [(number, name) for number, name in db.session.execute(query)]


def _is_of(period: Period, one: Told) -> bool:
    return period.company_id is None or one.says["company"] == period.company_id


def _taken(cases: Sequence[Told]) -> Taken:
    still_open = sum(one.state in OPEN_STATES for one in cases)
    companies = _most(Counter(one.says["company"] for one in cases))
    return Taken(len(cases), still_open, sum(one.said_late for one in cases), companies)


def _counts(period: Period, one: Told) -> bool:
    """Whether anything of it is of the period; what is not is not kept in memory."""
    if period.has(one.received_on):
        return True
    return one.own and (period.has(one.closed_on) or any(period.has(duty.due_on) for duty in one.duties))


def _lists(cases: Sequence[Told]) -> dict[str, Sequence[tuple[Any, int]]]:
    """How many there are of each: of topics a case can have several, an ending only what is closed has."""
    found: dict[str, Sequence[tuple[Any, int]]] = {
        name: _most(Counter(one.says[name] for one in cases)) for name in LISTS
    }
    found["reason"] = _most(Counter(one.says["reason"] for one in cases if one.state == State.CLOSED))
    found["topic"] = _most(Counter(topic for one in cases for topic in one.says["topics"] or ()))
    return found


def _most(counted: Counter[Any]) -> list[tuple[Any, int]]:
    """The most frequent first; of the same number by name, what was not said at the end."""
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0] is None, str(pair[0])))


# --- how long, how late ------------------------------------------------------------------------------------


def _took(cases: Iterable[Told], begins: Collection[str], ends: Collection[str]) -> Took:
    days = sorted(number for one in cases if (number := days_between(one, begins, ends)) is not None)
    if not days:
        return Took(0, None, None)
    return Took(len(days), median(days), days[ceil(0.9 * len(days)) - 1])


def days_between(one: Told, begins: Collection[str], ends: Collection[str]) -> int | None:
    """From the first of these happenings to the first of those; None where one of them was not."""
    begun, done = _first(one, begins), _first(one, ends)
    return (done - begun).days if begun and done and done >= begun else None


def _first(one: Told, among: Collection[str]) -> date | None:
    return min((day for kind, day in one.first.items() if kind in among), default=None)


def _late(duties: Iterable[Duty]) -> dict[str, Late]:
    """What was due in the period, by the side that owed it, and of the office by what was owed: met, or missed. A
    right that lapses is nobody's duty."""
    found: dict[str, list[int]] = {}
    for duty in duties:
        office = duty.owed_by in OF_THE_OFFICE
        for name in ("office", duty.key) if office else (COMPANY,):
            numbers = found.setdefault(name, [0, 0, 0])
            for place, counts in enumerate((True, duty.missed and not duty.corrected, duty.corrected)):
                numbers[place] += counts
    return {name: Late(*numbers) for name, numbers in found.items()}


def owed(key: str) -> Label:
    """What a time limit of the office asks for."""
    return deadlines.timetable().kinds[key].words


def _remedies(cases: Iterable[Told]) -> dict[str, Promised]:
    found: dict[str, list[int]] = {}
    for kind, status in (remedy for one in cases for remedy in one.remedies.values()):
        if status in AGREED:
            numbers = found.setdefault(kind, [0, 0, 0, 0])
            became = (RemedyStatus.VERIFIED, RemedyStatus.DISPUTED, RemedyStatus.WAIVED)
            for place, counts in enumerate((True, *(status == one for one in became))):
                numbers[place] += counts
    return {kind: Promised(*numbers) for kind, numbers in found.items()}


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
