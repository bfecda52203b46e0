"""Which texts of a case she reads and did not write: of these she may say that she cannot, and these are translated."""

from sqlalchemy import select

from grievance import clock
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.deadlines import days
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.writing import Writing
from grievance.workflow.labels import happened
from grievance.workflow.procedure import is_hers
from grievance.workflow.reading import TRANSLATE

HERS_TO_READ = (Compartment.CORRESPONDENCE, Compartment.SHARED)
NO_TEXT = ("proposal", "share_file", TRANSLATE.step)


def is_one(row: Writing) -> bool:
    return row.compartment in HERS_TO_READ and row.step not in NO_TEXT and not is_hers(row.step, row.role)


def options(case: Case, keys: CaseKeys) -> list[tuple[str, str]]:
    """(its id, what it is and of which day), the newest first."""
    query = select(Writing).where(Writing.case_id == case.id).order_by(Writing.written_at.desc())
    readable = [w for w in db.session.scalars(query) if is_one(w) and keys.can_open(w.compartment, w.n, w.epoch)]
    return [(w.id, _named(w)) for w in readable]


def _named(row: Writing) -> str:
    return f"{happened(row.step, row.role, '')}, {days.full_date(clock.office_day(row.written_at))}"
