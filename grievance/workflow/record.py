"""The single writer of events, and their verifier (file 3, "The record")."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
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


def canonical(value: Any) -> str:
    """One text for one value: keys sorted, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def new_id() -> str:
    """A random row id, made before the insert, because ciphertexts are bound to it."""
    return secrets.token_hex(16)


def _hash(event: Event) -> str:
    text = canonical(
        [
            event.chain,
            event.seq,
            event.kind,
            event.role,
            event.actor_id,
            event.happened_at.isoformat(),
            event.recorded_at.isoformat(),
            event.facts,
            event.sealed,
            event.missed_limit_id,
            event.previous_hash,
        ]
    )
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
) -> Event:
    """Add one event to the case's chain, or to the office's. The caller's transaction holds the chain's lock."""
    head = case or _office_head()
    last_seq = head.head_seq if isinstance(head, Case) else head.seq
    last_hash = head.head_hash if isinstance(head, Case) else head.hash
    event = Event(
        chain=case.id if case else OFFICE,
        seq=last_seq + 1,
        case_id=case.id if case else None,
        kind=kind,
        role=person.role.value,
        actor_id=person.account_id,
        happened_at=happened_at,
        recorded_at=recorded_at,
        facts=canonical(dict(facts or {})),
        sealed=canonical([hashlib.sha256(text).hexdigest() for text in sealed]),
        missed_limit_id=missed.id if missed else None,
        previous_hash=last_hash,
    )
    event.hash = _hash(event)
    if isinstance(head, Case):
        head.head_seq, head.head_hash = event.seq, event.hash
    else:
        head.seq, head.hash = event.seq, event.hash
    db.session.add(event)
    db.session.flush()
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
    return [*_chain_faults(), *_head_faults(), *_checkpoint_faults()]


def _chain_faults() -> Iterator[str]:
    chain, seq, previous = None, 0, ""
    rows = db.session.scalars(select(Event).order_by(Event.chain, Event.seq).execution_options(yield_per=500))
    for event in rows:
        if event.chain != chain:
            chain, seq, previous = event.chain, 0, ""
        if event.seq != seq + 1:
            yield f"chain {event.chain}: event {seq + 1} is missing before event {event.seq}"
        elif event.previous_hash != previous:
            yield f"chain {event.chain}: event {event.seq} does not follow the one before it"
        if _hash(event) != event.hash:
            yield f"chain {event.chain}: event {event.seq} was changed"
        seq, previous = event.seq, event.hash


def _head_faults() -> Iterator[str]:
    last: dict[str, tuple[int, str]] = {}
    for chain, seq, digest in db.session.execute(
        select(Event.chain, Event.seq, Event.hash).order_by(Event.chain, Event.seq)
    ):
        last[chain] = (seq, digest)
    office = db.session.get(ChainHead, OFFICE)
    heads = {OFFICE: (office.seq, office.hash)} if office else {}
    heads |= {i: (s, h) for i, s, h in db.session.execute(select(Case.id, Case.head_seq, Case.head_hash))}
    for chain in sorted(last.keys() | heads.keys()):
        if chain not in heads:
            yield f"chain {chain}: its case is missing"
        elif last.get(chain) != heads[chain]:
            yield f"chain {chain}: its end was cut or added to"


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
