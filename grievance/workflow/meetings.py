"""Which interviews and visits a case has, and what became of each: read from its record, by their numbers.

A number counts the interviews of a case, or its visits, in the order in which they were planned; it says neither a day
nor a place. Those lie sealed in what was planned, for which the Secretariat alone has keys.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import select

from grievance.crypto.compartments import CaseKeys
from grievance.deadlines.days import day_of_the_week
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import OF_KINDS
from grievance.models.writing import Writing
from grievance.record.writings import read_writing

INTERVIEW, INTERVIEWED, VISIT, VISITED = "plan_interview", "record_interview", "plan_visit", "record_visit"
ENDED_BY = {INTERVIEW: INTERVIEWED, VISIT: VISITED}
"""The step by which it is said what became of one, by the step that plans one."""
WHICH = "meeting"
"""The fact, and the answer, that says which one it is about."""


class Became(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    CALLED_OFF = "called_off"


@dataclass(frozen=True)
class Meeting:
    """`planned_by`: the step; `event_id`: of that step, which the sealed words name."""

    planned_by: str
    number: int
    event_id: int
    became: Became


@dataclass(frozen=True)
class Words:
    """What was planned, as far as the keys open it. `on` is None where they do not."""

    on: date | None = None
    by_whom: str = ""


def meetings(case: Case, planned_by: str) -> list[Meeting]:
    """The first planned one first. An end of before it said of which one is taken for the earliest planned one that was
    still open then."""
    kinds = (planned_by, ENDED_BY[planned_by])
    found: dict[int, Meeting] = {}
    for event_id, kind, text in db.session.execute(OF_KINDS, {"case_id": case.id, "kinds": kinds}):
        if kind == planned_by:
            found[len(found) + 1] = Meeting(planned_by, len(found) + 1, event_id, Became.PLANNED)
            continue
        facts = json.loads(text)
        first = next((one.number for one in found.values() if one.became == Became.PLANNED), 0)
        if number := int(facts.get(WHICH, first)):
            found[number] = replace(found[number], became=Became(facts["held"]))
    return list(found.values())


def still_planned(case: Case, planned_by: str) -> list[Meeting]:
    """Those of which nobody has said what became of them."""
    return [one for one in meetings(case, planned_by) if one.became == Became.PLANNED]


def options(case: Case, keys: CaseKeys, planned_by: Sequence[str]) -> list[tuple[str, str]]:
    """What may be chosen among: its number, its day, and who goes."""
    found = [one for step in planned_by for one in still_planned(case, step)]
    said = words(case, keys, planned_by) if found else {}
    return [(str(one.number), in_words(one, said.get(one.event_id, Words()))) for one in found]


def words(case: Case, keys: CaseKeys, planned_by: Sequence[str]) -> dict[int | None, Words]:
    """By the number of its event: when each is, and who goes."""
    query = select(Writing).where(Writing.case_id == case.id, Writing.step.in_(planned_by))
    written = [one for one in db.session.scalars(query) if keys.can_open(one.compartment, one.n, one.epoch)]
    said = {one.event_id: read_writing(keys, one) for one in written}
    return {
        event: Words(date.fromisoformat(one["on"]), str(one["by_whom"])) for event, one in said.items() if "on" in one
    }


def named(one: Meeting) -> str:
    """*Visit 2*: by its number alone."""
    if one.planned_by == VISIT:
        return str(_("Visit %(number)s", number=one.number))
    return str(_("Interview %(number)s", number=one.number))


def in_words(one: Meeting, said: Words) -> str:
    parts = [day_of_the_week(said.on) if said.on else "", said.by_whom]
    return ", ".join(filter(None, [named(one), *parts]))
