"""Publishing the members' facts: somebody of the Secretariat proposes them as they are, an approver who is another
person looks at what differs from the last edition, and publishes them (docs/decisions/0081)."""

from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person, may_administer
from grievance.accounts import hands
from grievance.companies import published
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.edition import MemberEdition
from grievance.models.people import SECRETARIAT_ROLES
from grievance.record import chain
from grievance.record.transaction import unit_of_work


def waiting() -> MemberEdition | None:
    return db.session.scalars(select(MemberEdition).where(MemberEdition.waits)).one_or_none()


def newest() -> MemberEdition | None:
    """The one that the public reads; None before the first."""
    query = select(MemberEdition).where(MemberEdition.confirmed.is_(True))
    return db.session.scalars(query.order_by(MemberEdition.id.desc()).limit(1)).first()


def proposed_by(person: Person, edition: MemberEdition) -> bool:
    """Whether somebody else has to publish it."""
    return edition.proposed_by == person.account_id and not current_app.config["ALLOW_SOLO"]


def propose(by: Person, now: datetime | None = None) -> None:
    """Freeze the facts as they are. Raises `Refused` where nothing differs from what is published."""
    if by.role not in SECRETARIAT_ROLES:
        raise Refused(_("Only the Secretariat publishes the members."))
    now = now or clock.now()
    with unit_of_work() as session:
        last = newest()
        facts = published.now(last.facts if last else [])
        if last and facts == last.facts:
            raise Refused(_("Nothing differs from what is published."))
        if before := waiting():
            _decide(by, before, False, now)
            session.flush()  # it stays, so that whoever looked at it publishes no other
        session.add(MemberEdition(as_of=clock.office_day(now), facts=facts, proposed_by=by.account_id, proposed_at=now))
        chain.append(None, "members_proposed", by, now, now, {"companies": len(facts)})


def publish(by: Person, seen: int, now: datetime | None = None) -> None:
    """The proposal that was looked at becomes what everybody reads. Raises `Refused`."""
    now = now or clock.now()
    with unit_of_work():
        edition = _to_decide(by, seen)
        _decide(by, edition, True, now)
        facts = {"edition": edition.id, "companies": len(edition.facts), "proposed_by": edition.proposed_by}
        chain.append(None, "members_published", by, now, now, facts | hands.mark(by, edition.proposed_by))


def refuse(by: Person, seen: int, now: datetime | None = None) -> None:
    """What is published stays. Raises `Refused`."""
    now = now or clock.now()
    with unit_of_work():
        edition = _to_decide(by, seen)
        _decide(by, edition, False, now)
        chain.append(None, "members_refused", by, now, now, {"edition": edition.id})


def _to_decide(by: Person, seen: int) -> MemberEdition:
    if not may_administer(by):
        raise Refused(_("Only an approver publishes the members."))
    edition = waiting()
    if edition is None or edition.id != seen:
        raise Refused(_("This proposal was decided or replaced meanwhile. Look at the page again."))
    if proposed_by(by, edition):
        raise Refused(_("You proposed it: another approver publishes it, or somebody else proposes it."))
    return edition


def _decide(by: Person, edition: MemberEdition, confirmed: bool, now: datetime) -> None:
    edition.decided_by, edition.decided_at, edition.confirmed = by.account_id, now, confirmed
    edition.waits = False
