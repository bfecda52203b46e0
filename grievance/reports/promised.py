"""Remedies that were promised, over all cases that whoever asks may see, by the day on which they are due. Plain facts:
nothing is opened, and no word of anybody is in it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select

from grievance import clock
from grievance.access import OF_SOMEBODY, Person, visible
from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label, db
from grievance.forms.choices import REMEDY_KINDS
from grievance.models.case import Case, Respondent
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES, Company
from grievance.models.writing import Remedy, RemedyStatus
from grievance.reports.exports import csv_row
from grievance.workflow import words

WAITING = (RemedyStatus.ACCEPTED, RemedyStatus.DELIVERED, RemedyStatus.DISPUTED)
"""Promised, and not yet found to be done."""
SHOWN: dict[str, tuple[RemedyStatus, ...]] = {
    "": WAITING,
    "verified": (RemedyStatus.VERIFIED,),
    "disputed": (RemedyStatus.DISPUTED,),
    "all": tuple(set(RemedyStatus) - {RemedyStatus.PROPOSED, RemedyStatus.DECLINED}),
}
MOST = 1_000
"""Lines of a page and of a file."""
OPEN = (Limit.met_at.is_(None), Limit.stopped_at.is_(None))
KINDS: dict[str, Label] = dict(REMEDY_KINDS)


class Line(NamedTuple):
    """One remedy. `promised_on`: when it was accepted; `over`: its day has passed where the company is, and
    nobody found it done; `paused`: it has no day before the case goes on."""

    reference: str
    company: str
    number: int
    kind: Label
    promised_on: date | None
    due_on: date
    status: RemedyStatus
    over: bool
    paused: bool


def promised(person: Person, show: str = "", company: int | None = None) -> list[Line]:
    """What is due first, first; at most `MOST`; not what a company promised that has the case no more. Nothing for who
    is not of the Secretariat."""
    if person.role not in SECRETARIAT_ROLES:
        return []
    agreed = select(func.min(Limit.opened_at)).where(Limit.remedy_id == Remedy.id, Limit.key == Deadline.DELIVERY)
    stopped = select(Limit.id).where(Limit.remedy_id == Remedy.id, Limit.paused_at.is_not(None), *OPEN)
    query = visible(person).join(Remedy, Remedy.case_id == Case.id).where(OF_SOMEBODY, Case.erased_at.is_(None))
    query = query.outerjoin(Respondent, Respondent.id == Remedy.respondent_id)
    query = query.outerjoin(Company, Company.id == func.coalesce(Respondent.company_id, Case.company_id))
    query = query.where(Respondent.ended_at.is_(None), Remedy.status.in_(SHOWN.get(show, WAITING)))
    query = query.where(Company.id == company) if company else query
    columns = (
        Case.reference, Company.name, Remedy.number, Remedy.kind, agreed.scalar_subquery(), Remedy.due_on,
        Remedy.status, stopped.exists(), Company.zone,
    )  # fmt: skip
    rows: Any = query.with_only_columns(*columns).order_by(Remedy.due_on, Case.reference, Remedy.number).limit(MOST)
    return [_line(row) for row in db.session.execute(rows)]


def _line(row: Any) -> Line:
    reference, company, number, kind, agreed, due_on, status, paused, zone = row
    promised_on = clock.office_day(agreed) if agreed else None
    over = status in WAITING and not paused and due_on < clock.today(zone or clock.office_zone())
    return Line(reference, company or "", number, KINDS[kind.value], promised_on, due_on, status, over, paused)


def as_csv(lines: Iterable[Line]) -> Iterator[str]:
    """UTF-8, a line for each; no name of a person is in it."""
    yield csv_row((_("Case"), _("Company"), _("Remedy"), _("Form of remedy"), _("Promised on"), _("Due"), _("State")))
    for one in lines:
        promised_on = one.promised_on.isoformat() if one.promised_on else ""
        yield csv_row((
            one.reference, one.company, str(one.number), str(one.kind), promised_on,
            _("paused") if one.paused else one.due_on.isoformat(),
            str(words.REMEDY[one.status.value]),
        ))  # fmt: skip
