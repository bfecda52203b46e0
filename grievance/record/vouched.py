"""What a row is by the record: a digest of the columns that decide something, in the event by which the row changed.

Whoever can write to the database and holds no key can change a row, and not the chain's signed past. Replayed, a
chain's events say what each row of it must be now.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from functools import cached_property
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session, class_mapper
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from grievance.extensions import Base, db
from grievance.models.case import Case
from grievance.models.event import OFFICE_CHAIN
from grievance.models.writing import Writing
from grievance.record.events import canonical

LENGTH = 16
"""Hexadecimal digits of a row's digest: to change a row so that it fits takes 2**64 tries for each."""
TOUCHED, QUIET = "touched", "quiet"
Digests = dict[str, str | None]
"""What rows are, by their names: {"limits:17": "16 hex digits"}; None for a row that is gone."""


class Unvouched(RuntimeError):
    """A row that decides something was changed, and no event of its chain says so."""


@dataclass(frozen=True)
class Table:
    """One table and a word on each of its columns. `case`: the column that says whose case's chain vouches for the row;
    empty where the office's does. `name`: the columns that name a row within its chain. `vouched`: what its digest is
    made of. `derived`: from what it is made again, and `harmless`: why nobody gains by changing it."""

    model: type[Base]
    case: str
    name: tuple[str, ...]
    vouched: tuple[str, ...] = ()
    derived: Mapping[str, str] = field(default_factory=dict)
    harmless: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def columns(self) -> frozenset[str]:
        return frozenset(self.vouched)

    def chain_of(self, row: Any) -> str:
        return str(getattr(row, self.case)) if self.case else OFFICE_CHAIN

    def name_of(self, row: Any) -> str:
        return f"{self.model.__tablename__}:{'/'.join(str(_plain(getattr(row, one))) for one in self.name)}"

    def digest_of(self, value: Callable[[str], Any]) -> str:
        """`value`: what the row has in a column. The same for a row in memory and one read as plain columns."""
        text = canonical([self.model.__tablename__, *(_plain(value(name)) for name in self.vouched)])
        return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case bytes():
            return hashlib.sha256(value).hexdigest()
    return value


TABLES: tuple[Table, ...] = (
    Table(Case, "id", (), ("state", "known_to_secretariat", "share_account", "share_identity", "safety_alert")),
    Table(Writing, "case_id", ("id",), ("compartment", "n", "epoch", "step", "role", "actor_id", "written_at",
                                        "event_id", "sealed")),
)  # fmt: skip
OF_MODEL: dict[type[Any], Table] = {table.model: table for table in TABLES}


# --- what a unit of work changed ---------------------------------------------------------------------------


def note(session: Session) -> None:
    """Remember which declared rows are about to be written, or were just now. Outside a unit of work, nothing."""
    touched: dict[Any, bool] | None = session.info.get(TOUCHED)
    if touched is None or session.info.get(QUIET):
        return
    for row in session.new:
        if type(row) in OF_MODEL:
            touched[row] = False
    for row in session.dirty:
        table = OF_MODEL.get(type(row))
        if table and not table.columns.isdisjoint(instance_state(row).committed_state):
            touched[row] = False
    for row in session.deleted:
        if type(row) in OF_MODEL:
            touched[row] = True


@event.listens_for(db.session, "after_flush")
def _after_flush(session: Session, _context: object) -> None:
    note(session)


def touch(*rows: Base) -> None:
    """Rows that are changed by a statement of their own, with what they are now in memory. Part of a unit of work."""
    db.session.info[TOUCHED] |= dict.fromkeys(rows, False)


def gone(*rows: Base) -> None:
    """Rows that a statement of its own takes away. Part of a unit of work."""
    db.session.info[TOUCHED] |= dict.fromkeys(rows, True)


def changed(chains: Iterable[str]) -> dict[str, Digests]:
    """What was changed in each of these chains and no event has said yet; from now on one has."""
    touched: dict[Any, bool] = db.session.info[TOUCHED]
    _complete(touched)
    found: dict[str, Digests] = {chain: {} for chain in chains}
    for row, is_gone in list(touched.items()):
        table = OF_MODEL[type(row)]
        chain = table.chain_of(row)
        if chain in found:
            found[chain][table.name_of(row)] = None if is_gone else table.digest_of(row.__getattribute__)
            del touched[row]
    return found


def _complete(touched: Mapping[Any, bool]) -> None:
    """New rows have their defaults, and their number where a number names them, before they are looked at."""
    new = [row for row in touched if inspect(row).transient or inspect(row).pending]
    for row in new:
        for column in class_mapper(type(row)).columns:
            if column.key not in row.__dict__ and isinstance(column.default, ScalarElementColumnDefault):
                setattr(row, column.key, column.default.arg)
    if any(getattr(row, name) is None for row in new for name in OF_MODEL[type(row)].name):
        db.session.flush()


def left_over() -> list[str]:
    """The names of changed rows of which no event speaks."""
    return [OF_MODEL[type(row)].name_of(row) for row in db.session.info[TOUCHED]]
