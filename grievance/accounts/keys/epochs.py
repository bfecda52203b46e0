"""Later keys of a case's compartments: what is written after a reader's key was changed or ended is under a new one.

An old copy of the database, with a key that was good then, gives each case's master and all that is derived from it.
So the first word after a rotation, an ended receipt, a recall or a change of company begins an epoch: a random key,
sealed to whoever reads that compartment now, by public keys alone. Whether one is due, and to whose key a receipt's
envelope may be sealed, is told by the record and never by a row that somebody could have put there.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from grievance.access import COMPANY, RECEIPT, SECRETARIAT, WrongKey, epoch_place
from grievance.accounts.keys import log
from grievance.accounts.keys.party_keys import PartyKey, company_key, party_key
from grievance.crypto.compartments import CaseKeys, Compartment, NoKey, Where, commit
from grievance.crypto.envelopes import key_id, seal_to
from grievance.crypto.signing import digest
from grievance.extensions import db
from grievance.models.case import Case, Respondent
from grievance.models.event import Event
from grievance.models.keys import ReceiptEnvelope
from grievance.models.people import PartyKind, Rotation
from grievance.models.vouching import Epoch, EpochEnvelope, Signature
from grievance.record.events import EventRow
from grievance.record.transaction import EVENTS, once
from grievance.record.words_signed import FACT_OF_EPOCHS as FACT
from grievance.record.words_signed import HANDED, SIGNED, Signatures, decides_who_reads, judged, with_signatures
from grievance.record.writings import number_of

HERS = (Compartment.CORRESPONDENCE, Compartment.SHARED)
COMPANYS = (Compartment.COMPANY, Compartment.SHARED)
ENDS_RECEIPTS = ("new_receipt", "receipt_taken_over", "revoke_authority", "reissue_receipt")
"""Events that may end receipts. What was recorded before it was noted which is taken to have ended one."""


@dataclass(frozen=True)
class Begun:
    """Where the record says that an epoch began, and which keys of parties it was sealed to then. Of what was recorded
    before that was noted, `keys` is empty, and `at` is when."""

    seq: int = 0
    number: int = 0
    keys: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None
    commit: str = ""


@dataclass
class Told:
    """What a case's events say of its keys. `receipts`: of each that has keys of its own, the digest of the public one,
    and which event says so; `ended`: of those that end, by which. `handed`: by its number, each referral that a company
    still has."""

    filed: Begun = field(default_factory=Begun)
    begun: dict[tuple[str, int], Begun] = field(default_factory=dict)
    handed: dict[int, Begun] = field(default_factory=dict)
    taken_back: dict[int, int] = field(default_factory=dict)
    receipts: dict[str, tuple[str, int]] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    receipt_ended_at: int = 0

    def add(self, seq: int, kind: str, facts: Mapping[str, Any], at: datetime) -> None:
        if seq == 1:
            self.filed = Begun(0, 0, facts.get("keys", {}), at)
        if kind in ("recall_packet", "change_respondent"):
            self.taken_back |= dict.fromkeys(self.handed, seq)
            self.handed.clear()
        if HANDED in facts:
            self.handed[facts[HANDED]] = Begun(seq, 0, facts.get("keys", {}), at)
        if receipt := facts.get("receipt"):
            self.receipts[receipt["id"]] = (receipt["key"], seq)
        if "ended" in facts or (kind in ENDS_RECEIPTS and "receipt" not in facts):
            self.ended |= dict.fromkeys(facts.get("ended", ()), seq)
            self.receipt_ended_at = seq
        for one in facts.get(FACT, ()):
            self.begin(one, seq, at)

    def begin(self, said: Mapping[str, Any], seq: int, at: datetime | None = None) -> None:
        self.begun[said["in"], said["n"]] = Begun(seq, said["number"], said["keys"], at, said["commit"])


def told_by(case: Case, facts: Mapping[str, Any]) -> Told:
    """Replayed from the case's events: those in the database, what this unit of work adds to them, and what the step
    under way has begun. An event with a fault says nothing; raises `WrongKey` for one that says to whom later words are
    sealed: whoever can write to the database would read them."""
    told, events = Told(), [(event, json.loads(event["facts"])) for event in _events(case)[0]]
    deciding = {event["seq"] for event, says in events if decides_who_reads(event["kind"], says)} - {1}
    wrong = _unsigned(case) if deciding else set[int]()
    if deciding & wrong:
        raise WrongKey
    for event, says in (*events, *((event, json.loads(event["facts"])) for event in _added_to(case))):
        if event["seq"] not in wrong:
            told.add(event["seq"], event["kind"], says, event["recorded_at"])
    for one in facts.get(FACT, ()):
        told.begin(one, case.head_seq + 1)
    return told


def _events(case: Case) -> tuple[list[EventRow], Signatures]:
    """With what signs them, by one question."""
    query = select(Event.__table__, *SIGNED).outerjoin(Signature, Signature.event_hash == Event.hash)
    query = query.where(Event.chain == case.id).order_by(Event.seq)
    return once(("events", case.id), lambda: with_signatures(db.session.execute(query).mappings()))


def _unsigned(case: Case) -> Set[int]:
    """The events that are not signed by whoever acted, by their numbers."""

    def read() -> Set[int]:
        events, signatures = _events(case)
        found = judged(events, signatures, log.known().signs_in_case(events, lambda: _companies(case)))
        return {event["seq"] for event, _facts, said in found if said}

    return once(("unsigned", case.id), read)


def _companies(case: Case) -> Set[int]:
    """Which the case is, or was, about."""
    return set(db.session.scalars(select(Respondent.company_id).where(Respondent.case_id == case.id)))


def _added_to(case: Case) -> Iterable[Mapping[str, Any]]:
    added: Mapping[Any, list[Mapping[str, Any]]] = db.session.info["later"]
    return [event for event in added[EVENTS] if event["chain"] == case.id]


# --- which epoch is in force -------------------------------------------------------------------------------


def in_force(case: Case, keys: CaseKeys, compartment: Compartment, at: datetime, facts: dict[str, Any]) -> int:
    """The epoch under whose key something is written now; begun here where it is the first word after a change.
    `facts`: of the event that comes with it, which then names the epoch. The caller holds the case's lock, so that of
    two who write at once one begins it. Raises `WrongKey`."""
    if not case.head_seq:
        return 0  # it is being filed: nobody held anything of it before
    with db.session.no_autoflush:  # the step is half taken: its rows are written when they are whole
        told, n = told_by(case, facts), number_of(case, compartment)
        begun = told.begun.get((compartment.value, n), told.filed)
        if not _is_over(case, told, begun, compartment, n) or (compartment in HERS and _waits_for_her(case, at)):
            return _as_told(keys, (compartment, n, begun.number), begun)
        where = (compartment, n, begun.number + 1)
        _begin(case, keys, told, where, at, facts)
    return where[-1]


def _as_told(keys: CaseKeys, where: Where, begun: Begun) -> int:
    """The key under which something is to be written is the one that its event committed to: not another one whose row
    says that it is."""
    if begun.number and commit(keys.key(*where)) != begun.commit:
        raise WrongKey
    return begun.number


def _is_over(case: Case, told: Told, begun: Begun, compartment: Compartment, n: int) -> bool:
    """Whether somebody whom its key was sealed to reads this compartment no more, or not with the key of then."""
    if compartment in HERS and told.receipt_ended_at > begun.seq:
        return True
    if compartment in COMPANYS and told.taken_back.get(n, 0) > begun.seq:
        return True
    if _was_changed(begun, SECRETARIAT, secretariats_key()):
        return True
    handed = told.handed.get(n) if compartment in COMPANYS else None
    return handed is not None and _was_changed(begun if begun.number else handed, COMPANY, _companys_key(case))


def _was_changed(begun: Begun, whose: str, now: PartyKey) -> bool:
    """Whether it was sealed to another key of this party than the one that it has now. What was recorded before that
    was noted is told by when the party's keys were changed: until a rotation has ended, the old key may be sealed to.
    """
    if begun.keys:
        return begun.keys.get(whose) != now.key_id
    ended = _rotations(now.party_id)
    return any(begun.at is None or one is None or one > begun.at for one in ended)


def _rotations(party_id: int) -> list[datetime | None]:
    query = select(Rotation.finished_at).where(Rotation.party_id == party_id)
    return once(("rotations", party_id), lambda: list(db.session.scalars(query)))


def secretariats_key() -> PartyKey:
    return once("the Secretariat's key", lambda: party_key(PartyKind.SECRETARIAT))


def _companys_key(case: Case) -> PartyKey:
    return once(("a company's key", case.company_id), lambda: company_key(case.company_id))


def _waits_for_her(case: Case, at: datetime) -> bool:
    """A receipt from before has no key of its own that anything could be sealed to, until its page is opened."""
    return any(one.public_key is None for one in _living(case, at))


def _living(case: Case, at: datetime) -> list[ReceiptEnvelope]:
    family = case.part_of or case.id
    query = select(ReceiptEnvelope).where(ReceiptEnvelope.case_id == family, ReceiptEnvelope.revoked_at.is_(None))
    living = [one for one in db.session.scalars(query) if one.revoked_at is None]  # nor ended by this unit of work
    return [one for one in living if one.expires_at is None or one.expires_at > at]


# --- a new one ---------------------------------------------------------------------------------------------


def _begin(case: Case, keys: CaseKeys, told: Told, where: Where, at: datetime, facts: dict[str, Any]) -> None:
    compartment, n, number = where
    key = secrets.token_bytes(32)
    epoch = Epoch(id=secrets.token_hex(16), case_id=case.id, compartment=compartment, n=n, number=number,
                  commit=commit(key), begun_at=at)  # fmt: skip
    db.session.add(epoch)
    parties = {SECRETARIAT: secretariats_key()}
    if compartment in COMPANYS and n in told.handed:
        parties[COMPANY] = _companys_key(case)
    for holder, party in parties.items():
        _seal_to_party(epoch, key, holder, party)
    known = _named_and_good(case, told) if compartment in HERS else {}
    for receipt in _living(case, at) if compartment in HERS else ():
        _seal_to_receipt(epoch, key, receipt, known)
    keys.learn(where, key)
    sealed_to = {holder: party.key_id for holder, party in parties.items()}
    said = {"in": compartment.value, "n": n, "number": number, "commit": epoch.commit, "keys": sealed_to}
    facts[FACT] = [*facts.get(FACT, ()), said]


def _named_and_good(case: Case, told: Told) -> dict[str, str]:
    """The receipts that events name, signed by whoever made them, and that none has ended."""
    unsigned = _unsigned(case)
    ended = {name for name, seq in told.ended.items() if seq not in unsigned}
    return {n: key for n, (key, seq) in told.receipts.items() if seq not in unsigned and n not in ended}


def _where(epoch: Epoch) -> Where:
    return epoch.compartment, epoch.n, epoch.number


def _seal_to_party(epoch: Epoch, key: bytes, holder: str, party: PartyKey) -> None:
    sealed_to = epoch_place(epoch.case_id, _where(epoch), holder, party.party_id)
    sealed = seal_to(party.public_key, key, sealed_to)
    _add(epoch, holder=holder, party_id=party.party_id, key_id=party.key_id, sealed=sealed)


def _seal_to_receipt(epoch: Epoch, key: bytes, receipt: ReceiptEnvelope, known: Mapping[str, str]) -> None:
    """`known`: the public keys of receipts by their digests, as events name them. Raises `WrongKey`."""
    if receipt.public_key is None or known.get(receipt.id) != digest(receipt.public_key):
        raise WrongKey
    sealed = seal_to(receipt.public_key, key, epoch_place(epoch.case_id, _where(epoch), RECEIPT, receipt.id))
    _add(epoch, holder=RECEIPT, receipt_id=receipt.id, key_id=key_id(receipt.public_key), sealed=sealed)


def _add(epoch: Epoch, **more: Any) -> None:
    envelope = EpochEnvelope(id=secrets.token_hex(16), epoch_id=epoch.id, case_id=epoch.case_id, epoch=epoch, **more)
    db.session.add(envelope)


# --- for who comes later -----------------------------------------------------------------------------------


def share_with_receipt(case: Case, keys: CaseKeys, receipt: ReceiptEnvelope) -> None:
    """Seal to a new receipt, or to a code that is handed over, what its holder may read of later epochs. `keys`: of
    whoever passes them on."""
    if receipt.public_key is None:
        return
    known = {receipt.id: digest(receipt.public_key)}
    db.session.flush()  # before what names it
    for epoch in db.session.scalars(_epochs(case, HERS)):
        with suppress(NoKey):
            _seal_to_receipt(epoch, keys.key(*_where(epoch)), receipt, known)


def share_with_company(case: Case, keys: CaseKeys, company: PartyKey, facts: dict[str, Any]) -> None:
    """The packet that is handed over was the first word of a later epoch: its company reads it, and the event of the
    hand-over says that it was sealed to them, too."""
    for said in facts.get(FACT, ()):
        if said["n"] == case.handovers and said["in"] in COMPANYS:
            query = _epochs(case, (said["in"],)).where(Epoch.n == said["n"], Epoch.number == said["number"])
            epoch = db.session.scalars(query).one()
            _seal_to_party(epoch, keys.key(*_where(epoch)), COMPANY, company)
            said["keys"] = {**said["keys"], COMPANY: company.key_id}


def take_from_companies(case: Case) -> None:
    """A recall, or another company: their envelopes go, and what is written next is under a key that they never had."""
    theirs = EpochEnvelope.holder == COMPANY
    for envelope in db.session.scalars(select(EpochEnvelope).where(EpochEnvelope.case_id == case.id, theirs)):
        db.session.delete(envelope)


def _epochs(case: Case, compartments: Iterable[str]) -> Any:
    return select(Epoch).where(Epoch.case_id == case.id, Epoch.compartment.in_(list(compartments)))
