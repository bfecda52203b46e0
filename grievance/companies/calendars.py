"""By which calendar a company's time limits run: proposed by one person, confirmed by an approver who is another one.

What a country's row says is a proposal like a person's, and by nobody: one approver confirms it. Nothing is handed to a
company before (docs/decisions). A calendar that is put right later reaches what is owed only where who confirms it says
so, and only later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select

from grievance import clock
from grievance.access import Person, may_administer
from grievance.accounts import hands
from grievance.companies import company_form, imported, proposals
from grievance.companies.companies import find_company
from grievance.deadlines import put_right
from grievance.deadlines import rows as deadlines
from grievance.deadlines.country_calendars import weekend_of, zones_of
from grievance.deadlines.holidays import Effect
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused, clean
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES, Account, CalendarProposal, Company
from grievance.models.register import LIVING
from grievance.models.sides import COMPANY
from grievance.record import chain
from grievance.record.transaction import unit_of_work


@dataclass(frozen=True)
class Waiting:
    """A company whose calendar waits: the proposal, None where somebody has to make one first; by whom; and whether
    who looks may confirm it."""

    company: Company
    proposal: CalendarProposal | None
    by: str
    mine: bool


def by_country(company: Company) -> CalendarProposal | None:
    """What the row of its country proposes, by nobody. None where there is no row or the choice of a zone is open."""
    weekend, zones = weekend_of(company.country), zones_of(company.country)
    zone = company.zone if company.zone in zones else zones[0] if len(zones) == 1 else None
    if weekend is None or zone is None:
        return None
    return CalendarProposal(
        company_id=company.id, country=company.country, region=company.region, zone=zone, weekend=list(weekend.days)
    )


def waiting_for(by: Person, company: Company) -> Waiting | None:
    """None where its calendar is confirmed and nobody proposes another one."""
    proposal = proposals.waits(company.id)
    if proposal is None and company.calendar_confirmed_at:
        return None
    return _waiting(by, company, proposal)


def waiting(by: Person) -> list[Waiting]:
    """All of them, by the company's name."""
    query = select(CalendarProposal).where(CalendarProposal.decided_at.is_(None))
    found = {one.company_id: one for one in db.session.scalars(query)}
    wanted = Company.calendar_confirmed_at.is_(None) | Company.id.in_(list(found))
    companies = db.session.scalars(select(Company).where(LIVING, wanted).order_by(Company.name))
    return [_waiting(by, company, found.get(company.id)) for company in companies]


def _waiting(by: Person, company: Company, proposal: CalendarProposal | None) -> Waiting:
    author = proposal.proposed_by if proposal else _typed_by(company)
    name = db.session.scalar(select(Account.name).where(Account.id == author)) if author else None
    return Waiting(company, proposal or by_country(company), name or "", _is_mine(by, author))


def _typed_by(company: Company) -> int | None:
    """Who typed what an unconfirmed company has: whose own proposal for it was refused is still its author, since
    what its row then says of its country is what they wrote. None where it came from nobody."""
    if company.calendar_confirmed_at:
        return None
    query = select(CalendarProposal).where(CalendarProposal.company_id == company.id)
    first = db.session.scalars(query.order_by(CalendarProposal.id).limit(1)).first()
    return first.proposed_by if first and _same_place(first, company) else None


def _same_place(one: CalendarProposal, company: Company) -> bool:
    return (one.country, one.region, one.zone) == (company.country, company.region, company.zone)


def _is_mine(by: Person, author: int | None) -> bool:
    return author is not None and author == by.account_id and not current_app.config["ALLOW_SOLO"]


def propose(by: Person, company_id: int, raw: Mapping[str, Any]) -> None:
    """Raises `NoSuchCompany`, `Refused`, `BadInput`."""
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("Only the Secretariat may do this."))
    parts = company_form.calendar(clean(company_form.CALENDAR, raw))
    with unit_of_work():
        company = find_company(company_id, lock=True)
        if company.calendar_confirmed_at and _parts(company) == parts:
            raise BadInput({"country": _("This is the calendar that it has, and it is confirmed.")})
        proposals.enter(company, parts, by)


def _parts(of: Company | CalendarProposal) -> dict[str, Any]:
    return {name: getattr(of, name) for name in proposals.PARTS}


def preview(by: Person, company: Company, proposal: CalendarProposal, now: datetime | None = None) -> Effect:
    """What moves where the proposal also counts for what is owed now; by the same code, without changing anything."""
    return _count_anew(by, company, _parts(proposal), now or clock.now(), saving=False)


def _count_anew(by: Person, company: Company, parts: Mapping[str, Any], now: datetime, saving: bool) -> Effect:
    calendar = deadlines.companys_calendar(company.id, parts)

    def anew(limit: Limit) -> put_right.Anewed:
        return deadlines.with_calendar(limit, calendar)

    return put_right.count_anew(by, owed_by(company.id), anew, put_right.BY_CALENDAR, now, saving)


def owed_by(company_id: int) -> ColumnElement[bool]:
    """A condition on limits joined with their case and its company."""
    return and_(Limit.owed_by == COMPANY, Company.id == company_id)


def confirm(by: Person, company_id: int, seen: int, also_owed: bool, now: datetime | None = None) -> Effect:
    """The proposal becomes the company's calendar; `seen`: its number as it was looked at, 0 for the country's own.
    `also_owed`: what is owed now moves with it, later only. One transaction. Raises `NoSuchCompany`, `Refused`."""
    now = now or clock.now()
    if not may_administer(by):
        raise Refused(_("Only an approver may change the calendars."))
    with unit_of_work():
        company = find_company(company_id, lock=True)
        proposal = _to_decide(by, company, seen)
        parts = _parts(proposal)
        effect = _count_anew(by, company, parts, now, saving=True) if also_owed else Effect({})
        for name, value in parts.items():
            setattr(company, name, value)
        company.calendar_confirmed_at, company.version = now, company.version + 1
        _decide(by, proposal, True, now)
        facts = {"company": company.id, **parts, "limits": effect.limits, "cases": effect.cases}
        chain.append(
            None,
            "calendar_confirmed",
            by,
            now,
            now,
            {**facts, "proposed_by": proposal.proposed_by} | hands.mark(by, proposal.proposed_by),
        )
        imported.settle(by, company, now)
    return effect


def refuse(by: Person, company_id: int, seen: int) -> None:
    """The proposal goes; what the company has stays. Raises `NoSuchCompany`, `Refused`."""
    now = clock.now()
    if not may_administer(by):
        raise Refused(_("Only an approver may change the calendars."))
    with unit_of_work():
        proposal = proposals.waits(find_company(company_id, lock=True).id)
        if proposal is None or proposal.id != seen:
            raise Refused(_overtaken())
        if _is_mine(by, proposal.proposed_by):
            raise Refused(_("You proposed this calendar: another approver decides about it, or you propose another."))
        _decide(by, proposal, False, now)
        chain.append(None, "calendar_refused", by, now, now, {"company": company_id})


def _to_decide(by: Person, company: Company, seen: int) -> CalendarProposal:
    waits = waiting_for(by, company)
    if waits is None or waits.proposal is None or (waits.proposal.id or 0) != seen:
        raise Refused(_overtaken())
    if waits.mine:
        raise Refused(_("You proposed this calendar: another approver confirms it, or somebody else proposes it."))
    return waits.proposal


def _overtaken() -> str:
    return str(_("This proposal was decided or replaced meanwhile. Look at the company's calendar again."))


def _decide(by: Person, proposal: CalendarProposal, confirmed: bool, now: datetime) -> None:
    proposal.proposed_at = proposal.proposed_at or now
    proposal.decided_by, proposal.decided_at, proposal.confirmed = by.account_id, now, confirmed
    db.session.add(proposal)
