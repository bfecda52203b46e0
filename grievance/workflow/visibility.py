"""What each side may learn of what happened in a case, and which version of it somebody has seen."""

from functools import cache

from sqlalchemy import func, select

from grievance.access import Person
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.models.sides import COMPANY
from grievance.workflow.labels import HAPPENINGS
from grievance.workflow.procedure import ROWS

OPENINGS = frozenset(kind for kind, happening in HAPPENINGS.items() if happening.of_identity)
OF_LIMITS = frozenset(kind for kind, happening in HAPPENINGS.items() if happening.of_a_limit)
"""Whether somebody is shown one of these depends on the limit that it is about."""
RECORDED = frozenset(row.step for row in ROWS if row.recorded)
"""Steps that an officer takes only by writing down what the complainant did."""
OF_HERS = frozenset({Role.COMPLAINANT.value, Role.REPRESENTATIVE.value})
OF_THE_OFFICE = frozenset(role.value for role in SECRETARIAT_ROLES)


@cache
def shown_to(side: str) -> frozenset[str]:
    """The kinds of events that a side outside the Secretariat, which sees all, is shown."""
    return frozenset(kind for kind, happening in HAPPENINGS.items() if side in happening.shown_to)


def role_told(side: str, kind: str, role: str) -> str:
    """Who did something, as a side may learn it. A company never learns that somebody speaks for the complainant, nor
    that an officer wrote down what came by phone, nor who wanted that a case is escalated."""
    if side != COMPANY:
        return role
    if HAPPENINGS[kind].by_the_office and role in OF_HERS:
        return Role.OFFICER.value
    if role in OF_HERS or (kind in RECORDED and role in OF_THE_OFFICE):
        return Role.COMPLAINANT.value
    return role


def version_for(person: Person, case: Case) -> int:
    """What a page carries, so that who sends it after a change is told so. It grows only with what this person is
    shown: the case's own would tell a company of a report of retaliation. What the clock did does not count.
    """
    if person.role in SECRETARIAT_ROLES:
        return case.version
    kinds = shown_to(person.side) - OF_LIMITS
    seen = select(func.count()).select_from(Event).where(Event.case_id == case.id, Event.kind.in_(kinds))
    return db.session.scalar(seen.where(Event.role != Role.CLOCK.value)) or 0


def is_current(person: Person, case: Case, version: int, settled: tuple[int, int]) -> bool:
    """Whether the page with this `version` shows the case as it is. `settled`: the case's own version before and after
    the clock had its turn just now."""
    if person.role in SECRETARIAT_ROLES:
        return (version, case.version) == settled
    return version == version_for(person, case)
