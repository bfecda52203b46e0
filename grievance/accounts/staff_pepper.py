"""STAFF_PEPPER: what the staff's own server adds to each password, so that a copy of the database and a password open
nothing.

No process that the public reaches has it. Whoever was here before it is locked with it at the next sign-in.
"""

from collections import Counter
from collections.abc import Mapping

from flask import current_app
from sqlalchemy import select

from grievance.crypto import passwords
from grievance.crypto.keyring import Keyring
from grievance.crypto.passwords import NO_PEPPER, PasswordRecord, Pepper
from grievance.extensions import db
from grievance.models.people import Account


def newest(account_id: int) -> Pepper:
    """What a password is locked with from now on; nothing where STAFF_PEPPER is not set."""
    ring = _ring()
    return passwords.pepper_of(*ring.current, account_id) if ring else NO_PEPPER


def named_by(record: PasswordRecord, account_id: int) -> Pepper:
    """What a record was made with. Where that key is not here, something that opens nothing."""
    key = _key(record.pepper_id)
    return passwords.pepper_of(record.pepper_id, key, account_id) if key else Pepper(record.pepper_id)


def is_older(record: PasswordRecord) -> bool:
    """Whether a password is to be locked anew."""
    ring = _ring()
    return ring is not None and record.pepper_id != ring.current[0]


def lacking() -> dict[str, int]:
    """Keys of STAFF_PEPPER that are not here, and how many people cannot sign in without each."""
    return {name: number for name, number in _locked_with().items() if name and _key(name) is None}


def without() -> int:
    """How many passwords are locked with none of its keys."""
    return _locked_with().get("", 0)


def from_before() -> int:
    """How many passwords are not locked with its newest key yet."""
    ring = _ring()
    return sum(number for name, number in _locked_with().items() if ring and name != ring.current[0])


def _locked_with() -> Mapping[str, int]:
    """By key, how many people; "" for those without any."""
    records = db.session.scalars(select(Account.password).where(Account.wrapped_seed.is_not(None)))
    return Counter(one.get("pepper_id", "") for one in records if one)


def _key(name: str) -> bytes | None:
    ring = _ring()
    return ring.get(name) if ring and name else None


def _ring() -> Keyring | None:
    ring: Keyring | None = current_app.config["STAFF_PEPPERS"]
    return ring
