"""The list of erasures, kept outside the database and outside every backup: what a restore must erase again.

One line of JSON for each word that is said: `begun` before the erasure is committed, then `done`, or `not` where its
transaction failed. The second word is the database's, asked by the next sweep or backup. Nothing is ever taken out.
"""

import json
import os
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import select

from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.storage.folder import sync_folder

BEGUN, DONE, NOT = "begun", "done", "not"
CASE, NAME = "case", "name"


class Unreadable(Exception):
    """The list has a line that cannot be read; the sentence names it."""


@dataclass(frozen=True)
class Erasure:
    """`case`: its random identifier. `at`: ISO, when it was erased. `said`: begun, done or not. `what`: the whole case,
    or the name alone."""

    case: str
    reference: str
    at: str
    said: str = BEGUN
    what: str = CASE


def path_of_list() -> Path:
    path: Path = current_app.config["ERASURES"]
    return path


def begin(case: Case, at: datetime, what: str = CASE) -> None:
    """On disk before the erasure is committed: a restore must not bring back what a person was told is gone.
    Raises OSError, and then the case is not erased."""
    _append(Erasure(case.id, case.reference, at.isoformat(), what=what))


def _append(erasure: Erasure) -> None:
    """One write at the end of the file, which other processes write to, too. It begins with a new line, so that one
    that a power cut tore before it does no harm to this one."""
    path = path_of_list()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = not path.exists()
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"\n{json.dumps(asdict(erasure))}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    if new:
        sync_folder(path.parent)


def read(path: Path) -> dict[str, Erasure]:
    """The last word on each case, by its identifier, and on each name. Raises `Unreadable`; a list that is not there is
    empty."""
    found: dict[str, Erasure] = {}
    text = path.read_text("utf-8", errors="replace") if path.exists() else ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            erasure = Erasure(**json.loads(line))
            datetime.fromisoformat(erasure.at)
        except (TypeError, ValueError):
            raise Unreadable(f"Line {number} of the list of erasures {path} cannot be read.") from None
        key = erasure.case if erasure.what == CASE else f"{erasure.case} {erasure.at}"
        if key not in found or found[key].said != DONE:
            found[key] = erasure
    return found


def open_ones() -> list[Erasure]:
    """The erasures of which nobody has said yet whether they were done."""
    return [one for one in read(path_of_list()).values() if one.said == BEGUN]


def settle() -> bool:
    """Say of each erasure that was begun whether the database has it; whether there was one. Part of the caller's unit
    of work.

    No race with one that is under way: it held the case's lock before it wrote its line, and we wait for that.
    """
    begun = open_ones()
    for one in begun:
        case = db.session.get(Case, one.case, with_for_update=True, populate_existing=True)
        if case is not None:
            _append(replace(one, said=DONE if _was_done(one, case) else NOT))
    return bool(begun)


def _was_done(one: Erasure, case: Case) -> bool:
    if case.erased_at or one.what == CASE:
        return case.erased_at is not None
    done = select(Event.id).where(Event.chain == case.id, Event.kind == "erase_name")
    return db.session.scalar(done.where(Event.happened_at == datetime.fromisoformat(one.at)).limit(1)) is not None
