"""Whether complaints can be received and the clock is running; nothing about any case."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Thread
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Engine, bindparam, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from grievance import clock, zones
from grievance.accounts.keys import log
from grievance.extensions import db
from grievance.maintenance import schema
from grievance.models.keys import Setting
from grievance.models.people import Party, PartyKind
from grievance.record import files
from grievance.record.transaction import unit_of_work
from grievance.storage.store import Store

OLDEST_SWEEP, LAST_SWEEP = timedelta(minutes=15), "last_sweep"
REWRITTEN = "tables_rewritten"
"""When PostgreSQL's tables were last written anew without what was erased."""
PATIENCE = 3.0
"""Seconds for the disk and the database together: who asks must not wait as long as those hang."""
ASKING, LOOKING = BoundedSemaphore(2), BoundedSemaphore(2)
"""Questions to the database, and to the store of the files, that are under way in this process. Where one hangs they
stay, and must not become ever more."""


@dataclass(frozen=True)
class State:
    """`database`: it answers. `migration`: the database's, where this code cannot do with it; None where it is well.
    `sweep_age`: seconds since the last sweep ended; None where there was none. `files`: their store is there, may be
    written to and has room for one more upload. `vouched`: the key log is whole, and the office's two keys are the ones
    that it has. What could not be asked is False or None."""

    files: bool = False
    database: bool = False
    migrated: bool = False
    migration: str | None = None
    keys: bool = False
    vouched: bool = False
    sweep_age: int | None = None

    @property
    def ready(self) -> bool:
        swept = self.sweep_age is not None and self.sweep_age <= OLDEST_SWEEP.total_seconds()
        return self.files and self.database and self.migrated and self.keys and self.vouched and swept

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "time_zones": zones.edition(), "ready": self.ready}


def state() -> State:
    """What is known after at most twice `PATIENCE`. Each is asked in a thread of its own: nothing else ends a question
    to a database that took it and never answers, and a store that hangs says nothing of the database."""
    known, takes, until = [State()], [False], time.monotonic() + PATIENCE
    room, key_log = current_app.config["MAX_CONTENT_LENGTH"], log.of_application()
    asking = _aside(ASKING, _ask, known, db.engine, key_log)
    looking = _aside(LOOKING, _look, takes, files.store(), room)
    for one in filter(None, (asking, looking)):
        one.join(max(0.0, until - time.monotonic()))
    return replace(known[-1], files=takes[-1])


def _aside(turns: BoundedSemaphore, ask: Callable[..., None], *about: Any) -> Thread | None:
    """The thread that asks; None where nobody's turn ended in time. `ask` gives the turn back."""
    if not turns.acquire(timeout=PATIENCE / 2):
        return None
    asking = Thread(target=ask, args=about, daemon=True)
    asking.start()
    return asking


def _look(takes: list[bool], store: Store, room: int) -> None:
    try:
        takes.append(store.takes(room))
    except OSError:
        return
    finally:
        LOOKING.release()


def _ask(known: list[State], engine: Engine, key_log: log.Log) -> None:
    """Add what is found, step by step, so that a step that hangs hides none before it."""
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            known.append(State(database=True))
            behind = schema.behind(connection)
            known.append(replace(known[-1], migrated=behind is None, migration=behind))
            known.append(replace(known[-1], keys=_has_keys(connection), sweep_age=_sweep_age(connection)))
            known.append(replace(known[-1], vouched=log.vouches_for_office(key_log, connection)))
    except SQLAlchemyError:
        return  # what is known says where it broke off
    finally:
        ASKING.release()


def _has_keys(connection: Connection) -> bool:
    both = Party.kind.in_((PartyKind.SECRETARIAT, PartyKind.CUSTODIANS))
    return connection.scalar(select(func.count()).select_from(Party).where(both, Party.key_id.is_not(None))) == 2


def _sweep_age(connection: Connection) -> int | None:
    swept = connection.scalar(select(Setting.value).where(Setting.name == LAST_SWEEP))
    return int((clock.now() - datetime.fromisoformat(swept)).total_seconds()) if swept else None


_NOTE = update(Setting).where(Setting.name == bindparam("noted"))


def note_sweep(at: datetime) -> None:
    """Part of the sweep's last transaction."""
    _note(LAST_SWEEP, at)


def note_backup(at: datetime) -> None:
    """After a backup, which is not itself in it."""
    with unit_of_work():
        _note("last_backup", at)


def note_rewritten(at: datetime) -> None:
    """Whatever was erased before then is in none of the tables' files."""
    with unit_of_work():
        _note(REWRITTEN, at)


def _note(name: str, at: datetime) -> None:
    change = _NOTE.values(value=at.isoformat()).returning(Setting.name)
    if db.session.execute(change, {"noted": name}).one_or_none() is None:
        db.session.add(Setting(name=name, value=at.isoformat()))
