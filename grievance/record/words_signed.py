"""Whether each event of a case is signed by whoever acted: by a receipt that the record knows and that was good then,
or by the account. Who can write to the database and holds no key adds words in nobody's name."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from grievance.crypto import signing
from grievance.extensions import db
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.vouching import Signature
from grievance.record.events import EventRow, hash_of

HER_ROLES = ("complainant", "representative")
MAKE_RECEIPTS = ("file", "second_code", "receipt_taken_over", "reissue_receipt")
KEYS_GIVEN = "receipt_keys"
FACT_OF_EPOCHS = "epochs"
"""The fact by which an event says that later keys begin with it."""

Signatures = Mapping[str, Iterable[Any]]
"""By the hash of an event, what signs it: signer, signer_id, signature."""
KeysOf = Callable[[int], Iterable[bytes]]
"""The verifying keys that an account has, or had; none where it has none yet."""


@dataclass
class Receipts:
    """The receipts of a case, as its events up to here name them. `before`: how many have no keys of their own; while
    there is one, an event may be unsigned."""

    keys: dict[str, bytes] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    before: int = 0

    def read(self, event: EventRow, facts: Mapping[str, Any], signed_now: bool) -> None:
        if receipt := facts.get("receipt"):
            self.keys[receipt["id"]] = bytes.fromhex(receipt["sign_key"])
            self.before -= int(event["kind"] == KEYS_GIVEN)
        elif event["kind"] in MAKE_RECEIPTS and not signed_now:
            self.before += 1
        for name in facts.get("ended", ()):
            self.before -= int(name not in self.keys)
            self.ended.setdefault(name, event["seq"])


@dataclass
class Processes:
    """What nobody's own keys sign, the process signs that writes it (INTAKE_KEY): once one event of a case was signed
    so, each is that nobody else signs. Before that the case is from before, or the office has no such key."""

    keys: list[bytes]
    begun: bool = False

    def faults(self, event: EventRow, by: list[Any]) -> Iterator[str]:
        ours = [one for one in by if one.signer == "intake"]
        signs = any(_signs(event, one, self.keys) for one in ours)
        if ours and self.keys and not signs:
            yield "is signed by no process that the record knows"
        elif self.begun and not by:
            yield "is signed by nobody"
        self.begun = self.begun or signs


Judged = tuple[EventRow, dict[str, Any], list[str]]
"""An event, its facts, and what is wrong with its signatures."""


def judged(
    events: Iterable[EventRow], signatures: Signatures, keys_of: KeysOf, of_processes: Iterable[bytes] = ()
) -> Iterator[Judged]:
    """Each event of one case, the first one first. `of_processes`: the keys of those that write what nobody signs."""
    receipts, signed_now, processes = Receipts(), False, Processes(list(of_processes))
    for event in events:
        facts, signed_now = json.loads(event["facts"]), signed_now or event["format"] > 1
        made = {facts["receipt"]["id"]} if "receipt" in facts else set[str]()
        known = set(receipts.keys) or made
        if event["kind"] == KEYS_GIVEN and receipts.before > 0:
            known |= made
        lenient = receipts.before > 0
        receipts.read(event, facts, signed_now)
        by = list(signatures.get(event["hash"], ()))
        said = list(_by_receipts(event, by, receipts))
        if signed_now:
            said += _by_nobody(event, by, known, lenient, keys_of)
            said += _of_keys(event, facts, by, lenient and FACT_OF_EPOCHS not in facts)
            said += processes.faults(event, by)
        yield event, facts, said


def signatures_of_case(
    events: Iterable[EventRow], signatures: Signatures, keys_of: KeysOf, of_processes: Iterable[bytes] = ()
) -> Iterator[str]:
    """The faults, as a sentence each. `events`: of one case, the first one first."""
    for event, _facts, said in judged(events, signatures, keys_of, of_processes):
        yield from (f"chain {event['chain']}: event {event['seq']} {one}" for one in said)


def faults(keys_of: KeysOf, of_processes: Iterable[bytes] = ()) -> Iterator[str]:
    """Of every case that is here, one at a time: a million cases need no more memory than one."""
    processes = list(of_processes)
    table = Event.__table__
    signed = (Signature.signer, Signature.signer_id, Signature.signature)
    query = select(table, *signed).outerjoin(Signature, Signature.event_hash == table.c.hash)
    query = query.where(table.c.chain != OFFICE_CHAIN).order_by(table.c.chain, table.c.seq)
    rows = db.session.execute(query.execution_options(yield_per=1000)).mappings()
    for _chain, of_case in groupby(rows, key=itemgetter("chain")):
        events, signatures = dict[int, EventRow](), defaultdict[str, list[Signature]](list)
        for row in of_case:
            events[row["seq"]] = dict(row)
            if row["signer"]:
                one = Signature(signer=row["signer"], signer_id=row["signer_id"], signature=row["signature"])
                signatures[row["hash"]].append(one)
        yield from signatures_of_case(events.values(), signatures, keys_of, processes)


def _by_receipts(event: EventRow, by: list[Any], receipts: Receipts) -> Iterator[str]:
    for name, one in _of_receipts(by).items():
        if receipts.ended.get(name, event["seq"]) < event["seq"]:
            yield "is signed by a receipt that had ended"
        elif not _signs(event, one, [receipts.keys[name]] if name in receipts.keys else []):
            yield "is signed by no receipt that the record knows"


def _of_receipts(by: list[Any]) -> dict[str, Any]:
    return {one.signer_id: one for one in by if one.signer == "receipt"}


def _by_nobody(event: EventRow, by: list[Any], known: set[str], lenient: bool, keys_of: KeysOf) -> Iterator[str]:
    """`known`: the receipts that may have acted; one that is made by this very event vouches for itself only where it
    is the first. `lenient`: a receipt may have acted that had no keys yet."""
    if event["role"] in HER_ROLES and event["actor_id"] is None and not lenient and not known & set(_of_receipts(by)):
        yield "is signed by no receipt"
    if event["actor_id"] is not None and (keys := list(keys_of(event["actor_id"]))):
        own = [one for one in by if (one.signer, one.signer_id) == ("account", str(event["actor_id"]))]
        if not any(_signs(event, one, keys) for one in own):
            yield "is not signed by the account that it names"


def _of_keys(event: EventRow, facts: Mapping[str, Any], by: list[Any], lenient: bool) -> Iterator[str]:
    """What names keys to seal to is somebody's word, and not the clock's; but for a case that is just filed."""
    if event["seq"] == 1 or lenient or not ({"receipt", FACT_OF_EPOCHS} & set(facts)):
        return
    if event["actor_id"] is None and not _of_receipts(by):
        yield "names keys, and nobody signed it"


def _signs(event: EventRow, one: Any, keys: Iterable[bytes]) -> bool:
    """Over what the event says now, and not over the hash that stands beside it."""
    return any(_is_signed(key, one.signature, hash_of(event)) for key in keys)


@lru_cache(maxsize=16384)
def _is_signed(key: bytes, signature: bytes, event_hash: str) -> bool:
    """What is immutable is verified once in a process."""
    return signing.is_signed(key, signature, bytes.fromhex(event_hash), "event")
