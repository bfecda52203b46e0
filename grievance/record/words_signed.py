"""Whether each event of a case is signed by whoever acted: by a receipt that the record knows and that was good then,
or by the account. Who can write to the database and holds no key adds words in nobody's name."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
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

HER_ROLES, CLOCKS = ("complainant", "representative"), "clock"
MAKE_RECEIPTS = ("file", "second_code", "receipt_taken_over", "reissue_receipt")
KEYS_GIVEN = "receipt_keys"
FACT_OF_EPOCHS = "epochs"
"""The fact by which an event says that later keys begin with it."""

SIGNED = (Signature.signer, Signature.signer_id, Signature.signature)
"""What is asked of `signatures` beside an event."""
ERASURE = "erase"
"""After a restore the process does it once more, and so ends receipts: it gives nobody a key."""
BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
HANDED = "n"
"""The fact by which an event says that a company may read on."""
NAMING = frozenset({"receipt", "ended", FACT_OF_EPOCHS, HANDED})
"""Facts by which it is decided to whose keys later words are sealed."""
HAND_OVERS = frozenset({"refer", "refer_back", "notify_company", "recall_packet", "hand_over_again"})
DEPUTY = "name_deputy"
NAME_DEPUTIES = frozenset({"approver", "custodian"})
TAKE_BACK = frozenset({"recall_packet", "change_respondent"})
OFFICE = frozenset({"officer", "approver"})
COMPANYS = frozenset({"company", "shared"})
"""The compartments for which an account of a company may begin a later key."""

Signatures = Mapping[str, Iterable[Any]]
"""By the hash of an event, what signs it: signer, signer_id, signature."""
KeysOf = Callable[[EventRow], Iterable[bytes]]
"""The verifying keys with which the account that an event names was in when it was recorded, as what the event says;
none where it has none yet. `AS_DEPUTY` in an event: its case names them as what they act as."""
AS_DEPUTY = "as_deputy"


@dataclass(frozen=True)
class Signed:
    """One row of `signatures`."""

    signer: str
    signer_id: str
    signature: bytes = field(repr=False)


@dataclass
class Receipts:
    """The receipts of a case, as its events up to here name them. `before`: how many have no keys of their own; while
    there is one, an event may be unsigned."""

    keys: dict[str, bytes] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    before: int = 0

    def copy(self) -> "Receipts":
        return Receipts(dict(self.keys), dict(self.ended), self.before)

    def may_act(self, event: EventRow, facts: Mapping[str, Any]) -> set[str]:
        """By whom this event may be signed. A receipt that it makes vouches for itself only where it is the first of
        all, or one from before that is given keys."""
        made = {facts["receipt"]["id"]} if "receipt" in facts else set[str]()
        given = made if event["kind"] == KEYS_GIVEN and self.before > 0 else set[str]()
        return (set(self.keys) or made) | given

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

    def faults(self, event: EventRow, by: list[Any], *, else_signed: bool) -> Iterator[str]:
        """`else_signed`: whether somebody's own keys did sign it. A row that fits no key is nobody's signature."""
        ours = [one for one in by if one.signer == "intake"]
        signs = any(signs_it(event, one, self.keys) for one in ours)
        if ours and self.keys and not signs:
            yield "is signed by no process that the record knows"
        elif self.begun and not signs and not else_signed:
            yield "is signed by nobody"
        self.begun = self.begun or signs


Judged = tuple[EventRow, dict[str, Any], list[str]]
"""An event, its facts, and what is wrong with its signatures."""


@dataclass
class Signing:
    """Who signed one event: what the signatures say, by the keys that are known. `account` is None where the account's
    key is from before any were logged, so that it cannot sign."""

    event: EventRow
    receipts: set[str]
    account: bool | None

    @property
    def by_somebody(self) -> bool:
        return bool(self.receipts or self.account)

    @property
    def by_receipt(self) -> bool:
        return bool(self.receipts) and self.event["actor_id"] is None


def judged(
    events: Iterable[EventRow], signatures: Signatures, keys_of: KeysOf, of_processes: Iterable[bytes] = ()
) -> Iterator[Judged]:
    """Each event of one case, the first one first. `of_processes`: the keys of those that write what nobody signs. One
    with a fault says nothing of receipts to those after it. An account's key must have been good when everything before
    it had been recorded: what a former member adds, dated back, stands behind what came after their leaving."""
    receipts, signed_now, processes, at = Receipts(), False, Processes(list(of_processes)), BEGINNING
    deputies = set[tuple[int | None, str]]()
    for event in events:
        at = max(at, event["recorded_at"])
        facts, signed_now = json.loads(event["facts"]), signed_now or event["format"] > 1
        known, lenient, after = receipts.may_act(event, facts), receipts.before > 0, receipts.copy()
        after.read(event, facts, signed_now)
        by = list(signatures.get(event["hash"], ()))
        said = list(_by_receipts(event, by, after))
        if signed_now:
            acts = {**event, AS_DEPUTY: (event["actor_id"], event["role"]) in deputies}
            who = Signing(event, _good(event, by, after) & known, by_account(acts, by, keys_of, at))
            said += _by_nobody(who, lenient or bool(known & set(_of_receipts(by))))
            said += [] if said else _of_keys(who, facts)
            said += processes.faults(event, by, else_signed=who.by_somebody)
        receipts = receipts if said else after
        deputies |= set() if said else _named_deputies(event, facts)
        yield event, facts, said


def _named_deputies(event: EventRow, facts: Mapping[str, Any]) -> set[tuple[int | None, str]]:
    """Who may act in this case as what they are not elsewhere, from here on: whoever may name one says so."""
    if event["kind"] != DEPUTY or event["role"] not in NAME_DEPUTIES:
        return set()
    return {(facts.get("account"), facts.get("acts_as", ""))}


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
    query = select(table, *SIGNED).outerjoin(Signature, Signature.event_hash == table.c.hash)
    query = query.where(table.c.chain != OFFICE_CHAIN).order_by(table.c.chain, table.c.seq)
    rows = db.session.execute(query.execution_options(yield_per=1000)).mappings()
    for _chain, of_case in groupby(rows, key=itemgetter("chain")):
        yield from signatures_of_case(*with_signatures(of_case), keys_of, processes)


def with_signatures(rows: Iterable[Mapping[Any, Any]]) -> tuple[list[EventRow], Signatures]:
    """The events of a chain, and by their hashes what signs them. `rows`: each event, once a signature."""
    events, signatures = dict[int, EventRow](), defaultdict[str, list[Any]](list)
    for row in rows:
        events[row["seq"]] = dict(row)
        if row["signer"]:
            signatures[row["hash"]].append(Signed(row["signer"], row["signer_id"], row["signature"]))
    return list(events.values()), signatures


def _by_receipts(event: EventRow, by: list[Any], receipts: Receipts) -> Iterator[str]:
    for name, one in _of_receipts(by).items():
        if receipts.ended.get(name, event["seq"]) < event["seq"]:
            yield "is signed by a receipt that had ended"
        elif not signs_it(event, one, [receipts.keys[name]] if name in receipts.keys else []):
            yield "is signed by no receipt that the record knows"


def _of_receipts(by: list[Any]) -> dict[str, Any]:
    return {one.signer_id: one for one in by if one.signer == "receipt"}


def _good(event: EventRow, by: list[Any], receipts: Receipts) -> set[str]:
    named = {name: one for name, one in _of_receipts(by).items() if name in receipts.keys}
    return {name for name, one in named.items() if signs_it(event, one, [receipts.keys[name]])}


def by_account(event: EventRow, by: list[Any], keys_of: KeysOf, at: datetime) -> bool | None:
    """Whether the account signed that the event names, with a key that was good then; None where its key is from before
    any were logged."""
    if event["actor_id"] is None:
        return False
    own = [one for one in by if (one.signer, one.signer_id) == ("account", str(event["actor_id"]))]
    known = False
    for key in keys_of({**event, "recorded_at": at}):  # one after the other: some of them cost a question
        known = True
        if any(signs_it(event, one, [key]) for one in own):
            return True
    return False if known else None


def _by_nobody(who: Signing, lenient: bool) -> Iterator[str]:
    """`lenient`: a receipt may have acted that had no keys yet, or one is named, and was looked at. A receipt that is
    made by this very event vouches for itself only where it is the first."""
    role, actor = who.event["role"], who.event["actor_id"]
    if role in HER_ROLES and actor is None and not lenient and not who.receipts:
        yield "is signed by no receipt"
    if actor is None and role not in (*HER_ROLES, CLOCKS):
        yield "names no account"
    if who.account is False and actor is not None:
        yield "is not signed by the account that it names"


def _of_keys(who: Signing, facts: Mapping[str, Any]) -> Iterator[str]:
    """What names keys to seal to, or says who reads on, is the word of somebody who may say it, and never the clock's;
    but for a case that is just filed."""
    names, role = NAMING & set(facts), who.event["role"]
    if who.event["seq"] == 1 or not names or (names == {"ended"} and who.event["kind"] == ERASURE and role == CLOCKS):
        return
    if not who.by_somebody:
        yield "names keys, and nobody signed it"
    elif HANDED in names and who.event["kind"] not in HAND_OVERS:
        yield "names keys of a hand-over, and is none"
    elif HANDED in names and who.by_receipt:
        yield "hands over, and is not the Secretariat's"
    elif names - {FACT_OF_EPOCHS} and not who.by_receipt and role not in OFFICE:
        yield "names keys, and is not the Secretariat's"
    elif role == "company" and not all(one["in"] in COMPANYS for one in facts[FACT_OF_EPOCHS]):
        yield "names keys of words that no company reads"


def decides_who_reads(kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether an event with a fault may not merely be passed over: what is sealed after it would be read by others."""
    return bool(NAMING & set(facts)) or kind in TAKE_BACK


def signs_it(event: EventRow, one: Any, keys: Iterable[bytes]) -> bool:
    """Over what the event says now, and not over the hash that stands beside it."""
    return any(_is_signed(key, one.signature, hash_of(event)) for key in keys)


@lru_cache(maxsize=16384)
def _is_signed(key: bytes, signature: bytes, event_hash: str) -> bool:
    """What is immutable is verified once in a process."""
    return signing.is_signed(key, signature, bytes.fromhex(event_hash), "event")
