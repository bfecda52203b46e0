"""Complaints of one incident, filed for a group: which of how many a case is, for the office alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, bindparam, func, literal, select, union_all
from sqlalchemy.orm import aliased

from grievance.access import Person, visible
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.group import SpokenFor


@dataclass(frozen=True)
class Part:
    """`number` of `people` for whom the complaint `lead_id` speaks; 0 is that complaint itself."""

    number: int
    people: int
    lead_id: str


def of(cases: Sequence[str]) -> dict[str, Part]:
    """By case, of those that are part of one: one statement, whatever their number."""
    rows = db.session.execute(_asking(), {"cases": list(cases)})
    return {case_id: Part(number, people, lead_id) for case_id, number, people, lead_id in rows}


@cache
def _asking() -> CompoundSelect[Any]:
    all_of_it = aliased(SpokenFor)
    cases: BindParameter[Any] = bindparam("cases", expanding=True)
    people = select(func.count()).where(all_of_it.lead_id == SpokenFor.lead_id).scalar_subquery()
    one = select(SpokenFor.case_id, SpokenFor.number, people, SpokenFor.lead_id).where(SpokenFor.case_id.in_(cases))
    first = select(SpokenFor.lead_id, literal(0), func.count(), SpokenFor.lead_id).where(SpokenFor.lead_id.in_(cases))
    return union_all(one, first.group_by(SpokenFor.lead_id))


def others(person: Person, case: Case, part: Part | None) -> list[tuple[int, str]]:
    """Number and reference of the other complaints of the same incident that this person may see too, the first one
    as number 0."""
    if part is None:
        return []
    seen = visible(person).outerjoin(SpokenFor, SpokenFor.case_id == Case.id)
    seen = seen.where((Case.id == part.lead_id) | (SpokenFor.lead_id == part.lead_id), Case.id != case.id)
    found = db.session.execute(seen.with_only_columns(func.coalesce(SpokenFor.number, 0), Case.reference))
    return sorted((number, reference) for number, reference in found)
