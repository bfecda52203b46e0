"""Cases and their open limits as plain columns, many at once: objects of the session are most of what a case costs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import JSON, BindParameter, Column, Table, Text, bindparam, select
from sqlalchemy import cast as as_type

from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.limit import Limit

CASES, LIMITS = cast(Table, Case.__table__), cast(Table, Limit.__table__)
JSONS = frozenset(column.name for table in (CASES, LIMITS) for column in table.c if isinstance(column.type, JSON))
"""Read as their text."""


def _read(column: Column[Any]) -> Any:
    return as_type(column, Text).label(column.name) if column.name in JSONS else column


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_CASES = select(*map(_read, CASES.c)).where(CASES.c.id.in_(_IDS))
_LIMITS = (
    select(*map(_read, LIMITS.c))
    .where(LIMITS.c.case_id.in_(_IDS), LIMITS.c.met_at.is_(None), LIMITS.c.stopped_at.is_(None))
    .order_by(LIMITS.c.due_at, LIMITS.c.id)
)
CASE_AT = {name: i for i, name in enumerate(CASES.c.keys())}
LIMIT_AT = {name: i for i, name in enumerate(LIMITS.c.keys())}


@dataclass(frozen=True, slots=True)
class Plain:
    """A case, its columns as `CASE_AT` has them, and its open limits, as `LIMIT_AT` has theirs, the next one first."""

    case: Sequence[Any]
    limits: list[Sequence[Any]]


def read(ids: Iterable[str]) -> list[Plain]:
    """These cases, in two statements, in the order of `ids`. The caller holds their locks."""
    connection, asked = db.session.connection(), {"ids": list(ids)}
    limits, of, at = defaultdict[str, list[Sequence[Any]]](list), LIMIT_AT["case_id"], CASE_AT["id"]
    for row in connection.execute(_LIMITS, asked):
        limits[row[of]].append(row)
    cases = {row[at]: row for row in connection.execute(_CASES, asked)}
    return [Plain(cases[one], limits[one]) for one in asked["ids"] if one in cases]
