"""Back from a backup, into an empty place only. The whole file is checked, and who vouches for it, before the first
byte is written."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from flask import current_app
from sqlalchemy import Connection, Table, insert, inspect, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from grievance.access import CLOCK
from grievance.accounts.keys import pins
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.backup import BackupError, Progress, Tick, archive, pinned, sealed, silent
from grievance.maintenance.backup.lines import batches
from grievance.maintenance.backup.re_erase import erase_again
from grievance.maintenance.backup.required_keys import missing
from grievance.maintenance.backup.tables import REVISION, reflect
from grievance.models.keys import Setting
from grievance.record import chain, erasures
from grievance.record.files import store
from grievance.record.transaction import unit_of_work

UNSIGNED, ROLLED_BACK = "restored_unsigned", "restored_behind"
AGAIN = "Nothing of it can be used: empty the database and the files' folder, and do it again."


@dataclass(frozen=True)
class Allowed:
    """What whoever restores has said to: to take a backup that nobody vouches for, to go back behind what this machine
    knows of the log of keys, and where the later database can be asked whose keys live again. `ask` asks for the code
    on paper."""

    unsigned: bool = False
    roll_back: bool = False
    present: str | None = None
    ask: sealed.Ask | None = None


@dataclass(frozen=True)
class Restored:
    """`erased`: cases that were erased again. `doubts`: what a person must look at. `faults`: promises that the data
    here breaks. `missing`: server keys that this place lacks. `notes`: what was allowed, and is on record."""

    taken_at: str
    cases: int
    files: int
    erased: int
    doubts: list[str]
    missing: list[str]
    faults: list[str]
    notes: list[str]

    @property
    def whole(self) -> bool:
        """The one judgement, of a restore and of its rehearsal alike: nothing of it needs a person first."""
        return not (self.doubts or self.missing or self.faults)


@dataclass(frozen=True)
class Judged:
    """A backup that may be restored: its tar, what it says of itself, and what has to be put on record about it."""

    tar: archive.Readable
    manifest: dict[str, Any]
    closing: dict[str, Any]
    unsigned: str
    behind: str


def restore(
    path: Path, erased_list: Path, now: datetime, progress: Progress = silent, allowed: Allowed | None = None
) -> Restored:
    """Check the file and who vouches for it, migrate to its revision, load rows and files, migrate on, erase again, and
    look at the result.

    Raises `BackupError` with a sentence, `erasures.Unreadable`, OSError. Before the check has passed nothing is
    written; after it, what a failure leaves behind is refused by the next restore until it is emptied.
    """
    allowed = allowed or Allowed()
    _refuse_unless_empty()
    with path.open("rb") as file:
        judged = _judged(path, file, progress, allowed)
        listed = erasures.read(erased_list) | _erased_since(judged.closing)
        manifest = judged.manifest
        _migrate(manifest["revision"])
        try:
            _load(judged, progress)
        except (SQLAlchemyError, ValueError, KeyError, CannotOpen) as fault:
            raise BackupError(f"The rows could not be stored ({type(fault).__name__}). {AGAIN}") from fault
    _upgrade("head")
    erased, doubts = erase_again(listed, now)
    again = pinned.again(allowed.present, manifest) if judged.behind else pinned.Again(True)
    _put_on_record(judged, again, now)
    pinned.remember(back=bool(judged.behind))
    cases, faults = manifest["tables"]["cases"]["rows"], doctor.examine()
    db.session.rollback()
    notes = [f"On record: {one}" for one in (judged.unsigned, judged.behind) if one]
    return Restored(
        manifest["taken_at"], cases, manifest["files"], erased, [*doubts, *again.sentences()],
        missing(manifest["keys"]), faults, notes,
    )  # fmt: skip


def _put_on_record(judged: Judged, again: pinned.Again, now: datetime) -> None:
    """What was restored, and in spite of what. The machine remembers the log as it is from here on."""
    taken_at = {"taken_at": judged.manifest["taken_at"]}
    with unit_of_work() as session:
        chain.append(None, "backup_restored", CLOCK, now, now, taken_at)
        for kind, applies, facts in ((UNSIGNED, judged.unsigned, {}), (ROLLED_BACK, judged.behind, again.facts())):
            if applies:
                chain.append(None, kind, CLOCK, now, now, {**taken_at, **facts})
                session.merge(Setting(name=f"{kind}_at", value=now.isoformat()))


# --- before anything is written ----------------------------------------------------------------------------


def _refuse_unless_empty() -> None:
    if not store().is_empty():
        where = current_app.config["FILES"]
        raise BackupError(f"The place of the files, {where}, is not empty: a restore never overwrites.")
    db.session.rollback()
    with db.engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
        if names and REVISION not in names:
            raise BackupError("The database has tables that are not this program's, or are only half made: empty it.")
        for name in sorted(names - {REVISION}):
            quoted = connection.dialect.identifier_preparer.quote(name)
            if connection.execute(text(f"SELECT 1 FROM {quoted} LIMIT 1")).first():  # noqa: S608
                raise BackupError(f"The database is not empty (table {name}): a restore never overwrites.")


def _judged(path: Path, file: BinaryIO, progress: Progress, allowed: Allowed) -> Judged:
    """Whether it may be restored, by everything that can be known before the first byte is written."""
    with progress("Checking", path.stat().st_size) as tick:
        outside = sealed.look(path, tick)
        if outside.doubt and not allowed.unsigned:
            raise BackupError(outside.doubt)
        if not outside.sealed:
            archive.check(file, tick)
    tar, manifest, closing = _opened(outside, file, progress, allowed)
    if manifest["revision"] not in _revisions():
        raise BackupError(f"The backup is of migration {manifest['revision']}, which this program does not know.")
    known = pinned.known()
    if known is None and not allowed.unsigned:
        raise BackupError(pinned.NO_PINS)
    unsigned = outside.doubt or ("" if known else pinned.NO_PINS)
    return Judged(tar, manifest, closing, unsigned, _behind(tar, manifest, known, allowed) if known else "")


def _opened(
    outside: sealed.Outside, file: BinaryIO, progress: Progress, allowed: Allowed
) -> tuple[archive.Readable, dict[str, Any], dict[str, Any]]:
    """The tar in it, and the two papers of it. It is read to its end before anything of it is believed."""
    if not outside.sealed:
        return file, archive.manifest_of(file), archive.read_json(file, archive.CLOSING)
    tar = sealed.content(outside, file, sealed.content_key(outside, allowed.ask))
    with progress("Opening", outside.content[1]) as tick:
        try:
            return tar, *archive.read_through(tar, tick)
        except CannotOpen:
            raise BackupError("The file is damaged: what is in it does not open.") from None


def _behind(tar: archive.Readable, manifest: dict[str, Any], known: pins.Pins, allowed: Allowed) -> str:
    """Why it lies behind what this machine knows; empty where it does not. Raises `BackupError` where that was not
    allowed."""
    why = pinned.behind(tar, manifest, known)
    if why and not allowed.roll_back:
        raise BackupError("\n".join([why, *(pinned.again(allowed.present, manifest).sentences() or [pinned.NOBODY])]))
    return why


def _migrations() -> str:
    return str(Path(current_app.root_path).parent / "migrations")


def _revisions() -> set[str]:
    from alembic.script import ScriptDirectory

    config = current_app.extensions["migrate"].migrate.get_config(_migrations())
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


def _erased_since(closing: dict[str, Any]) -> dict[str, erasures.Erasure]:
    """Cases whose files were gone already when the backup came to them. The database said that they were erased, so
    that this goes before what the list knows of them."""
    return {case: erasures.Erasure(case, "", at, erasures.DONE) for case, at in closing["erased"].items()}


# --- writing -----------------------------------------------------------------------------------------------


def _migrate(revision: str) -> None:
    """To the tables of the backup; an empty database that is newer goes back first."""
    with db.engine.connect() as connection:
        known = inspect(connection).has_table(REVISION)
        query = f"SELECT version_num FROM {REVISION}"  # noqa: S608
        here = connection.exec_driver_sql(query).scalar() if known else None
    if here not in (None, revision):
        _downgrade()
    _upgrade(revision)


# Alembic is imported when it is needed: the commands are loaded in each web process (`extensions.prepare_migrations`).
def _upgrade(revision: str) -> None:
    from flask_migrate import upgrade

    upgrade(_migrations(), revision)


def _downgrade() -> None:
    from flask_migrate import downgrade

    downgrade(_migrations(), "base")


def _load(judged: Judged, progress: Progress) -> None:
    """One transaction for all rows, which ends when the files are on disk: a row never names a file that is not
    (promise 8)."""
    described = judged.manifest["tables"]
    total = sum(one["rows"] for one in described.values()) + judged.manifest["files"]
    with (
        progress("Restoring", total) as tick,
        db.engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        loading = Loading(connection, described)
        for info, content in archive.members(judged.tar):
            kind, _slash, name = info.name.partition("/")
            if kind == "tables":
                loading.add(name.partition("/")[0], content.read(), tick)
            elif kind == "files":
                _place(name, content, tick)
        loading.finish()


def _place(file_id: str, content: IO[bytes], tick: Tick) -> None:
    if not re.fullmatch("[0-9a-f]{32}", file_id):  # it becomes a path
        raise BackupError(f"The file is damaged: {file_id[:80]!r} is not the name of a file.")
    store().put(file_id, content)  # type: ignore[arg-type]
    tick(1)


class Loading:
    """The rows on their way into the database: counted, and those that refer to their own table in a second step."""

    def __init__(self, connection: Connection, described: dict[str, Any]) -> None:
        self.connection, self.described = connection, described
        self.tables = reflect(connection)
        self.counts = dict.fromkeys(described, 0)
        self.later: list[tuple[Table, str, Any, Any]] = []

    def add(self, name: str, part: bytes, tick: Tick) -> None:
        table = self.tables[name]
        columns = [table.columns[column] for column in self.described[name]["columns"]]
        own = [c.name for c in table.columns if any(key.references(table) for key in c.foreign_keys)]
        for batch in batches(part, columns):
            for column in own:  # the row that it refers to may come after it
                self.later += [(table, column, row["id"], row[column]) for row in batch if row[column] is not None]
                for row in batch:
                    row[column] = None
            self.connection.execute(insert(table), batch)
            self.counts[name] += len(batch)
            tick(len(batch))

    def finish(self) -> None:
        """Raises `BackupError` where the numbers are not those of the manifest."""
        for table, column, row_id, value in self.later:
            self.connection.execute(update(table).where(table.c.id == row_id).values({column: value}))
        for name, one in self.described.items():
            if self.counts[name] != one["rows"]:
                raise BackupError(f"{name}: {one['rows']} rows should be here, not {self.counts[name]}. {AGAIN}")
        if self.connection.dialect.name == "postgresql":
            self._count_on()

    def _count_on(self) -> None:
        """PostgreSQL numbers new rows from a counter of its own, which rows that bring their number do not move."""
        for table in self.tables.values():
            for column in table.primary_key.columns:
                if column.type.python_type is int and not column.foreign_keys:
                    newest = self.connection.scalar(select(column).order_by(column.desc()).limit(1))
                    if newest is not None:
                        query = text("SELECT setval(pg_get_serial_sequence(:table, :column), :newest)")
                        self.connection.execute(query, {"table": table.name, "column": column.name, "newest": newest})
