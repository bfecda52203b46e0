"""How often people sign in and read: pages add to a row of the day, and one event a day says what was added.

Until its day is over a number is nobody's word but the database's. From then on the record vouches for it: `faults`
names what was changed, put there, or taken away before its time.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Insert, Select, Table, bindparam, literal, select, update
from sqlalchemy import true as sa_true
from sqlalchemy.dialects import postgresql, sqlite

from grievance import clock
from grievance.access import CLOCK
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.counted import NOBODY, FileReading, ReadingCount, SignInCount, Tried
from grievance.models.event import OFFICE_CHAIN, Event
from grievance.models.people import Account
from grievance.record import chain
from grievance.record.events import hash_of
from grievance.record.transaction import unit_of_work

SIGN_INS, READINGS, FILES_READ = "sign_ins_counted", "readings_counted", "files_read_counted"
Key = tuple[str, str, date]
"""(account, how it was tried, day) of sign-ins; (case, account, day) of readings; (case, file and
the other of its pair with blanks between them, account, day) of files."""
Numbers = Counter[Key]
SIGN_IN, READING = cast(Table, SignInCount.__table__), cast(Table, ReadingCount.__table__)
FILE_READING = cast(Table, FileReading.__table__)
COUNTED = ((SIGN_IN, SIGN_INS, "sign-ins"), (READING, READINGS, "readings"), (FILE_READING, FILES_READ, "files opened"))
"""Each table, the kind of its events, and what it counts."""
_OF_DAYS_OVER = [(one.c.number > one.c.said) & (one.c.day < bindparam("today")) for one, _kind, _what in COUNTED]
UNSAID: tuple[Select[Any], ...] = tuple(select(literal(1)).where(over) for over in _OF_DAYS_OVER)
"""Whether a day is over whose numbers are not on the record, for each table."""


# --- what pages add ----------------------------------------------------------------------------------------


def sign_in(account_id: int, tried: Tried, now: datetime) -> None:
    """One more, as part of the caller's unit of work. `account_id`: `NOBODY` for an address that is nobody's."""
    day, hour = clock.office_day(now), clock.hour(now, clock.office_zone())
    row = {"account_id": account_id, "day": day, "hour": hour, "tried": tried, "number": 1}
    db.session.execute(_one_more(SIGN_IN), row)


def failed(email: str, now: datetime) -> None:
    """A password that was wrong, or an address that is nobody's, in a unit of work of its own: one statement, and the
    same one, so that neither the answer nor its time tells which."""
    of = select(Account.id).where(Account.email == bindparam("email")).scalar_subquery()
    row = select(db.func.coalesce(of, NOBODY), bindparam("day", type_=SIGN_IN.c.day.type), bindparam("hour"),
                 literal(Tried.FAILED, SIGN_IN.c.tried.type), literal(1)).where(sa_true())  # fmt: skip
    names = ["account_id", "day", "hour", "tried", "number"]
    moment = {"day": clock.office_day(now), "hour": clock.hour(now, clock.office_zone())}
    with unit_of_work(effect=False) as session:
        session.execute(_one_more(SIGN_IN, names, row), {"email": email, **moment})


def reading(reference: str, account_id: int, now: datetime) -> None:
    """One page or file of a case more, in a unit of work of its own: one statement."""
    with unit_of_work(effect=False) as session:
        session.execute(
            _read(db.engine.dialect.name), {"account": account_id, "day": clock.office_day(now), "reference": reference}
        )


@cache
def _read(dialect: str) -> Insert:
    """By the case's reference: a page that is no case's counts nothing. `dialect`: of whose statements it is one."""
    row = select(Case.id, bindparam("account"), bindparam("day", type_=READING.c.day.type), literal(1))
    names = ["case_id", "account_id", "day", "number"]
    return _one_more(READING, names, row.where(Case.reference == bindparam("reference")))


def file_opened(reference: str, file_id: str, other_id: str, account_id: int, now: datetime) -> None:
    """One opening of a file of a case more, in a unit of work of its own: one statement. `other_id`: its clean copy, or
    what it is the clean copy of; "" where there is none."""
    day = bindparam("day", type_=FILE_READING.c.day.type)
    given: tuple[Any, ...] = (bindparam("file_id"), bindparam("account_id"), day, bindparam("other_id"))
    row: Select[Any] = select(Case.id, *given, literal(1))
    names = ["case_id", "file_id", "account_id", "day", "other_id", "number"]
    said = {"file_id": file_id, "account_id": account_id, "day": clock.office_day(now), "other_id": other_id}
    with unit_of_work(effect=False) as session:
        statement = _one_more(FILE_READING, names, row.where(Case.reference == bindparam("reference")))
        session.execute(statement, {**said, "reference": reference})


def _one_more(table: Table, names: Iterable[str] = (), row: Select[Any] | None = None) -> Insert:
    new: Any = (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(table)
    if row is not None:
        new = new.from_select(list(names), row)
    return cast(Insert, new.on_conflict_do_update(
        index_elements=list(table.primary_key.columns), set_={"number": table.c.number + 1}))  # fmt: skip


# --- the event of a day ------------------------------------------------------------------------------------


def say(now: datetime, kept: int) -> None:
    """Add what is not on the record yet of days that are over: an event for each day, of sign-ins and of readings. Part
    of the caller's unit of work. `kept`: days for which the rows stay."""
    for (table, kind, _what), over in zip(COUNTED, _OF_DAYS_OVER, strict=True):
        rows = db.session.execute(select(table).where(over).with_for_update(), {"today": clock.office_day(now)}).all()
        for day, numbers in _by_day(table, rows):
            facts = {"day": day.isoformat(), "kept": kept, "numbers": numbers}
            chain.append(None, kind, CLOCK, now, now, facts)
        if rows:
            db.session.execute(_said(table), [_named(table, row) for row in rows])


def _by_day(table: Table, rows: Iterable[Any]) -> Iterator[tuple[date, dict[str, dict[str, int]]]]:
    """What is new of each day, as an event says it: {account: {how it was tried: number}}, or {case: {account:
    number}}."""
    numbers = Numbers()
    for row in rows:
        numbers[_key(table, row)] += row.number - row.said
    for day in sorted({day for _one, _other, day in numbers}):
        found: dict[str, dict[str, int]] = {}
        for one, other, on in sorted(numbers):
            if on == day:
                found.setdefault(one, {})[other] = numbers[one, other, on]
        yield day, found


def _key(table: Table, row: Any) -> Key:
    if table is SIGN_IN:
        return str(row.account_id), str(row.tried), row.day
    named = row.case_id if table is READING else f"{row.case_id} {row.file_id} {row.other_id}".rstrip()
    return named, str(row.account_id), row.day


def _said(table: Table) -> Any:
    """No more than was looked at: whoever adds to a row meanwhile adds to what is said next."""
    key = [column == bindparam(f"its_{column.name}") for column in table.primary_key.columns]
    return update(table).where(*key).values(said=bindparam("looked_at"))


def _named(table: Table, row: Any) -> dict[str, Any]:
    key = {f"its_{column.name}": row._mapping[column.name] for column in table.primary_key.columns}  # noqa: SLF001
    return {**key, "looked_at": row.number}


# --- what the record says ----------------------------------------------------------------------------------


def on_record(kind: str, naming: str = "", since: date | None = None) -> tuple[Numbers, dict[Key, int]]:
    """What the events of this kind say, summed up, and for how many days each row was to stay. `naming`: only events in
    whose facts this text stands; `since`: only of days from then on. Raises `CannotOpen` where one was changed."""
    query = select(Event.__table__).where(Event.chain == OFFICE_CHAIN, Event.kind == kind).order_by(Event.seq)
    query = query.where(Event.facts.contains(naming, autoescape=True)) if naming else query
    numbers, kept = Numbers(), dict[Key, int]()
    for event in db.session.execute(query.execution_options(yield_per=1000)).mappings():
        if hash_of(dict(event)) != event["hash"]:
            raise CannotOpen
        for key, number, days in _told(json.loads(event["facts"])):
            if since is None or key[2] >= since:
                numbers[key] += number
                kept[key] = min(days, kept.get(key, days))
    return numbers, kept


def _told(facts: Mapping[str, Any]) -> Iterator[tuple[Key, int, int]]:
    day = date.fromisoformat(facts["day"])
    for one, numbers in facts["numbers"].items():
        for other, number in numbers.items():
            yield (one, other, day), number, facts["kept"]


def faults(today: date, kept: int) -> Iterator[str]:
    """Each number that is not what the record says of it, and each that is gone before its time. `kept`: days for which
    rows stay now; one that was said while they stayed for less may be gone by that."""
    for table, kind, what in COUNTED:
        said, days = on_record(kind)
        here = Numbers()
        for row in db.session.execute(select(table).execution_options(yield_per=1000)):
            here[_key(table, row)] += row.said
            if row.number < row.said:
                yield f"office: a number of {what} of {row.day} is smaller than what is on the record of it."
        for key in sorted(said.keys() | here.keys()):
            gone = key not in here and key[2] <= today - timedelta(days=min(kept, days.get(key, kept)))
            if not gone and said[key] != here[key]:
                yield f"office: a number of {what} of {key[2]} is not what the record says of it."
