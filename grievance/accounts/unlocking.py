"""What opens a person's own key: the password, what the staff's server adds, and the passkey, where they have one."""

import base64
from dataclasses import dataclass, field

from sqlalchemy import select

from grievance.access import Person
from grievance.accounts import passkey_rows, staff_pepper
from grievance.accounts.passkey_rows import Shown
from grievance.accounts.people import seed_place
from grievance.crypto import passkeys, passwords
from grievance.crypto.sealing import CannotOpen, derive, open_sealed
from grievance.extensions import db
from grievance.models.people import Account, AccountStatus

_NOBODY = passwords.PasswordRecord("00" * 16, "00" * 32)


@dataclass(frozen=True)
class Unlocked:
    """An account with its seed. `wrapped`: what was opened, so that another password that came meanwhile is noticed."""

    account: Account
    seed: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)


def unlocked(email: str, password: str, shown: Shown | None = None) -> Unlocked | None:
    """Where all fit together. An unknown address costs the same time as a wrong password. `shown`: a passkey names its
    account itself; `email` may be empty then."""
    account = _meant(email, shown)
    stored = account.password if account and account.status != AccountStatus.LEFT else None
    record = passwords.PasswordRecord(**stored) if stored else _NOBODY
    inner = passkey_rows.inner_of(record, account, shown) if account else b""
    return _opened(account, password, record, inner)


def _meant(email: str, shown: Shown | None) -> Account | None:
    typed = email.strip().lower()[:200]
    row = passkey_rows.owner_of(shown.credential_id) if shown else None
    if row is not None and not typed:
        return db.session.get(Account, row.account_id)
    return db.session.scalars(select(Account).where(Account.email == typed)).one_or_none()


def _opened(account: Account | None, password: str, record: passwords.PasswordRecord, inner: bytes) -> Unlocked | None:
    pepper = staff_pepper.named_by(record, account.id if account else 0)
    wrapping = passwords.unlock(password[:200], record, pepper, inner)
    if account is None or wrapping is None or account.wrapped_seed is None:
        return None
    return Unlocked(account, open_sealed(wrapping, account.wrapped_seed, seed_place(account)), account.wrapped_seed)


def by_person(person: Person, password: str) -> Unlocked | None:
    """The same for who is signed in, and types the password once more: their passkey was shown when they came."""
    account = db.session.get(Account, person.account_id or 0)
    if account is None or not account.password or account.status == AccountStatus.LEFT:
        return None
    record = passwords.PasswordRecord(**account.password)
    return _opened(account, password, record, inner_with(person, record))


def inner_with(person: Person, record: passwords.PasswordRecord) -> bytes:
    """What the key of somebody who is signed in is locked with besides the password; empty where it is nothing. What
    opens nothing where it is somebody else's."""
    if not record.inner:
        return b""
    try:
        return passkeys.kept_inner(person.own_seed or bytes(32), bytes.fromhex(record.inner), person.account_id or 0)
    except (CannotOpen, ValueError):
        return bytes(passkeys.INNER)


def session_key(secret: str) -> bytes:
    """What an account's seed is sealed under while somebody is signed in, from the secret in their cookie."""
    return derive(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)), "session")
