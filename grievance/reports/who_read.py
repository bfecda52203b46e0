"""Who read a case, and one's own sign-ins: what the record says of days that are over, and what is counted of today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.deadlines.rows import timetable
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.counted import ReadingCount, SignInCount, Tried
from grievance.models.people import Account, Role
from grievance.record import counted
from grievance.record.counted import Key, Numbers


class Stands(StrEnum):
    """Whether the record says so; not yet, because the day goes on or no sweep has been since; or otherwise."""

    ON_RECORD = "on_record"
    NOT_YET = "not_yet"
    UNFIT = "unfit"


@dataclass(frozen=True)
class Reading:
    """`number`: pages and files of the case that were opened."""

    day: date
    name: str
    role: Role
    number: int
    stands: Stands


@dataclass(frozen=True)
class SignIns:
    """`hours`: at which of the office's hours, as far as that is still kept."""

    day: date
    tried: Tried
    hours: tuple[int, ...]
    number: int
    stands: Stands


def readings(case: Case) -> list[Reading]:
    """The newest day first. Raises `CannotOpen` where an event of it was changed."""
    told, _kept = counted.on_record(counted.READINGS, case.id)
    told = Numbers({key: number for key, number in told.items() if key[0] == case.id})
    rows = db.session.scalars(select(ReadingCount).where(ReadingCount.case_id == case.id)).all()
    here = {(case.id, str(row.account_id), row.day): (row.number, row.said) for row in rows}
    query = select(Account.id, Account.name, Account.role).where(Account.id.in_({int(key[1]) for key in told | here}))
    known = {str(row.id): row for row in db.session.execute(query)}
    found = [
        Reading(key[2], known[key[1]].name, known[key[1]].role, *how_often(key, told, here))
        for key in told.keys() | here.keys()
        if key[1] in known
    ]
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.name))


def own_sign_ins(person: Person) -> list[SignIns]:
    """Of the last days for which the hours are kept, the newest first."""
    since = clock.office_today() - timedelta(days=timetable().counts_kept - 1)
    own = str(person.account_id)
    told, _kept = counted.on_record(counted.SIGN_INS, f'"{own}":', since)
    told = Numbers({key: number for key, number in told.items() if key[0] == own})
    query = select(SignInCount).where(SignInCount.account_id == person.account_id, SignInCount.day >= since)
    rows = db.session.scalars(query.order_by(SignInCount.day, SignInCount.tried, SignInCount.hour)).all()
    here, hours = {}, {}
    for (day, tried), some in _alike(rows):
        key = (own, tried.value, day)
        here[key] = (sum(row.number for row in some), sum(row.said for row in some))
        hours[key] = tuple(row.hour for row in some)
    found = [
        SignIns(key[2], Tried(key[1]), hours.get(key, ()), *how_often(key, told, here)) for key in told.keys() | here
    ]
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.tried))


def _alike(rows: Any) -> Iterator[tuple[tuple[date, Tried], list[SignInCount]]]:
    for key, some in groupby(rows, key=lambda row: (row.day, row.tried)):
        yield key, list(some)


def how_often(key: Key, told: Numbers, here: dict[Key, tuple[int, int]]) -> tuple[int, Stands]:
    """How often, and whether the record says so. A row that is gone may be gone for its age: the record knows it."""
    number, said = here.get(key, (told[key], told[key]))
    if said != told[key] or number < said:
        return max(number, told[key]), Stands.UNFIT
    return number, Stands.ON_RECORD if number == said else Stands.NOT_YET
