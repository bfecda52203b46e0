"""Files that come with a writing: the ciphertext in a folder, name and key inside the sealed writing.

Who can open the writing can open the file, and nobody else; who destroys the writing has destroyed the file.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import select

from grievance.extensions import db
from grievance.models.writing import Attachment, Writing
from grievance.workflow.fields import KeptFile, Upload

FORGOTTEN_AFTER = timedelta(days=1)


def path_of(file_id: str) -> Path:
    """Where a file's ciphertext lies: a random name in one of 256 folders."""
    folder: Path = current_app.config["FILES"]
    return folder / file_id[:2] / file_id


@contextmanager
def placed(raw: Mapping[str, Any]) -> Iterator[None]:
    """Bring the uploads of a form to their folder before the transaction that speaks of them, and take them away
    again if it fails: a row never names a file that is not on disk (promise 8)."""
    uploads = [item for value in raw.values() if isinstance(value, list) for item in value if isinstance(item, Upload)]
    try:
        for upload in uploads:
            _place(upload)
        yield
    except BaseException:
        for upload in uploads:
            path_of(upload.stream.file_id).unlink(missing_ok=True)
        raise


def _place(upload: Upload) -> None:
    target = path_of(upload.stream.file_id)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(upload.stream.finish(), file, 1024 * 1024)
        file.flush()
        os.fsync(file.fileno())
    part.rename(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def described(items: Iterable[Upload | KeptFile]) -> list[dict[str, Any]]:
    """What a sealed writing keeps of each file."""
    return [asdict(item.kept() if isinstance(item, Upload) else item) for item in items]


def note(writing: Writing, kept: list[dict[str, Any]]) -> None:
    """The rows that tie the files in the folder to a case."""
    if kept:
        db.session.flush()  # the writing comes first, for the foreign key
    for one in kept:
        db.session.add(Attachment(id=one["id"], case_id=writing.case_id, writing_id=writing.id, digest=one["digest"]))


def remove_forgotten(now: datetime) -> int:
    """Take away what a crash left behind: ciphertext that no row names, a day old. Returns how many."""
    folder: Path = current_app.config["FILES"]
    oldest, removed = (now - FORGOTTEN_AFTER).timestamp(), 0
    for inner in folder.iterdir() if folder.is_dir() else ():
        old = {path.stem: path for path in inner.iterdir() if path.stat().st_mtime <= oldest}
        known = set(db.session.scalars(select(Attachment.id).where(Attachment.id.startswith(inner.name))))
        for file_id in old.keys() - known:
            old[file_id].unlink(missing_ok=True)
            removed += 1
    return removed
