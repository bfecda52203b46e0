"""Whether the checkpoints are whole: each signed by a key of the office, each naming the one before it, and every event
as they signed it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app
from sqlalchemy import and_, bindparam, func, or_, select

from grievance.crypto import signing
from grievance.crypto.sealing import derive
from grievance.extensions import db
from grievance.models.case import UNSIGNED, Case
from grievance.models.event import OFFICE_CHAIN, ChainHead, Checkpoint, Event
from grievance.models.keys import Setting
from grievance.models.vouching import Signature
from grievance.record import in_time
from grievance.record.record_key import ANNOUNCED, INTAKE, Announced, announced
from grievance.record.signed_heads import Head, SignedHeads
from grievance.record.words_signed import HER_ROLES

AT_ONCE = 400
"""Events that one question asks for: two values each, and an older SQLite takes 999 in a statement."""
GAP = timedelta(hours=2)
"""A checkpoint is owed each hour. Where so long there was none although the worker swept and the record went on, one
was taken away, or something keeps the worker from signing."""
A_DAY = timedelta(hours=25)
"""The longest: of what she did, events say the day, from its beginning (`workflow/her_day.py`)."""
_SIGNED = select(Event.chain, Event.seq, Event.hash, Event.recorded_at, Event.role, Event.format).where(
    Event.chain.in_(bindparam("chains", expanding=True)), Event.seq.in_(bindparam("numbers", expanding=True))
)
"""A few more than were asked for; by pairs SQLite would read its whole index for each question."""


def found() -> Iterator[str]:
    """Every fault, as a sentence each. In one pass over the checkpoints; of what they signed, it remembers one number
    a chain."""
    keys = announced()
    yield from _faults_of_keys(keys)
    looked = _Looked(_server_keys(), [one for one in keys if one.kind == ANNOUNCED and one.trusted])
    for checkpoint in db.session.scalars(select(Checkpoint).order_by(Checkpoint.id).execution_options(yield_per=10)):
        yield from looked.at(checkpoint)
    yield from looked.rest()
    yield from _intake_faults({one.digest: one.public for one in keys if one.kind == INTAKE and one.trusted})


def _intake_faults(keys: Mapping[str, bytes]) -> Iterator[str]:
    """What processes signed, arriving complaints above all. Until a checkpoint covers it, the worker has not named its
    key yet; what has no signature is none of these: filing goes on without INTAKE_KEY."""
    query = select(Signature, Event.chain, Event.seq).join(Event, Event.hash == Signature.event_hash)
    query = query.join(Case, Case.id == Event.chain).where(Signature.signer == "intake", Event.seq <= Case.signed_seq)
    for one, chain, seq in db.session.execute(query.execution_options(yield_per=1000)):
        public = keys.get(one.key)
        if public is None:
            yield f"chain {chain}: event {seq} is signed by a process whose key nobody named"
        elif not signing.is_signed(public, one.signature, bytes.fromhex(one.event_hash), "event"):
            yield f"chain {chain}: event {seq}: the signature of its process does not fit"


def _faults_of_keys(keys: list[Announced]) -> Iterator[str]:
    for one in keys:
        if not one.trusted:
            what = "for checkpoints" if one.kind == ANNOUNCED else "for what arrives"
            yield f"chain {OFFICE_CHAIN}: event {one.seq} names a key {what} that the one before it did not sign"


def _server_keys() -> set[bytes]:
    """By which format 1 was signed."""
    return {server_key(key).public_key().public_bytes_raw() for _, key in current_app.config["SECRETS"].keys}


def server_key(key: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(key, "checkpoints"))


@dataclass
class _Looked:
    """What is known after some checkpoints, the oldest first."""

    server_keys: set[bytes]
    keys: list[Announced]
    previous: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    turn: int = 0
    """How many of the keys were replaced by then: one that was does not sign again."""
    first: list[bytes] = field(default_factory=list)
    """The server keys that signed format 1, in their order."""
    newer: bool = False
    """Whether format 2 was seen: no format 1 comes after it."""
    most: int = 0
    log: Head = (0, "")
    signed: dict[str, int] = field(default_factory=dict)
    heads: "Signed" = field(default_factory=lambda: Signed())
    floors: Mapping[int, in_time.Floor] = field(default_factory=lambda: in_time.floors())

    def at(self, checkpoint: Checkpoint) -> Iterator[str]:
        name, body = f"checkpoint {checkpoint.id}", _body(checkpoint)
        by = self._first if body.get("format", 1) == 1 else self._second
        if (fault := by(checkpoint)) is not None:
            yield f"{name}: {fault}"
            if fault == UNFIT:
                return
        if body["previous"] != self.previous:
            yield f"{name}: the checkpoint before it is missing"
        yield from self._of_what_is_signed(checkpoint, body)
        yield from _gap(name, self.before, body)
        self.previous, self.before = checkpoint.hash, body

    def _first(self, checkpoint: Checkpoint) -> str | None:
        try:
            key = Ed25519PublicKey.from_public_bytes(checkpoint.public_key)
            key.verify(checkpoint.signature, checkpoint.body.encode())
        except (InvalidSignature, ValueError):
            return UNFIT
        if self.newer:
            return "it is of the older kind, after one of the newer"
        if checkpoint.public_key not in self.server_keys:
            return NOT_OURS
        again = checkpoint.public_key in self.first[:-1]
        self.first += [] if checkpoint.public_key in self.first else [checkpoint.public_key]
        return REPLACED if again else None

    def _second(self, checkpoint: Checkpoint) -> str | None:
        digest = checkpoint.public_key.hex()
        turn = next((turn for turn, one in enumerate(self.keys) if one.digest == digest), None)
        if turn is None:
            return NOT_OURS
        if not signing.is_signed(
            self.keys[turn].public, checkpoint.signature, checkpoint.body.encode(), "checkpoint", strongly=True
        ):
            return UNFIT
        before, self.turn, self.newer = self.turn, max(turn, self.turn), True
        return REPLACED if turn < before else None

    def _of_what_is_signed(self, checkpoint: Checkpoint, body: dict[str, Any]) -> Iterator[str]:
        heads, cases = body.get("heads", {}), body.get("cases", 0)
        if body.get("format", 1) == 2:
            signed = _parsed(checkpoint.leaves)
            if signed is None or (signed.root(), signed.size) != (body["root"], body["size"]):
                yield f"checkpoint {checkpoint.id}: what it says that it signed is not what it signed"
            signed = signed or SignedHeads({}, 0, (0, ""))
            heads, cases = signed.heads, signed.cases
            if signed.log[0] and signed.log != self.log:
                yield from self.heads.add(Waiting(checkpoint.id, OFFICE_CHAIN, *signed.log))
            self.log = signed.log
        if sha256(checkpoint.body.encode()).hexdigest() != checkpoint.hash:
            yield f"checkpoint {checkpoint.id}: its hash is not its own"
        for chain, (seq, digest) in heads.items():
            after, floor = self.signed.get(chain, 0), self.floors.get(checkpoint.id)
            yield from self.heads.add(Waiting(checkpoint.id, chain, seq, digest, after, floor))
            self.signed[chain] = seq
        self.most = max(self.most, cases)

    def rest(self) -> Iterator[str]:
        yield from self.heads.rest()
        if (db.session.scalar(select(func.count()).select_from(Case)) or 0) < self.most:
            yield f"{self.most} cases were signed for, fewer are here"
        yield from _mark_faults(self.signed)
        yield from _dated_back(self.signed, self.floors.get(in_time.END))
        yield from _gap_at_the_end(self.before)


UNFIT, NOT_OURS = "its signature does not fit", "signed by a key that is not this installation's"
REPLACED = "signed by a key that had been replaced"


def _body(checkpoint: Checkpoint) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads(checkpoint.body)
    except ValueError:
        return {"format": 0}
    return body


def _parsed(leaves: str | None) -> SignedHeads | None:
    try:
        return SignedHeads.parse(leaves or "")
    except (ValueError, TypeError, KeyError, IndexError):
        return None


@dataclass(frozen=True)
class Waiting:
    """Where a chain ended, by a checkpoint. `after`: where it had ended by the one before; `floor`: none of what came
    since may say that it is of before that."""

    checkpoint_id: int
    chain: str
    seq: int
    digest: str
    after: int = 0
    floor: in_time.Floor | None = None

    def numbers(self) -> range:
        """The events that are asked for: all since, where they must be of a time."""
        since = max(self.after, self.seq - AT_ONCE) if self.floor else self.seq - 1
        return range(since + 1, self.seq + 1)


class Signed:
    """What checkpoints signed, compared with the events as they are: `AT_ONCE` of them by one question, be they of one
    checkpoint or of many. A question for each would be a million for a million cases."""

    def __init__(self) -> None:
        self.waiting: list[Waiting] = []
        self.count = 0

    def add(self, one: Waiting) -> Iterator[str]:
        self.waiting.append(one)
        self.count += len(one.numbers())
        if self.count >= AT_ONCE:
            yield from self.rest()

    def rest(self) -> Iterator[str]:
        numbers = {number for one in self.waiting for number in one.numbers()}
        asked = {"chains": list({one.chain for one in self.waiting}), "numbers": list(numbers)}
        rows = db.session.execute(_SIGNED, asked) if self.waiting else ()
        here = {(row.chain, row.seq): row for row in rows}
        for one in self.waiting:
            head = here.get((one.chain, one.seq))
            if head is None or head.hash != one.digest:
                event = f"chain {one.chain} no longer has event {one.seq}"
                yield f"checkpoint {one.checkpoint_id}: {event} as it was signed"
            since = (here[one.chain, number] for number in one.numbers() if (one.chain, number) in here)
            yield from (_was_not_there(event) for event in since if _is_too_old(event, one.floor))
        self.waiting.clear()
        self.count = 0


def _is_too_old(event: Any, floor: in_time.Floor | None) -> bool:
    return floor is not None and (event.format > 1 or floor.of_old_too) and _latest(event) < floor.at


def _latest(event: Any) -> datetime:
    """The latest that it can be of. What she did says the day, from its beginning: that is never taken for dated back
    because a checkpoint of the same day came before it. Format 1 is from before, and says the moment."""
    at: datetime = event.recorded_at
    return at + A_DAY if event.role in HER_ROLES and event.format > 1 else at


def _was_not_there(event: Any) -> str:
    at = event.recorded_at.isoformat(timespec="minutes")
    return (
        f"chain {event.chain}: event {event.seq} says that it is of {at}, and what was there then was signed without it"
    )


def _dated_back(signed: Mapping[str, int], floor: in_time.Floor | None) -> Iterator[str]:
    """The same of what no checkpoint has signed yet."""
    if floor is None:
        return
    columns = (Event.chain, Event.seq, Event.recorded_at, Event.role, Event.format)
    of_cases = select(*columns).join(Case, Case.id == Event.chain).where(UNSIGNED, Event.seq > Case.signed_seq)
    of_office = select(*columns).join(ChainHead, ChainHead.chain == Event.chain).where(Event.seq > ChainHead.signed_seq)
    for query in (of_cases, of_office):
        for event in db.session.execute(query.where(Event.recorded_at < floor.at).execution_options(yield_per=1000)):
            if event.seq > signed.get(event.chain, 0) and _is_too_old(event, floor):
                yield _was_not_there(event)


def _mark_faults(signed: Mapping[str, int]) -> Iterator[str]:
    """A mark that runs ahead of the checkpoints would keep a chain from being signed."""
    for chain in (select(Case.id, Case.signed_seq), select(ChainHead.chain, ChainHead.signed_seq)):
        for name, seq in db.session.execute(chain.execution_options(yield_per=1000)):
            if seq > signed.get(name, 0):
                yield f"chain {name}: no checkpoint has signed event {seq}, and it says so"


# --- gaps ------------------------------------------------------------------------------------------------------


def _gap(name: str, before: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[str]:
    """Between two of format 2. The later one says when the worker had swept last: where that is long before, it was
    silent, and what it did not do it did not hide."""
    if "signed_at" not in before or "signed_at" not in body:
        return
    since, until = _time(before["signed_at"]), _time(body["signed_at"])
    swept = _time(body["swept"]) if body["swept"] else since
    if until - since > GAP and swept - since > GAP and _went_on(since, until - GAP):
        yield f"{name}: the record went on for {_length(until - since)} before it, and nothing was signed"


def _gap_at_the_end(before: Mapping[str, Any]) -> Iterator[str]:
    swept = db.session.scalar(select(Setting.value).where(Setting.name == "last_sweep"))
    if not swept or "signed_at" not in before:
        return
    since, until = _time(before["signed_at"]), _time(swept)
    if until - since > GAP and _unsigned() and _went_on(since, until - GAP):
        yield f"the record went on for {_length(until - since)} after the last checkpoint, and nothing was signed"


def _went_on(since: datetime, until: datetime) -> bool:
    """What she did counts where the whole of its day lies between."""
    at, hers = Event.recorded_at, Event.role.in_(HER_ROLES)
    known = or_(and_(hers.is_(False), at <= until), and_(hers, at <= until - A_DAY))
    return db.session.scalar(select(Event.id).where(at > since, known).limit(1)) is not None


def _unsigned() -> bool:
    office = select(ChainHead.chain).where(ChainHead.seq != ChainHead.signed_seq).limit(1)
    return any(db.session.scalar(query) for query in (select(Case.id).where(UNSIGNED).limit(1), office))


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _length(time: timedelta) -> str:
    return f"{int(time.total_seconds() // 3600)} hours"
