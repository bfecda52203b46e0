"""The record as a file: for an auditor, who checks it with `grievance/verify.py` and needs neither database nor secret.

Keys first, then checkpoints, then the chains, the office's the last. No sealed words are in it, only what the record
says of them; but who did what and when is, and which company it is about can be told from it: it is not for the public.
"""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, select

from grievance.extensions import db
from grievance.models.event import Checkpoint, Event
from grievance.models.keys import ReceiptEnvelope
from grievance.models.people import Account, Party
from grievance.models.vouching import Signature
from grievance.record.checkpoint_file import line_of
from grievance.record.record_key import announced

COLUMNS = ("format", "chain", "seq", "kind", "role", "actor_id", "happened_at", "recorded_at", "facts", "sealed",
           "missed_limit_id", "rows", "previous_hash", "hash")  # fmt: skip
AT_ONCE = 1000
Line = dict[str, Any]


def lines(now: datetime) -> Iterator[Line]:
    """One after the other, however many there are: a million cases take no more memory than a thousand."""
    yield {"record": 1, "made_at": now.isoformat()}
    yield from _keys()
    keys = {one.digest: one.public for one in announced()}
    for checkpoint in db.session.scalars(select(Checkpoint).order_by(Checkpoint.id).execution_options(yield_per=10)):
        leaves = {"leaves": checkpoint.leaves} if checkpoint.leaves is not None else {}
        yield {**line_of(checkpoint, keys), **leaves}
    yield from _events()


def _keys() -> Iterator[Line]:
    """Every key that verifies a signature, as far as it is still here."""
    for one in announced():
        yield _key(one.public)
    for column in (Account.sign_key, Party.sign_key, ReceiptEnvelope.sign_key):
        query = select(column).where(column.is_not(None)).execution_options(yield_per=AT_ONCE)
        yield from (_key(public) for public in db.session.scalars(query) if public)


def _key(public: bytes) -> Line:
    return {"key": base64.b64encode(public).decode()}


def _events() -> Iterator[Line]:
    """With the signatures of each, asked for a thousand events by one question."""
    query = select(*(getattr(Event, name) for name in COLUMNS)).order_by(Event.chain, Event.seq)
    for some in db.session.execute(query.execution_options(yield_per=AT_ONCE)).partitions():
        by = _signatures([event.hash for event in some])
        for event in some:
            yield {"event": _plain(event), "signatures": by.get(event.hash, [])}


def _signatures(hashes: list[str]) -> dict[str, list[list[str]]]:
    query = select(Signature).where(Signature.event_hash.in_(hashes)).order_by(Signature.event_hash, Signature.id)
    by_event = groupby(db.session.scalars(query), key=attrgetter("event_hash"))
    return {event_hash: [_written(one) for one in signed] for event_hash, signed in by_event}


def _written(one: Signature) -> list[str]:
    return [one.signer, one.signer_id, one.key, base64.b64encode(one.signature).decode()]


def _plain(event: Row[Any]) -> Line:
    said = zip(COLUMNS, event, strict=True)
    return {name: one.astimezone(UTC).isoformat() if isinstance(one, datetime) else one for name, one in said}
