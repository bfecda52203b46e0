"""It was not me: who has a receipt that was replaced says that somebody else did it.

Then what that somebody could do harm with waits, and the office looks at it within a day. The page of the case does not
say why, because whoever did it may have that page; that something about safety is open stands in its fold.
"""

from datetime import datetime

from sqlalchemy import select

from grievance import clock
from grievance.access import CLOCK
from grievance.accounts import parts
from grievance.accounts.new_receipt import Replaced, replaced
from grievance.accounts.receipts import Tried
from grievance.crypto.compartments import CaseKeys
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow import safety
from grievance.workflow.context import StepContext
from grievance.workflow.events import NOT_ME
from grievance.workflow.execute import ensure_next_step, owe_letters
from grievance.workflow.visibility import mark_new


def freeze(typed: str, now: datetime | None = None) -> Case | None:
    """What the holder of a replaced receipt says; once for each. Returns the case, frozen or let go on since; None
    where the code was no such receipt. Raises `BadReceipt`."""
    now = now or clock.now()
    with unit_of_work():
        found = replaced(Tried(typed))
        if found is None:
            return None
        case = db.session.get_one(Case, found.case_id, with_for_update=True)
        if not _said_before(found):
            _freeze(case, found, now)
    return case


def _said_before(found: Replaced) -> bool:
    said = select(Event.id).where(Event.chain == found.case_id, Event.kind == NOT_ME.kind)
    return db.session.scalar(said.where(Event.facts.contains(found.receipt_id)).limit(1)) is not None


def _freeze(case: Case, found: Replaced, now: datetime) -> None:
    context = StepContext(case, CLOCK, {}, now, now, CaseKeys(), facts={"replaced": found.receipt_id})
    case.frozen_at = case.frozen_at or now
    safety.raise_at_once(context)
    case.version += 1
    event = chain.append(case, NOT_ME.kind, CLOCK, now, now, context.facts)
    owe_letters(case, event, NOT_ME.letters, context)
    mark_new(case, event, NOT_ME, context)
    ensure_next_step(context)
    for part in parts.parts_of(case, lock=True):  # the alert of the first case holds what would be handed over there
        part.frozen_at, part.version = part.frozen_at or now, part.version + 1
        chain.append(part, NOT_ME.kind, CLOCK, now, now, {"replaced": found.receipt_id})
