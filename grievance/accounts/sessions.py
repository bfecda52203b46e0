"""Signing in: a password opens the person's seed, that opens the party's, and a session keeps it for a while."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select

from grievance import clock
from grievance.access import Person
from grievance.accounts import app_codes, new_address, new_passwords, one_session, staff_pepper
from grievance.accounts.keys import escrow, log, own_keys, pins
from grievance.accounts.keys.shares import share_place
from grievance.accounts.one_session import IDLE, LONGEST
from grievance.accounts.people import seed_place
from grievance.crypto import envelopes, passwords
from grievance.crypto.hashes import sha256
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.models.keys import AccountSession
from grievance.models.people import Account, AccountStatus, Company, Party, PartyShare, Role
from grievance.record import chain, counted
from grievance.record.transaction import unit_of_work

_KNOWN = (
    select(
        Account.id.label("account_id"), Account.role, Account.name, Account.status, Account.party_id, Party.company_id,
        Party.key_id, Company.zone, PartyShare.key_id.label("share_key"), PartyShare.sealed,
        log.HEAD.scalar_subquery().label("log_head"),
    )
    .join(Party, Account.party_id == Party.id)
    .outerjoin(Company, Company.id == Party.company_id)
    .outerjoin(PartyShare, PartyShare.account_id == Account.id)
)  # fmt: skip
"""Whom an account stands for, and the shares of the party's key that it holds: one row for each. Beside it, where the
record ends by which somebody is what they are."""
_SIGNED_IN = (
    _KNOWN.add_columns(AccountSession.sealed_seed, AccountSession.started_at, AccountSession.seen_at)
    .join(AccountSession, AccountSession.account_id == Account.id)
    .where(AccountSession.secret_hash == bindparam("secret_hash"))
)
_NOBODY = passwords.PasswordRecord("00" * 16, "00" * 32)


def _unlocked(email: str, password: str) -> tuple[Account, bytes] | None:
    """The account and its seed where both fit. An unknown address costs the same time as a wrong password."""
    query = select(Account).where(Account.email == email.strip().lower()[:200])
    account = db.session.scalars(query).one_or_none()
    stored = account.password if account and account.status != AccountStatus.LEFT else None
    record = passwords.PasswordRecord(**stored) if stored else _NOBODY
    pepper = staff_pepper.named_by(record, account.id if account else 0)
    wrapping = passwords.unlock(password[:200], record, pepper)
    if account is None or wrapping is None or account.wrapped_seed is None:
        return None
    return account, open_sealed(wrapping, account.wrapped_seed, seed_place(account))


def sign_in(email: str, password: str, code: str = "") -> str | None:
    """A new session's secret for the cookie, or None. The row holds the seed under a key from that secret. `code`: of
    the person's app, where they have one; nobody learns whether it or the password was wrong."""
    found = _unlocked(email, password)
    if found is None:
        counted.failed(email.strip().lower()[:200], clock.now())
        return None
    account_id, wrapped, seed = found[0].id, found[0].wrapped_seed, found[1]
    secret, now = secrets.token_urlsafe(32), clock.now()
    sealed = seal(_session_key(secret), seed, place("session", account_id))
    with unit_of_work(effect=False) as session:
        account = session.get_one(Account, account_id, with_for_update={"key_share": True})  # of two at once one ends
        if account.wrapped_seed != wrapped or account.status == AccountStatus.LEFT:
            return None  # left, or another password, while this one was checked
        let_in = app_codes.lets_in(account_id, seed, code, now)
        if let_in:
            one_session.begin(AccountSession(secret_hash=sha256(secret), account_id=account_id, sealed_seed=sealed,
                                             started_at=now, seen_at=now), now)  # fmt: skip
        counted.sign_in(account_id, app_codes.tried(account_id, code, let_in), now)
    return _greeted(account_id, seed, password, secret) if let_in else None


def _greeted(account_id: int, seed: bytes, password: str, secret: str) -> str:
    """What is done once somebody is in: what the version of before had not yet, and what is owed to a company."""
    person = _person(db.session.execute(_KNOWN.where(Account.id == account_id)).all(), seed)
    own_keys.confirm(person)
    _lock_anew(person, password)
    escrow.ensure(person)
    return secret


def _lock_anew(person: Person, password: str) -> None:
    """Under the newest key of STAFF_PEPPER, where it is under none or an older one; not if another password came
    first."""
    account = db.session.get_one(Account, person.account_id)
    was, seed = account.wrapped_seed, person.own_seed or b""
    if not account.password or not staff_pepper.is_older(passwords.PasswordRecord(**account.password)):
        return
    record, wrapping = passwords.enrol(password[:200], staff_pepper.newest(account.id))
    with unit_of_work(effect=False) as session:
        account = session.get_one(Account, person.account_id, with_for_update={"key_share": True})
        if account.wrapped_seed != was:
            return
        account.password, account.wrapped_seed = record.to_json(), seal(wrapping, seed, seed_place(account))
        chain.append(None, "locked_anew", person, now := clock.now(), now, {"account": account.id})


def _session_key(secret: str) -> bytes:
    return derive(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)), "session")


def person_of(secret: str) -> Person | None:
    """Who is signed in with this secret, with the keys opened; None where the session is unknown or over."""
    secret_hash, now = sha256(secret), clock.now()
    rows = _session(secret_hash, now)
    noted = bool(rows) and rows[0].seen_at <= now - timedelta(minutes=1)
    if noted:
        _touch(secret_hash, now)
        rows = _session(secret_hash, now)  # who left while that waited for its turn has no share any more
    if not rows:
        return None
    try:
        seed = open_sealed(_session_key(secret), rows[0].sealed_seed, place("session", rows[0].account_id))
    except (CannotOpen, ValueError):
        return None
    person = _person(rows, seed)
    if noted:
        own_keys.confirm(person)  # a session may have been open before keys were logged
    return person


def _session(secret_hash: str, now: datetime) -> Sequence[Any]:
    """`_SIGNED_IN`, a row or more; none where the session is unknown or over."""
    rows = db.session.execute(_SIGNED_IN, {"secret_hash": secret_hash}).all()
    over = any(
        row.seen_at <= now - IDLE or row.started_at <= now - LONGEST or row.status == AccountStatus.LEFT for row in rows
    )
    return () if over else rows


def _touch(secret_hash: str, now: datetime) -> None:
    with unit_of_work(effect=False) as session:
        row = session.get(AccountSession, secret_hash)
        if row:
            row.seen_at = now


def _person(rows: Sequence[Any], seed: bytes) -> Person:
    """`rows`: `_KNOWN` of one account, a row for each share of its party's key; one without, where it has none."""
    one = rows[0]
    seeds = {
        row.share_key: envelopes.open_with(seed, row.sealed, share_place(row.party_id, one.account_id))
        for row in rows
        if row.sealed is not None
    }
    return Person(
        role=_role(one),
        account_id=one.account_id,
        name=one.name,
        party_id=one.party_id,
        company_id=one.company_id,
        party_seed=seeds.pop(one.key_id or "", None),
        former_seeds=seeds,
        own_seed=seed,
        zone=one.zone or "",
    )


def _role(row: Any) -> Role:
    """As the record says it, whatever the row says: who can write to the database makes nobody an approver."""
    known = log.with_head(row.log_head or pins.NO_ENTRY).accounts.get(row.account_id)
    return Role(known.role) if known and known.role else row.role


def with_password(email: str, password: str, code: str = "") -> Person | None:
    """The person for one command, without a session; None where they do not fit together. `code`: as for `sign_in`."""
    found = _unlocked(email, password)
    if found is None:
        return None
    account_id, seed = found[0].id, found[1]
    with unit_of_work(effect=False):
        let_in = app_codes.lets_in(account_id, seed, code, clock.now())
    if not let_in:
        return None
    person = _person(db.session.execute(_KNOWN.where(Account.id == account_id)).all(), seed)
    own_keys.confirm(person)
    return person


def is_password_of(person: Person, password: str) -> bool:
    """Whether who is signed in types their own password once more."""
    account = db.session.get(Account, person.account_id or 0)
    return account is not None and _unlocked(account.email, password) is not None


def change_password(secret: str, old: str, new: str) -> None:
    """Wrap the same seed under a new password. Every other session of this person ends, and so does the address of
    their calendar. `secret`: of the session from which it is changed. Raises `BadInput`."""
    person = person_of(secret)
    account = db.session.get_one(Account, person.account_id) if person else None
    found = _unlocked(account.email, old) if account else None
    if person is None or account is None or found is None:
        raise BadInput({"old": _("This is not your password.")})
    new_passwords.check(new, account)
    seed, now = found[1], clock.now()
    password_record, wrapping = passwords.enrol(new, staff_pepper.newest(account.id))
    with unit_of_work() as session:
        account = session.get_one(Account, person.account_id, with_for_update={"key_share": True})
        if account.wrapped_seed is None or account.status == AccountStatus.LEFT:  # or invited again, at this moment
            raise BadInput({"old": _("This is not your password.")})
        account.password, account.wrapped_seed = password_record.to_json(), seal(wrapping, seed, seed_place(account))
        account.calendar_hash = None  # whoever knew the old password may have made the address
        others = AccountSession.secret_hash != sha256(secret)
        session.execute(delete(AccountSession).where(AccountSession.account_id == account.id, others))
        chain.append(None, "password_changed", person, now, now, {"account": account.id})


def change_address(secret: str, password: str, email: str) -> None:
    """Ask for another e-mail address, which a second person confirms. `secret`: of the session from which it is asked
    for. Raises `BadInput`."""
    person = person_of(secret)
    if person is None or not is_password_of(person, password):
        raise BadInput({"password": _("This is not your password.")})
    new_address.ask(person, email)


def sign_out(secret: str) -> None:
    with unit_of_work(effect=False) as session:
        row = session.get(AccountSession, sha256(secret))
        if row:
            session.delete(row)
