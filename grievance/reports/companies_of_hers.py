"""A complaint about several companies as its complainant sees it: one line for each, and which page is open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.access import Person
from grievance.accounts import parts
from grievance.extensions import Label, db
from grievance.models.case import Case, Respondent, State
from grievance.models.people import Company
from grievance.reports.casefile import open_case_file
from grievance.reports.standing import standing


@dataclass(frozen=True)
class Line:
    """`number`: of the part, 0 for the first case. `standing`: in a sentence. `next_day`: the nearest date that she is
    shown. `here`: its page is the one that is open."""

    number: int
    company: str
    standing: Label
    next_day: date | None
    here: bool


def of_hers(first: Person, here: Case) -> list[Line]:
    """For the holder of a receipt; empty where the complaint is about one company. `first`: as they follow its first
    case."""
    if not parts.has_family(here):
        return []
    family = [one for one in parts.family_of(here) if not one.erased_at]
    return [_line(parts.in_part(first, one), one, one.id == here.id) for one in family]


def _line(person: Person, case: Case, here: bool) -> Line:
    file = open_case_file(person, case)
    days = [one.due_on for one in file.limits if not one.paused and not one.overdue]
    says = standing(case, [one.status for one in file.remedies])
    nearest = min(days, default=None) if case.state != State.CLOSED else None
    return Line(case.part_number, called(case), says, nearest, here)


def called(case: Case) -> str:
    """By its company, or by the last one that it had."""
    if case.company:
        return case.company.name
    had = select(Company.name).join(Respondent, Respondent.company_id == Company.id)
    name = db.session.scalar(had.where(Respondent.case_id == case.id).order_by(Respondent.n.desc()).limit(1))
    return name or str(_("A company that is not known yet"))


def looked_at(first: Person, chosen: str, means: Callable[[str], bool]) -> Person:
    """Who follows the complaint, at the case whose page is asked for: the one that the address of a step belongs to
    (`means`), or else the one that they chose (the beginning of its id)."""
    if first.case_id is None:
        return first
    known = parts.known(first.case_id)
    for one in known:
        if means(one.id) and not one.erased_at:
            return parts.in_part(first, one)
    here = next((one for one in known if chosen and one.id.startswith(chosen) and not one.erased_at), None)
    return parts.in_part(first, here) if here else first
