"""On which day each receipt of a case last opened it: she sees it, and the Secretariat only where she lets it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from grievance.access import Person
from grievance.accounts.receipts import living_receipts
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.keys import Holder, ReceiptEnvelope
from grievance.models.people import Role

ANOTHER_OF_MINE = _l("Another receipt of yours")
OF_WHO_HELPS = _l("The receipt of the person who helps you")


@dataclass(frozen=True)
class Other:
    """`on`: None where no day is noted, because it opened nothing yet or not since days are noted."""

    whose: Label
    on: date | None


def others(person: Person, case: Case) -> list[Other]:
    """The receipts besides the one that she came with. Whoever speaks for her sees none of hers: who helps may also be
    whom she hides from."""
    return list(_others(person, case)) if person.role == Role.COMPLAINANT else []


def _others(person: Person, case: Case) -> Iterator[Other]:
    for one in living_receipts(case):
        if one.holder != Holder.HANDOVER and one.id != person.receipt_id:
            yield Other(ANOTHER_OF_MINE if one.holder == Holder.COMPLAINANT else OF_WHO_HELPS, one.opened_on)


def last_here(case: Case) -> date | None:
    """The last day on which a receipt of hers opened it, where she lets the Secretariat see it."""
    if not case.visits_shown:
        return None
    theirs = (ReceiptEnvelope.case_id == case.id, ReceiptEnvelope.holder == Holder.COMPLAINANT)
    return db.session.scalar(select(func.max(ReceiptEnvelope.opened_on)).where(*theirs))
