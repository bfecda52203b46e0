"""Rows that have most of their columns alike, in one statement for all of them: what is alike is bound once, and what
differs comes as one text of JSON."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, Text, Update, bindparam, func, insert, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.selectable import TableValuedAlias

from grievance.extensions import db

ROWS, VALUE = "all_rows", "value"
Rows = Sequence[Sequence[str | int | None]]


def insert_alike(table: Table, same: Mapping[str, Any], names: tuple[str, ...], rows: Rows) -> None:
    """`same`: the columns that all new rows have alike; `names`: those of which each of `rows` has its own."""
    _execute(_inserted(table, tuple(same), names, _dialect()), same, rows)


def update_alike(
    table: Table, same: Mapping[str, Any], names: tuple[str, ...], rows: Rows, grown: tuple[str, ...] = ()
) -> None:
    """The first of `names` says which row; of `grown`, what all of them are higher by."""
    _execute(_updated(table, tuple(same), names, grown, _dialect()), same, rows)


def _dialect() -> str:
    return db.session.connection().dialect.name


def _execute(statement: Insert | Update, same: Mapping[str, Any], rows: Rows) -> None:
    values = {f"all_{name}": value for name, value in same.items()}
    db.session.connection().execute(statement, {**values, ROWS: json.dumps(rows)})


def each(dialect: str) -> TableValuedAlias:
    """The rows of `ROWS`."""
    text = bindparam(ROWS, type_=Text)
    if dialect == "postgresql":
        return func.json_array_elements(as_type(text, postgresql.JSON)).table_valued(VALUE, name="each_row")
    return func.json_each(text).table_valued(VALUE, name="each_row")


def own(rows: TableValuedAlias, place: int, kind: Any) -> Any:
    """What each row has in this place."""
    return as_type(rows.c[VALUE].op("->>")(place), kind)


@cache
def _inserted(table: Table, same: tuple[str, ...], names: tuple[str, ...], dialect: str) -> Insert:
    rows = each(dialect)
    alike = [bindparam(f"all_{name}", type_=table.c[name].type) for name in same]
    found = select(*alike, *(own(rows, i, table.c[name].type) for i, name in enumerate(names)))
    return insert(table).from_select([*same, *names], found.select_from(rows), include_defaults=False)


@cache
def _updated(
    table: Table, same: tuple[str, ...], names: tuple[str, ...], grown: tuple[str, ...], dialect: str
) -> Update:
    rows, alike = each(dialect), {name: bindparam(f"all_{name}", type_=table.c[name].type) for name in same}
    values = {name: table.c[name] + alike[name] if name in grown else alike[name] for name in same}
    values |= {name: own(rows, i, table.c[name].type) for i, name in enumerate(names) if i}
    return update(table).values(values).where(table.c[names[0]] == own(rows, 0, table.c[names[0]].type))
