"""What a spokesperson holds of each person of a group: a receipt of that person's case, of which nobody has digits.

It lies sealed to the own key of the spokesperson's receipt, which nothing gives that the office has: whoever wrote it
into the compartment of their case would let each officer act in their name.
"""

import json
import os
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from grievance import clock
from grievance.access import Person, opened, receipt_pair
from grievance.accounts import parts, receipts
from grievance.accounts.keys import epochs
from grievance.crypto.envelopes import open_with, seal_to
from grievance.crypto.receipt_codes import ReceiptKeys
from grievance.crypto.sealing import CannotOpen, open_sealed, place
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.group import SpokenFor
from grievance.models.keys import Holder, ReceiptEnvelope
from grievance.record import chain

SLIP = "slip_made"
"""The kind of event by which a slip is made, at first and in the place of one that was lost."""
SIZE = 1024
"""Of what is sealed: how long a name is tells nothing."""


class Held(NamedTuple):
    """`called`: by the spokesperson. `key`: under which that receipt is sealed, in the place of what digits give, so
    that whoever can write rows puts no other keys in its place. `slip`: 20 digits."""

    called: str
    key: bytes
    slip: str


def without_digits(case: Case, opens: bytes, now: datetime) -> tuple[ReceiptEnvelope, bytes]:
    """A representative's receipt that no digits give, and the key that it is opened with."""
    nobodys = ReceiptKeys(os.urandom(32), os.urandom(32))
    return receipts.receipt_envelope(case, opens, nobodys, Holder.REPRESENTATIVE, now), nobodys.wrapping


def of(lead: Person) -> list[SpokenFor]:
    """The people for whom the holder of this receipt speaks, in the order in which they were added."""
    query = select(SpokenFor).where(SpokenFor.lead_receipt_id == lead.receipt_id).order_by(SpokenFor.number)
    return list(db.session.scalars(query)) if lead.receipt_id else []


def one_of(lead: Person, number: int) -> SpokenFor | None:
    query = select(SpokenFor).where(SpokenFor.lead_receipt_id == lead.receipt_id, SpokenFor.number == number)
    return db.session.scalars(query).one_or_none() if lead.receipt_id else None


def next_number(lead_id: str) -> int:
    """Counted from one, and never given again: that somebody was erased says nothing of those after her."""
    return (db.session.scalar(select(func.max(SpokenFor.number)).where(SpokenFor.lead_id == lead_id)) or 0) + 1


def how_many(lead_id: str) -> int:
    return db.session.scalar(select(func.count()).where(SpokenFor.lead_id == lead_id)) or 0


def seal(lead: Person, case_id: str, held: Held) -> bytes:
    """To the own key of this receipt, whose seed only its holder has."""
    if lead.receipt_seed is None:
        raise LookupError("whoever follows a case has a receipt with keys of its own")
    return _sealed(receipt_pair(lead.receipt_seed).public, case_id, held)


def _sealed(public: bytes, case_id: str, held: Held) -> bytes:
    text = json.dumps({"called": held.called, "key": held.key.hex(), "slip": held.slip})
    return seal_to(public, text.encode().ljust(SIZE), _place(case_id))


def held(lead: Person, row: SpokenFor) -> Held | None:
    """None for whoever holds another receipt."""
    if lead.receipt_seed is None:
        return None
    try:
        said = json.loads(open_with(receipt_pair(lead.receipt_seed).seed, row.sealed, _place(row.case_id)))
    except CannotOpen:
        return None
    return Held(said["called"], bytes.fromhex(said["key"]), said["slip"])


def _place(case_id: str) -> bytes:
    return place("spoken for", case_id)


def opened_by(known: Held, envelope: ReceiptEnvelope) -> bytes:
    """What this receipt opens. Raises `CannotOpen`."""
    return open_sealed(known.key, envelope.sealed, place("receipt", envelope.case_id, envelope.id))


def pass_on(lead: Person, new: ReceiptEnvelope, now: datetime) -> None:
    """A new receipt in the place of the spokesperson's own: in each case that it opened they get another, too, because
    whoever has a copy of the old one has those. Part of the caller's unit of work, which has `new` in the database."""
    for row in of(lead):
        case = db.session.get_one(Case, row.case_id, with_for_update=True)
        old = db.session.get_one(ReceiptEnvelope, row.receipt_id, with_for_update=True)
        known = held(lead, row)
        if known and new.public_key and not old.revoked_at:
            envelope, key = _anew(case, old, opened_by(known, old), now)
            row.receipt_id, row.lead_receipt_id = envelope.id, new.id
            row.sealed = _sealed(new.public_key, row.case_id, known._replace(key=key))


def _anew(case: Case, old: ReceiptEnvelope, opens: bytes, now: datetime) -> tuple[ReceiptEnvelope, bytes]:
    """Another receipt of this case in the place of the old one, and its key."""
    theirs, over = receipts.person_of(old, opens, now), receipts.end([old], now)
    envelope, key = without_digits(case, receipts.with_new_seed(opens), now)
    envelope.checked_until, envelope.seen_seq = now + receipts.CHECKED_FOR, old.seen_seq
    epochs.share_with_receipt(case, opened(theirs, case), envelope)
    chain.append(case, receipts.MADE_ANEW, theirs, now, now, receipts.named(envelope) | over)
    parts.pass_on(case, receipts.MADE_ANEW, theirs, now, receipts.named(envelope) | over, new=envelope)
    case.version += 1
    return envelope, key


def enter(lead: Person, number: int, now: datetime) -> receipts.Followed | None:
    """Open the page of one of the people; None for whoever speaks for that person no more, or never did."""
    row = one_of(lead, number)
    known = held(lead, row) if row else None
    envelope = db.session.get(ReceiptEnvelope, row.receipt_id) if row else None
    if known is None or envelope is None or envelope.revoked_at:
        return None
    return receipts.enter(envelope, opened_by(known, envelope), now)


def is_held(receipt_id: str | None) -> bool:
    """Whether this is a spokesperson's, of which nobody has digits."""
    return db.session.scalar(select(SpokenFor.case_id).where(SpokenFor.receipt_id == receipt_id)) is not None


def is_slip(envelope: ReceiptEnvelope) -> bool:
    """Whether a spokesperson made this code, and not the office."""
    made = select(Event.id).where(Event.chain == envelope.case_id, Event.kind == SLIP)
    return db.session.scalar(made.where(Event.facts.contains(f'"{envelope.id}"')).limit(1)) is not None


def useless(tried: receipts.Tried, now: datetime) -> date | None:
    """Since which day a slip that nobody used works no more: another took its place, or it is too old. None for every
    other code."""
    lookups = [keys.lookup.hex() for keys in tried.receipts()]
    query = select(ReceiptEnvelope).where(
        ReceiptEnvelope.lookup.in_(lookups), ReceiptEnvelope.holder == Holder.HANDOVER
    )
    slip = db.session.scalars(query).first()
    ended = (slip.revoked_at or slip.expires_at) if slip and is_slip(slip) else None
    return clock.office_day(ended) if ended and ended <= now else None
