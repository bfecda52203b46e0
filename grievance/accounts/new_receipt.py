"""A receipt that its holder replaces without asking anybody: somebody saw it, or a copy is lost.

What was replaced opens nothing any more, but for the page on which its holder says: it was not me.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from grievance import clock
from grievance.access import Person, opened
from grievance.accounts import parts, receipts, spoken_for
from grievance.accounts.keys import epochs
from grievance.accounts.receipts import Followed
from grievance.crypto import receipt_codes
from grievance.crypto.hashes import sha256
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import Filing, Holder, ReceiptEnvelope
from grievance.record import chain
from grievance.record.transaction import unit_of_work

KIND = receipts.MADE_ANEW
REPLACING = (KIND, "receipt_taken_over")
"""Events by which one receipt takes the place of another."""


class Replaced(NamedTuple):
    """`slip`: it was one of a group's, and somebody used it."""

    case_id: str
    receipt_id: str
    at: datetime
    slip: bool


def make(person: Person | None, form: str, others_too: bool) -> Followed | None:
    """The receipt that takes the place of this person's, to be shown for an hour by the form's secret; `others_too`:
    the other side's end as well. None where theirs has ended meanwhile; a form that is sent twice gives it twice."""
    if receipts.shown(form) is None and (person is None or not _make(person, form, others_too, clock.now())):
        return None
    code = receipts.shown(form)
    followed = receipts.follow(code) if code else None
    return Followed(followed.session, form) if followed else None


def _make(person: Person, form: str, others_too: bool, now: datetime) -> bool:
    code = receipt_codes.make()
    keys = receipts.receipt_keys(code)
    with unit_of_work() as session:
        mine = session.get_one(ReceiptEnvelope, person.receipt_id)
        case = session.get_one(Case, mine.case_id, with_for_update=True)
        session.refresh(mine, with_for_update=True)
        if mine.revoked_at or session.get(Filing, sha256(form)):  # somebody was faster, or it was shown and is kept
            return False
        if spoken_for.is_held(mine.id):  # it has no digits that anybody saw, and goes with the spokesperson's own
            return False
        over = receipts.end(_that_end(receipts.living_receipts(case), mine, others_too), now)
        new = receipts.receipt_envelope(case, _opens(person), keys, mine.whose, now)
        new.checked_until = max(now + receipts.CHECKED_FOR, mine.checked_until or now)  # no way around being heard
        new.seen_seq = mine.seen_seq
        epochs.share_with_receipt(case, opened(person, case), new)
        spoken_for.pass_on(person, new, now)
        session.add(receipts.to_show(case, form, code, now))
        chain.append(case, KIND, person, now, now, receipts.named(new) | over)
        parts.pass_on(case, KIND, person, now, receipts.named(new) | over, new=new)
        case.version += 1
    return True


def _opens(person: Person) -> bytes:
    if person.complainant_key is None:
        raise LookupError("who has a receipt has the complainant key")
    return receipts.with_new_seed(person.complainant_key)


def _that_end(living: Iterable[ReceiptEnvelope], mine: ReceiptEnvelope, others_too: bool) -> list[ReceiptEnvelope]:
    """All of the same person, codes to hand over too; the other's only on her word."""
    hers = others_too and mine.whose == Holder.COMPLAINANT
    return [one for one in living if hers or one.whose == mine.whose]


def replaced(tried: receipts.Tried) -> Replaced | None:
    """Which receipt this was that another took the place of, and when; None for all others. An unknown code costs the
    same work as one that ended otherwise."""
    envelope = receipts.ended_receipt(tried)
    chain_id = envelope.case_id if envelope else ""
    query = select(Event).where(Event.chain == chain_id, Event.kind.in_(REPLACING)).order_by(Event.seq)
    for one in db.session.scalars(query):
        if envelope and _replaces(one.role, json.loads(one.facts), envelope):
            return Replaced(envelope.case_id, envelope.id, one.happened_at, envelope.holder == Holder.HANDOVER)
    return None


def _replaces(role: str, facts: dict[str, Any], envelope: ReceiptEnvelope) -> bool:
    """Cut by the other one, it was not replaced: who was cut off stops nothing in the case. A code that was used once
    was never anybody's receipt, and an officer may know it; but a slip was somebody's, and no officer saw it."""
    if envelope.holder == Holder.HANDOVER and not spoken_for.is_slip(envelope):
        return False
    return envelope.id in facts.get("ended", ()) and role == envelope.whose.value
