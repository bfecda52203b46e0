"""One public verb, one transaction."""

import time
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from flask import current_app, g
from sqlalchemy import Insert, Table, bindparam, insert, select
from sqlalchemy.orm import Session, class_mapper, scoped_session
from sqlalchemy.orm.attributes import flag_modified, instance_state

from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import ChainHead, Event
from grievance.models.keys import CompanyEnvelope
from grievance.models.limit import Limit
from grievance.models.people import Role
from grievance.models.vouching import Signature
from grievance.models.writing import Letter
from grievance.record import events, figure_facts, marks, numbers, plain_rows, vouched
from grievance.record.declared import LETTERS as LETTER
from grievance.record.events import EventRow
from grievance.record.unasked import shared

T = TypeVar("T")

EVENTS = insert(cast(Table, Event.__table__))
SIGNATURES = insert(cast(Table, Signature.__table__))
LETTERS = insert(cast(Table, Letter.__table__))
_HOLDING = select(CompanyEnvelope.case_id).where(CompanyEnvelope.case_id.in_(bindparam("asked", expanding=True)))
NEW_MARKS = "new marks"
EXACTLY = "exactly"
"""Until it is written, an event of hers has its moment, which is more than it keeps."""
BY_MOMENT = frozenset({"officer", "approver", "custodian", "proposer", "colleague"})
"""Who gets a mail about a letter within a minute, and one a day: what came after that waits for the next."""
PAUSE = 0.02
"""Seconds between two of many transactions on SQLite, whose write lock has no queue."""
CLAIM = "claim"
"""Where `g` keeps what notes that this request's form has had its effect (`record.sent_forms`)."""


class Nested(RuntimeError):
    """A unit of work was begun inside another one."""


@contextmanager
def unit_of_work(*, effect: bool = True) -> Iterator[scoped_session[Any]]:
    """Everything inside is committed together or not at all; raising rolls back. `effect`: whether it is what the form
    was sent for; not what the clock was owed anyhow, words that are kept, or that somebody was here.

    The read snapshot ends first: what was read before the lock must not decide what is written under it. Inside
    another unit of work that would throw away the outer one's work without a word: raises `Nested`.
    """
    session = db.session
    if "later" in session.info:
        raise Nested("a unit of work is under way: a part of it that can be taken back alone is a savepoint")
    session.rollback()
    session.connection(execution_options={"writes": True})
    later: dict[Insert | str, list[Any]] = {EVENTS: [], SIGNATURES: [], LETTERS: [], NEW_MARKS: []}
    session.info.update(once={}, later=later, given={}, ahead={}, ends={}, touched={}, figures={}, at_end=[])
    claim = g.get(CLAIM) if effect else None
    try:
        if claim:
            claim()
        yield session
        _write()
        _nothing_unsaid()
        session.commit()
        if claim:
            claim.stands()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.clear()


def let_others_write() -> None:
    """Between two of many transactions: without a gap nobody else ever writes on SQLite."""
    if db.engine.dialect.name == "sqlite":
        time.sleep(PAUSE)


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of a unit of work that can be taken back alone. Its events and letters are written in it, so that one
    that the database refuses is this part's fault and nobody else's."""
    _write()
    info = db.session.info
    before, said = dict(info[vouched.TOUCHED]), dict(info[figure_facts.KEPT])
    try:
        with db.session.begin_nested():
            yield
            _write()
    except BaseException:
        for rows in (*info["later"].values(), info["ends"], info["once"], info["at_end"]):
            rows.clear()  # also what was read once: what was locked inside is locked no more
        info[vouched.TOUCHED], info[figure_facts.KEPT] = before, said
        raise


def _nothing_unsaid() -> None:
    """Whoever builds on this house learns at once of a change that no event vouches for (`UNVOUCHED_IS_A_FAULT`); where
    people use it, `doctor` says so, and nobody's words are lost for it."""
    if current_app.config.get("UNVOUCHED_IS_A_FAULT") and (rows := vouched.left_over()):
        raise vouched.Unvouched(", ".join(rows))


def write_new() -> None:
    """Write what was added to the session, with its events, letters and marks, by plain statements, and let the session
    forget it. For a unit of work that makes a case with all its rows and reads none of them again: to watch each of
    them for what changes takes the session twice as long. What refers to another row names it by its id."""
    session, rows = db.session(), list[tuple[Insert, dict[str, Any]]]()
    number_limits()  # their event names them
    vouched.note(session)
    figure_facts.note(session)
    _seal_events()
    for new in list(session.new):
        table = cast(Table, new.__table__)
        rows.append((plain_rows.into(table), {name: value for name, value in vars(new).items() if name in table.c}))
        session.expunge(new)
    rows += _taken(session)
    parts = sorted(plain_rows.alike(rows), key=lambda part: _written_in()[cast(Table, part[0].table)])
    plain_rows.write(session.connection(), parts)


def _taken(session: Session) -> Iterator[tuple[Insert, dict[str, Any]]]:
    """What was left for the end of this unit of work and can be written beside its rows."""
    _name_events()
    left = session.info["later"]
    for statement in (EVENTS, SIGNATURES, LETTERS):
        yield from ((statement, row) for row in left[statement])
        left[statement].clear()
    dialect = session.connection().dialect.name
    yield from ((marks.of_officers(dialect), mark) for mark in marks.to_officers(left[NEW_MARKS]))
    left[NEW_MARKS][:] = [mark for mark in left[NEW_MARKS] if "officer" not in mark]


@cache
def _written_in() -> dict[Table, int]:
    """The tables in an order that the foreign keys allow."""
    return {table: number for number, table in enumerate(db.metadata.sorted_tables)}


def later(statement: Insert | str, row: dict[str, Any]) -> None:
    """Leave a row that nothing in this unit of work reads for its end, where all with this statement go together: one
    statement for a thousand rows takes a tenth of the time of a thousand."""
    db.session.info["later"][statement].append(row)


def _write() -> None:
    """The events first: the letters name them."""
    number_limits()
    vouched.note(db.session())
    figure_facts.note(db.session())
    _seal_events()
    _flush_alike()
    _name_events()
    for statement in (EVENTS, SIGNATURES, LETTERS):
        if rows := db.session.info["later"][statement]:
            db.session.execute(statement, rows)
            rows.clear()
    new_marks: list[marks.Mark] = db.session.info["later"][NEW_MARKS]
    if new_marks:
        marks.write(db.session.connection(), new_marks)
        new_marks.clear()
    at_end: list[Callable[[], None]] = db.session.info["at_end"]
    while at_end:
        at_end.pop(0)()


def _name_events() -> None:
    """Each event has its number, and each letter that of its event."""
    new_events, letters = (db.session.info["later"][statement] for statement in (EVENTS, LETTERS))
    new = [event for event in new_events if "id" not in event]
    for event, number in zip(new, numbers.of(Event, len(new)), strict=True):
        event["id"] = number
    for letter in letters:
        letter["event_id"] = letter.pop("event")["id"]


def at_the_end(do: Callable[[], None]) -> None:
    """What a unit of work does when all that it changed is written."""
    db.session.info["at_end"].append(do)


def _flush_alike() -> None:
    """What is written now is sealed already: nothing of it is noted once more."""
    _write_alike()
    with vouched.quiet(db.session):
        db.session.flush()


def _seal_events() -> None:
    """The hashes of the events that were added, at the end of their chains, with what each changed row is from now on:
    the last event of its chain says it. And their signatures."""
    new = [event for event in db.session.info["later"][EVENTS] if "hash" not in event]
    last = {event["chain"]: event for event in new}
    for name, rows in _said_of(last).items() if new else ():
        last[name]["rows"] = events.canonical(rows) if rows else ""
    figure_facts.told(last)
    for event in new:
        head, by = event.pop("head"), event.pop("by")
        event.pop(EXACTLY)
        event["previous_hash"] = head.head_hash if isinstance(head, Case) else head.hash
        event["hash"] = events.hash_of(event)
        _ends_with(head, event)
        db.session.info["later"][SIGNATURES].extend(events.signatures(event["hash"], by))
    db.session.info["ends"].clear()


def _said_of(last: dict[str, Any]) -> dict[str, vouched.Digests]:
    """What each row of these chains is that was changed, and each letter that is owed."""
    letters: list[dict[str, Any]] = db.session.info["later"][LETTERS]
    letters[:] = _that_are_read(letters)
    said = vouched.changed(last)
    for letter in (one for one in letters if one["case_id"] in said):
        said[letter["case_id"]][vouched.name_of_letter(letter["event"], letter)] = LETTER.digest_of(letter.__getitem__)
    return said


def _ends_with(head: Case | ChainHead, event: EventRow) -> None:
    if isinstance(head, Case):
        head.head_seq, head.head_hash = event["seq"], event["hash"]
    else:
        head.seq, head.hash = event["seq"], event["hash"]


def _that_are_read(letters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without those to a company that holds no keys to the case: it is told nothing. Asked at the end, once for all: a
    question for each case took half of the sweep's time."""
    reading = company_reads({letter["case_id"] for letter in letters if letter["recipient"] == "company"})
    return [letter for letter in letters if letter["recipient"] != "company" or letter["case_id"] in reading]


def company_reads(asked: Collection[str]) -> set[str]:
    """Those of these cases to which a company holds keys."""
    if not asked:
        return set()
    handed = {one.case_id for one in db.session.new if isinstance(one, CompanyEnvelope)}
    return handed.union(db.session.connection().scalars(_HOLDING, {"asked": list(asked)}))


def number_limits() -> None:
    """A row whose number is known goes to the database in one statement with all others; one that must be told its
    number takes a statement of its own on SQLite, and on PostgreSQL a text of all their values."""
    new = [limit for limit in db.session.new if isinstance(limit, Limit) and limit.id is None]
    for limit, number in zip(new, numbers.of(Limit, len(new)), strict=True):
        limit.id = number


def _write_alike() -> None:
    """The same columns of all cases that changed, and of all limits: rows that differ in what changed would take a
    statement each, and in a late case a limit that was missed lies beside one that was missed and stopped. Nothing of
    anybody else's is overwritten: whoever changes several cases holds their locks."""
    dirty = db.session.dirty
    for model in (Case, Limit):
        columns = set(class_mapper(model).column_attrs.keys())
        rows = {row: columns.intersection(instance_state(row).committed_state) for row in dirty if type(row) is model}
        written = set[str]().union(*rows.values())
        for row in (row for row, changed in rows.items() if changed and len(rows) > 1):
            for name in written.intersection(vars(row)):
                flag_modified(row, name)


def owe_letter(event: EventRow, recipient: str, template: str, facts: dict[str, Any]) -> None:
    """The outbox: a letter that an event of a case owes."""
    row = {"case_id": event["case_id"], "recipient": recipient, "template": template, "facts": facts}
    exact = event.get(EXACTLY) if recipient in BY_MOMENT and current_app.config["MAIL_URL"] else None
    later(LETTERS, {**row, "owed_at": event["recorded_at"], "counts_from": exact, "event": event})


def mark_for_officer(event: EventRow, officer_id: int | None, rank: int) -> None:
    """What an event makes new for the case's officer, or where it has none for whichever of them takes it."""
    later(NEW_MARKS, {**_marked(event, rank), "officer": officer_id})


def mark_for(
    event: EventRow, rank: int, *, role: Role | None = None, account: int = 0, until: datetime | None = None,
    tail: str = "",
) -> None:  # fmt: skip
    """What an event makes new for everybody of a role, or for one account; never for whoever did it. `until`: when they
    are told of it. `tail`: of a mark of its own, beside that of the case (`marks.MENTION`)."""
    but = event["actor_id"] or 0
    mark = {**_marked(event, rank), "role": role, "account": account, "but": but, "tail": tail}
    if until:
        mark |= {"since": until, "tail": marks.tail(until)}
    later(NEW_MARKS, mark)


def _marked(event: EventRow, rank: int) -> marks.Mark:
    return {"case_id": event["case_id"], "first_seq": event["seq"], "since": event["recorded_at"], "rank": rank}


def once(name: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, read once in a unit of work: for the calendar and the like, which a batch of cases shares and
    which no unit that asks for it changes. Outside of one it is read each time."""
    known: dict[Hashable, Any] | None = db.session.info.get("once")
    if known is None:
        return read()
    if name not in known:
        with db.session.no_autoflush, shared():  # a batch is written at its end, all at once
            known[name] = read()
    return known[name]  # type: ignore[no-any-return]
