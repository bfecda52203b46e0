"""Make a backup while people work: all rows from one read snapshot, then the files that the snapshot names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Table, func, inspect, select

from grievance.accounts.keys import backup_paper
from grievance.extensions import db
from grievance.maintenance.backup import BackupError, Progress, Tick, pinned, sealed, silent
from grievance.maintenance.backup.archive import CLOSING, FORMAT, MANIFEST, Writer
from grievance.maintenance.backup.lines import AT_ONCE, parts
from grievance.maintenance.backup.required_keys import required_keys
from grievance.maintenance.backup.tables import LEFT_OUT, REVISION, reflect
from grievance.models.event import Event
from grievance.record import erasures
from grievance.record.files import store
from grievance.record.transaction import unit_of_work
from grievance.storage.folder import sync_folder


@dataclass(frozen=True)
class Taken:
    """`size` in bytes. `digest`: SHA-256 of the whole file. `gone`: cases erased while it was written. `sealed_to`: who
    can open it. `without_paper`: why the paper is not among them, a sentence; empty where it is."""

    path: Path
    size: int
    cases: int
    files: int
    digest: str
    gone: int
    sealed_to: list[str]
    without_paper: str


def take(path: Path, now: datetime, progress: Progress = silent) -> Taken:
    """A backup at this path, complete and on disk, or none. Raises `BackupError` and says what is missing.

    No lock is held: people go on working, and what they do after the first row was read is not in it.
    """
    if not inspect(db.engine).has_table(Event.__tablename__):
        raise BackupError("There is nothing to back up: the database has no tables.")
    if erasures.open_ones():  # else no writer need be waited for
        with unit_of_work():
            erasures.settle()
    holders, without_paper = _holders()
    with _new_file(path) as file:
        sealing = sealed.Sealing(file, holders, now.isoformat())
        manifest, gone = _tar(sealing, now, progress)
        digest = sealing.finish()
    cases, names = manifest["tables"]["cases"]["rows"], [sealed.NAMES[one.name] for one in holders]
    return Taken(path, path.stat().st_size, cases, manifest["files"], digest, len(gone), names, without_paper)


def _holders() -> tuple[list[sealed.Holder], str]:
    """Who can open it, and why the paper cannot. Without the key of the drill nobody would see that a backup opens."""
    paper, why = backup_paper.current()
    papers = [sealed.Holder(sealed.PAPER, paper.public)] if paper else []
    return [sealed.Holder(sealed.DRILL, sealed.drill_public()), *papers], why


def _tar(out: sealed.Sealing, now: datetime, progress: Progress) -> tuple[dict[str, Any], dict[str, str]]:
    """What is in it. Returns its manifest, and the cases that were erased meanwhile."""
    with Writer(out) as archive:
        with snapshot() as connection:
            manifest, tables = _manifest(connection, now)
            archive.add_json(MANIFEST, manifest)
            _tables(archive, connection, tables, manifest, progress)
            gone = _files(archive, connection, tables, manifest["files"], progress)
        archive.add_json(CLOSING, {"erased": gone})
        archive.finish()
    return manifest, gone


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Written beside, under a name of its own, and renamed when it is on disk; taken away where that fails."""
    part = path.with_name(path.name + ".part")
    if path.exists():
        raise BackupError(f"{path} is there already: a backup never overwrites.")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BackupError(f"{part} is there: a backup is being written, or was killed. Then remove it.") from None
    try:
        with open(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A transaction that sees the database as it is at its first read, whatever is committed meanwhile."""
    db.session.rollback()  # what this thread read before would be an older snapshot
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(postgresql_readonly=True)
        with connection.begin():
            yield connection


def _manifest(connection: Connection, now: datetime) -> tuple[dict[str, Any], dict[str, Table]]:
    tables = reflect(connection)
    revision = connection.exec_driver_sql(f"SELECT version_num FROM {REVISION}").scalar()  # noqa: S608
    described = {
        name: {"columns": [column.name for column in table.columns], "rows": _count(connection, table)}
        for name, table in tables.items()
    }
    manifest = {
        "format": FORMAT,
        "revision": revision,
        "taken_at": now.isoformat(),
        "tables": described,
        "left_out": sorted(LEFT_OUT),
        "files": described["attachments"]["rows"],
        "keys": required_keys(connection, tables),
        "key_log": pinned.last_entry(connection, tables["events"]),
    }
    return manifest, tables


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _tables(
    archive: Writer, connection: Connection, tables: dict[str, Table], manifest: dict[str, Any], progress: Progress
) -> None:
    with progress("Rows", sum(one["rows"] for one in manifest["tables"].values())) as tick:
        for name, table in tables.items():
            for number, (part, rows) in enumerate(parts(connection, table), 1):
                archive.add_bytes(f"tables/{name}/{number:06}", part)
                tick(rows)


# --- files -------------------------------------------------------------------------------------------------


def _files(
    archive: Writer, connection: Connection, tables: dict[str, Table], number: int, progress: Progress
) -> dict[str, str]:
    """The ciphertext of each file that the snapshot names. Returns the cases that were erased since, and when.

    All that is missing is named at once. Raises `BackupError`.
    """
    gone, missing = dict[str, str](), list[str]()
    attachments, cases = tables["attachments"].c, tables["cases"].c
    query = select(attachments.id, attachments.digest, cases.id, cases.reference).where(attachments.case_id == cases.id)
    with progress("Files", number) as tick:
        for file_id, digest, case_id, reference in connection.execute(query.execution_options(yield_per=AT_ONCE)):
            if not _add(archive, file_id, digest, tick):
                if erased_at := _erased_since(cases, case_id):
                    gone[case_id] = erased_at.isoformat()
                else:
                    missing.append(f"{reference}: the file {file_id} is missing or was changed.")
    if missing:
        raise BackupError("\n".join([*missing, "No backup was made."]))
    return gone


def _add(archive: Writer, file_id: str, digest: str, tick: Tick) -> bool:
    """Copy one file, and see whether it is the one that the case was given."""
    tick(1)
    try:
        with store().get(file_id) as source:
            return archive.add(f"files/{file_id}", os.fstat(source.fileno()).st_size, source) == digest
    except FileNotFoundError:
        return False


def _erased_since(cases: Any, case_id: str) -> datetime | None:
    """By the database as it is now: the snapshot still has the case."""
    with db.engine.connect() as now:
        erased_at: datetime | None = now.scalar(select(cases.erased_at).where(cases.id == case_id))
        return erased_at
