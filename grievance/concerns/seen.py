"""Who knows of which concern. Default deny.

The Secretariat knows of all but those that were opened from a case of which somebody must not know; a company of what
it was asked or told itself, and of nothing behind it."""

from sqlalchemy import ColumnElement, Select, false, select

from grievance.access import NoSuchCase, Person, visible
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.concern import Concern, ConcernItem, ConcernProposal
from grievance.models.people import SECRETARIAT_ROLES, Role


def by(person: Person) -> ColumnElement[bool]:
    """Of a concern, whether this person knows of it."""
    if person.party_seed is None:
        return false()
    if person.role in SECRETARIAT_ROLES:
        return Concern.case_id.is_(None) | Concern.case_id.in_(visible(person).with_only_columns(Case.id))
    if person.role == Role.COMPANY:
        told = select(ConcernItem.concern_id).where(ConcernItem.company_id == person.company_id)
        return (Concern.company_id == person.company_id) & Concern.id.in_(told)
    return false()


def concerns(person: Person) -> Select[Concern]:
    return select(Concern).where(by(person))


def one(person: Person, concern_id: str, *, lock: bool = False) -> Concern:
    """Raises `NoSuchCase` for one that is not there, or not for this person."""
    query = concerns(person).where(Concern.id == concern_id)
    found = db.session.scalars(query.with_for_update(of=Concern) if lock else query).one_or_none()
    if found is None:
        raise NoSuchCase
    return found


def item(person: Person, item_id: str, *, lock: bool = False) -> tuple[Concern, ConcernItem]:
    """An action or a measure, and its concern, which is locked before it. Raises `NoSuchCase`."""
    concern_id = db.session.scalar(select(ConcernItem.concern_id).where(ConcernItem.id == item_id))
    concern = one(person, concern_id or "", lock=lock)
    query = select(ConcernItem).where(ConcernItem.id == item_id).execution_options(populate_existing=lock)
    found = db.session.scalars(query.with_for_update() if lock else query).one()
    return concern, found


def proposal(person: Person, proposal_id: str, *, lock: bool = False) -> tuple[Concern, ConcernProposal]:
    """What waits for a second person, or was decided. Raises `NoSuchCase`: also for a company."""
    if person.role not in SECRETARIAT_ROLES:
        raise NoSuchCase
    concern_id = db.session.scalar(select(ConcernProposal.concern_id).where(ConcernProposal.id == proposal_id))
    concern = one(person, concern_id or "", lock=lock)
    query = select(ConcernProposal).where(ConcernProposal.id == proposal_id)
    found = db.session.scalars(query.with_for_update() if lock else query).one()
    return concern, found


def items_of(concern: Concern) -> list[ConcernItem]:
    query = select(ConcernItem).where(ConcernItem.concern_id == concern.id)
    return list(db.session.scalars(query.order_by(ConcernItem.since, ConcernItem.id)))
