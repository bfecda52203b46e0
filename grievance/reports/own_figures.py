"""A company's own numbers: of what was handed over to it, by the days and states that its pages show. What it was not
told is in none of them: they are read as its pages are (`record.as_told`), and of limits only those that it owes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from grievance import clock
from grievance.access import Person, visible
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.models.case import Case, Respondent, State
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.sides import COMPANY
from grievance.models.writing import Remedy, RemedyStatus
from grievance.reports.exports import csv_row
from grievance.workflow.procedure import HAND_OVERS

CHANGED = "change_respondent"
NOT_AGREED = (RemedyStatus.PROPOSED, RemedyStatus.DECLINED, RemedyStatus.WAIVED)


@dataclass
class Of:
    """Of the time limits that were met, or are over: how many in time. What still runs, or was stopped before its day,
    is not counted; a miss that two people found to be none is in time."""

    in_time: int = 0
    counted: int = 0

    def add(self, limit: Limit) -> None:
        late = limit.breached or (limit.open and not limit.corrected_at and deadlines.is_late(limit, clock.now()))
        if late or limit.met_at:
            self.counted += 1
            self.in_time += not late


@dataclass
class Year:
    """By the year in which a case first reached the company."""

    year: int
    received: int = 0
    acknowledged: Of = field(default_factory=Of)
    answered: Of = field(default_factory=Of)


@dataclass(frozen=True)
class OwnFigures:
    """`years`: the newest first. `verified` of the `agreed` remedies. `due_at`, `zone`: the nearest day on which it
    owes something; None where it owes nothing that runs."""

    years: list[Year]
    open: int
    due_at: datetime | None
    zone: str
    agreed: int
    verified: int


def own_figures(person: Person) -> OwnFigures:
    """Five statements, however many cases it has."""
    nearest = db.session.scalars(
        _limits(person).where(Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.paused_at.is_(None))
        .order_by(Limit.due_at).limit(1)
    ).one_or_none()  # fmt: skip
    is_open = visible(person).where(Case.state != State.CLOSED).with_only_columns(func.count(Case.id))
    remedies = _remedies(person)
    return OwnFigures(
        years=_years(person), open=db.session.scalar(is_open) or 0, due_at=nearest.due_at if nearest else None,
        zone=nearest.frozen["zone"] if nearest else "",
        agreed=sum(number for status, number in remedies.items() if status not in NOT_AGREED),
        verified=remedies.get(RemedyStatus.VERIFIED, 0),
    )  # fmt: skip


def _cases(person: Person) -> Select[Any]:
    return visible(person).with_only_columns(Case.id)


def _ours(person: Person) -> Select[Any]:
    """This company as the respondent of a case: what another one owed before is none of its numbers."""
    return select(Respondent.id).where(Respondent.company_id == person.company_id)


def _limits(person: Person) -> Select[Any]:
    ours = Limit.respondent_id.is_(None) | Limit.respondent_id.in_(_ours(person))
    return select(Limit).where(Limit.case_id.in_(_cases(person)), Limit.owed_by == COMPANY, ours)


def _remedies(person: Person) -> dict[RemedyStatus, int]:
    ours = Remedy.respondent_id.is_(None) | Remedy.respondent_id.in_(_ours(person))
    query = select(Remedy.status, func.count()).where(Remedy.case_id.in_(_cases(person)), ours)
    return {row.status: row[1] for row in db.session.execute(query.group_by(Remedy.status))}


def _years(person: Person) -> list[Year]:
    zone, found = clock.reader_zone(person.zone), dict[int, Year]()
    year_of = {case_id: clock.day(at, zone).year for case_id, at in _received(person).items()}
    for year in year_of.values():
        found.setdefault(year, Year(year)).received += 1
    both = (Deadline.COMPANY_ACKNOWLEDGEMENT, Deadline.COMPANY_RESPONSE)
    for limit in db.session.scalars(_limits(person).where(Limit.key.in_(both))):
        if limit.case_id in year_of:
            its = found[year_of[limit.case_id]]
            (its.acknowledged if limit.key == both[0] else its.answered).add(limit)
    return sorted(found.values(), key=lambda one: one.year, reverse=True)


def _received(person: Person) -> dict[str, datetime]:
    """When each case was first handed to this company: since it took another one's place, where it did."""
    query = select(Event.chain, Event.kind, Event.happened_at).where(
        Event.chain.in_(_cases(person)), Event.kind.in_((*HAND_OVERS, CHANGED))
    )  # fmt: skip
    found: dict[str, datetime] = {}
    for case_id, kind, at in db.session.execute(query.order_by(Event.chain, Event.seq)):
        if kind == CHANGED:
            found.pop(case_id, None)
        else:
            found.setdefault(case_id, at)
    return found


# --- the table ---------------------------------------------------------------------------------------------


def as_csv(figures: OwnFigures, today: date) -> Iterator[str]:
    """A line for each year, the newest first."""
    yield csv_row([
        _("As of"), _("Year"), _("Cases that you received"), _("Acknowledged: counted"), _("Acknowledged: in time"),
        _("Answered: counted"), _("Answered: in time"),
    ])  # fmt: skip
    for one in figures.years:
        numbers = (one.year, one.received, one.acknowledged.counted, one.acknowledged.in_time, one.answered.counted,
                   one.answered.in_time)  # fmt: skip
        yield csv_row([today.isoformat(), *(str(number) for number in numbers)])
