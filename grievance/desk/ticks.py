"""What is ticked on the checklists of a case: by whom, and on which day (decision 0072)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy import select

from grievance import clock
from grievance.access import NoSuchCase, Person, find_case
from grievance.extensions import db
from grievance.forms.checklists import Checklist
from grievance.models.case import Case
from grievance.models.people import SECRETARIAT_ROLES, Account
from grievance.models.task import Tick
from grievance.record import chain
from grievance.record.transaction import unit_of_work


@dataclass(frozen=True)
class Item:
    """`name`: its list and its key. `day`, `by`: None and empty where it is not ticked."""

    name: str
    text: str
    day: date | None
    by: str


@dataclass(frozen=True)
class Ticked:
    """One list as a case has it."""

    title: str
    lines: list[Item]

    @property
    def done(self) -> int:
        return sum(one.day is not None for one in self.lines)


def _lists_for(topics: Collection[str]) -> list[Checklist]:
    known: tuple[Checklist, ...] = current_app.extensions["checklists"]
    return [one for one in known if one.is_for(topics)]


def of_case(case: Case) -> list[Ticked]:
    """The lists for the topics of a case that somebody has open. Nothing is asked where it has none, or is
    erased: then nothing can be ticked."""
    lists = _lists_for(case.topics) if not case.erased_at else []
    if not lists:
        return []
    query = select(Tick.item, Tick.day, Account.name).join(Account, Account.id == Tick.account_id)
    ticks = {item: (day, name) for item, day, name in db.session.execute(query.where(Tick.case_id == case.id))}
    return [Ticked(one.title, [Item(name, text, *ticks.get(name, (None, ""))) for name, text in _named(one)])
            for one in lists]  # fmt: skip


def _named(one: Checklist) -> list[tuple[str, str]]:
    return [(f"{one.key}.{key}", text) for key, text in one.items.items()]


def save(person: Person, reference: str, ticked: Collection[str], seen: Collection[str]) -> int:
    """Tick what is newly ticked, of the case's lists, and untick what this person saw ticked (`seen`) and ticks no
    more: what somebody else changed in the meantime stays, and who ticked one first stays with it. Returns how many
    changed. Raises `NoSuchCase`."""
    if person.role not in SECRETARIAT_ROLES or person.party_seed is None or person.account_id is None:
        raise NoSuchCase
    now, changed = clock.now(), list[str]()
    with unit_of_work() as session:
        case = find_case(person, reference, lock=True)
        shown = (
            {name for one in _lists_for(case.topics) for name, _text in _named(one)} if not case.erased_at else set()
        )
        there = {one.item: one for one in session.scalars(select(Tick).where(Tick.case_id == case.id))}
        for name in sorted(shown):
            if name in ticked and name not in seen and name not in there:
                session.add(Tick(case_id=case.id, item=name, account_id=person.account_id, day=clock.office_day(now)))
                changed.append(name)
            elif name in seen and name not in ticked and name in there:
                session.delete(there[name])
                changed.append(name)
        if changed:
            chain.append(None, "checklist_ticked", person, now, now, {"number": len(changed)})
    return len(changed)
