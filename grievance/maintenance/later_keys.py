"""Whether everybody who reads a case holds its later keys; and which cases wait for her next visit to have any."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Select, func, select

from grievance import clock
from grievance.accounts.keys.epochs import HERS
from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.models.keys import ReceiptEnvelope
from grievance.models.vouching import Epoch, EpochEnvelope


def faults() -> Iterator[str]:
    """Words that the Secretariat, or who holds a receipt that still works, cannot read."""
    for reference in db.session.scalars(_without(EpochEnvelope.holder == "secretariat").distinct()):
        yield f"{reference}: what was written lately has no key for the Secretariat."
    of_receipt = EpochEnvelope.receipt_id == ReceiptEnvelope.id
    family = func.coalesce(Case.part_of, Case.id)
    hers = _without(of_receipt).join(ReceiptEnvelope, ReceiptEnvelope.case_id == family)
    hers = hers.where(Epoch.compartment.in_(HERS), ReceiptEnvelope.public_key.is_not(None), *_living())
    for reference in db.session.scalars(hers.distinct()):
        yield f"{reference}: what was written lately has no key for a receipt."


def _without(theirs: ColumnElement[bool]) -> Select[str]:
    sealed = select(EpochEnvelope.id).where(EpochEnvelope.epoch_id == Epoch.id, theirs)
    return (
        select(Case.reference)
        .join(Epoch, Epoch.case_id == Case.id)
        .where(~sealed.correlate(Epoch, ReceiptEnvelope).exists())
    )


def _living() -> tuple[ColumnElement[bool], ...]:
    not_over = ReceiptEnvelope.expires_at.is_(None) | (ReceiptEnvelope.expires_at > clock.now())
    return ReceiptEnvelope.revoked_at.is_(None), not_over


def from_before() -> int:
    """How many open cases have a receipt without keys of its own: what is written for her stays under the first key
    until its page is opened. No fault, but worth knowing."""
    waits = select(ReceiptEnvelope.case_id).where(ReceiptEnvelope.public_key.is_(None), *_living())
    query = select(func.count()).select_from(Case).where(Case.id.in_(waits), Case.state != State.CLOSED)
    return db.session.scalar(query) or 0
