"""Which key signs the checkpoints: the worker's alone, named in the office's record, each by the one before it.

Whoever takes over a web process, or writes to the database, does not have it: what they change is not signed for.
"""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import current_app
from sqlalchemy import select

from grievance.crypto import signing
from grievance.crypto.keyring import Keyring
from grievance.crypto.sealing import derive
from grievance.extensions import db
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.vouching import Signature
from grievance.record.events import EventRow, Signer, hash_of

ANNOUNCED, INTAKE = "checkpoint_key", "intake_key"
"""Kinds of events of the office's chain."""


def seeds() -> list[bytes]:
    """The seeds that this process has, the newest first: those of RECORD_KEY, and what the server keys give, by which
    the worker goes on where RECORD_KEY is not set."""
    ring: Keyring | None = current_app.config["RECORD_KEY"]
    return [*(key for _name, key in (ring.keys if ring else ())), *(without(key) for key in _server_keys())]


def _server_keys() -> list[bytes]:
    return [key for _name, key in current_app.config["SECRETS"].keys]


@lru_cache(maxsize=16)
def without(server_key: bytes) -> bytes:
    """The seed where RECORD_KEY is not set."""
    return derive(server_key, "record")


@lru_cache(maxsize=16)
def public(seed: bytes) -> bytes:
    return signing.public_of(seed)


def name_of(seed: bytes) -> str:
    return signing.digest(public(seed))


def signer(seed: bytes) -> Signer:
    return Signer("record", name_of(seed)[:32], seed, strongly=True)


def intake() -> Signer | None:
    """Who signs what arrives, at once: the process that receives it. None where INTAKE_KEY is not set."""
    ring: Keyring | None = current_app.config["INTAKE_KEY"]
    return Signer("intake", "intake", ring.current[1]) if ring else None


def process() -> tuple[Signer, ...]:
    """Who signs what nobody's own keys sign, the clock's events above all: the process that writes it, so that nobody
    who can only write to the database speaks for the clock."""
    one = intake()
    return (one,) if one else ()


def intake_keys() -> list[bytes]:
    """The keys by which such events are believed: those that the record names, and this process's own, which the
    worker names with its next checkpoint."""
    own = intake()
    named = [one.public for one in announced() if one.kind == INTAKE and one.trusted]
    return [*named, *([signing.light_public_of(own.seed)] if own else [])]


def to_sign_with(last_key: bytes | None) -> tuple[bytes, str | None] | None:
    """The seed that signs now and, where it is to be named first, the digest of the key before it ("" for the first of
    all). `last_key`: what the last checkpoint names. None where this process lacks the key that the record names: a
    process without RECORD_KEY does not go back to what the server keys give."""
    own = seeds()[0]
    if last_key is not None and last_key.hex() == name_of(own):
        return own, None
    named = [one.digest for one in announced() if one.kind == ANNOUNCED and one.trusted]
    current, at_hand = named[-1] if named else "", {name_of(seed): seed for seed in seeds()}
    if name_of(own) in named:
        return (at_hand[current], None) if current in at_hand else None
    if not current or current in at_hand or name_of(own) in current_app.config["RECORD_TRUSTED"]:
        return own, current
    return None


def announcers(seed: bytes, old: str) -> tuple[Signer, ...]:
    """Who signs that `seed` follows the key `old`: both, where the old one is at hand."""
    return (signer(seed), *(signer(one) for one in seeds() if name_of(one) == old))


def facts_of(seed: bytes, old: str) -> dict[str, str]:
    """What the office's record says of a new key: with its public half, which checkpoints only name."""
    return {"new": name_of(seed), "old": old, "public": base64.b64encode(public(seed)).decode()}


def intake_facts(one: Signer) -> dict[str, str]:
    half = signing.light_public_of(one.seed)
    return {"new": signing.digest(half), "public": base64.b64encode(half).decode()}


# --- what the record says ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Announced:
    """A key that the office's record names. `trusted`: it and the one before it signed that, or the office says by
    RECORD_TRUSTED that the one before it is lost. An intake's key is signed by the key of that time."""

    seq: int
    kind: str
    digest: str
    public: bytes
    trusted: bool


def announced() -> list[Announced]:
    """Every key of a worker or an intake, the oldest first."""
    query = select(Event.__table__).where(Event.chain == OFFICE_CHAIN, Event.kind.in_((ANNOUNCED, INTAKE)))
    events = [dict(row) for row in db.session.execute(query.order_by(Event.seq)).mappings()]
    return list(_followed(events, _signatures([event["hash"] for event in events])))


def _signatures(hashes: list[str]) -> dict[str, list[bytes]]:
    query = select(Signature.event_hash, Signature.signature).where(Signature.signer == "record")
    found: dict[str, list[bytes]] = {}
    for event_hash, signature in db.session.execute(query.where(Signature.event_hash.in_(hashes))) if hashes else ():
        found.setdefault(event_hash, []).append(signature)
    return found


def _followed(events: Sequence[EventRow], by: Mapping[str, list[bytes]]) -> Iterator[Announced]:
    """What the last trusted key did not sign changes nothing: whoever can write to the database could end the signing
    by a key of their own otherwise."""
    last: Announced | None = None
    for event in events:
        one = _read(event, by.get(event["hash"], []), last)
        if one.kind == ANNOUNCED and one.trusted:
            last = one
        yield one


def _read(event: EventRow, signatures: list[bytes], last: Announced | None) -> Announced:
    """What was signed is the event's hash: an event whose hash is not its own says nothing."""
    try:
        facts, public = json.loads(event["facts"]), base64.b64decode(json.loads(event["facts"])["public"])
        new, old, trusted = str(facts["new"]), facts.get("old", ""), hash_of(event) == event["hash"]
    except (ValueError, TypeError, KeyError):
        return Announced(event["seq"], event["kind"], "", b"", False)

    def signed_by(key: bytes) -> bool:
        message = bytes.fromhex(event["hash"])
        return any(signing.is_signed(key, one, message, "event", strongly=True) for one in signatures)

    if not trusted or signing.digest(public) != new:
        return Announced(event["seq"], event["kind"], new, public, False)
    by_last = last is not None and signed_by(last.public)
    if event["kind"] == INTAKE:
        return Announced(event["seq"], INTAKE, new, public, by_last)
    follows = old == (last.digest if last else "") and (by_last or last is None)
    confirmed = new in current_app.config["RECORD_TRUSTED"]
    return Announced(event["seq"], ANNOUNCED, new, public, signed_by(public) and (follows or confirmed))
