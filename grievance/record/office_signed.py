"""Whether each event of the office's chain is signed by whoever acted: its rows vouch for roles, absences, holidays,
templates and the rest, so that nobody who can only write to the database adds one."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from sqlalchemy import select

from grievance.extensions import db
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.vouching import Signature
from grievance.record.events import EventRow
from grievance.record.record_key import ANNOUNCED, INTAKE
from grievance.record.words_signed import (
    BEGINNING,
    CLOCKS,
    SIGNED,
    KeysOf,
    Processes,
    Signatures,
    by_account,
    with_signatures,
)

BY_RECORD = frozenset({ANNOUNCED, INTAKE})
"""Signed by the key of the checkpoints, which are verified with them."""


def faults(keys_of: KeysOf, of_processes: Iterable[bytes], entries: Collection[str]) -> Iterator[str]:
    """`entries`: kinds of which the key log knows itself who must have signed."""
    query = select(Event.__table__, *SIGNED).outerjoin(Signature, Signature.event_hash == Event.hash)
    query = query.where(Event.chain == OFFICE_CHAIN).order_by(Event.seq).execution_options(yield_per=1000)
    events, signatures = with_signatures(db.session.execute(query).mappings())
    processes, signed_now, elsewhere = Processes(list(of_processes)), False, BY_RECORD.union(entries)
    at = BEGINNING
    for event in events:
        at = max(at, event["recorded_at"])
        signed_now = signed_now or event["format"] > 1
        if signed_now and event["kind"] not in elsewhere:
            for said in _of(event, at, signatures, keys_of, processes):
                yield f"chain {OFFICE_CHAIN}: event {event['seq']} {said}"


def _of(event: EventRow, at: datetime, signatures: Signatures, keys_of: KeysOf, processes: Processes) -> Iterator[str]:
    by = list(signatures.get(event["hash"], ()))
    account = by_account(event, by, keys_of, at)
    if event["actor_id"] is not None:
        if account is False:
            yield "is not signed by the account that it names"
    elif event["role"] != CLOCKS:
        yield "names no account"
    else:
        yield from processes.faults(event, by, else_signed=False)
