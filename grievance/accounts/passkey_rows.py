"""Which passkeys an account has, as the record says it: whoever can only write to the database swaps none, adds none,
and puts none back that was there before.

The newest event that the account's own key of now signed names each of them; a row that it does not name is nobody's.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from grievance.accounts.keys import log
from grievance.accounts.passkey_facts import ADDED, ASKED, CONFIRMED, KEY_CHANGED, REFUSED, TAKEN_BACK, digest_of
from grievance.crypto import passkeys, signing
from grievance.crypto.passwords import PasswordRecord
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.passkey import Counts, Passkey
from grievance.models.people import Account
from grievance.models.vouching import Signature
from grievance.record.events import hash_of

ALONE_AFTER = timedelta(hours=72)
_SIGNED = (
    select(Event, Signature.signature)
    .join(Signature, Signature.event_hash == Event.hash)
    .where(Event.chain == OFFICE_CHAIN, Signature.signer == "account")
    .order_by(Event.seq.desc())
)


@dataclass(frozen=True)
class Shown:
    """What one verified ceremony gave: challenge, origin, RP ID, user verification and sign count were checked.
    `public_key`: COSE. `prf`: 32 bytes, what the device makes of our one salt. `name`: given by its person; empty when
    one signs in."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    prf: bytes = field(repr=False)
    name: str = ""


@dataclass(frozen=True)
class Said:
    """What the record says: the digests of the passkeys that count, and of the one that waits, or ""."""

    counting: frozenset[str] = frozenset()
    waits: str = ""


def of(account_id: int | None) -> list[Passkey]:
    """The rows of an account, the oldest first."""
    query = select(Passkey).where(Passkey.account_id == (account_id or 0)).order_by(Passkey.id)
    return list(db.session.scalars(query))


def owner_of(credential_id: bytes) -> Passkey | None:
    """The row of a passkey that a device showed: the page names no account, and asks for none."""
    return db.session.scalars(select(Passkey).where(Passkey.credential_id == credential_id)).one_or_none()


def compared(account_id: int, verifying: bytes) -> list[Passkey]:
    """The rows of an account, each as its person signed for it. `verifying`: of their own key. Raises
    `CannotOpen` where they are others."""
    rows, said = of(account_id), said_by(account_id, verifying)
    if any(_unfit(rows, said)):
        raise CannotOpen
    return rows


def _unfit(rows: Sequence[Passkey], said: Said) -> Iterator[str]:
    """That nothing waits any more is the word of whoever objected, and shuts nobody out."""
    there = {digest_of(row) for row in rows if row.state == Counts.COUNTING}
    if there != said.counting:
        yield "its passkeys are not the ones that the record names"
    if any(digest_of(row) != said.waits for row in rows if row.state != Counts.COUNTING):
        yield "a passkey waits that the record does not name"


def said_by(account_id: int, verifying: bytes) -> Said:
    """Raises `CannotOpen` where somebody made the event into another one since it was signed."""
    kinds = Event.kind.in_((ASKED, TAKEN_BACK, ADDED, KEY_CHANGED))
    for event, signature in db.session.execute(_SIGNED.where(kinds, Event.actor_id == account_id)):
        if signing.is_signed(verifying, signature, bytes.fromhex(event.hash), "event"):
            if hash_of(vars(event)) != event.hash:
                raise CannotOpen
            said = json.loads(event.facts)
            return Said(frozenset(said["passkeys"]), "" if _is_refused(said["waits"]) else said["waits"])
    return Said()


def _is_refused(digest: str) -> bool:
    """Whether somebody objected to it, or it was overtaken: put back, it does not wait again. Whoever forges that takes
    away what waits, as they could anyway."""
    if not digest:
        return False
    refused = select(Event.facts).where(Event.chain == OFFICE_CHAIN, Event.kind == REFUSED)
    return any(json.loads(facts).get("passkey") == digest for facts in db.session.scalars(refused))


def is_due(row: Passkey, now: datetime) -> bool:
    """Whether a first passkey counts from its next use on: three days are over, or the record says who confirmed it.
    After `compared`, which has looked at its moment too."""
    return row.state != Counts.COUNTING and (now >= row.since + ALONE_AFTER or _is_confirmed(row))


def _is_confirmed(row: Passkey) -> bool:
    if row.state != Counts.CONFIRMED:
        return False
    confirmed = _SIGNED.where(Event.kind == CONFIRMED, Event.actor_id != row.account_id)
    return any(
        json.loads(event.facts).get("passkey") == digest_of(row) and _is_signed(event, signature)
        for event, signature in db.session.execute(confirmed)
    )


def _is_signed(event: Event, signature: bytes) -> bool:
    said = vars(event)
    return hash_of(said) == event.hash and any(
        key and signing.is_signed(key, signature, bytes.fromhex(event.hash), "event")
        for key in log.known().signs_in_office(said)
    )


def asked_for(rows: Sequence[Passkey], now: datetime) -> list[Passkey]:
    """The passkeys of which one must be shown now; none where the password alone signs in."""
    return [row for row in rows if row.state == Counts.COUNTING or is_due(row, now)]


def is_shown(row: Passkey, shown: Shown | None) -> bool:
    """Whether this very passkey was shown, and makes what it made when it was enrolled."""
    if shown is None or shown.credential_id != row.credential_id or shown.public_key != row.public_key:
        return False
    return passkeys.pair_of(shown.prf).public == row.half


def inner_of(record: PasswordRecord, account: Account, shown: Shown | None) -> bytes:
    """What an account's key is locked with besides the password, by the passkey that was shown; what opens nothing
    where that is missing. Empty where it is locked by the password alone."""
    if not record.inner:
        return b""
    row = owner_of(shown.credential_id) if shown else None
    if shown is None or row is None or row.account_id != account.id or row.sealed is None:
        return bytes(passkeys.INNER)
    try:
        return passkeys.open_inner(shown.prf, row.sealed, account.id, row.credential_id)
    except (CannotOpen, ValueError):
        return bytes(passkeys.INNER)


def faults() -> Iterator[str]:
    """For `doctor`: accounts whose passkeys are not the ones that the record names, and locks that do not fit them."""
    for account in db.session.scalars(select(Account).where(Account.wrapped_seed.is_not(None)).order_by(Account.id)):
        known = log.known().accounts.get(account.id)
        if known is None or known.sign_key is None:
            continue
        rows = of(account.id)
        try:
            wrong = list(_unfit(rows, said_by(account.id, known.sign_key)))
        except (CannotOpen, ValueError, KeyError):
            wrong = ["what the record says of its passkeys was changed"]
        locked = bool((account.password or {}).get("inner"))
        if locked != any(row.state == Counts.COUNTING for row in rows):
            wrong.append("its key is locked with a passkey and it has none, or without one and it has one")
        yield from (f"account {account.id}: {one}." for one in wrong)
