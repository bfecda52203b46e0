"""Files that come with a writing: the ciphertext in a store, name and key inside the sealed writing.

Who can open the writing can open the file, and nobody else; who destroys the writing has destroyed the file.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import groupby
from threading import BoundedSemaphore
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from grievance import clock
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.crypto.sealing import CannotOpen
from grievance.crypto.streams import SealingSpool, open_stream
from grievance.evidence.clean import CannotClean, clean
from grievance.evidence.refusals import Reason
from grievance.evidence.types import KINDS
from grievance.extensions import db
from grievance.forms.fields import FILE_SIZE, BadInput, StoredFile, Upload, judged
from grievance.models.case import Case
from grievance.models.field import FieldPart
from grievance.models.writing import Attachment, Writing
from grievance.record.writings import read_writing
from grievance.storage import opened
from grievance.storage.store import Store, StoreAway

FORGOTTEN_AFTER = timedelta(days=1)
BEING_PLACED = timedelta(minutes=20)
"""A file that was touched so lately may be one that somebody's complaint is about to name."""
THEIRS = (Compartment.COMPANY, Compartment.SHARED)
_AT_ONCE = BoundedSemaphore(2)
"""Clean copies made at a time in one process: each may take half a gibibyte."""
SECONDS = 100
"""For all copies of one form, waiting for a turn included: what stands before the program waits for 120
(deploy/nginx.conf), and the form is still to be kept. A file that finds less than `_LEAST` left has no copy."""
_LEAST = 5


def store() -> Store:
    """Where the ciphertext of this office lies."""
    return opened(current_app.config["FILES"])


def _must_be_mounted() -> None:
    """A folder that vanished is not made anew: a disk that is not mounted leaves an empty place, and what is put there
    is hidden as soon as the disk is back (promise 8). A bucket of another name is empty, too. Raises `StoreAway`."""
    if store().is_empty() and db.session.scalar(select(Attachment.id).limit(1)):
        raise StoreAway("is away")


@contextmanager
def placed(raw: Mapping[str, Any]) -> Iterator[None]:
    """Bring the uploads of a form to their store before the transaction that speaks of them, and take them away
    again if it fails: a row never names a file that is not there (promise 8). Those that a begun form kept must
    still lie there. Raises `BadInput`, or OSError where the store cannot be used."""
    sent = [item for value in raw.values() if isinstance(value, list) for item in value]
    uploads = [item for item in sent if isinstance(item, Upload)]
    for item in sent:
        if isinstance(item, StoredFile):
            _must_be_there(item)
    until = time.monotonic() + SECONDS
    try:
        for upload in uploads:
            _place(upload.stream)
            if not upload.spoken:  # that never goes to a company
                _copy(upload.stream, until)
        yield
    except BaseException as fault:
        for upload in uploads if not _may_be_done(fault) else ():
            for stream in filter(None, (upload.stream, upload.stream.copy)):
                take_away(stream.file_id)
        raise


@contextmanager
def brought(streams: Iterable[SealingSpool]) -> Iterator[None]:
    """The same for what a phone sent: as it came, without copies, until somebody opens it."""
    placed_so_far: list[SealingSpool] = []
    try:
        for stream in streams:
            placed_so_far.append(stream)
            _place(stream)
        yield
    except BaseException as fault:
        for stream in placed_so_far if not _may_be_done(fault) else ():
            take_away(stream.file_id)
        raise


def _may_be_done(fault: BaseException) -> bool:
    """A line that broke during a COMMIT leaves it in doubt, and so does whoever interrupts one: there may be rows that
    name these files. If not, nothing does, and they go after a day."""
    return not isinstance(fault, Exception) or (isinstance(fault, DBAPIError) and fault.connection_invalidated)


def is_there(file: StoredFile) -> bool:
    return store().exists(file.id)


def _must_be_there(file: StoredFile) -> None:
    """Touched first: from now on it is no unsent file that may have to make room (`unsent.py`)."""
    _must_be_mounted()
    for each in filter(None, (file, file.copy)):
        with suppress(FileNotFoundError):
            store().touch(each.id, clock.now())
    if not all(is_there(each) for each in filter(None, (file, file.copy))):
        sentence = _("The file %(name)s is no longer here. Take it away, or choose it once more.", name=file.name)
        raise BadInput({"files": sentence})


def take_away(file_id: str) -> None:
    """What a store does not let go of now is forgotten after a day."""
    with suppress(OSError):
        store().delete(file_id)


def taking_away(those: Iterable[StoredFile]) -> Callable[[], None]:
    """What takes these away when it is called, also after the request: nobody's answer waits for a store that hangs."""
    where, ids = store(), [each.id for one in those for each in (one, one.copy) if each]

    def take() -> None:
        for file_id in ids:
            with suppress(OSError):
                where.delete(file_id)

    return take


def _copy(stream: SealingSpool, until: float) -> None:
    """A clean copy beside the original, where one can be made: the only one that a company may ever get. `until`: by
    the clock of `time.monotonic`."""
    kind = judged(stream)
    if kind is None or not kind.cleanable or stream.plain_size > FILE_SIZE:
        return
    copy = SealingSpool()
    try:
        with _turn(until) as left:
            plain = open_stream(stream.key, stream.file_id, stream.finish())
            made = clean(kind.extension, plain, copy, most=left)  # type: ignore[arg-type]
    except CannotClean as refusal:
        stream.why = refusal.reason.value
        return
    stream.copy, stream.copy_kind, stream.taken = copy, made.kind, made.notes
    _place(copy)


@contextmanager
def _turn(until: float) -> Iterator[float]:
    """How many seconds are left, when it is this file's turn. Raises `CannotClean` where they are too few."""
    if not _AT_ONCE.acquire(timeout=max(0, until - _LEAST - time.monotonic())):
        raise CannotClean(Reason.MANY)
    try:
        if (left := until - time.monotonic()) < _LEAST:
            raise CannotClean(Reason.MANY)
        yield left
    finally:
        _AT_ONCE.release()


def _place(stream: SealingSpool) -> None:
    _must_be_mounted()
    store().put(stream.file_id, stream.finish())


def needed_until(file: StoredFile, until: datetime) -> None:
    """A form that is still being filled in keeps its files from being taken for a crash's leftovers before it ends
    itself. Where one is not there now, the words are kept all the same."""
    for each in filter(None, (file, file.copy)):
        with suppress(OSError):
            store().touch(each.id, until - FORGOTTEN_AFTER - BEING_PLACED)


def described(items: Iterable[Upload | StoredFile]) -> list[dict[str, Any]]:
    """What a sealed writing keeps of each file."""
    return [asdict(item.stored() if isinstance(item, Upload) else item) for item in items]


def note(writing: Writing, kept: list[dict[str, Any]]) -> None:
    """The rows that tie the files in the store to a case."""
    for one in (each for entry in kept for each in (entry, entry["copy"]) if each):
        db.session.add(Attachment(id=one["id"], case_id=writing.case_id, writing_id=writing.id, digest=one["digest"]))


def remove_forgotten(now: datetime) -> int:
    """Take away what a crash left behind: ciphertext that no row names, a day old. Returns how many."""
    oldest = now - FORGOTTEN_AFTER - BEING_PLACED
    removed = store().remove_halves(oldest)
    for begins, held in groupby(store().listed(), lambda one: one.name[:2]):
        old = {one.name for one in held if one.at <= oldest}
        for file_id in old - _named(begins) if old else ():
            store().delete(file_id)
            removed += 1
    return removed


def _named(begins: str) -> set[str]:
    """The files whose names begin so, and that belong to a case or to a form of a phone."""
    of_cases = select(Attachment.id).where(Attachment.id.startswith(begins))
    of_phones = select(FieldPart.id).where(FieldPart.id.startswith(begins), FieldPart.sealed.is_not(None))
    return {*db.session.scalars(of_cases), *db.session.scalars(of_phones)}


def of_case(case: Case, keys: CaseKeys) -> list[tuple[StoredFile, Compartment]]:
    """The files of a case that these keys open, each with the compartment of its writing; oldest first."""
    return [(one, where) for one, where, _n in _of_case(case, keys)]


def _of_case(case: Case, keys: CaseKeys) -> list[tuple[StoredFile, Compartment, int]]:
    """The same, with which hand-over the writing is of."""
    return [(one, writing.compartment, writing.n) for one, writing in with_writings(case, keys)]


def with_writings(case: Case, keys: CaseKeys) -> list[tuple[StoredFile, Writing]]:
    """The same, each with what it came with."""
    found = []
    for writing in db.session.scalars(select(Writing).where(Writing.case_id == case.id).order_by(Writing.written_at)):
        if keys.can_open(writing.compartment, writing.n, writing.epoch):
            try:
                said = read_writing(keys, writing).get("files", [])
            except CannotOpen:  # the case's page says that it was changed, and none of its files go out
                continue
            found += [(StoredFile.read(one), writing) for one in said]
    return found


def not_with_the_company(case: Case, keys: CaseKeys) -> list[StoredFile]:
    """What the complainant or an officer gave and the company that has the case now did not get: what an earlier one
    got by mistake is not with it. A voice that tells what happened stays with the Secretariat."""
    return [one for one, _writing in still_here(case, with_writings(case, keys))]


def still_here(case: Case, known: list[tuple[StoredFile, Writing]]) -> list[tuple[StoredFile, Writing]]:
    """Of these, what the company of now did not get and could get, each with what it came with."""
    given = {one.id for one, w in known if w.compartment in THEIRS and w.n > case.handed_before}
    hers = [(one, w) for one, w in known if w.compartment not in THEIRS and not one.spoken]
    return [(one, w) for one, w in hers if (one.copy or one).id not in given]


def with_the_company(case: Case, keys: CaseKeys) -> list[StoredFile]:
    return [one for one, where, n in _of_case(case, keys) if where in THEIRS and n > case.handed_before]


def for_the_company(file: StoredFile, number: int) -> dict[str, Any]:
    """What a company gets of a file: the clean copy alone, under a name that says no more than its kind."""
    given = file.copy or file
    return asdict(replace(given, name=f"{KINDS[given.kind].label} {number}.{given.kind}", copy=None, taken={}, why=""))
