"""A form that is being filled in, step by step: sealed under the form's own secret, which only the browser has, and
what its receipt opens where she wrote one down.

Nothing of it is on the device but that secret, and nothing of it can be read here without it.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from grievance import clock
from grievance.accounts import draft_receipts
from grievance.crypto.hashes import bytes_of, sha256
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal
from grievance.extensions import db
from grievance.forms.fields import FILES_AT_ONCE, StoredFile, Upload, checked
from grievance.models.keys import Draft, DraftReceipt
from grievance.record import files, unsent
from grievance.record.transaction import unit_of_work
from grievance.storage.store import StoreAway

LIFETIME = timedelta(hours=24)
WITH_A_RECEIPT = timedelta(days=30)


@dataclass
class FormDraft:
    """What is there of a form: answers as they were typed, files as they were kept. `receipt`: by what its receipt is
    found; empty where she wrote none down. `at`: the page that she comes to next. `line_known`: whether she typed one
    of the lines back, so that they are on paper; `wrong_lines`: how often another was typed in its place since."""

    answers: dict[str, Any] = field(default_factory=dict)
    files: list[StoredFile] = field(default_factory=list)
    receipt: str = ""
    at: str = ""
    line_known: bool = False
    wrong_lines: int = 0
    card: str = ""
    """By what the printed card is found that she has, where she typed its code."""

    def raw(self) -> dict[str, Any]:
        """The answers as `file_complaint` takes them."""
        kept = {spoken: [one for one in self.files if one.spoken is spoken] for spoken in (True, False)}
        return {**self.answers, "files": kept[False], **({"spoken": kept[True]} if kept[True] else {})}

    @property
    def lives(self) -> timedelta:
        """For how long it is kept after the last answer."""
        return WITH_A_RECEIPT if self.receipt else LIFETIME


def _place(secret: str) -> bytes:
    return place("draft", sha256(secret))


def load(secret: str, now: datetime | None = None) -> FormDraft | None:
    """The form that belongs to this secret; None where there is none, or where it was left for too long."""
    row = db.session.get(Draft, sha256(secret), populate_existing=True)
    if row is None or row.expires_at <= (now or clock.now()):
        return None
    try:
        said = json.loads(open_sealed(derive(bytes_of(secret), "draft"), row.sealed, _place(secret)))
    except (CannotOpen, ValueError):
        return None
    kept = [StoredFile.read(one) for one in said["files"]]
    lines = said.get("line_known", False), said.get("wrong_lines", 0)
    return FormDraft(said["answers"], kept, said.get("receipt", ""), said.get("at", ""), *lines, said.get("card", ""))


def save(
    secret: str, answers: dict[str, Any], uploads: list[Upload] | None = None, drop: str = "", at: str = ""
) -> list[str]:
    """Add answers and files to the form, and take the file `drop` away. `at`: the page that comes next.

    Each file stands for itself: one that is refused is named in the sentences that come back, the others are kept.
    The same file once more, after a connection that broke, is kept once.
    """
    good, refused = _sorted(uploads or [])
    now = clock.now()
    with files.placed({"files": list(good)}), unit_of_work():
        row = _row(secret, now)
        draft = load(secret, now) or FormDraft()
        draft.answers |= answers
        draft.at = at or draft.at
        gone = [one for one in draft.files if one.id == drop]
        draft.files = [one for one in draft.files if one.id != drop]
        known = {(one.fingerprint, one.spoken) for one in draft.files}
        arrived = {(upload.stream.fingerprint, upload.spoken): upload.stored() for upload in good}
        new = [one for same, one in arrived.items() if same not in known]
        if any(one.spoken for one in new):  # a recording is said anew, and the one before is not sent
            gone += [one for one in draft.files if one.spoken]
            draft.files = [one for one in draft.files if not one.spoken]
        draft.files += new
        if len(draft.files) > FILES_AT_ONCE:
            raise TooMany
        kept_ids = {one.id for one in draft.files}
        gone += [one for one in (upload.stored() for upload in good) if one.id not in kept_ids]
        until = _keep(row, draft, secret, now)
    for one in gone:
        _remove(one)
    _keep_files(draft.files, until)
    if good:
        unsent.make_room(now)
    return refused


def _row(secret: str, now: datetime) -> Draft:
    """The row of a form, and nobody else's until this is over; one that is over already where there was none. Whoever
    presses again while their first press is on its way, as when a database stands still, waits for that one here."""
    new = postgresql.insert(Draft) if db.engine.dialect.name == "postgresql" else sqlite.insert(Draft)
    empty = new.values(secret_hash=sha256(secret), sealed=b"", started_at=now, expires_at=now)
    db.session.execute(empty.on_conflict_do_nothing())
    return db.session.get_one(Draft, sha256(secret), with_for_update=True, populate_existing=True)


def _keep(row: Draft, draft: FormDraft, secret: str, now: datetime) -> datetime:
    """Seal it anew, after an answer. Returns until when it lives; its receipt, where it has one, lives as long."""
    row.sealed = _sealed(draft, secret)
    row.expires_at = now + draft.lives
    if receipt := db.session.get(DraftReceipt, draft.receipt) if draft.receipt else None:
        receipt.kept_until = row.expires_at
    return row.expires_at


def _sealed(draft: FormDraft, secret: str) -> bytes:
    said: dict[str, Any] = {"answers": draft.answers, "files": [asdict(one) for one in draft.files]}
    said |= {"receipt": draft.receipt, "at": draft.at, "line_known": draft.line_known, "wrong_lines": draft.wrong_lines}
    said |= {"card": draft.card}
    return seal(derive(bytes_of(secret), "draft"), json.dumps(said).encode(), _place(secret))


def try_line(secret: str, right: bool, most_wrong: int = 0) -> bool:
    """Note that a line, or all of them, was typed where the form is opened again. `most_wrong`: after so many wrong
    ones none is right any more. It lives no longer for that."""
    with unit_of_work() as session:
        row = session.get(Draft, sha256(secret), with_for_update=True)
        draft = load(secret) if row else None
        if row is None or draft is None or (most_wrong and draft.wrong_lines >= most_wrong):
            return False
        draft.line_known, draft.wrong_lines = draft.line_known or right, 0 if right else draft.wrong_lines + 1
        row.sealed = _sealed(draft, secret)
    return right


def give_card(secret: str, card: str) -> None:
    """She has a printed card; `card`: by what it is found. Nothing where the form is not there."""
    with unit_of_work() as session:
        row = session.get(Draft, sha256(secret), with_for_update=True)
        if row and (draft := load(secret)):
            draft.card = card
            row.sealed = _sealed(draft, secret)


def give_receipt(secret: str, line_known: bool = False) -> None:
    """She wrote the lines down: from now on they open the form, which begins with them or was begun before.
    `line_known`: she typed one of them back."""
    now = clock.now()
    if (draft := load(secret, now)) and draft.receipt:
        if line_known and not draft.line_known:
            try_line(secret, True)
        return
    receipt = draft_receipts.made_for(secret, now + WITH_A_RECEIPT)
    with unit_of_work() as session:
        row = _row(secret, now)
        draft = load(secret, now) or FormDraft()
        if not draft.receipt:  # pressed twice at once
            session.merge(receipt)
            draft.receipt, draft.line_known = receipt.lookup, line_known
            until = _keep(row, draft, secret, now)
            _keep_files(draft.files, until)


def _keep_files(those: Iterable[StoredFile], until: datetime) -> None:
    for one in those:
        files.needed_until(one, until)


@contextmanager
def sending(draft: FormDraft) -> Iterator[None]:
    """What is sent counts as put there just now (`files.placed`). Where that fails, as when the database is away, the
    files are needed as long as the words again: whoever has the lines on paper may come back in a month."""
    try:
        yield
    except BaseException:
        _keep_files(draft.files, clock.now() + draft.lives)
        raise


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


def as_it_stands(secret: str, answers: dict[str, Any], names: Iterable[str]) -> str:
    """A short MAC of what is kept of these answers: whether a page that comes back was changed meanwhile."""
    said = json.dumps([answers.get(name) for name in names if name != "files"])
    return hmac.digest(derive(bytes_of(secret), "as it stands"), said.encode(), "sha256").hex()[:16]


def leave(secret: str) -> Callable[[], None]:
    """Whoever leaves with the lines on paper comes back with them; without them nobody could. Returns what takes the
    files away, to be called when the answer went out: the words are gone by then."""
    draft = load(secret)
    return files.taking_away(_forget(secret) if draft is None or not draft.receipt else ())


def discard(secret: str) -> None:
    """Forget the form at once, with its files; nothing where it was just filed, for then the files are the case's."""
    files.taking_away(_forget(secret))()


def _forget(secret: str) -> list[StoredFile]:
    """Its words. Returns what is left of it: files that nothing opens any more."""
    now = clock.now()
    with unit_of_work() as session:
        row = session.get(Draft, sha256(secret), with_for_update=True)
        draft = load(secret) if row else None
        if row:
            session.delete(row)
        if receipt := session.get(DraftReceipt, draft.receipt) if draft and draft.receipt else None:
            draft_receipts.end(receipt, now)
    return draft.files if draft else []


def is_there(file: StoredFile) -> bool:
    """Files go before words where there is little room. Where the store is away nobody says that they went."""
    try:
        return files.is_there(file)
    except StoreAway:
        return True


def _remove(file: StoredFile) -> None:
    for each in filter(None, (file, file.copy)):
        files.take_away(each.id)
