"""Codes of an app (TOTP, RFC 6238): a second question behind the password.

A gate and no key: what a person can open, their password opens. Who has the database, the server's keys and the
password needs no code; who only learned the password does.
"""

import hashlib
import json
from datetime import datetime, timedelta

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import select

from grievance.crypto import signing
from grievance.crypto.receipt_codes import typed_digits
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal
from grievance.extensions import db
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.keys import AppCode
from grievance.models.vouching import Signature
from grievance.record.events import hash_of

BEGUN, ENDED, KEY_CHANGED = "app_codes_begun", "app_codes_ended", "own_key_changed"
DRIFT = 1
"""Steps of 30 seconds by which the clock of a telephone may differ, either way."""
WRONG_AT_ONCE, THEN = 5, timedelta(minutes=15)
"""So many wrong codes in a row behind the right password, then one each so long: of a million codes three are good."""
_SIGNED = (
    select(Event, Signature.signature)
    .join(Signature, Signature.event_hash == Event.hash)
    .where(Event.chain == OFFICE_CHAIN, Event.kind.in_((BEGUN, ENDED, KEY_CHANGED)), Signature.signer == "account")
    .order_by(Event.seq.desc())
)


def is_on(account_id: int | None) -> bool:
    """Whether this person is asked for a code."""
    return db.session.get(AppCode, account_id or 0) is not None


def new_secret() -> str:
    """160 random bits, as an app takes them."""
    return pyotp.random_base32()


def address_of(secret: str, email: str, site: str) -> str:
    """What an app reads from the picture."""
    return pyotp.TOTP(secret, name=email, issuer=site).provisioning_uri()


def row_of(account_id: int, seed: bytes, secret: str, step: int, now: datetime) -> AppCode:
    """`step`: of the code by which it was confirmed, which is used with that."""
    sealed = seal(key_of(seed), secret.encode(), place("app-code", account_id))
    return AppCode(account_id=account_id, sealed=sealed, since=now, used=step, wrong=0)


def key_of(seed: bytes) -> bytes:
    """What the secret is sealed under: only who has opened the person's own key asks for a code."""
    return derive(seed, "app-code")


def seal_again(row: AppCode, old: bytes, new: bytes) -> None:
    """For another seed of its person. Raises `CannotOpen`."""
    where = place("app-code", row.account_id)
    row.sealed = seal(key_of(new), open_sealed(key_of(old), row.sealed, where), where)


def digest_of(row: AppCode) -> str:
    """How the record names a secret, whose ciphertext says nothing of it."""
    return hashlib.sha256(row.sealed).hexdigest()


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The step that a code is of, in any digits and groups; None for one that is of none near now."""
    try:
        code = typed_digits(typed)
        return int(pyotp.TOTP(secret).verify_and_get_timecode(code, for_time=now.timestamp(), valid_window=DRIFT))
    except OTPVerificationError:
        return None


def lets_in(account_id: int, seed: bytes, typed: str, now: datetime) -> bool:
    """Whether the code is right, or none is asked for. Notes that it was used, or wrong: part of the caller's unit of
    work, which is committed either way. Raises `CannotOpen` where the row is not the one that its person signed for."""
    row = db.session.get(AppCode, account_id, with_for_update=True, populate_existing=True)
    if _signed_for(account_id, seed) != (digest_of(row) if row else ""):
        raise CannotOpen
    return row is None or _is_right(row, seed, typed, now)


def _is_right(row: AppCode, seed: bytes, typed: str, now: datetime) -> bool:
    """Each code once, and none from before one that was used."""
    if row.wrong >= WRONG_AT_ONCE and row.wrong_at and now < row.wrong_at + THEN:
        return False
    secret = open_sealed(key_of(seed), row.sealed, place("app-code", row.account_id)).decode()
    step = step_of(secret, typed, now)
    if step is None or step <= row.used:
        row.wrong, row.wrong_at = row.wrong + 1, now
        return False
    row.used, row.wrong = step, 0
    return True


def _signed_for(account_id: int, seed: bytes) -> str:
    """What the newest event says that this very key signed: whoever can only write to the database takes no gate away,
    and puts none of before in its place. Empty where there is to be none."""
    public = signing.public_of(seed)
    for event, signature in db.session.execute(_SIGNED.where(Event.actor_id == account_id)):
        if signing.is_signed(public, signature, bytes.fromhex(event.hash), "event"):
            return _said_by(event)
    return ""


def _said_by(event: Event) -> str:
    """Raises `CannotOpen` where somebody made it into another one since it was signed."""
    if hash_of(vars(event)) != event.hash:
        raise CannotOpen
    facts = json.loads(event.facts)
    return str(facts["sealed"] if event.kind == BEGUN else facts.get("app_code", ""))
