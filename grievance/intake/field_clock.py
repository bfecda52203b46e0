"""What the clock does about forms from phones: it rings again for what nobody opens, and erases what no case has.

A row stays, so that the same sent again is still known; its words and files are gone, the ciphertext with the next look
at the folder (`record.files.remove_forgotten`). An unopened form is never erased: somebody has to look at it.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from grievance.access import CLOCK
from grievance.deadlines.rows import timetable
from grievance.extensions import db
from grievance.intake import field_arrivals
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.field import FieldPart, FieldSubmission
from grievance.record import chain, record_key
from grievance.record.transaction import unit_of_work

MOST = 500
"""Files at a time; what is left comes an hour later."""
AGAIN = timedelta(days=1)
"""How grave an unopened form is nobody knows: so often everybody of the Secretariat is told once more."""


def run(now: datetime) -> None:
    ring_again(now)
    erase(now)


def ring_again(now: datetime) -> bool:
    """Whether a mail goes: something has waited so long, and nobody was told since."""
    waits = FieldSubmission.settled_at.is_(None), FieldSubmission.arrived_at <= now - AGAIN
    if db.session.scalar(select(FieldSubmission.id).where(*waits).limit(1)) is None:
        return False
    rung = Event.chain == OFFICE_CHAIN, Event.kind == "field_rung", Event.recorded_at > now - AGAIN
    if db.session.scalar(select(Event.id).where(*rung).limit(1)) is not None:
        return False
    with unit_of_work():
        field_arrivals.ring(now)
        chain.append(None, "field_rung", CLOCK, now, now, {}, signed_by=record_key.process())
    return True


def erase(now: datetime) -> int:
    """How many files and forms were erased."""
    until = now - timedelta(days=timetable().forms_kept)
    over = select(FieldPart).join(FieldSubmission, FieldSubmission.id == FieldPart.submission_id)
    over = over.where(FieldSubmission.settled_at <= until, FieldPart.sealed.is_not(None)).order_by(FieldPart.id)
    if db.session.scalar(over.with_only_columns(FieldPart.id).limit(1)) is None:
        return 0
    with unit_of_work() as session:
        parts = list(session.scalars(over.limit(MOST).with_for_update(of=FieldPart, skip_locked=True)))
        for part in parts:
            part.sealed = part.key_id = part.commit = None
        if parts:
            facts = {"submissions": sorted({one.submission_id for one in parts}), "parts": len(parts)}
            chain.append(None, "field_forgotten", CLOCK, now, now, facts, signed_by=record_key.process())
    return len(parts)
