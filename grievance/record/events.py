"""What an event says as bytes, its hash, and who signs it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from grievance.access import Person
from grievance.crypto import signing

EventRow = Mapping[str, Any]
"""The columns of an event by their names."""

FORMAT = 2
FIRST = ("chain", "seq", "kind", "role", "actor_id", "happened_at", "recorded_at", "facts", "sealed",
         "missed_limit_id", "previous_hash")  # fmt: skip
"""What format 1 hashed, in this order."""
SAID = ("format", "chain", "seq", "kind", "role", "actor_id", "happened_at", "recorded_at", "facts", "sealed",
        "missed_limit_id", "rows")  # fmt: skip
"""What an event of format 2 says, in this order. What it follows is hashed beside it, so that a paper may show where an
event stands without showing it."""
BEGINNING = bytes(32)
"""What the first event of a chain follows."""


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
"""Made once: `json.dumps` would make one for each value, which takes as long as the value."""


def canonical(value: Any) -> str:
    """One text for one value: keys sorted, no spaces, ASCII."""
    return _ENCODER.encode(value)


def hash_of(event: EventRow) -> str:
    """64 hexadecimal digits. Format 2: SHA-256 of the hash before it and of the SHA-256 of what the event says."""
    if event["format"] == 1:
        return hashlib.sha256(_bytes(event, FIRST)).hexdigest()
    before = bytes.fromhex(event["previous_hash"]) or BEGINNING
    return hashlib.sha256(before + hashlib.sha256(_bytes(event, SAID)).digest()).hexdigest()


def _bytes(event: EventRow, names: tuple[str, ...]) -> bytes:
    return canonical([_plain(event[name]) for name in names]).encode()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


PROCESSES = ("intake", "record")
"""Signers that are no people: their seeds are in the memory of their process anyway."""


@dataclass(frozen=True)
class Signer:
    """Whose seed signs an event. `kind`: account, party, receipt, intake or record. `strongly`: with both algorithms,
    as the key log and the checkpoints are."""

    kind: str
    id: str
    seed: bytes = field(repr=False)
    strongly: bool = False

    @classmethod
    def account(cls, number: int | None, seed: bytes, *, strongly: bool = True) -> "Signer":
        return cls("account", str(number), seed, strongly)

    @classmethod
    def party(cls, number: int | None, seed: bytes) -> "Signer":
        """A party's signature says "somebody who can read", and never suffices alone."""
        return cls("party", str(number), seed, True)


def signers(person: Person, more: tuple[Signer, ...]) -> tuple[Signer, ...]:
    """Whoever acts with keys of their own, and who signs besides. Who is named again signs as it says there."""
    own = []
    if person.own_seed and person.account_id is not None:
        own.append(Signer.account(person.account_id, person.own_seed, strongly=False))
    if person.receipt_seed and person.receipt_id:
        own.append(Signer("receipt", person.receipt_id, person.receipt_seed))
    return tuple({(one.kind, one.id): one for one in (*own, *more)}.values())


def signatures(event_hash: str, by: tuple[Signer, ...]) -> Iterator[dict[str, Any]]:
    """The rows of `signatures` for one event."""
    for one in by:
        key, signature = _signed(one, bytes.fromhex(event_hash))
        yield {
            "event_hash": event_hash,
            "signer": one.kind,
            "signer_id": one.id,
            "key": key,
            "signature": signature,
        }


def _signed(one: Signer, message: bytes) -> tuple[str, bytes]:
    """The name of the key, and the signature."""
    if one.kind in PROCESSES and not one.strongly:
        return _kept_name(one.seed), signing.sign_kept(one.seed, message, "event")
    if one.strongly:
        return signing.digest(signing.light_public_of(one.seed)), signing.sign_strongly(one.seed, message, "event")
    public, signature = signing.sign_and_show(one.seed, message, "event")
    return signing.digest(public), signature


@lru_cache(maxsize=8)
def _kept_name(seed: bytes) -> str:
    return signing.digest(signing.light_public_of(seed))
