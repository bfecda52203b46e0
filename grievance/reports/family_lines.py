"""The other companies of a complaint, for the Secretariat alone: at the head of each case of it."""

from dataclasses import dataclass

from grievance.access import Person, visible
from grievance.accounts import parts
from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.models.people import SECRETARIAT_ROLES
from grievance.workflow import family


@dataclass(frozen=True)
class Line:
    """One case of the complaint. `number`: 1 for the first case, as people count."""

    reference: str
    number: int
    company: str
    state: State
    alert: bool
    here: bool


@dataclass(frozen=True)
class Family:
    """`standing`: of the whole complaint."""

    standing: State
    lines: list[Line]

    @property
    def here(self) -> Line:
        return next(one for one in self.lines if one.here)


def of(person: Person, case: Case) -> Family | None:
    """None where the complaint is about one company; without the cases that this person may not see."""
    if person.role not in SECRETARIAT_ROLES or not parts.has_family(case):
        return None
    every = parts.family_of(case)
    mine = visible(person).where(Case.id.in_([one.id for one in every])).with_only_columns(Case.id)
    seen = set(db.session.scalars(mine))
    return Family(family.standing(every), [_line(one, case) for one in every if one.id in seen])


def _line(one: Case, here: Case) -> Line:
    company = one.company.name if one.company else ""
    return Line(one.reference, one.part_number + 1, company, one.state, one.safety_alert, one.id == here.id)
