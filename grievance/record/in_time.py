"""Whether an event was there when it says that it was written.

Who has left keeps a key that was good until then, and whoever can write to the database dates an event back to that
time. A checkpoint is beyond them: what is under neither of the first two that were signed well after an event's time
was not there. How much later: `SLACK`. Two, because a chain that somebody holds just then is left to the next one, and
the first may come long after, when the worker was off.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import select

from grievance import clock
from grievance.crypto import signing
from grievance.extensions import db
from grievance.models.event import Checkpoint
from grievance.record.events import EventRow, hash_of
from grievance.record.record_key import ANNOUNCED, announced
from grievance.record.signed_heads import Head, SignedHeads

SLACK = timedelta(hours=2)
PASSED = 2
"""So many checkpoints must have passed over an event."""
MOST_REMEMBERED = 50_000
END = 0
"""In the place of a checkpoint: what none has signed yet."""


class Floor(NamedTuple):
    """Before which time nothing may be that a checkpoint is the first to sign. `of_old_too`: also no event of the form
    of before there were signatures, which checkpoints of then could pass over."""

    at: datetime
    of_old_too: bool


def floors() -> dict[int, Floor]:
    """For each checkpoint that comes after so many, and at the `END`. A checkpoint that is later than one after it says
    nothing: a clock ran ahead. None is asked about others of its own sweep."""
    query = select(Checkpoint.id, Checkpoint.taken_at, Checkpoint.leaves.is_not(None)).order_by(Checkpoint.id)
    rows: list[tuple[int, datetime, bool]] = [(row[0], row[1], row[2]) for row in db.session.execute(query)]
    earliest, believed = clock.now(), set[int]()
    for number, at, _newer in reversed(rows):
        if at <= earliest:
            believed.add(number)
            earliest = at
    found, last = dict[int, Floor](), list[Floor]()
    for number, at, newer in (*rows, (END, datetime.max.replace(tzinfo=UTC), True)):
        before = [one for one in last[-PASSED - 1 :] if one.at + SLACK < at]
        if len(before) >= PASSED:
            found[number] = before[-PASSED]
        if number in believed and (not last or last[-1].at + SLACK != at):
            last.append(Floor(at - SLACK, newer))
    return found


class Chain:
    """The events of one chain, the first one first, as they are now."""

    def __init__(self, events: Sequence[EventRow]) -> None:
        self.events = events

    def is_in_time(self, seq: int, at: datetime) -> bool:
        """Whether event `seq` is under a checkpoint of then; also where too few are of later. `at`: when it says that
        it was written. What a checkpoint has signed, it has signed for good: that is asked once in a process."""
        known: set[tuple[str, str]] = current_app.extensions.setdefault("in_time", set())
        ends = self._ends(seq)
        event = (hash_of(self.events[seq - 1]), at.isoformat()) if ends else ("", "")
        if event in known:
            return True
        later = select(Checkpoint.taken_at).distinct().order_by(Checkpoint.taken_at).limit(PASSED)
        later = later.where(Checkpoint.taken_at > at + SLACK, Checkpoint.taken_at <= clock.now())
        passed = db.session.scalars(later).all()
        if len(passed) < PASSED:
            return True
        found = any(ends.get(head[0]) == head[1] for head in self._signed(at - SLACK, passed[-1]))
        if found and len(known) < MOST_REMEMBERED:
            known.add(event)
        return found

    def _ends(self, seq: int) -> dict[int, str]:
        """By its number the hash of each event from this one on, as far as they follow one another."""
        ends = dict[int, str]()
        if not 0 < seq <= len(self.events):
            return ends
        for event in self.events[seq - 1 :]:
            if event["seq"] != seq + len(ends) or (ends and event["previous_hash"] != ends[event["seq"] - 1]):
                break
            ends[event["seq"]] = hash_of(event)
        return ends

    def _signed(self, since: datetime, until: datetime) -> Iterator[Head]:
        """Where this chain ended, by the checkpoints of that time."""
        chain = self.events[0]["chain"]
        query = select(Checkpoint).where(Checkpoint.taken_at >= since, Checkpoint.taken_at <= until)
        query = query.where(Checkpoint.leaves.contains(f'"{chain}":[')).order_by(Checkpoint.id)
        keys = {one.digest: one.public for one in announced() if one.kind == ANNOUNCED and one.trusted}
        for checkpoint in db.session.scalars(query):
            heads = _heads(checkpoint, keys)
            if chain in heads:
                yield heads[chain]


def _heads(checkpoint: Checkpoint, keys: Mapping[str, bytes]) -> Mapping[str, Head]:
    """What it signed; nothing where it is no checkpoint of this office, or says something else beside its body."""
    public, body = keys.get(checkpoint.public_key.hex(), b""), checkpoint.body.encode()
    if not signing.is_signed(public, checkpoint.signature, body, "checkpoint", strongly=True):
        return {}
    said, signed = _read(checkpoint)
    same = said.get("taken_at") == checkpoint.taken_at.isoformat()
    return signed.heads if signed and same and signed.root() == said.get("root") else {}


def _read(checkpoint: Checkpoint) -> tuple[dict[str, Any], SignedHeads | None]:
    try:
        return json.loads(checkpoint.body), SignedHeads.parse(checkpoint.leaves or "")
    except (ValueError, TypeError, KeyError, IndexError):
        return {}, None
