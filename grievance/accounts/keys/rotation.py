"""A new key for a party, in a member's session: what was sealed to the old one is sealed again, batch by batch.

From the beginning, what is new is sealed to the new key; until the end, the members hold shares of both keys, and
readers choose by the identifier that lies beside each ciphertext. A rotation that was broken off goes on from where
it was, and members who press at once take turns.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, func, inspect, select, true, union
from sqlalchemy.orm import InstrumentedAttribute

from grievance import clock
from grievance.access import COMPANY, SECRETARIAT, Person, envelope_place, epoch_place
from grievance.accounts.keys import company_keys, escrow, identity_places, own_keys, recovery
from grievance.accounts.keys.shares import give_share, held_seeds, members, rotation_of
from grievance.accounts.keys.task_places import task_place
from grievance.crypto import envelopes
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.at_company import CaseAtCompany, CompanyWords
from grievance.models.case import Respondent
from grievance.models.company_token import CompanyToken
from grievance.models.concern import ConcernWords, Reader
from grievance.models.edition import Edition
from grievance.models.enquiry import EnquiryReader, EnquiryWords
from grievance.models.field import FieldKey, FieldPart
from grievance.models.incident import Incident
from grievance.models.keys import CompanyEnvelope, IdentityEntry, IdentityRequest, IdentityShare, SecretariatEnvelope
from grievance.models.monitoring import Monitoring
from grievance.models.people import (
    Account,
    AccountStatus,
    EscrowHalf,
    Party,
    PartyKind,
    PartyShare,
    RecoveryShare,
    Rotation,
)
from grievance.models.public_question import PublicQuestion
from grievance.models.search import SearchSegment
from grievance.models.task import Task
from grievance.models.vouching import EpochEnvelope
from grievance.record import chain
from grievance.record.transaction import unit_of_work

BATCH = 100
PAUSE = 0.05
"""Seconds between two batches on SQLite, whose write lock has no queue: without a gap nobody else ever writes."""


@dataclass(frozen=True)
class Column:
    """A column that is sealed to a party's key, the one beside it that names the key, and each row's place. `among`:
    which rows are, where others are sealed to a receipt's key."""

    sealed: InstrumentedAttribute[Any]
    key_id: InstrumentedAttribute[Any]
    place: Callable[[Any], bytes]
    among: ColumnElement[bool] = field(default_factory=true)

    @property
    def row_id(self) -> ColumnElement[str]:
        return inspect(self.sealed.class_).primary_key[0]  # type: ignore[no-any-return]


def _epoch_place(row: EpochEnvelope) -> bytes:
    where = (row.epoch.compartment, row.epoch.n, row.epoch.number)
    return epoch_place(row.case_id, where, row.holder, row.party_id)


ESCROW = Column(EscrowHalf.sealed, EscrowHalf.key_id, lambda row: escrow.half_place(row))
COLUMNS: dict[PartyKind, tuple[Column, ...]] = {
    PartyKind.SECRETARIAT: (
        Column(SecretariatEnvelope.sealed, SecretariatEnvelope.key_id,
               lambda row: envelope_place("secretariat", row.case_id)),
        Column(IdentityEntry.secretariat_half, IdentityEntry.secretariat_key_id,
               lambda row: identity_places.half_place("secretariat", row.id)),
        Column(IdentityRequest.answer, IdentityRequest.answer_key_id, lambda row: identity_places.answer_place(row.id)),
        Column(EpochEnvelope.sealed, EpochEnvelope.key_id, _epoch_place, EpochEnvelope.holder == SECRETARIAT),
        Column(SearchSegment.sealed, SearchSegment.key_id, lambda row: envelope_place("search", row.id)),
        Column(Incident.sealed, Incident.key_id, lambda row: envelope_place("incident", row.id)),
        Column(ConcernWords.sealed, ConcernWords.key_id, lambda row: envelope_place("concern", row.id),
               ConcernWords.reader == Reader.SECRETARIAT),
        Column(Monitoring.sealed, Monitoring.key_id, lambda row: envelope_place("monitoring", row.id)),
        Column(EnquiryWords.sealed, EnquiryWords.key_id, lambda row: envelope_place("enquiry", row.id),
               EnquiryWords.reader == EnquiryReader.SECRETARIAT),
        Column(Task.sealed_key, Task.key_id, lambda row: task_place(row.id)),
        Column(PublicQuestion.sealed_key, PublicQuestion.key_id, lambda row: envelope_place("question", row.id)),
        Column(FieldPart.sealed, FieldPart.key_id, lambda row: envelope_place("field-part", row.id)),
        Column(FieldKey.sealed, FieldKey.key_id, lambda row: envelope_place("field-key", row.id)),
        Column(Edition.sealed_key, Edition.key_id, lambda row: envelope_place("edition", row.id)),
        ESCROW,
    ),
    PartyKind.CUSTODIANS: (
        Column(IdentityEntry.custodians_half, IdentityEntry.custodians_key_id,
               lambda row: identity_places.half_place("custodians", row.id)),
        Column(IdentityRequest.words, IdentityRequest.words_key_id, lambda row: identity_places.words_place(row.id)),
        ESCROW,
    ),
    PartyKind.COMPANY: (
        Column(CompanyEnvelope.sealed, CompanyEnvelope.key_id,
               lambda row: envelope_place("company", row.case_id, row.n)),
        Column(IdentityShare.sealed, IdentityShare.key_id,
               lambda row: identity_places.disclosure_place(row.case_id, row.id)),
        Column(Respondent.notice, Respondent.notice_key_id,
               lambda row: envelope_place("notice", row.case_id, row.n)),
        Column(ConcernWords.sealed, ConcernWords.key_id, lambda row: envelope_place("concern", row.id),
               ConcernWords.reader == Reader.COMPANY),
        Column(CaseAtCompany.sealed, CaseAtCompany.key_id, lambda row: envelope_place("at-company", row.id)),
        Column(EnquiryWords.sealed, EnquiryWords.key_id, lambda row: envelope_place("enquiry", row.id),
               EnquiryWords.reader == EnquiryReader.COMPANY),
        Column(CompanyWords.sealed, CompanyWords.key_id, lambda row: envelope_place("company-words", row.id)),
        Column(EpochEnvelope.sealed, EpochEnvelope.key_id, _epoch_place, EpochEnvelope.holder == COMPANY),
    ),
}  # fmt: skip
"""Everything that is sealed to a party's key. What is not listed here is lost with the old key."""


@dataclass(frozen=True)
class Progress:
    """`done` of `total` ciphertexts are sealed again. `damaged`: how many of the others do not open, so that the
    old key is kept."""

    done: int
    total: int
    finished: bool
    damaged: int = 0


def begin(by: Person) -> None:
    """Make the new pair, and give each active member a share of it. Changes nothing where a rotation is under way.
    Raises `Refused`."""
    own_keys.confirm(by)
    now = clock.now()
    with unit_of_work() as session:
        party = session.get(Party, by.party_id or 0, with_for_update=True)
        if party is None or party.key_id is None or party.public_key is None or by.party_seed is None:
            raise Refused(_("Only somebody who has a key can change it."))
        if rotation_of(party.id):
            return
        if company_keys.is_stated(party.id):
            raise Refused(_("First an approver of the office must type the fingerprint of your company's key, which"
                            " stands on the page of your people. Call the office and read it out."))  # fmt: skip
        held_seeds(by, party)  # whoever could not go on must not begin
        receive, kept = members(party), escrow.is_deposited(party.id)
        rotation = Rotation(
            party_id=party.id, old_key_id=party.key_id, old_public_key=party.public_key, started_at=now, done=0
        )
        pair = own_keys.make_party_key(party)
        papers = recovery.renewed(party, pair, rotation.old_key_id)
        rotation.new_key_id, party.exposed_since = envelopes.key_id(pair.public), None
        shares = [give_share(party, one, rotation.new_key_id, pair.seed) for one in receive]
        session.execute(delete(CompanyToken).where(CompanyToken.party_id == party.id))
        session.add_all([rotation, *shares, *papers])
        if kept:
            escrow.try_to_deposit(party, rotation.new_key_id, pair.seed)
        facts, signed_by = own_keys.rotated(party, by, pair.seed)
        chain.append(None, "rotation_begun", by, now, now, {**facts, **_facts(rotation)}, signed_by=signed_by)


def go_on(by: Person, batches: int) -> Progress:
    """Seal up to so many batches again, and end the rotation where nothing is left. Raises `Refused`."""
    rotation = rotation_of(by.party_id)
    if rotation is None:
        raise Refused(_("No rotation is under way."))
    rotation_id, damaged = rotation.id, set[str]()
    for number in range(batches):
        if number and db.engine.dialect.name == "sqlite":
            time.sleep(PAUSE)
        if not _batch(by, rotation_id, damaged):
            break
    return _end(by, rotation_id, len(damaged))


def _batch(by: Person, rotation_id: int, damaged: set[str]) -> int:
    """One transaction; the rotation's row is the lock. Returns how many rows were looked at."""
    with unit_of_work() as session:
        rotation = session.get_one(Rotation, rotation_id, with_for_update=True)
        if rotation.finished_at:
            return 0
        party = session.get_one(Party, rotation.party_id)
        seen = 0
        for column, row in _next(party.kind, rotation.old_key_id, damaged):
            seen += 1
            try:
                _seal_again(column, row, by.seed_for(rotation.old_key_id), party)
            except CannotOpen:  # one damaged row must leave the others their due
                damaged.add(_id(column, row))
            else:
                rotation.done += 1
    return seen


def _next(kind: PartyKind, old_key_id: str, damaged: set[str]) -> Iterator[tuple[Column, Any]]:
    """Rows of the first table that has some left. What a step holds just now is left for a later batch."""
    for column in COLUMNS[kind]:
        its = column.sealed.class_
        left = select(its).where(column.key_id == old_key_id, column.row_id.not_in(damaged))
        query = left.order_by(column.row_id).limit(BATCH).with_for_update(of=its, skip_locked=True)
        if rows := list(db.session.scalars(query)):
            yield from ((column, row) for row in rows)
            return


def _id(column: Column, row: Any) -> str:
    return str(inspect(row).identity[0])


def _seal_again(column: Column, row: Any, old_seed: bytes, party: Party) -> None:
    if party.public_key is None or party.key_id is None:
        raise LookupError("a rotation made the party's key")
    where = column.place(row)
    secret = envelopes.open_with(old_seed, getattr(row, column.sealed.key), where)
    setattr(row, column.sealed.key, envelopes.seal_to(party.public_key, secret, where))
    setattr(row, column.key_id.key, party.key_id)


def _end(by: Person, rotation_id: int, damaged: int) -> Progress:
    """The old shares go only when nothing is left under the old key. Whoever seals to a party's key holds a share of
    the lock that is taken here, so that nothing can still arrive."""
    now = clock.now()
    with unit_of_work() as session:
        rotation = session.get_one(Rotation, rotation_id, with_for_update=True)
        party = session.get_one(Party, rotation.party_id, with_for_update=True)
        left = _left(party, rotation)
        if not left and rotation.finished_at is None:
            for table in (PartyShare, RecoveryShare):
                old = table.key_id == rotation.old_key_id
                session.execute(delete(table).where(table.party_id == party.id, old))
            escrow.forget(party, rotation.old_key_id)
            rotation.finished_at = now
            chain.append(None, "rotation_finished", by, now, now, {**_facts(rotation), "sealed": rotation.done})
        finished = rotation.finished_at is not None
        return Progress(rotation.done, rotation.done + left, finished, damaged if left else 0)


def _facts(rotation: Rotation) -> dict[str, Any]:
    return {"party": rotation.party_id, "old_key": rotation.old_key_id, "new_key": rotation.new_key_id}


def _left(party: Party, rotation: Rotation) -> int:
    return sum(
        db.session.scalar(select(func.count()).where(column.key_id == rotation.old_key_id)) or 0
        for column in COLUMNS[party.kind]
    )


def is_due(by: Person) -> bool:
    """Whether somebody who held the key of this person's party has left since it was made."""
    party = db.session.get(Party, by.party_id or 0)
    return party is not None and party.exposed_since is not None


def progress(party_id: int | None) -> Progress | None:
    """How far the rotation of this party's key is; None where none is under way."""
    rotation = rotation_of(party_id)
    if rotation is None:
        return None
    party = db.session.get_one(Party, rotation.party_id)
    return Progress(rotation.done, rotation.done + _left(party, rotation), False)


def faults() -> Iterator[str]:
    """For `doctor`: what is sealed to a key that no member holds and no way back opens, and members without a share."""
    for party in db.session.scalars(select(Party).where(Party.key_id.is_not(None)).order_by(Party.id)):
        rotation = rotation_of(party.id)
        keys = {party.key_id} | ({rotation.old_key_id} if rotation else set())
        active = select(Account.id).where(Account.party_id == party.id, Account.status == AccountStatus.ACTIVE)
        for key_id in keys:
            holders = select(PartyShare.account_id).where(PartyShare.key_id == key_id)
            for account_id in db.session.scalars(active.where(Account.id.not_in(holders))):
                yield f"account {account_id}: has no share of the key {key_id} of its {party.kind.value}."
        papers = set(db.session.scalars(select(RecoveryShare.key_id).where(RecoveryShare.party_id == party.id)))
        if papers - keys:
            yield f"{party.kind.value}: the recovery code does not open its key."
        if escrow.has_gaps(party, keys):
            yield f"company {party.company_id}: the escrow does not open its key."
    living = union(select(PartyShare.key_id), select(RecoveryShare.key_id), escrow.whole())
    for column in (one for columns in COLUMNS.values() for one in columns):
        lost = select(func.count()).where(column.key_id.not_in(living), column.key_id.is_not(None), column.among)
        if number := db.session.scalar(lost):
            yield f"{column.sealed}: {number} rows are sealed to a key that nobody has."
