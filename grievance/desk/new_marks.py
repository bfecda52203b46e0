"""What is new for somebody of the office or of a company: whose marks they see, and that looking ends them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, delete, func, select

from grievance import clock
from grievance.access import Person
from grievance.accounts import absence
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.desk import OFFICERS, NewMark
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.record.marks import MENTION, TAILS
from grievance.record.transaction import unit_of_work


def looks_after(person: Person) -> list[int | None]:
    """Whose cases are this person's to look after: the own ones, and those of whom they stand in for now."""
    others = absence.stands_in_for(person, clock.now()) if person.role in SECRETARIAT_ROLES else []
    return [person.account_id, *others]


def readers(person: Person, mine: Sequence[int | None]) -> list[str]:
    """Whose marks this person sees: their own, those of whom they stand in for, and an officer the officers' desk's.
    `mine`: `looks_after`."""
    own = [str(one) for one in mine]
    at_releases = [f"{one}{tail}" for one in own for tail in TAILS] if person.role == Role.COMPANY else []
    return [*own, *at_releases, *([OFFICERS] if person.role == Role.OFFICER else [])]


def marked(whose: Sequence[str]) -> ColumnElement[bool]:
    """Whether a case is new for one of these readers."""
    return select(NewMark.case_id).where(NewMark.case_id == Case.id, NewMark.reader.in_(whose)).correlate(Case).exists()


def rank_for(whose: Sequence[str]) -> ScalarSelect[Any]:
    """How urgent what is new in a case is to these readers; NULL where nothing is."""
    of_case = (NewMark.case_id == Case.id, NewMark.reader.in_(whose))
    return select(func.min(NewMark.rank)).where(*of_case).correlate(Case).scalar_subquery()


def new_cases(person: Person) -> set[str]:
    """The cases that are new for this person alone; of a custodian these are a few."""
    own = select(NewMark.case_id).where(NewMark.reader == str(person.account_id))
    return set(db.session.scalars(own))


_MARKS = select(NewMark.reader, NewMark.first_seq).where(
    NewMark.case_id == bindparam("case_id"), NewMark.reader.in_(bindparam("readers", expanding=True))
)


def looked(person: Person, case_id: str, *, ends: bool) -> int | None:
    """From which event on a case is new for whoever opens it now; None where nothing is. `ends`: whether somebody
    looks, and not a browser ahead of them. On the officers' desk it stays new until one of them takes the case."""
    theirs = [*readers(person, [person.account_id]), f"{person.account_id}{MENTION}"]
    rows = db.session.execute(_MARKS, {"case_id": case_id, "readers": theirs})
    found = {row.reader: row.first_seq for row in rows}
    own = {reader: first for reader, first in found.items() if reader != OFFICERS}
    if ends and own:
        with unit_of_work() as session:
            for reader, first in own.items():
                seen = (NewMark.case_id == case_id, NewMark.reader == reader, NewMark.first_seq == first)
                session.execute(delete(NewMark).where(*seen))
    return min(found.values(), default=None)
