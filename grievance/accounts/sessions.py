"""Signing in: a password opens the person's seed, that opens the party's, and a session keeps it for a while."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from grievance import clock
from grievance.access import Person
from grievance.accounts import app_codes, new_address, new_passwords, one_session, own_key, passkeys, staff_pepper
from grievance.accounts.keys import escrow, log, own_keys, pins
from grievance.accounts.keys.shares import share_place
from grievance.accounts.one_session import IDLE, LONGEST
from grievance.accounts.passkeys import Shown
from grievance.accounts.people import seed_place
from grievance.accounts.unlocking import by_person, inner_with, session_key, unlocked
from grievance.crypto import envelopes, passwords
from grievance.crypto.hashes import sha256
from grievance.crypto.sealing import CannotOpen, open_sealed, place, seal
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.models.keys import AccountSession
from grievance.models.people import Account, AccountStatus, Company, Party, PartyShare, Role
from grievance.record import chain, counted
from grievance.record.transaction import unit_of_work

_KNOWN = (
    select(
        Account.id.label("account_id"), Account.role, Account.name, Account.status, Account.party_id, Account.language,
        Party.company_id, Party.key_id, Company.zone, PartyShare.key_id.label("share_key"), PartyShare.sealed,
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


def sign_in(email: str, password: str, code: str = "", shown: Shown | None = None) -> str | None:
    """A new session's secret for the cookie, or None. The row holds the seed under a key from that secret. `code`: of
    the person's app, where they have one; `shown`: their passkey, where they have one, and then no code is asked for.
    Nobody learns which of them was wrong. Raises `CannotOpen` where a passkey or app is not the one of the record."""
    found = unlocked(email, password, shown)
    if found is None:
        counted.failed(email.strip().lower()[:200], clock.now())
        return None
    account_id, seed = found.account.id, found.seed
    secret, now = secrets.token_urlsafe(32), clock.now()
    sealed = seal(session_key(secret), seed, place("session", account_id))
    with unit_of_work(effect=False) as session:
        account = session.get_one(Account, account_id, with_for_update={"key_share": True})  # of two at once one ends
        if account.wrapped_seed != found.wrapped or account.status == AccountStatus.LEFT:
            return None  # left, or another password, while this one was checked
        let_in = _lets_in(account_id, seed, code, shown, now)
        if let_in:
            one_session.begin(AccountSession(secret_hash=sha256(secret), account_id=account_id, sealed_seed=sealed,
                                             started_at=now, seen_at=now), now)  # fmt: skip
        counted.sign_in(account_id, app_codes.tried(account_id, code, let_in, shown is not None), now)
    return _greeted(account_id, seed, password, secret) if let_in else None


def _lets_in(account_id: int, seed: bytes, code: str, shown: Shown | None, now: datetime) -> bool:
    """Behind the right password. Part of the caller's unit of work."""
    wanted = passkeys.asked_for(account_id, seed, now)
    if not wanted:
        return app_codes.lets_in(account_id, seed, code, now)
    row = next((one for one in wanted if shown and passkeys.is_shown(one, shown)), None)
    if row is None or shown is None:
        return False
    row.sign_count, row.used_on = shown.sign_count, clock.office_day(now)
    return True


def _greeted(account_id: int, seed: bytes, password: str, secret: str) -> str:
    """What is done once somebody is in: what the version of before had not yet, and what is owed to a company."""
    person = _known(account_id, seed)
    own_keys.confirm(person)
    if passkeys.begin_to_count(person, password, secret):
        return secret
    _lock_anew(person, password)
    escrow.ensure(person)
    return secret


def _known(account_id: int, seed: bytes) -> Person:
    return _person(db.session.execute(_KNOWN.where(Account.id == account_id)).all(), seed)


def _lock_anew(person: Person, password: str) -> None:
    """Under the newest key of STAFF_PEPPER, where it is under none or an older one; not if another password came
    first."""
    account = db.session.get_one(Account, person.account_id)
    was, seed, stored = account.wrapped_seed, person.own_seed or b"", account.password
    if not stored or not staff_pepper.is_older(before := passwords.PasswordRecord(**stored)):
        return
    record, wrapping = passwords.enrol(password[:200], staff_pepper.newest(account.id), inner_with(person, before))
    record = replace(record, inner=before.inner)
    with unit_of_work(effect=False) as session:
        account = session.get_one(Account, person.account_id, with_for_update={"key_share": True})
        if account.wrapped_seed != was:
            return
        account.password, account.wrapped_seed = record.to_json(), seal(wrapping, seed, seed_place(account))
        chain.append(None, "locked_anew", person, now := clock.now(), now, {"account": account.id})


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
        seed = open_sealed(session_key(secret), rows[0].sealed_seed, place("session", rows[0].account_id))
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
        language=one.language,
    )


def _role(row: Any) -> Role:
    """As the record says it, whatever the row says: who can write to the database makes nobody an approver."""
    known = log.with_head(row.log_head or pins.NO_ENTRY).accounts.get(row.account_id)
    return Role(known.role) if known and known.role else row.role


def with_password(email: str, password: str, code: str = "") -> Person | None:
    """The person for one command, without a session; None where they do not fit together. `code`: as for `sign_in`.
    Who has a passkey shows it at a page, and never here."""
    found = unlocked(email, password)
    if found is None:
        return None
    account_id, seed = found.account.id, found.seed
    with unit_of_work(effect=False):
        let_in = _lets_in(account_id, seed, code, None, clock.now())
    if not let_in:
        return None
    person = _known(account_id, seed)
    own_keys.confirm(person)
    return person


def is_password_of(person: Person, password: str) -> bool:
    """Whether who is signed in types their own password once more."""
    return by_person(person, password) is not None


def change_password(secret: str, old: str, new: str) -> None:
    """A new password, and with it a new own key: who has a copy of before and the old password opens nothing that is
    sealed to this person since. Every other session of theirs ends, and so does the address of their calendar.
    `secret`: of the session from which it is changed. Raises `BadInput`, `Refused`."""
    person = person_of(secret)
    found = by_person(person, old) if person else None
    if person is None or found is None:
        raise BadInput({"old": _("This is not your password.")})
    new_passwords.check(new, found.account)
    own_keys.confirm(person)
    now, has = clock.now(), passkeys.counting(person)
    locked = own_key.lock(found.account, new, with_passkey=bool(has))
    with unit_of_work() as session:
        account = own_key.locked_account(person, found.wrapped)
        rows = passkeys.counting(person)
        if account is None or len(rows) != len(has):  # left, invited again or enrolled, at this moment
            raise BadInput({"old": _("This is not your password.")})
        account.calendar_hash = None  # whoever knew the old password may have made the address
        session.flush()
        chain.append(None, "password_changed", person, now, now, {"account": account.id})
        own_key.renew(person, account, locked, secret, rows, now)


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
