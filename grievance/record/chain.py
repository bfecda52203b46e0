"""The single writer of events, and their verifier (file 3, "The record")."""

import hashlib
import secrets
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Integer, TextClause, bindparam, func, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from grievance import clock
from grievance.access import CLOCK, Person
from grievance.crypto import signing
from grievance.extensions import db
from grievance.models.case import UNSIGNED, Case
from grievance.models.event import OFFICE_CHAIN, ChainHead, Checkpoint, Event
from grievance.models.limit import Limit
from grievance.record import checkpoint_faults, record_key, week_roots
from grievance.record.events import FORMAT, EventRow, Signer, canonical, hash_of, signers
from grievance.record.signed_heads import Head, SignedHeads
from grievance.record.transaction import EVENTS, EXACTLY, later, number_limits, savepoint


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
    exact: datetime | None = None,
) -> EventRow:
    """Add one event to the case's chain, or to the office's. The caller's transaction holds the chain's lock, and
    writes it at its end: nothing in a unit of work reads what it adds to the record. `number`: the one that writings
    name it by already (`numbers.of_event`). `signed_by`: who signs it beside `person`. Its hash is made at the end,
    too, with what each row is that this unit of work changed. `exact`: the moment, where both times say the day; no
    event keeps it, and mail to the office counts from it."""
    head, chain = case or _office_head(), case.id if case else OFFICE_CHAIN
    if missed and missed.id is None:
        number_limits()  # opened in this very transaction: an old register's, long past
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
        "by": signers(person, signed_by) or record_key.process(),
        EXACTLY: exact,
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

MOST = 20_000
"""Chains that one checkpoint signs: where more have moved, there are several, and none takes more memory."""


def _marked(
    model: type[Case] | type[ChainHead], unsigned: ColumnElement[bool] | TextClause
) -> ReturningUpdate[str, int, str]:
    """Mark up to MOST chains as signed, without those that somebody holds: they are left to the next checkpoint."""
    name, seq, digest = (
        (Case.id, Case.head_seq, Case.head_hash) if model is Case else (ChainHead.chain, ChainHead.seq, ChainHead.hash)
    )
    some = select(name).where(unsigned).limit(bindparam("most", type_=Integer)).with_for_update(skip_locked=True)
    marked = update(model).where(name.in_(some.correlate(None))).values(signed_seq=seq)
    return marked.returning(name, seq, digest)


_MOVED = (_marked(Case, UNSIGNED), _marked(ChainHead, ChainHead.seq != ChainHead.signed_seq))


def _moved() -> Iterator[dict[str, Head]]:
    """Where each chain ends that goes on beyond what was signed of it, which is now marked as signed; once at least,
    and in parts where there are many.

    By the chains and not by the numbers of events: PostgreSQL gives a number long before the commit, so that a lower
    one may come to be seen after a higher one was signed.
    """
    unwatched, full = {"synchronize_session": False}, True
    while full:
        rows = [row for one in _MOVED for row in db.session.execute(one, {"most": MOST}, execution_options=unwatched)]
        yield {chain: (seq, digest) for chain, seq, digest in rows}
        full = len(rows) >= MOST


def take_checkpoint(now: datetime, swept: str = "") -> Checkpoint | None:
    """Sign where every chain stands that moved since it was signed last. Part of the caller's transaction. `swept`: an
    ISO time, when the worker had swept before this, so that a silence is told from a gap. Returns the last one that it
    signed; None where this process lacks the key that the record names."""
    last = db.session.scalars(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1)).one_or_none()
    turn = record_key.to_sign_with(last.public_key if last else None)
    if turn is None:
        return None
    seed, old = turn
    _announce(seed, old, now)
    week_roots.sign_week(seed, now)
    for heads in _moved():
        last = _sign(heads, seed, last, now, swept)
    return last


def _announce(seed: bytes, old: str | None, now: datetime) -> None:
    """New keys stand in the record before the first checkpoint that they sign; of an intake, as soon as the worker that
    shares its key signs. Written at once: what is signed next covers it."""
    arrived, known = record_key.intake(), current_app.extensions.setdefault("intake_keys", set[str]())
    with savepoint():
        if old is not None:
            by, facts = record_key.announcers(seed, old), record_key.facts_of(seed, old)
            append(None, record_key.ANNOUNCED, CLOCK, now, now, facts, signed_by=by)
        if arrived and (said := record_key.intake_facts(arrived))["new"] not in known:
            known.update(one.digest for one in record_key.announced() if one.trusted)
            if said["new"] not in known:
                append(None, record_key.INTAKE, CLOCK, now, now, said, signed_by=(record_key.signer(seed),))
            known.add(said["new"])


def _sign(heads: Mapping[str, Head], seed: bytes, last: Checkpoint | None, now: datetime, swept: str) -> Checkpoint:
    cases = db.session.scalar(select(func.count()).select_from(Case)) or 0
    log = db.session.execute(select(ChainHead.seq, ChainHead.hash).where(ChainHead.chain == OFFICE_CHAIN)).one_or_none()
    signed = SignedHeads(heads, cases, (log.seq, log.hash) if log else (0, ""))
    body = canonical(
        {
            "format": 2,
            "taken_at": now.isoformat(),
            "signed_at": clock.now().isoformat(),
            "swept": swept,
            "root": signed.root(),
            "size": signed.size,
            "previous": last.hash if last else "",
        }
    )
    checkpoint = Checkpoint(
        taken_at=now,
        body=body,
        leaves=signed.text(),
        signature=signing.sign_strongly(seed, body.encode(), "checkpoint"),
        public_key=bytes.fromhex(record_key.name_of(seed)),
        hash=hashlib.sha256(body.encode()).hexdigest(),
    )
    db.session.add(checkpoint)
    db.session.flush()
    return checkpoint


# --- verification ------------------------------------------------------------------------------------------


def verify() -> list[str]:
    """Every fault that is found, as a sentence each; an empty list means that the record is whole."""
    return [*_chain_faults(), *checkpoint_faults.found(), *week_roots.faults()]


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
