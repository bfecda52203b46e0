"""What one person began about somebody's account: a second person confirms it, or it waits three days while everybody
is told (docs/confidentiality.md). One stolen password takes no account over without a word.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import joinedload

from grievance.access import CLOCK, Person
from grievance.accounts import passkey_facts
from grievance.extensions import db
from grievance.models.account_waits import AccountWait, Began, Ended
from grievance.models.passkey import Counts, Passkey
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Role
from grievance.record import chain
from grievance.record.events import Signer

ALONE_AFTER = timedelta(hours=72)
OFFICE_ROLES = SECRETARIAT_ROLES | {Role.CUSTODIAN}
LEAVING = (AccountWait.what == Began.LEFT_FOR_GOOD, AccountWait.ended.is_(None))
"""Who was cut off, and has not left for good yet."""
DUE = select(AccountWait.id).where(*LEAVING, AccountWait.due_at <= bindparam("now"))
"""Who left three days ago, and whom nobody took back."""


def strongly(by: Person | None) -> tuple[Signer, ...]:
    """Who acts signs with both keys: what the list of keys says stands as long as one of the two does."""
    if by is None or by.account_id is None or by.own_seed is None:
        return ()
    return (Signer.account(by.account_id, by.own_seed),)


def begin(account: Account, what: Began, by: Person | None, now: datetime) -> AccountWait:
    """Part of the caller's transaction, which holds the account's lock."""
    wait = AccountWait(
        account_id=account.id, what=what, began_by=by.account_id if by else None, began_at=now,
        due_at=now + ALONE_AFTER, to_mail=told(account, by), mail_at=now,
    )  # fmt: skip
    db.session.add(wait)
    db.session.flush()
    return wait


def end(wait: AccountWait, how: Ended, by: Person | None, now: datetime) -> None:
    """Nobody need be told of it any more, but who began it and whom it is about, where somebody else stopped it. Part
    of the caller's transaction."""
    wait.ended, wait.ended_by, wait.ended_at, wait.wanted = how, by.account_id if by else None, now, None
    concerned = {wait.began_by, wait.account_id} - {None, wait.ended_by} if how == Ended.OBJECTED else set[int]()
    wait.to_mail = sorted(concerned)
    wait.mail_at = now if concerned else None


def overtake(account: Account, now: datetime) -> None:
    """Something else was decided about this account meanwhile. Part of the caller's transaction."""
    if wait := of(account.id):
        if wait.what == Began.PASSKEY:
            drop_passkey(account, CLOCK, now)
        end(wait, Ended.OVERTAKEN, None, now)
        db.session.flush()  # of one account one is open at a time


def drop_passkey(account: Account, by: Person, now: datetime) -> None:
    """A first passkey that waited is none, and is not put back: the record says so. Part of the caller's
    transaction."""
    waiting = (Passkey.account_id == account.id, Passkey.state != Counts.COUNTING)
    for row in db.session.scalars(select(Passkey).where(*waiting)):
        facts = {"account": account.id, "passkey": passkey_facts.digest_of(row)}
        db.session.delete(row)
        chain.append(None, passkey_facts.REFUSED, by, now, now, facts, signed_by=strongly(by))


def of(account_id: int) -> AccountWait | None:
    """What is open about an account."""
    query = select(AccountWait).where(AccountWait.account_id == account_id, AccountWait.ended.is_(None))
    return db.session.scalars(query).one_or_none()


def told(account: Account, by: Person | None) -> list[int]:
    """Who gets a mail at once, and may object: everybody of the office; about somebody of a company the approvers, and
    the company's own people. Whom it is about gets one too, as far as they can sign in."""
    query = select(Account.id).where(Account.status == AccountStatus.ACTIVE, _concerned(account))
    return [one for one in db.session.scalars(query.order_by(Account.id)) if by is None or one != by.account_id]


def _concerned(account: Account) -> ColumnElement[bool]:
    if account.role == Role.COMPANY:
        return or_(Account.role == Role.APPROVER, Account.party_id == account.party_id)
    return Account.role.in_(OFFICE_ROLES)


def sees(by: Person, account: Account) -> bool:
    """Whether somebody may see what waits about this account, and object to it: the same people as are told."""
    if by.party_seed is None:
        return False
    if account.role == Role.COMPANY:
        return by.role == Role.APPROVER or by.party_id == account.party_id
    return by.role in OFFICE_ROLES


def open_ones(by: Person) -> list[AccountWait]:
    """What waits, as far as this person sees it."""
    query = select(AccountWait).where(AccountWait.ended.is_(None)).options(joinedload(AccountWait.account))
    return [one for one in db.session.scalars(query.order_by(AccountWait.began_at)) if sees(by, one.account)]


def cut_lately() -> set[int]:
    """Who has left, and not for good yet."""
    return set(db.session.scalars(select(AccountWait.account_id).where(*LEAVING)))


def open_one(by: Person, wait_id: int) -> AccountWait | None:
    return next((one for one in open_ones(by) if one.id == wait_id), None)


def faults() -> Iterator[str]:
    """For `doctor`: who has left and could sign in again, and a leaving that waits for somebody who is here."""
    waits_for = select(AccountWait.account_id).where(*LEAVING)
    gone = Account.status == AccountStatus.LEFT
    kept = select(Account.id).where(gone, Account.wrapped_seed.is_not(None), Account.id.not_in(waits_for))
    for account_id in db.session.scalars(kept.order_by(Account.id)):
        yield f"account {account_id}: has left for good, and its own key is still there."
    for account_id in db.session.scalars(select(Account.id).where(~gone, Account.id.in_(waits_for))):
        yield f"account {account_id}: is here, and waits to have left for good."


def a_second(by: Person, wait: AccountWait) -> bool:
    """Whether this is somebody else than who began it and whom it is about."""
    return by.account_id not in (wait.began_by, wait.account_id)
