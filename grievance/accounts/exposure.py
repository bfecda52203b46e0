"""Why a party's key is to be changed: somebody who held it has left, it came out of the escrow, or an old copy opens it
with a password alone, or with a passkey that was removed."""

from sqlalchemy import Select, func, select

from grievance.access import Person
from grievance.accounts.passkey_facts import KEY_CHANGED
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.models.account_waits import AccountWait, Began, Ended
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Account, AccountChange, Change, Party

LEFT = _l("Somebody who had your key has left.")
PASSKEYS = _l("A passkey was removed, or all of you have one now: from the change on, no copy of before opens what you"
              " write.")  # fmt: skip
OUT_OF_ESCROW = _l("Your key was opened with the two halves that the office keeps.")


def why(by: Person) -> str:
    """Empty, or why the key of this person's party is to be changed."""
    party = db.session.get(Party, by.party_id or 0)
    if party is None or party.exposed_since is None:
        return ""
    opened = select(Event.id).where(
        Event.chain == OFFICE_CHAIN, Event.kind == "joined_by_escrow", Event.recorded_at == party.exposed_since
    )  # fmt: skip
    if party.company_id is not None and db.session.scalar(opened.limit(1)) is not None:
        return str(OUT_OF_ESCROW)
    at_once = _keys_changed(party).where(Event.recorded_at == party.exposed_since)
    return str(PASSKEYS if db.session.scalar(at_once.limit(1)) is not None else LEFT)


def _keys_changed(party: Party) -> Select[int]:
    """When people of this party got a new own key."""
    theirs = select(Account.id).where(Account.party_id == party.id)
    return select(Event.id).where(
        Event.chain == OFFICE_CHAIN, Event.kind == KEY_CHANGED, Event.actor_id.in_(theirs)
    )  # fmt: skip


def less(party: Party, taken_back: AccountWait) -> None:
    """A cut was taken back: as long as only cuts exposed the key, it is exposed since the first of those that stand.
    Part of the caller's transaction, which has locked the party and ended the wait."""
    since = party.exposed_since
    if since is None or not _was_a_cut(party, taken_back) or _somebody_moved(party) or _other_passkeys(party):
        return
    standing = select(func.min(AccountWait.began_at)).where(
        AccountWait.id.in_(_cuts(party)), AccountWait.began_at >= since, AccountWait.id != taken_back.id,
        AccountWait.ended.is_distinct_from(Ended.OBJECTED),
    )  # fmt: skip
    party.exposed_since = db.session.scalar(standing)


def _cuts(party: Party) -> Select[int]:
    theirs = Account.party_id == party.id
    return select(AccountWait.id).join(Account, Account.id == AccountWait.account_id).where(
        theirs, AccountWait.what == Began.LEFT_FOR_GOOD
    )  # fmt: skip


def _was_a_cut(party: Party, taken_back: AccountWait) -> bool:
    """Whether it is exposed since a cut, this one or an earlier one, and for nothing else."""
    if party.exposed_since == taken_back.began_at:
        return True
    at_once = select(AccountWait.id).where(
        AccountWait.id.in_(_cuts(party)), AccountWait.began_at == party.exposed_since
    )
    return db.session.scalar(at_once) is not None


def _other_passkeys(party: Party) -> bool:
    """Whether people of this party got another own key since: it may have been with or without a passkey."""
    changed = _keys_changed(party).where(Event.recorded_at >= party.exposed_since)
    return db.session.scalar(changed.limit(1)) is not None


def _somebody_moved(party: Party) -> bool:
    """Whose role was changed since may have held it: from which party they came is not kept."""
    of_role = (AccountChange.what == Change.ROLE, AccountChange.confirmed.is_(True))
    moved = select(AccountChange.id).where(*of_role, AccountChange.decided_at >= party.exposed_since)
    return db.session.scalar(moved.limit(1)) is not None
