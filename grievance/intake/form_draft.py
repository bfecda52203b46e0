"""A form that is being filled in, step by step: sealed under the form's own secret, which only the browser has.

Nothing of it is on the device but that secret, and nothing of it can be read here without it.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from grievance import clock
from grievance.crypto.hashes import bytes_of, sha256
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal
from grievance.extensions import db
from grievance.forms.fields import FILES_AT_ONCE, StoredFile, Upload, checked
from grievance.models.keys import Draft
from grievance.record import files
from grievance.record.transaction import unit_of_work

LIFETIME = timedelta(hours=24)


@dataclass
class FormDraft:
    """What is there of a form: answers as they were typed, files as they were kept."""

    answers: dict[str, Any] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)

    def raw(self) -> dict[str, Any]:
        """The answers as `file_complaint` takes them."""
        kept = {spoken: [one for one in self.files if one.spoken is spoken] for spoken in (True, False)}
        return {**self.answers, "files": kept[False], **({"spoken": kept[True]} if kept[True] else {})}


def _place(secret: str) -> bytes:
    return place("draft", sha256(secret))


def load(secret: str, now: datetime | None = None) -> FormDraft | None:
    """The form that belongs to this secret; None where there is none, or where it was left for a day."""
    row = db.session.get(Draft, sha256(secret), populate_existing=True)
    if row is None or row.expires_at <= (now or clock.now()):
        return None
    try:
        said = json.loads(open_sealed(derive(bytes_of(secret), "draft"), row.sealed, _place(secret)))
    except (CannotOpen, ValueError):
        return None
    return FormDraft(said["answers"], [StoredFile.read(one) for one in said["files"]])


def save(secret: str, answers: dict[str, Any], uploads: list[Upload] | None = None, drop: str = "") -> list[str]:
    """Add answers and files to the form, and take the file `drop` away.

    Each file stands for itself: one that is refused is named in the sentences that come back, the others are kept.
    The same file once more, after a connection that broke, is kept once.
    """
    good, refused = _sorted(uploads or [])
    now = clock.now()
    with files.placed({"files": list(good)}), unit_of_work() as session:
        row = session.get(Draft, sha256(secret), with_for_update=True)
        draft = load(secret, now) or FormDraft()
        draft.answers |= answers
        gone = [one for one in draft.files if one.id == drop]
        draft.files = [one for one in draft.files if one.id != drop]
        known = {one.fingerprint for one in draft.files}
        arrived = {upload.stream.fingerprint: upload.stored() for upload in good}
        new = [one for fingerprint, one in arrived.items() if fingerprint not in known]
        if any(one.spoken for one in new):  # a recording is said anew, and the one before is not sent
            gone += [one for one in draft.files if one.spoken]
            draft.files = [one for one in draft.files if not one.spoken]
        draft.files += new
        if len(draft.files) > FILES_AT_ONCE:
            raise TooMany
        kept_ids = {one.id for one in draft.files}
        gone += [one for one in (upload.stored() for upload in good) if one.id not in kept_ids]
        said = json.dumps({"answers": draft.answers, "files": [asdict(one) for one in draft.files]})
        row = row or Draft(secret_hash=sha256(secret), started_at=now)
        row.sealed = seal(derive(bytes_of(secret), "draft"), said.encode(), _place(secret))
        row.expires_at = now + LIFETIME
        session.add(row)
    for one in gone:
        _remove(one)
    for one in draft.files:
        files.still_needed(one)
    return refused


class TooMany(Exception):
    """More files than a form may have; none of those that were sent just now was kept."""


def _sorted(uploads: list[Upload]) -> tuple[list[Upload], list[str]]:
    good, refused = [], []
    for upload in uploads:
        try:
            good.append(checked(upload))
        except ValueError as sentence:
            refused.append(str(sentence))
    return good, refused


def started_at(secret: str) -> datetime | None:
    """When the first answer of this form arrived."""
    row = db.session.get(Draft, sha256(secret))
    return row.started_at if row else None


def discard(secret: str) -> None:
    """Forget the form at once, with its files; nothing where it was just filed, for then the files are the case's."""
    with unit_of_work() as session:
        row = session.get(Draft, sha256(secret), with_for_update=True)
        draft = load(secret) if row else None
        if row:
            session.delete(row)
    for one in draft.files if draft else ():
        _remove(one)


def _remove(file: StoredFile) -> None:
    for each in filter(None, (file, file.copy)):
        files.path_of(each.id).unlink(missing_ok=True)
