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
from sqlalchemy import func, select

from grievance.access import Person
from grievance.crypto.sealing import derive
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import OFFICE, ChainHead, Checkpoint, Event
from grievance.models.limit import Limit
from grievance.workflow.transaction import EVENTS, EventRow, later


def canonical(value: Any) -> str:
    """One text for one value: keys sorted, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def new_id() -> str:
    """A random row id, made before the insert, because ciphertexts are bound to it."""
    return secrets.token_hex(16)


HASHED = ("chain", "seq", "kind", "role", "actor_id", "happened_at", "recorded_at", "facts", "sealed",
          "missed_limit_id", "previous_hash")  # fmt: skip


def hash_of(event: EventRow) -> str:
    values = (event[name] for name in HASHED)
    text = canonical([value.isoformat() if isinstance(value, datetime) else value for value in values])
    return hashlib.sha256(text.encode()).hexdigest()


def append(
    case: Case | None,
    kind: str,
    person: Person,
    happened_at: datetime,
    recorded_at: datetime,
    facts: Mapping[str, Any] | None = None,
    sealed: Sequence[bytes] = (),
    missed: Limit | None = None,
) -> EventRow:
    """Add one event to the case's chain, or to the office's. The caller's transaction holds the chain's lock, and
    writes it at its end: nothing in a unit of work reads what it adds to the record."""
    head = case or _office_head()
    last_seq = head.head_seq if isinstance(head, Case) else head.seq
    last_hash = head.head_hash if isinstance(head, Case) else head.hash
    if missed and missed.id is None:
        db.session.flush()  # opened in this very transaction: an old register's, long past
    event: dict[str, Any] = {
        "chain": case.id if case else OFFICE,
        "seq": last_seq + 1,
        "case_id": case.id if case else None,
        "kind": kind,
        "role": person.role.value,
        "actor_id": person.account_id,
        "happened_at": happened_at,
        "recorded_at": recorded_at,
        "facts": canonical(dict(facts or {})),
        "sealed": canonical([hashlib.sha256(text).hexdigest() for text in sealed]),
        "missed_limit_id": missed.id if missed else None,
        "previous_hash": last_hash,
    }
    event["hash"] = hash_of(event)
    if isinstance(head, Case):
        head.head_seq, head.head_hash = event["seq"], event["hash"]
    else:
        head.seq, head.hash = event["seq"], event["hash"]
    later(EVENTS, event)
    return event


def _office_head() -> ChainHead:
    head = db.session.get(ChainHead, OFFICE, with_for_update=True)
    if head is None:
        head = ChainHead(chain=OFFICE, seq=0, hash="")
        db.session.add(head)
        db.session.flush()
    return head


# --- checkpoints -------------------------------------------------------------------------------------------


def signing_key() -> Ed25519PrivateKey:
    """The installation's signing key, from the newest server key."""
    return Ed25519PrivateKey.from_private_bytes(derive(current_app.config["SECRETS"].current[1], "checkpoints"))


def take_checkpoint(now: datetime) -> Checkpoint:
    """Sign where every chain stands that moved since the last checkpoint. Part of the caller's transaction."""
    last = db.session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1)).one_or_none()
    known = json.loads(last.body)["last_event"] if last else 0
    newest = db.session.scalar(select(func.max(Event.id))) or 0
    heads = {
        chain: [seq, digest]
        for chain, seq, digest in db.session.execute(
            select(Event.chain, Event.seq, Event.hash).where(Event.id > known, Event.id <= newest).order_by(Event.id)
        )
    }
    body = canonical(
        {
            "taken_at": now.isoformat(),
            "cases": db.session.scalar(select(func.count()).select_from(Case)),
            "last_event": newest,
            "heads": heads,
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
    if office := db.session.get(ChainHead, OFFICE):
        yield OFFICE, office.seq, office.hash


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
    previous, most = "", 0
    for checkpoint in db.session.scalars(select(Checkpoint).order_by(Checkpoint.id)):
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
            found = db.session.scalar(select(Event.hash).where(Event.chain == chain, Event.seq == seq))
            if found != digest:
                yield f"checkpoint {checkpoint.id}: chain {chain} no longer has event {seq} as it was signed"
        previous, most = checkpoint.hash, max(most, body["cases"])
    if (db.session.scalar(select(func.count()).select_from(Case)) or 0) < most:
        yield f"{most} cases were signed for, fewer are here"
