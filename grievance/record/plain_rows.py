"""Rows that nobody reads again, written without what the session asks of each statement; on PostgreSQL those of a whole
case in one round trip."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import Column, Connection, Dialect, Insert, Table, insert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

Row = dict[str, Any]
MOST = 50
"""Rows of one statement. A case has about fifteen; where there are more, each table has statements of its own."""


@dataclass(frozen=True, eq=False)
class Plain:
    """An INSERT as the database reads it. `group`: the places of one row; `values`: for each what of a row goes there;
    `tail`: what stands behind the rows."""

    head: str
    group: str
    tail: str
    values: tuple[Callable[[Row], Any], ...]

    def text(self, count: int) -> str:
        return f"{self.head}{', '.join([self.group] * count)}{self.tail}"

    def of(self, row: Row) -> list[Any]:
        return [value(row) for value in self.values]


Part = tuple[Insert, frozenset[str], list[Row]]
"""A statement, the columns that its rows have, and its rows."""


def write(connection: Connection, parts: Sequence[Part]) -> None:
    """Each part's rows, in this order. What a row has no value for and the table has one, it gets."""
    dialect = connection.dialect
    plain = [(_plain(statement, columns, dialect), rows) for statement, columns, rows in parts if rows]
    together = dialect.name == "postgresql" and sum(len(rows) for _plain, rows in plain) <= MOST
    for some in [plain] if together and plain else [[(one, rows)] for one, all_ in plain for rows in _cut(all_)]:
        text = _text(tuple((one, len(rows)) for one, rows in some))
        given = [value for one, rows in some for row in rows for value in one.of(row)]
        connection.exec_driver_sql(text, tuple(given))


def _cut(rows: list[Row]) -> Iterator[list[Row]]:
    return (rows[at : at + MOST] for at in range(0, len(rows), MOST))


@lru_cache(maxsize=256)
def _text(parts: tuple[tuple[Plain, int], ...]) -> str:
    """One statement. Foreign keys are looked at when it ends, so that its parts may name each other's rows."""
    *first, last = [one.text(count) for one, count in parts]
    named = ", ".join(f"part_{number} AS ({text})" for number, text in enumerate(first))
    return f"WITH {named} {last}" if named else last


@lru_cache(maxsize=256)
def _plain(statement: Insert, columns: frozenset[str], dialect: Dialect) -> Plain:
    """Spelt out once. Places without names, so that the rows of several tables can be one text."""
    table, unnamed = cast(Table, statement.table), _unnamed(dialect)
    has = [column for column in table.columns if column.name in columns or column.default is not None]
    compiled = statement.inline().compile(dialect=unnamed, column_keys=[column.name for column in has])
    head, _values, rest = str(compiled).partition(" VALUES ")
    group, conflict, tail = rest.partition(" ON CONFLICT")
    order = [table.columns[name] for name in compiled.positiontup or ()]
    return Plain(f"{head} VALUES ", group, conflict + tail, tuple(_value(one, dialect) for one in order))


@lru_cache(maxsize=8)
def _unnamed(dialect: Dialect) -> Dialect:
    unnamed: Callable[..., Dialect] = PGDialect_psycopg
    return unnamed(paramstyle="format") if dialect.name == "postgresql" else dialect


def _value(column: Column[Any], dialect: Dialect) -> Callable[[Row], Any]:
    """What of a row goes into a column, as the driver takes it."""
    name, made = column.name, _made(column)
    bound = column.type.dialect_impl(dialect).bind_processor(dialect)

    def value(row: Row) -> Any:
        plain = row[name] if name in row else made()
        return bound(plain) if bound else plain

    return value


def _made(column: Column[Any]) -> Callable[[], Any]:
    default: Any = column.default
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else lambda: default.arg


def alike(rows: Iterable[tuple[Insert, Row]]) -> list[Part]:
    """The rows of each statement that have the same columns together."""
    found: dict[tuple[Insert, frozenset[str]], list[Row]] = {}
    for statement, row in rows:
        found.setdefault((statement, frozenset(row)), []).append(row)
    return [(statement, columns, some) for (statement, columns), some in found.items()]


@cache
def into(table: Table) -> Insert:
    return insert(table)
