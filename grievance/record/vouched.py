"""What a row is by the record: a digest of the columns that decide something, in the event by which the row changed.

Whoever can write to the database and holds no key can change a row, and not the chain's signed past. Replayed, a
chain's events say what each row of it must be now.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, cast

from sqlalchemy import event
from sqlalchemy.orm import Session, class_mapper, scoped_session
from sqlalchemy.orm.attributes import instance_dict, instance_state
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from grievance.extensions import Base, db
from grievance.record.declared import OF_MODEL

TOUCHED, QUIET = "touched", "quiet"
Digests = dict[str, str | None]
"""What rows are, by their names: {"limits:17": "16 hex digits"}; None for a row that is gone."""


class Unvouched(RuntimeError):
    """A row that decides something was changed, and no event of its chain says so."""


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
        if table and table.differs(row, instance_state(row).committed_state):
            touched[row] = False
    for row in session.deleted:
        if type(row) in OF_MODEL:
            touched[row] = True


@contextmanager
def quiet(session: scoped_session[Any]) -> Iterator[None]:
    """Nothing is noted meanwhile; afterwards it is again, also where the database refused what was written."""
    session.info[QUIET] = True
    try:
        yield
    finally:
        session.info[QUIET] = False


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
            found[chain][table.name_of(row)] = None if is_gone else table.digest_of(table.value_of(row))
            del touched[row]
    return found


def _complete(touched: Mapping[Any, bool]) -> None:
    """New rows have their defaults, and their number where a number names them, before they are looked at."""
    new = [row for row in touched if not instance_state(row).has_identity]
    for row in new:
        for name, default in defaults(type(row)):  # type: ignore[arg-type]
            if name not in instance_dict(row):
                setattr(row, name, default(None))
    if any(getattr(row, name) is None for row in new for name in OF_MODEL[type(row)].name):
        db.session.flush()


@cache
def defaults(model: type[Base]) -> list[tuple[str, Callable[[Any], Any]]]:
    """The columns that get something by themselves, and how: looked up once, because the sweep makes rows by the
    thousand."""
    found: list[tuple[str, Callable[[Any], Any]]] = []
    for column in class_mapper(model).columns:
        if isinstance(column.default, ScalarElementColumnDefault):
            found.append((column.key, partial(_given, column.default.arg)))
        elif isinstance(column.default, CallableColumnDefault):
            found.append((column.key, cast(Callable[[Any], Any], column.default.arg)))
    return found


def _given(value: Any, _context: Any) -> Any:
    return value


def name_of_letter(event: Mapping[str, Any], letter: Mapping[str, Any]) -> str:
    """By its event's place in the chain, whose number is not known yet."""
    return f"letters:{event['seq']}/{letter['recipient']}/{letter['template']}"


def left_over() -> list[str]:
    """The names of changed rows of which no event speaks."""
    return [OF_MODEL[type(row)].name_of(row) for row in db.session.info[TOUCHED]]
