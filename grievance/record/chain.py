"""The single writer of events, and their verifier (file 3, "The record")."""

import hashlib
import json
import secrets
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from grievance.access import Person
from grievance.crypto.sealing import derive
from grievance.extensions import db
from grievance.models.case import UNSIGNED, Case
from grievance.models.event import OFFICE_CHAIN, ChainHead, Checkpoint, Event
from grievance.models.limit import Limit
from grievance.record.events import FORMAT, EventRow, Signer, canonical, hash_of, signers
from grievance.record.transaction import EVENTS, later


def new_id() -> str:
    """A random row id, made before the insert, because ciphertexts are bound to it."""
    return secrets.token_hex(16)


def append(
    case: Case | None,
    kind: str,
    person: Person,
    happened_at: datetime,
    recorded_at: datetime,
    facts: Mapping[str, Any] | None = None,
    sealed: Sequence[bytes] = (),
    missed: Limit | None = None,
    number: int | None = None,
    signed_by: tuple[Signer, ...] = (),
) -> EventRow:
    """Add one event to the case's chain, or to the office's. The caller's transaction holds the chain's lock, and
    writes it at its end: nothing in a unit of work reads what it adds to the record. `number`: the one that writings
    name it by already (`event_number`). `signed_by`: who signs it beside `person`. Its hash is made at the end, too,
    with what each row is that this unit of work changed."""
    head, chain = case or _office_head(), case.id if case else OFFICE_CHAIN
    if missed and missed.id is None:
        db.session.flush()  # opened in this very transaction: an old register's, long past
    event: dict[str, Any] = {
        "chain": chain,
        "seq": _next_seq(chain, head),
        "case_id": case.id if case else None,
        "kind": kind,
        "role": person.role.value,
        "actor_id": person.account_id,
        "happened_at": happened_at,
        "recorded_at": recorded_at,
        "facts": canonical(dict(facts or {})),
        "sealed": canonical([hashlib.sha256(text).hexdigest() for text in sealed]),
        "missed_limit_id": missed.id if missed else None,
        "format": FORMAT,
        "rows": "",
        "head": head,
        "by": signers(person, signed_by),
    }
    if number is not None:
        event["id"] = number
    later(EVENTS, event)
    return event


def _next_seq(chain: str, head: Case | ChainHead) -> int:
    """After the events that this unit of work has added to the chain already."""
    ends: dict[str, int] = db.session.info["ends"]
    ends[chain] = ends.get(chain, head.head_seq if isinstance(head, Case) else head.seq) + 1
    return ends[chain]


def _office_head() -> ChainHead:
    head = db.session.get(ChainHead, OFFICE_CHAIN, with_for_update=True)
    if head is None:
        head = ChainHead(chain=OFFICE_CHAIN, seq=0, hash="")
        db.session.add(head)
        db.session.flush()
    return head


# --- checkpoints -------------------------------------------------------------------------------------------


def signing_key() -> Ed25519PrivateKey:
    """The installation's signing key, from the newest server key."""
    return Ed25519PrivateKey.from_private_bytes(derive(current_app.config["SECRETS"].current[1], "checkpoints"))


_MOVED: tuple[ReturningUpdate[str, int, str], ...] = (
    update(Case)
    .where(Case.id.in_(select(Case.id).where(UNSIGNED).with_for_update(skip_locked=True).correlate(None)))
    .values(signed_seq=Case.head_seq)
    .returning(Case.id, Case.head_seq, Case.head_hash),
    update(ChainHead)
    .where(
        ChainHead.chain.in_(
            select(ChainHead.chain)
            .where(ChainHead.seq != ChainHead.signed_seq)
            .with_for_update(skip_locked=True)
            .correlate(None)
        )
    )
    .values(signed_seq=ChainHead.seq)
    .returning(ChainHead.chain, ChainHead.seq, ChainHead.hash),
)


def _moved() -> dict[str, list[Any]]:
    """Where each chain ends that goes on beyond what was signed of it, which is now marked as signed.

    By the chains and not by the numbers of events: PostgreSQL gives a number long before the commit, so that a lower
    one may come to be seen after a higher one was signed. A chain that somebody holds is left to the next checkpoint.
    """
    unwatched = {"synchronize_session": False}
    rows = (row for moved in _MOVED for row in db.session.execute(moved, execution_options=unwatched))
    return {chain: [seq, digest] for chain, seq, digest in rows}


def take_checkpoint(now: datetime) -> Checkpoint:
    """Sign where every chain stands that moved since it was signed last. Part of the caller's transaction."""
    last = db.session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1)).one_or_none()
    body = canonical(
        {
            "taken_at": now.isoformat(),
            "cases": db.session.scalar(select(func.count()).select_from(Case)),
            "last_event": db.session.scalar(select(func.max(Event.id))) or 0,
            "heads": _moved(),
            "previous": last.hash if last else "",
        }
    )
    key = signing_key()
    checkpoint = Checkpoint(
        taken_at=now,
        body=body,
        signature=key.sign(body.encode()),
        public_key=key.public_key().public_bytes_raw(),
        hash=hashlib.sha256(body.encode()).hexdigest(),
    )
    db.session.add(checkpoint)
    return checkpoint


# --- verification ------------------------------------------------------------------------------------------

AT_ONCE = 400
"""Events that one question asks for: two values each, and an older SQLite takes 999 in a statement."""
_SIGNED = select(Event.chain, Event.seq, Event.hash).where(
    Event.chain.in_(bindparam("chains", expanding=True)), Event.seq.in_(bindparam("numbers", expanding=True))
)
"""A few more than were asked for; by pairs SQLite would read its whole index for each question."""


def verify() -> list[str]:
    """Every fault that is found, as a sentence each; an empty list means that the record is whole."""
    return [*_chain_faults(), *_checkpoint_faults()]


def _chain_faults() -> Iterator[str]:
    """Each chain from its first event to its last, and whether it ends where its case says: in one pass over both, a
    chain at a time, so that a million cases need no more memory than one."""
    heads = _heads()
    expected = next(heads, None)
    for chain, events in groupby(_events(), key=itemgetter("chain")):
        while expected and expected[0] < chain:
            yield f"chain {expected[0]}: its end was cut or added to"
            expected = next(heads, None)
        last = yield from _faults_of(chain, events)
        if expected is None or expected[0] != chain:
            yield f"chain {chain}: its case is missing"
            continue
        if last != expected[1:]:
            yield f"chain {chain}: its end was cut or added to"
        expected = next(heads, None)
    while expected:
        yield f"chain {expected[0]}: its end was cut or added to"
        expected = next(heads, None)


def _events() -> Iterator[EventRow]:
    query = select(Event.__table__).order_by(Event.chain, Event.seq).execution_options(yield_per=1000)
    return map(dict, db.session.execute(query).mappings())


def _heads() -> Iterator[tuple[str, int, str]]:
    """(chain, number of its last event, hash of it) in the order of the chains; the office's is the last."""
    query = select(Case.id, Case.head_seq, Case.head_hash).order_by(Case.id).execution_options(yield_per=1000)
    yield from map(tuple, db.session.execute(query))
    if office := db.session.get(ChainHead, OFFICE_CHAIN):
        yield OFFICE_CHAIN, office.seq, office.hash


def _faults_of(chain: str, events: Iterable[EventRow]) -> Generator[str, None, tuple[int, str]]:
    """The faults within one chain; returns where it ends."""
    seq, previous = 0, ""
    for event in events:
        if event["seq"] != seq + 1:
            yield f"chain {chain}: event {seq + 1} is missing before event {event['seq']}"
        elif event["previous_hash"] != previous:
            yield f"chain {chain}: event {event['seq']} does not follow the one before it"
        if hash_of(event) != event["hash"]:
            yield f"chain {chain}: event {event['seq']} was changed"
        seq, previous = event["seq"], event["hash"]
    return seq, previous


def _checkpoint_faults() -> Iterator[str]:
    trusted = {signing_key().public_key().public_bytes_raw()} | {
        Ed25519PrivateKey.from_private_bytes(derive(key, "checkpoints")).public_key().public_bytes_raw()
        for _, key in current_app.config["SECRETS"].keys
    }
    previous, most, signed = "", 0, dict[str, int]()
    signed_for = Signed()
    for checkpoint in db.session.scalars(select(Checkpoint).order_by(Checkpoint.id).execution_options(yield_per=10)):
        try:
            Ed25519PublicKey.from_public_bytes(checkpoint.public_key).verify(
                checkpoint.signature, checkpoint.body.encode()
            )
        except InvalidSignature:
            yield f"checkpoint {checkpoint.id}: its signature does not fit"
            continue
        body = json.loads(checkpoint.body)
        if checkpoint.public_key not in trusted:
            yield f"checkpoint {checkpoint.id}: signed by a key that is not this installation's"
        if body["previous"] != previous:
            yield f"checkpoint {checkpoint.id}: the checkpoint before it is missing"
        for chain, (seq, digest) in body["heads"].items():
            yield from signed_for.add(checkpoint.id, chain, seq, digest)
            signed[chain] = seq
        previous, most = checkpoint.hash, max(most, body["cases"])
    yield from signed_for.rest()
    if (db.session.scalar(select(func.count()).select_from(Case)) or 0) < most:
        yield f"{most} cases were signed for, fewer are here"
    yield from _mark_faults(signed)


class Signed:
    """What checkpoints signed, compared with the events as they are: `AT_ONCE` of them by one question, be they of one
    checkpoint or of many. A question for each would be a million for a million cases."""

    def __init__(self) -> None:
        self.waiting: list[tuple[int, str, int, str]] = []

    def add(self, checkpoint_id: int, chain: str, seq: int, digest: str) -> Iterator[str]:
        self.waiting.append((checkpoint_id, chain, seq, digest))
        if len(self.waiting) >= AT_ONCE:
            yield from self.rest()

    def rest(self) -> Iterator[str]:
        asked = {"chains": list({one[1] for one in self.waiting}), "numbers": list({one[2] for one in self.waiting})}
        rows = db.session.execute(_SIGNED, asked) if self.waiting else ()
        here = {(row.chain, row.seq): row.hash for row in rows}
        for checkpoint_id, chain, seq, digest in self.waiting:
            if here.get((chain, seq)) != digest:
                yield f"checkpoint {checkpoint_id}: chain {chain} no longer has event {seq} as it was signed"
        self.waiting.clear()


def _mark_faults(signed: Mapping[str, int]) -> Iterator[str]:
    """A mark that runs ahead of the checkpoints would keep a chain from being signed."""
    for chain in (select(Case.id, Case.signed_seq), select(ChainHead.chain, ChainHead.signed_seq)):
        for name, seq in db.session.execute(chain.execution_options(yield_per=1000)):
            if seq > signed.get(name, 0):
                yield f"chain {name}: no checkpoint has signed event {seq}, and it says so"
