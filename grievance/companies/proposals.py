"""A proposal of a company's calendar that waits, at most one for each."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.extensions import db
from grievance.models.people import CalendarProposal, Company
from grievance.record import chain

PARTS = ("country", "region", "zone", "weekend")


def waits(company_id: int) -> CalendarProposal | None:
    query = select(CalendarProposal).where(CalendarProposal.company_id == company_id)
    return db.session.scalars(query.where(CalendarProposal.decided_at.is_(None))).one_or_none()


def enter(company: Company, parts: Mapping[str, Any], by: Person) -> None:
    """A proposal inside the caller's transaction; it takes the place of one that waits."""
    now = clock.now()
    if (before := waits(company.id)) is not None:
        before.decided_by, before.decided_at, before.confirmed = by.account_id, now, False
        db.session.flush()  # it stays, so that its number is never another one's: who looked at it confirms no other
    db.session.add(CalendarProposal(company_id=company.id, proposed_by=by.account_id, proposed_at=now, **parts))
    chain.append(None, "calendar_proposed", by, now, now, {"company": company.id, **parts})
