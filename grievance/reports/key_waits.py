"""Which keys wait for whoever looks, counted for their start page: their own party's, and those of companies."""

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, exists, func, select
from sqlalchemy.orm import aliased

from grievance.access import Person
from grievance.accounts.keys.escrow import HOLDERS
from grievance.extensions import UtcDateTime
from grievance.models.case import Case, State
from grievance.models.people import Account, AccountStatus, EscrowGrant, EscrowHalf, Party, PartyKind, Role, Rotation

HAND_OVER = frozenset(HOLDERS)
NOW = bindparam("now", type_=UtcDateTime())


def _parties(*which: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(Party).where(*which).scalar_subquery()


def _rotates() -> ColumnElement[bool]:
    return exists().where(Rotation.party_id == Party.id, Rotation.finished_at.is_(None))


def under_way(by: Person) -> ScalarSelect[int]:
    """Begun, and forgotten: until the end both keys open everything, so that it is said until then."""
    return _parties(Party.id == by.party_id, _rotates())


def exposed(by: Person) -> ScalarSelect[int]:
    """As `rotation.is_due`; while one is under way, that one is finished first."""
    return _parties(Party.id == by.party_id, Party.exposed_since.is_not(None), ~_rotates())


def own_unconfirmed(by: Person) -> ScalarSelect[int]:
    return _parties(Party.id == by.party_id, Party.unconfirmed_since.is_not(None))


def of_companies(_by: Person) -> ScalarSelect[int]:
    return _parties(Party.unconfirmed_since.is_not(None))


def halves(by: Person) -> ScalarSelect[int]:
    """As `escrow.stranded`: those to whom whoever looks has not handed over their party's half, where it is kept."""
    half = (EscrowHalf.party_id == Account.party_id, EscrowHalf.holder == HOLDERS.get(by.role))
    handed = exists().where(EscrowGrant.account_id == Account.id, EscrowGrant.half_id == EscrowHalf.id, *half)
    colleague = aliased(Account)
    left = exists().where(colleague.party_id == Account.party_id, colleague.status == AccountStatus.ACTIVE)
    waits = (Account.role == Role.COMPANY, Account.status == AccountStatus.WAITING, exists().where(*half), ~handed)
    return select(func.count()).select_from(Account).where(*waits, ~left).scalar_subquery()


def without_people(_by: Person) -> ScalarSelect[int]:
    """Companies that have an open case, and nobody who reads it, waits to, or holds an invitation that is good."""
    comes = (Account.status == AccountStatus.INVITED) & (Account.invitation_expires_at > NOW)
    here = Account.status.in_((AccountStatus.ACTIVE, AccountStatus.WAITING)) | comes
    people = exists().where(Account.party_id == Party.id, here)
    case = exists().where(Case.company_id == Party.company_id, Case.state != State.CLOSED, Case.erased_at.is_(None))
    return _parties(Party.kind == PartyKind.COMPANY, Party.key_id.is_not(None), ~people, case)
