"""Where the log of keys stood when a backup was taken, compared with what this machine remembers of it.

Whoever left, was cut off, or lost a receipt, has their access again where an older log is believed: a backup from
before that is restored only where somebody says so, who reads whose keys live again.
"""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import Connection, FromClause, bindparam, create_engine, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from grievance.accounts.keys import log, pins
from grievance.accounts.keys.entries import ENTRIES
from grievance.extensions import UtcDateTime
from grievance.maintenance.backup import BackupError
from grievance.maintenance.backup.archive import Readable, members
from grievance.maintenance.backup.lines import unpacked
from grievance.models.event import OFFICE_CHAIN

ENDING = ("left", "left_for_good", "invited_again")
"""After these an account's keys open nothing that is new."""
ROTATED = "rotation_begun"
_LATER = text(
    "SELECT kind, facts FROM events WHERE chain = 'office' AND recorded_at > :since"
    " AND kind IN ('left', 'left_for_good', 'invited_again', 'rotation_begun')"
)
_ENDED = text("SELECT count(*) FROM receipt_envelopes WHERE revoked_at > :since")
NO_PINS = (
    "This machine remembers nothing of the log of keys (PINS_FILE), so that nobody can tell whether this backup is from"
    " before somebody left. Put there first what `flask keys pins` printed on the old machine, or what was copied from"
    " it. Where that is lost for good, --unsigned restores it without, and puts that on record."
)
BEHIND = (
    "This backup ends before entry {pin} of the office's record, which this machine has seen: whoever lost their access"
    " since would have it again. --roll-back restores it all the same, and puts that on record."
)
FORK = (
    "Entry {pin} of the office's record is another in this backup than the one that this machine has seen: the two are"
    " not one record. --roll-back restores it all the same, and puts that on record."
)
NOBODY = "Nobody lost their access since this backup was taken, as far as the later database says."
NOT_KNOWN = (
    "Whose access ended since this backup was taken cannot be known here. Where the later database can still be read,"
    " --present ADDRESS names them. Else go through the list of the people, and cut off whoever should not be in it."
)


@dataclass(frozen=True)
class Again:
    """Whose keys live again. `known` is False where the later database could not be asked."""

    known: bool = False
    accounts: list[int] = field(default_factory=list)
    parties: list[int] = field(default_factory=list)
    receipts: int = 0
    told: list[str] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        return {"known": self.known, "accounts": self.accounts, "parties": self.parties, "receipts": self.receipts}

    def sentences(self) -> list[str]:
        return self.told if self.known else [NOT_KNOWN]


def last_entry(connection: Connection, events: FromClause) -> dict[str, Any]:
    """Sequence and hash of the log's last entry, for the manifest."""
    entry = select(events.c.seq, events.c.hash).where(events.c.chain == OFFICE_CHAIN, events.c.kind.in_(list(ENTRIES)))
    found = connection.execute(entry.order_by(events.c.seq.desc()).limit(1)).one_or_none()
    return {"sequence": found.seq, "hash": found.hash} if found else {"sequence": 0, "hash": ""}


def remember(*, back: bool) -> None:
    """After a restore: the database is another one. Where it goes `back` behind what this machine knew, it knows from
    here on what is in it now; a log that is none is left to `doctor`, which says so."""
    log.forget()
    if back:
        with suppress(log.Broken):
            log.begin_anew()


# --- before a restore --------------------------------------------------------------------------------------


def known() -> pins.Pins | None:
    """What this machine remembers; None where it remembers nothing. Raises `BackupError`."""
    path: Path = current_app.config["PINS_FILE"]
    try:
        return pins.read(path)
    except pins.BadPins:
        raise BackupError(f"{path} cannot be read. Put there what `flask keys pins` printed.") from None


def behind(file: Readable, manifest: dict[str, Any], known: pins.Pins) -> str:
    """Why this backup is not one of the record that this machine knows, up to what it knows: a sentence, or nothing."""
    if manifest.get("key_log") == {"sequence": known.sequence, "hash": known.hash} or not known.sequence:
        return ""
    found = _hash_of(file, manifest, known.sequence)
    if found is None:
        return BEHIND.format(pin=known.sequence)
    return "" if found == known.hash else FORK.format(pin=known.sequence)


def _hash_of(file: Readable, manifest: dict[str, Any], sequence: int) -> str | None:
    """Of an entry of the office's record in the backup; None where it ends before."""
    columns = manifest["tables"]["events"]["columns"]
    chain, seq, digest = (columns.index(name) for name in ("chain", "seq", "hash"))
    for info, content in members(file):
        if info.name.startswith("tables/events/"):
            for line in unpacked(content.read()).split(b"\n"):
                if b'"office"' in line and (row := json.loads(line))[chain] == OFFICE_CHAIN and row[seq] == sequence:
                    return str(row[digest])
    return None


def again(present: str | None, manifest: dict[str, Any]) -> Again:
    """What ended since the backup was taken, by the database at this address, which is later."""
    if not present:
        return Again()
    try:
        with create_engine(present, poolclass=NullPool).connect() as connection:
            return _again(connection, manifest)
    except (SQLAlchemyError, ImportError):
        return Again()


def _again(connection: Connection, manifest: dict[str, Any]) -> Again:
    """In plain SQL: the other database may be of another migration."""
    since = bindparam("since", datetime.fromisoformat(manifest["taken_at"]), UtcDateTime())
    found = [(kind, json.loads(facts)) for kind, facts in connection.execute(_LATER.bindparams(since))]
    accounts = sorted({facts["account"] for kind, facts in found if kind in ENDING})
    parties = sorted({facts["party"] for kind, facts in found if kind == ROTATED})
    receipts = connection.scalar(_ENDED.bindparams(since)) or 0
    return Again(True, accounts, parties, receipts, _told(connection, accounts, parties, receipts))


def _told(connection: Connection, accounts: list[int], parties: list[int], receipts: int) -> list[str]:
    told = [f"Has access again: {name} ({mail})." for name, mail in _people(connection, accounts)]
    told += [f"Has its earlier key again: {name}." for name in _parties(connection, parties)]
    if receipts:
        told.append(f"Open their cases again: {receipts} receipts that had ended.")
    return told


def _people(connection: Connection, accounts: list[int]) -> list[tuple[str, str]]:
    query = text("SELECT name, email FROM accounts WHERE id = :id")
    return [(row.name, row.email) for one in accounts for row in connection.execute(query, {"id": one})]


def _parties(connection: Connection, parties: list[int]) -> list[str]:
    query = text(
        "SELECT coalesce(companies.name, parties.kind) FROM parties"
        " LEFT JOIN companies ON companies.id = parties.company_id WHERE parties.id = :id"
    )
    return [str(connection.execute(query, {"id": one}).scalar()) for one in parties]
