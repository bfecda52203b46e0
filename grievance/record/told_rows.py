# ruff: noqa: S608 - ids and numbers of ours, and values that the database gave
"""Tables as a company was told them, in SQL: what is held back from it is taken back, what it did itself stays.

A held step changed a column from one value to another. Where the column still has the later value, it is shown with the
earlier one; where somebody has changed it since, that is shown. Rows and events that came with the step are not there.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import JSON, Boolean, Column, Date, Dialect, Integer, Table

from grievance.extensions import UtcDateTime
from grievance.models.case import Case, Respondent
from grievance.models.desk import NewMark
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.writing import Decision, Remedy

WATCHED: dict[str, Table] = {
    model.__tablename__: cast(Table, model.__table__) for model in (Case, Respondent, Limit, Remedy, Decision)
}
"""Rows that a step changes."""
MARKS = NewMark.__tablename__
KEPT = "kept_for_release"
"""What a company sent when a step of hers, of which it was not told yet, had made that impossible."""
Moved = Mapping[str, Any]
"""{"met_at": [before, after]}"""


@dataclass(frozen=True)
class Own:
    """A company's own step since: `kept` is the step that it stands for, where it was not taken."""

    event_id: int
    seq: int
    kind: str
    at: datetime
    kept: str = ""


@dataclass(frozen=True)
class Held:
    """One step that is held back, and what the company did after it."""

    case_id: str
    first_seq: int
    last_seq: int
    changes: Mapping[str, Mapping[str, Moved | None]]
    own: tuple[Own, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Of the rows that are shown otherwise than they are, as the record names them."""
        return frozenset(
            "cases:" if name == Case.__tablename__ else f"{name}:{key}"
            for name, rows in self.changes.items()
            for key in rows
        )


@dataclass
class Told:
    """`views`: by a table's name what stands for it."""

    held: list[Held]
    views: dict[str, str] = field(default_factory=dict)


def told(dialect: Dialect, held: Iterable[Held], meets: Mapping[str, frozenset[str]], now: datetime) -> Told:
    """`held`: the newest first. `meets`: by a company's step the limits that it meets."""
    found = list(held)
    real = "public." if dialect.name == "postgresql" else "main."
    views = _words(real, found)
    for name, table in WATCHED.items():
        views[name] = _rows(real, table, dialect, found, meets)
    views[MARKS] = f"SELECT * FROM {real}{MARKS} WHERE since <= {_literal(now.isoformat(), _SINCE, dialect)}"
    return Told(found, views)


_SINCE = cast(Table, NewMark.__table__).c.since


def _words(real: str, held: list[Held]) -> dict[str, str]:
    """Events, and what came with them. Nothing here was typed by anybody: ids and numbers."""
    spans = " OR ".join(
        f"(e.chain = '{one.case_id}' AND e.seq BETWEEN {one.first_seq} AND {one.last_seq})" for one in held
    )
    gone = f"SELECT e.id FROM {real}events e WHERE {spans or '1 = 0'}"
    written = f"SELECT w.id FROM {real}writings w WHERE w.event_id IN ({gone})"
    columns = cast(Table, Event.__table__).columns
    kinds = {own.event_id: own.kept for one in held for own in one.own if own.kept}
    kind = _case("e.id", {str(key): f"'{step}'" for key, step in kinds.items()}, "e.kind")
    shown = ", ".join(kind if one.name == "kind" else f'e."{one.name}"' for one in columns)
    return {
        "events": f"SELECT {shown} FROM {real}events e" + (f" WHERE NOT ({spans})" if spans else ""),
        "writings": _but(real, "writings", "event_id", gone, held),
        "letters": _but(real, "letters", "event_id", gone, held),
        "attachments": _but(real, "attachments", "writing_id", written, held),
    }


def _but(real: str, name: str, column: str, gone: str, held: list[Held]) -> str:
    """A table without what came with these events."""
    every = f"SELECT * FROM {real}{name}"
    return f"{every} WHERE {column} IS NULL OR {column} NOT IN ({gone})" if held else every


def _case(of: str, whens: Mapping[str, str], otherwise: str) -> str:
    if not whens:
        return otherwise
    name = otherwise.rpartition(".")[2]
    return (
        f"CASE {of} "
        + " ".join(f"WHEN {key} THEN {value}" for key, value in whens.items())
        + (f" ELSE {otherwise} END AS {name}")
    )


# --- rows that a step changed --------------------------------------------------------------------------------


@cache
def _unchanged(real: str, table: Table) -> str:
    """Every column, as it stands there."""
    columns = ", ".join(f'"{one.name}"' for one in table.columns)
    return f"SELECT {columns} FROM {real}{table.name}"


def _rows(real: str, table: Table, dialect: Dialect, held: list[Held], meets: Mapping[str, frozenset[str]]) -> str:
    if not any(one.changes.get(table.name) for one in held):
        return _unchanged(real, table)
    moved: dict[str, dict[str, list[list[Any]]]] = defaultdict(lambda: defaultdict(list))
    added: list[str] = []
    for one in held:
        for key, was in one.changes.get(table.name, {}).items():
            if was is None:
                added.append(key)
            for column, values in (was or {}).items():
                if column != "key":
                    moved[column][key].append(values)
    met = _met(held, meets) if table.name == Limit.__tablename__ else {}
    shown = ", ".join(_column(one, moved[one.name], met, dialect) for one in table.columns)
    where = f" WHERE id NOT IN ({', '.join(_key(table, key) for key in added)})" if added else ""
    return f"SELECT {shown} FROM {real}{table.name}{where}"


def _met(held: list[Held], meets: Mapping[str, frozenset[str]]) -> dict[str, str]:
    """By its number when the company's own step met a limit that a held one had ended before."""
    found: dict[str, str] = {}
    for one in held:
        for key, was in one.changes.get(Limit.__tablename__, {}).items():
            ended = was is not None and {"met_at", "stopped_at"} & set(was)
            own = [each for each in one.own if was and was.get("key") in meets.get(each.kept or each.kind, ())]
            if ended and own:
                found[key] = own[0].at.isoformat()
    return found


def _column(column: Column[Any], moved: Mapping[str, list[list[Any]]], met: Mapping[str, str], dialect: Dialect) -> str:
    name = f'"{column.name}"'
    whens = [when for key, steps in moved.items() for when in _whens(column, key, steps, dialect)]
    if column.name == "met_at":
        whens = [f"WHEN id = {key} THEN {_literal(at, column, dialect)}" for key, at in met.items()] + whens
    return f"CASE {' '.join(whens)} ELSE {name} END AS {name}" if whens else name


def _whens(column: Column[Any], key: str, steps: list[list[Any]], dialect: Dialect) -> list[str]:
    """`steps`: the newest first. Whichever of them the column still has the value of is taken back, and all before."""
    found = []
    for number, (was, after) in enumerate(steps):
        for before, then in steps[number + 1 :]:
            was = before if was == then else was
        same = "IS NOT DISTINCT FROM" if dialect.name == "postgresql" else "IS"
        still = (
            "" if isinstance(column.type, JSON) else f' AND "{column.name}" {same} {_literal(after, column, dialect)}'
        )
        found.append(f"WHEN id = {_key(column.table, key)}{still} THEN {_literal(was, column, dialect)}")
    return found


def _key(table: Any, key: str) -> str:
    return str(int(key)) if isinstance(table.c.id.type, Integer) else f"'{key}'"


def _literal(value: Any, column: Column[Any], dialect: Dialect) -> str:
    """A value of a row, as it was noted, in the words of the database."""
    postgresql = dialect.name == "postgresql"
    if value is None:
        return "NULL"
    if isinstance(column.type, Boolean):
        return ("TRUE" if value else "FALSE") if postgresql else str(int(value))
    if isinstance(value, int):
        return str(value)
    return _text(value, column, postgresql)


def _text(value: Any, column: Column[Any], postgresql: bool) -> str:
    if isinstance(column.type, UtcDateTime):
        at = datetime.fromisoformat(value).replace(tzinfo=None).isoformat(" ", "microseconds")
        return f"TIMESTAMPTZ '{at}+00'" if postgresql else f"'{at}'"
    said = value if isinstance(value, str) and not isinstance(column.type, JSON) else json.dumps(value)
    quoted = "'" + said.replace("'", "''") + "'"
    if not postgresql:
        return quoted
    kind = "json" if isinstance(column.type, JSON) else "date" if isinstance(column.type, Date) else "varchar"
    return f"CAST({quoted} AS {kind})".replace("%", "%%")  # the driver reads a single one as a parameter
