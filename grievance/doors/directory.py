"""Which doors there are for whom. One statement each; a retired one is in none."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import Date, ScalarSelect, bindparam, func, select

from grievance import clock
from grievance.deadlines.kinds import Timetable
from grievance.doors.entries import ENGLISH
from grievance.extensions import db
from grievance.models.door import Door
from grievance.models.people import Account


@dataclass(frozen=True)
class Said:
    """What a door does and does not, and the language that it is said in."""

    does: str
    does_not: str
    language: str


def in_use() -> list[Door]:
    """All, by name."""
    query = select(Door).where(Door.active).order_by(Door.name, Door.id)
    return list(db.session.scalars(query))


def one(door_id: int | None) -> Door | None:
    """One that is in use; None where there is none."""
    found = db.session.get(Door, door_id) if door_id else None
    return found if found and found.active else None


def matching(doors: list[Door], country: str, harms: frozenset[str]) -> list[Door]:
    """Those that help there with one of these; those of the country before those that help everywhere. `country`: ""
    for one that is not named; `harms`: none for any."""
    there = [door for door in doors if not door.countries or country in door.countries]
    found = [door for door in there if not harms or not door.harms or harms & set(door.harms)]
    return sorted(found, key=lambda door: (not door.countries, door.name))


def countries_of(doors: list[Door]) -> list[str]:
    """Codes of the countries for which a door is known, each once."""
    return sorted({code for door in doors for code in door.countries})


def said(door: Door, language: str) -> Said:
    """In this language, or in English where nobody translated it."""
    if text := door.texts.get(language):
        return Said(text["does"], text["does_not"], language)
    return Said(door.does, door.does_not, ENGLISH)


def reached(door: Door) -> list[str]:
    """How they are reached, a line for each way."""
    return [text for text in (door.telephone, door.address, door.website) if text]


def who_checked(doors: list[Door]) -> dict[int, str]:
    """The names of those who checked them, by the number of the account."""
    query = select(Account.id, Account.name).where(Account.id.in_({door.checked_by for door in doors}))
    return {account_id: name for account_id, name in db.session.execute(query)}  # noqa: C416  rows are no pairs to mypy


def old_before() -> date:
    """The first day of a check that is still good today."""
    table: Timetable = current_app.extensions["timetable"]
    return clock.office_today() - timedelta(days=table.doors_checked)


def is_old(door: Door) -> bool:
    return door.checked_on < old_before()


def number_old() -> ScalarSelect[int]:
    """How many nobody has checked for so long that it is work; for a query that is given `doors`, `old_before()`."""
    query = (
        select(func.count()).select_from(Door).where(Door.active, Door.checked_on < bindparam("doors", type_=Date()))
    )
    return query.scalar_subquery()
