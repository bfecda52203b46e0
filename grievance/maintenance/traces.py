"""What was erased leaves the database's own files, too: nothing of it is to be carved out of a disk or an old copy.

SQLite overwrites what is deleted (`extensions.PRAGMAS`); older pages stand in its log of writes, which the sweep
empties after an erasure and each hour. PostgreSQL keeps deleted rows until its tables are written anew, which only
their owner may ask for (`flask scrub`, by a timer of its own); its log of writes goes with time (docs/operations.md).
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError

from grievance.extensions import db
from grievance.maintenance.health import REWRITTEN, note_rewritten
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import Setting
from grievance.workflow.closing import ERASED_FROM
from grievance.workflow.retention import ERASE_NAME
from grievance.workflow.taking_out import REMOVE

LEFT = "traces_left"
"""Where the application keeps that the log of writes could not be emptied yet."""
NOT_LONG = 1000
"""Milliseconds that an emptying waits for readers: nobody can write meanwhile."""
PATIENCE = 60.0
"""Seconds until transactions that still see what was erased are given up on."""
TABLES = (*(table.__tablename__ for table in ERASED_FROM), "pg_statistic")
"""The last one holds samples of columns, sealed ones too."""
OLDER = text("""
SELECT count(*) FILTER (WHERE xact_start < :since) AS older,
       count(*) FILTER (WHERE query = '<insufficient privilege>') AS hidden
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()""")


class Remains(Exception):
    """Something erased may still stand in the files; the sentence says why, and what to do."""


# --- each hour, and after an erasure -----------------------------------------------------------------------


def empty_log(asked: bool) -> None:
    """Where it is `asked`, or could not be done in the last round: SQLite's log of writes is put into the file and cut
    to nothing. Not while somebody still reads what was there before, such as a backup: then the next round tries."""
    if db.engine.dialect.name == "sqlite" and (asked or current_app.extensions.get(LEFT)):
        current_app.extensions[LEFT] = not _emptied()


def _emptied() -> bool:
    with _bare() as connection:
        connection.execute(f"PRAGMA busy_timeout={NOT_LONG}")
        try:
            (busy, *_frames) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:  # somebody empties it at this moment
            return False
        finally:
            connection.execute("PRAGMA busy_timeout=60000")
        return not busy


@contextmanager
def _bare() -> Iterator[Any]:
    """A connection to SQLite outside of any transaction, this thread's own included: that would be a reader, too."""
    db.session.rollback()
    connection = db.engine.raw_connection()
    try:
        yield connection.driver_connection
    finally:
        connection.close()


# --- by the owner ------------------------------------------------------------------------------------------


def waiting() -> bool:
    """Whether something was erased, a name too, or a part taken out, that the tables of PostgreSQL may still hold."""
    if db.engine.dialect.name != "postgresql":
        return False
    parts = select(func.max(Event.recorded_at)).where(Event.kind.in_((REMOVE, ERASE_NAME.step)))
    last = max(
        filter(None, (db.session.scalar(select(func.max(Case.erased_at))), db.session.scalar(parts))), default=None
    )
    noted = db.session.scalar(select(Setting.value).where(Setting.name == REWRITTEN))
    return last is not None and (noted is None or datetime.fromisoformat(noted) <= last)


def scrub(now: datetime) -> None:
    """Write anew whatever an erasure took something from. People who use one of these tables wait meanwhile. Raises
    `Remains`."""
    if db.engine.dialect.name == "sqlite":
        with _bare() as connection:
            connection.execute("VACUUM")
        empty_log(True)
    else:
        db.session.rollback()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _rewrite(connection)
    if current_app.extensions.get(LEFT):
        raise Remains("Somebody still reads what was there before, such as a backup: try again.")
    note_rewritten(now)


def _rewrite(connection: Connection) -> None:
    """What a transaction still sees is written anew with the rest. The first wait is for erasures under way, the
    second for whoever began to read before these were committed."""
    for _each in range(2):
        _wait_for_older(connection)
    connection.exec_driver_sql("SET lock_timeout = '10s'")
    for name in TABLES:
        before = _file_of(connection, name)
        try:
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {name}")
        except DBAPIError as fault:
            raise Remains(f"{name} could not be written anew ({type(fault.orig).__name__}): try again.") from None
        if _file_of(connection, name) == before:  # PostgreSQL only warns of it
            raise Remains(f"{name} is not this role's to write anew: run this as the owner of the tables.")


def _file_of(connection: Connection, name: str) -> int | None:
    asked = text("SELECT pg_relation_filenode(CAST(:name AS regclass))")
    number: int | None = connection.scalar(asked, {"name": name})
    return number


def _wait_for_older(connection: Connection) -> None:
    since, until = connection.scalar(text("SELECT clock_timestamp()")), time.monotonic() + PATIENCE
    while (others := connection.execute(OLDER, {"since": since}).one()).older or others.hidden:
        if others.hidden:
            raise Remains("Whether somebody still reads what was erased cannot be seen: run deploy/roles.sh.")
        if time.monotonic() >= until:
            raise Remains("A transaction still sees what was there before, such as a backup: try again.")
        time.sleep(0.1)
