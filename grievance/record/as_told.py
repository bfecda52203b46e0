"""The case as its company was told it: until the day's release each of its requests reads rows in which what she did
today has not happened (docs/decisions/0063-the-days-release.md).

The pages do not know of it. In a request of a company's, whatever is read outside a unit of work has the held rows as
they were before, under the tables' own names: a page that is written tomorrow reads them, too.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from itertools import groupby
from typing import Any

from flask import has_request_context, request
from sqlalchemy import ColumnElement, Connection, and_, delete, event, exists, insert, select, update
from sqlalchemy.engine import Engine

from grievance import clock
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.held import HeldBack
from grievance.models.people import Role
from grievance.models.sides import COMPANY
from grievance.models.writing import Letter
from grievance.record.told_rows import KEPT, WATCHED, Held, Own, Told, told

UNSEEN = frozenset(
    ("version", "head_seq", "head_hash", "signed_seq", "queue_at", "company_at", "waits_since", "officer_id",
     "company_opened", "notice", "notice_key_id", "notice_commit")
)  # fmt: skip
"""What of a case a company never reads, or moves on itself, and what is written where the case is told at once. By
`company_at` its queue is sorted, of the cases alone in which nothing is held back."""
Rows = dict[str, dict[str, dict[str, Any]]]
"""{"limits": {"17": {"met_at": None, …}}}"""
METS: dict[str, frozenset[str]] = {}
"""By a company's step the limits that it meets: the workflow says it. While a limit is shown as it was before, the
company's own step has met it."""


# --- noting what is held ------------------------------------------------------------------------------------


def rows_of(case_id: str) -> Rows:
    """The watched rows of a case as the database has them."""
    found: Rows = {}
    for name, table in WATCHED.items():
        column = "id" if name == Case.__tablename__ else "case_id"
        shown = [one for one in table.columns if one.name not in UNSEEN]
        rows = db.session.connection().execute(select(*shown).where(table.c[column] == case_id)).mappings()
        found[name] = {str(row["id"]): {key: _plain(value) for key, value in row.items()} for row in rows}
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date | datetime) else value


def changes(before: Rows, after: Rows) -> dict[str, Any]:
    """What a step did: {"limits": {"17": {"met_at": [before, after]}, "18": None}}; of a limit also which it is."""
    found: dict[str, Any] = {}
    for name, rows in after.items():
        for key, row in rows.items():
            was = before[name].get(key)
            moved = {c: [was[c], v] for c, v in row.items() if was[c] != v} if was else None
            if moved or was is None:
                found.setdefault(name, {})[key] = moved and moved | ({"key": row["key"]} if name == "limits" else {})
    return found


def hold(case: Case, first_seq: int, until: datetime, before: Rows) -> None:
    """What this unit of work did is told at the release alone. Called at its end, when its rows are written."""
    did = changes(before, rows_of(case.id))
    row = {"case_id": case.id, "first_seq": first_seq, "last_seq": case.head_seq, "until": until, "changes": did}
    connection = db.session.connection()
    connection.execute(insert(HeldBack), row)
    came = select(Event.id).where(Event.chain == case.id, Event.seq.between(first_seq, case.head_seq))
    theirs = (Letter.case_id == case.id, Letter.recipient == COMPANY, Letter.event_id.in_(came))
    connection.execute(update(Letter).where(*theirs).values(counts_from=until))


def tell_all(case_id: str) -> None:
    """Nothing of a case is held back any more. Part of a unit of work."""
    connection = db.session.connection()
    if connection.execute(delete(HeldBack).where(HeldBack.case_id == case_id)).rowcount:
        theirs = (Letter.case_id == case_id, Letter.recipient == COMPANY)
        connection.execute(update(Letter).where(*theirs).values(counts_from=None))


def held_until(case_id: str, now: datetime) -> datetime | None:
    """Until when something of a case is held back; None where its company was told everything."""
    query = select(HeldBack.until).where(HeldBack.case_id == case_id, HeldBack.until > now)
    return db.session.scalar(query.order_by(HeldBack.until.desc()).limit(1))


def is_held_back() -> ColumnElement[bool]:
    """Whether an event is one that its company was not told of yet."""
    return exists().where(
        HeldBack.case_id == Event.chain,
        HeldBack.until > clock.now(),
        HeldBack.first_seq <= Event.seq,
        HeldBack.last_seq >= Event.seq,
    )


# --- reading as a company -----------------------------------------------------------------------------------


@dataclass
class _Asking:
    """A company's request. `told`: what it was told, as of the transaction in which that was asked."""

    company_id: int
    told: tuple[Any, Told] | None = None
    as_it_is: bool = False


_ASKING = "grievance.company"


def as_company(company_id: int) -> None:
    """From here on this request reads what the company was told."""
    request.environ[_ASKING] = _Asking(company_id)
    db.session.rollback()


def asking() -> _Asking | None:
    """The company's request that this is; None for everybody else, and outside of one."""
    return request.environ.get(_ASKING) if has_request_context() else None


@contextmanager
def as_it_is() -> Iterator[None]:
    """To hold the rows against the record: both as they are."""
    if (one := asking()) is None:
        yield
        return
    before, one.as_it_is = one.as_it_is, True
    try:
        yield
    finally:
        one.as_it_is = before


def shown_otherwise(case_id: str) -> frozenset[str]:
    """The names of the rows of a case that are read as they were: their digest is another one."""
    connection = db.session.connection()
    if (one := _reads_as_told(connection)) is None:
        return frozenset()
    return frozenset(name for held in _told(connection, one).held if held.case_id == case_id for name in held.names)


def held_cases() -> list[str]:
    """The cases that the company whose request this is reads otherwise than they are."""
    connection = db.session.connection()
    one = _reads_as_told(connection)
    return [] if one is None else sorted({held.case_id for held in _told(connection, one).held})


def _reads_as_told(connection: Connection) -> _Asking | None:
    """Outside of a unit of work: what is written is decided on the rows as they are."""
    one = asking()
    return None if one is None or connection.get_execution_options().get("writes") else one


_ASKS = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_WITH = re.compile(r"\s*WITH\s+", re.IGNORECASE)


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _instead(
    connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
) -> tuple[str, Any]:
    one = _reads_as_told(connection)
    if one is None or one.as_it_is or not _ASKS.match(statement):
        return statement, parameters
    return _in_front(_told(connection, one), statement), parameters


def _in_front(known: Told, statement: str) -> str:
    """The statement, where each table that it names is the one that the company was told."""
    named = {name: known.views[name] for name in _named(statement, tuple(known.views))}
    if not named:
        return statement
    views = ", ".join(f"{name} AS NOT MATERIALIZED ({view})" for name, view in named.items())
    begins = _WITH.match(statement)
    return f"WITH {views}, {statement[begins.end() :]}" if begins else f"WITH {views} {statement}"


@lru_cache(maxsize=256)
def _named(statement: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these tables a statement names. It follows from its words alone, and the pages ask the same ones."""
    return tuple(name for name in names if name in statement and re.search(rf"\b{name}\b", statement))


def _told(connection: Connection, one: _Asking) -> Told:
    """What is held back from this company, as of this transaction."""
    transaction = connection.get_transaction()
    if one.told is None or one.told[0] is not transaction:
        with as_it_is():
            now = clock.now()
            one.told = transaction, told(connection.dialect, _held(connection, one, now), METS, now)
    return one.told[1]


def _held(connection: Connection, one: _Asking, now: datetime) -> Iterator[Held]:
    """The newest first: what was done last is taken back first. With each what the company did after it; whose event it
    is, is asked here: in the statement SQLite would look through the events of all cases for it."""
    since = and_(Event.chain == HeldBack.case_id, Event.seq > HeldBack.last_seq)
    query = select(
        HeldBack.id, HeldBack.case_id, HeldBack.first_seq, HeldBack.last_seq, HeldBack.changes,
        Event.id.label("event_id"), Event.seq, Event.kind, Event.role, Event.happened_at, Event.facts,
    ).outerjoin(Event, since)  # fmt: skip
    theirs = select(Case.id).where(Case.id == HeldBack.case_id, Case.company_id == one.company_id).exists()
    query = query.where(HeldBack.until > now, theirs)
    rows = connection.execute(query.order_by(HeldBack.id.desc(), Event.seq))
    for _id, found in groupby(rows, lambda row: row.id):
        each = list(found)
        held, own = each[0], tuple(_own(row) for row in each if row.role == Role.COMPANY)
        yield Held(held.case_id, held.first_seq, held.last_seq, held.changes, own)


def _own(row: Any) -> Own:
    kept = json.loads(row.facts)["step"] if row.kind == KEPT else ""
    return Own(row.event_id, row.seq, row.kind, row.happened_at, kept)
