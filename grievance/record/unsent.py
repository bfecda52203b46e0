"""Files of forms that were not sent yet may not fill the disk: where there is little room, they go before any complaint
is refused, the oldest and largest first. Words take little and stay.
A bucket is not filled by one machine's forms: whoever runs it sees to its room.

Which files these are no row says: what a form keeps is sealed under its own secret. They are those that no case names
and that nobody places just now.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from flask import current_app
from sqlalchemy import select

from grievance.extensions import db
from grievance.models.writing import Attachment
from grievance.record.files import BEING_PLACED, FORGOTTEN_AFTER

LITTLE = 5
"""There is little room where less than one part in so many of the disk is free."""
SHARE = 2
"""Of what cases leave free, unsent files may take one part in so many."""
EACH = 10.0
"""Seconds between two looks of a process: a look goes through the whole folder."""
_looking, _looked = Lock(), [float("-inf")]


@dataclass(frozen=True)
class Unsent:
    """`until`: when it would be forgotten anyhow, in seconds since 1970."""

    path: Path
    size: int
    until: float

    def weight(self, now: float) -> float:
        """More of it goes first. What was answered lately lives longer."""
        return self.size / max(self.until - now, 3600.0)


def make_room(now: datetime) -> int:
    """Take unsent files away until they have no more than their share. Returns how many."""
    folder = current_app.config["FILES"]
    if not isinstance(folder, Path) or not folder.is_dir() or not _is_little(folder):
        return 0
    if not _looking.acquire(blocking=False):
        return 0
    try:
        if time.monotonic() - _looked[0] < EACH:
            return 0
        _looked[0] = time.monotonic()
        return _make_room(folder, now)
    finally:
        _looking.release()


def _is_little(folder: Path) -> bool:
    disk = shutil.disk_usage(folder)
    return disk.free * LITTLE < disk.total


def _make_room(folder: Path, now: datetime) -> int:
    unsent, gone = list(_unsent(folder, now)), 0
    kept = sum(one.size for one in unsent)
    most = (shutil.disk_usage(folder).free + kept) // SHARE
    for one in sorted(unsent, key=lambda one: one.weight(now.timestamp()), reverse=True):
        if kept <= most:
            break
        if _take_away(one.path, now):
            kept, gone = kept - one.size, gone + 1
    return gone


def _unsent(folder: Path, now: datetime) -> Iterator[Unsent]:
    for inner in folder.iterdir():
        named = set(db.session.scalars(select(Attachment.id).where(Attachment.id.startswith(inner.name))))
        for path in inner.iterdir():
            with suppress(FileNotFoundError):
                found = path.stat()
                if path.stem not in named and not _is_being_placed(found.st_mtime, now):
                    yield Unsent(path, found.st_size, found.st_mtime + FORGOTTEN_AFTER.total_seconds())


def _is_being_placed(at: float, now: datetime) -> bool:
    return abs(now.timestamp() - at) < BEING_PLACED.total_seconds()


def _take_away(path: Path, now: datetime) -> bool:
    """Whoever sends this very form now has touched its files first (`files.placed`): then it stays. Aside before it is
    looked at, so that nobody finds it in between and counts on it."""
    aside = path.with_suffix(".unsent")
    with suppress(OSError):
        path.rename(aside)
        if _is_being_placed(aside.stat().st_mtime, now):
            aside.rename(path)
            return False
        aside.unlink()
        return True
    return False
