"""Before a code on paper admits somebody, the other party of the office hears their fingerprint.

A code that was found, or copied by whoever made it, opens nothing alone: an account of the other party types what who
waits reads out. Where the other party has nobody either, its own paper is shown too: then both safes were opened.
"""

from flask_babel import gettext as _
from sqlalchemy import func, select

from grievance import clock
from grievance.access import Person
from grievance.accounts import fingerprints, waits
from grievance.accounts.keys import own_keys
from grievance.accounts.keys.party_keys import OFFICE_PARTIES
from grievance.crypto import signing
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.people import Account, AccountStatus, Party, PartyKind
from grievance.record import chain
from grievance.record.transaction import unit_of_work

OTHER = dict(zip(OFFICE_PARTIES, reversed(OFFICE_PARTIES), strict=True))


def other_party(kind: PartyKind) -> Party | None:
    """The office's other party, as far as it has a key: before that nobody could vouch, and no name is known."""
    other = OTHER.get(kind)
    return db.session.scalars(select(Party).where(Party.kind == other, Party.key_id.is_not(None))).one_or_none()


def needs_both_papers(kind: PartyKind) -> bool:
    """Whether the other party has nobody who could vouch."""
    other = other_party(kind)
    return other is not None and not _active(other)


def _active(party: Party) -> int:
    members = select(func.count()).where(Account.party_id == party.id, Account.status == AccountStatus.ACTIVE)
    return db.session.scalar(members) or 0


def is_vouched(account: Account) -> bool:
    """Whether somebody typed the fingerprint of the very key that stands here now."""
    return account.public_key is not None and account.vouched_key == signing.digest(account.public_key)


def may_vouch(by: Person, account: Account) -> bool:
    """Somebody of the other party of the office, for who waits."""
    kinds = {one.id: one.kind for one in db.session.scalars(select(Party).where(Party.kind.in_(OFFICE_PARTIES)))}
    mine, theirs = kinds.get(by.party_id or 0), kinds.get(account.party_id)
    waits_now = account.status == AccountStatus.WAITING
    return by.party_seed is not None and waits_now and mine is not None and theirs == OTHER[mine]


def to_vouch(by: Person) -> list[Account]:
    """Who of the other party waits, of which nobody is left who could admit them."""
    if by.party_seed is None:
        return []
    query = select(Account).where(Account.status == AccountStatus.WAITING, Account.party_id != by.party_id)
    found = [one for one in db.session.scalars(query.order_by(Account.name)) if may_vouch(by, one)]
    return [one for one in found if not _active(one.party) and not is_vouched(one)]


def still_needed(by: Person) -> str:
    """What who waits needs before the code of their party admits them: "vouching", "both" papers, or nothing."""
    account = db.session.get(Account, by.account_id or 0)
    if account is None or other_party(account.party.kind) is None or is_vouched(account):
        return ""
    return "both" if needs_both_papers(account.party.kind) else "vouching"


def vouch(by: Person, account_id: int, typed: str) -> None:
    """`typed`: the fingerprint as who waits reads it out. Raises `Refused`, `BadInput`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work() as session:
        account = session.get(Account, account_id, with_for_update=True)
        if account is None or account.public_key is None or not may_vouch(by, account):
            raise Refused(_("Somebody of the other party of the office does this, for who waits."))
        fingerprints.check(typed, account)
        account.vouched_key = signing.digest(account.public_key)
        facts = {"account": account.id, "key": account.vouched_key}
        chain.append(None, "recovery_vouched", by, now, now, facts, signed_by=waits.strongly(by))
