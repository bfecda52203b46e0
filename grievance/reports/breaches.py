"""How many time limits were missed, and how many of the misses two people found to be none: always counted apart.

A corrected miss is no breach, of a company nor of the office, and is not hidden either. What a company owed that lost a
case is nobody's.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select

from grievance.deadlines.kinds import LAPSING
from grievance.extensions import db
from grievance.models.case import Respondent
from grievance.models.limit import Limit
from grievance.models.sides import COMPANY, OF_THE_OFFICE


@dataclass(frozen=True)
class Counted:
    missed: int
    """Breaches: without what was corrected."""
    corrected: int


def of_company(company_id: int) -> Counted:
    return _count(Limit.owed_by == COMPANY, Respondent.company_id == company_id)


def of_office() -> Counted:
    """What the Secretariat, its approvers and the Board owed."""
    return _count(Limit.owed_by.in_(OF_THE_OFFICE))


def _count(*whose: ColumnElement[bool]) -> Counted:
    corrected = func.count(case((Limit.corrected_at.is_not(None), 1)))
    query = select(func.count() - corrected, corrected).select_from(Limit)
    query = query.outerjoin(Respondent, Respondent.id == Limit.respondent_id)
    query = query.where(Limit.missed_at.is_not(None), Limit.key.not_in(LAPSING), Respondent.ended_at.is_(None), *whose)
    return Counted(*db.session.execute(query).one())
