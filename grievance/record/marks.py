"""Marks of what is new, as rows: several events of a case in one unit of work are one mark, from the first on."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Insert, Integer, String, Table, bindparam, case, or_, select, true
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql, sqlite

from grievance.extensions import UtcDateTime, db
from grievance.models.case import Conflict
from grievance.models.desk import OFFICERS, NewMark
from grievance.models.keys import CompanyEnvelope
from grievance.models.people import Account, AccountStatus, Role
from grievance.record.many import ROWS, Rows, each, own

MARKS = cast(Table, NewMark.__table__)
COLUMNS = ("case_id", "reader", "account_id", "first_seq", "since", "rank")
OWN = ("case_id", "first_seq")
Mark = dict[str, Any]
"""{"case_id", "first_seq", "since", "rank"}, and whose: {"officer"}, an account or None for the desk; or
{"role", "account", "but"}: everybody of a role, or one account, but the one who did it. "tail": of a mark that is
seen from a release on alone."""
MENTION = "@"
"""Of a mark that says that somebody was mentioned: it stands beside the one that says that the case is new."""
TAILS = tuple(f"~{day}" for day in range(7))


def tail(until: datetime) -> str:
    """Marks that come with one release are one, and none that is seen already."""
    return TAILS[until.weekday()]


def write(connection: Connection, marks: Iterable[Mark]) -> None:
    """A statement for all officers and one for all others, who are looked up in it: whoever is still here, has no
    conflict of interest in the case, and, of a company, holds its keys."""
    dialect, found = connection.dialect.name, merged(marks)
    if officers := [mark for mark in found if "reader" in mark]:
        connection.execute(of_officers(dialect), officers)
    if others := [mark for mark in found if "reader" not in mark]:
        connection.execute(_accounts(dialect), others)


def to_officers(marks: Iterable[Mark]) -> list[Mark]:
    """The rows of those of these marks that are for officers."""
    return merged(mark for mark in marks if "officer" in mark)


def merged(marks: Iterable[Mark]) -> list[Mark]:
    """One for each reader of a case. An officer's names its "reader"; the others' readers are looked up."""
    return list(_merged(_of_officer(mark) if "officer" in mark else dict(mark) for mark in marks))


def _of_officer(mark: Mark) -> Mark:
    officer = mark["officer"]
    named = {name: value for name, value in mark.items() if name != "officer"}
    return {**named, "account_id": officer, "reader": OFFICERS if officer is None else str(officer)}


def _merged(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Of one reader in one case the first event, and urgent where one of them is."""
    first: dict[tuple[Any, ...], Mark] = {}
    for mark in marks:
        whose = tuple(mark.get(name) for name in ("case_id", "reader", "role", "account", "but", "tail"))
        known = first.setdefault(whose, mark)
        known["rank"] = min(known["rank"], mark["rank"])
    yield from first.values()


@cache
def of_officers(dialect: str) -> Insert:
    return _unless_known(dialect, _insert(dialect).values({name: bindparam(name) for name in COLUMNS}))


def write_alike(mark: Mark, rows: Rows) -> None:
    """One mark of `merged` for many cases. `rows`: of each, its case and the number of its event."""
    if not rows:
        return
    connection = db.session.connection()
    make = _rows_alike if "reader" in mark else _accounts_alike
    connection.execute(make(connection.dialect.name), {**mark, ROWS: json.dumps(rows)})


@cache
def _rows_alike(dialect: str) -> Insert:
    rows = each(dialect)
    own_columns = (own(rows, 0, String()), own(rows, 1, Integer()))
    same = [bindparam(name, type_=MARKS.c[name].type) for name in COLUMNS if name not in OWN]
    found = select(*own_columns, *same).select_from(rows).where(true())
    columns = [*OWN, *(name for name in COLUMNS if name not in OWN)]
    return _unless_known(dialect, _insert(dialect).from_select(columns, found))


@cache
def _accounts_alike(dialect: str) -> Insert:
    rows = each(dialect)
    return _found(dialect, own(rows, 0, String()), own(rows, 1, Integer()), rows.join(Account, true()))


@cache
def _accounts(dialect: str) -> Insert:
    return _found(dialect, bindparam("case_id", type_=String()), bindparam("first_seq", type_=Integer()), Account)


def _found(dialect: str, case_id: Any, first_seq: Any, among: Any) -> Insert:
    """`among`: the accounts, and from where the case and the event's number are read if they are not given."""
    holding = select(CompanyEnvelope.party_id).where(CompanyEnvelope.case_id == case_id)
    conflicted = select(Conflict.account_id).where(Conflict.case_id == case_id)
    found = select(
        case_id.label("case_id"),
        (as_type(Account.id, String(20)) + bindparam("tail", type_=String())).label("reader"),
        Account.id.label("account_id"),
        first_seq.label("first_seq"),
        bindparam("since", type_=UtcDateTime()).label("since"),
        bindparam("rank", type_=Integer()).label("rank"),
    ).where(
        or_(Account.role == bindparam("role", type_=Account.role.type), Account.id == bindparam("account")),
        Account.status == AccountStatus.ACTIVE,
        Account.id != bindparam("but"),
        Account.id.not_in(conflicted),
        or_(Account.role != Role.COMPANY, Account.party_id.in_(holding)),
    )
    found = found.select_from(among)
    return _unless_known(dialect, _insert(dialect).from_select(COLUMNS, found))


def _insert(dialect: str) -> Any:
    return postgresql.insert(MARKS) if dialect == "postgresql" else sqlite.insert(MARKS)


def _unless_known(dialect: str, statement: Any) -> Insert:
    """Whoever has not looked since before keeps the first event; what is urgent makes the whole so."""
    sooner = case((statement.excluded.rank < MARKS.c.rank, statement.excluded.rank), else_=MARKS.c.rank)
    return cast(Insert, statement.on_conflict_do_update(index_elements=["case_id", "reader"], set_={"rank": sooner}))
