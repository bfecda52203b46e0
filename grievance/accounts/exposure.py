"""Why a party's key is to be changed: somebody who held it has left, or it came out of the escrow."""

from sqlalchemy import Select, func, select

from grievance.extensions import db
from grievance.models.account_waits import AccountWait, Began, Ended
from grievance.models.people import Account, AccountChange, Change, Party


def less(party: Party, taken_back: AccountWait) -> None:
    """A cut was taken back: as long as only cuts exposed the key, it is exposed since the first of those that stand.
    Part of the caller's transaction, which has locked the party and ended the wait."""
    since = party.exposed_since
    if since is None or not _was_a_cut(party, taken_back) or _somebody_moved(party):
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


def _somebody_moved(party: Party) -> bool:
    """Whose role was changed since may have held it: from which party they came is not kept."""
    of_role = (AccountChange.what == Change.ROLE, AccountChange.confirmed.is_(True))
    moved = select(AccountChange.id).where(*of_role, AccountChange.decided_at >= party.exposed_since)
    return db.session.scalar(moved.limit(1)) is not None
