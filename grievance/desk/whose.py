"""Whose cases are whose: what is handed over from one officer to another."""

from typing import Any, NamedTuple

from sqlalchemy import Row, select

from grievance.access import Person, visible
from grievance.extensions import db
from grievance.models.case import OPEN_STATES, Case, State
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Company, Role

MOST = 500
"""Cases that one page lists; who has more is handed over in two parts."""


class Line(NamedTuple):
    """One open case, as a list of many shows it."""

    reference: str
    state: State
    company: str | None


def officers() -> list[Row[Any]]:
    """Everybody of the Secretariat who can have cases: id, name, and whether they are here still, by name."""
    query = select(Account.id, Account.name, (Account.status == AccountStatus.ACTIVE).label("here"))
    return list(db.session.execute(query.where(Account.role == Role.OFFICER).order_by(Account.name)))


def cases_of(person: Person, officer_id: int | None) -> list[Line]:
    """The open cases of this officer that this person may see, what is due first, first."""
    if officer_id is None or person.role not in SECRETARIAT_ROLES:
        return []
    cases = visible(person).where(Case.officer_id == officer_id, Case.state.in_(OPEN_STATES))
    columns = (Case.reference, Case.state, Company.name)
    query = cases.outerjoin(Company, Company.id == Case.company_id).with_only_columns(*columns)
    return [Line(*row) for row in db.session.execute(query.order_by(Case.queue_at, Case.id).limit(MOST))]
