"""The files in a bucket of an object store that speaks S3.

Below the prefix of FILES_URL lies each file as `ab/abcd…`. Two kinds of empty objects lie beside them: `begun/NAME`,
while one is being put, and `until/NAME.SECONDS`, as of when one counts as put there: nobody can set an object's time.
"""

import logging
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import BinaryIO, NamedTuple

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import S3Store

from grievance.storage.places import BucketPlace
from grievance.storage.store import Held, Opened, StoreAway

log = logging.getLogger(__name__)
CHUNK = 5 * 1024 * 1024
"""The least that a store takes as a part of an object; two of them are in memory while one is put."""
READ = 1024 * 1024
ANSWER, WHOLE = timedelta(seconds=5), timedelta(seconds=10)
"""For a store to say something, and for one question with its answer. A question is asked twice at most, the second
time only where the first was refused at once: whoever waits reads within 20 seconds that it cannot be done just now."""
APART = 2.0
"""Seconds in which a store that was away is not asked again: a form of twenty files waits for it once."""
BEGUN, UNTIL = "begun/", "until/"
HOUR = 3600
FILE, MARK = re.compile("([0-9a-f]{2})/(\\1[0-9a-f]{30})"), re.compile(f"{UNTIL}([0-9a-f]{{32}})\\.([0-9]{{1,11}})")
"""What else somebody puts into the bucket is no file of ours, and stops nothing."""


class Mark(NamedTuple):
    """`put`: when it was, so that the greatest of a file is the one that holds."""

    put: datetime
    at: datetime
    name: str
    key: str


class Bucket:
    """The `Store` of a bucket that is there already. It connects when it is first asked, so that a process may fork
    before."""

    def __init__(self, place: BucketPlace) -> None:
        access = place.access
        self._conditions, self._away_until = access.conditions, 0.0
        self._known_to_hold = False
        self._store = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            endpoint=access.address,
            region=access.region,
            access_key_id=access.key_id,
            secret_access_key=access.secret,
            virtual_hosted_style_request=False,
            checksum_algorithm="SHA256",
            disable_bulk_delete=True,
            client_options={
                "connect_timeout": ANSWER, "read_timeout": ANSWER, "timeout": WHOLE,
                "allow_http": access.address.startswith("http://"),
            },
            retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=4)},
        )  # fmt: skip

    @contextmanager
    def _asked(self) -> Iterator[None]:
        if time.monotonic() < self._away_until:
            raise StoreAway
        try:
            yield
        except AlreadyExistsError as fault:
            raise FileExistsError from fault
        except (BaseError, StoreAway) as fault:
            self._away_until = time.monotonic() + APART
            log.warning("the object store cannot be used: %s", _why(fault))
            raise StoreAway from fault

    def put(self, name: str, content: BinaryIO) -> None:
        with self._begun(name) if self._conditions else nullcontext():
            if self.exists(name):
                raise FileExistsError(name)
            with self._asked():
                self._send(_key(name), content)

    @contextmanager
    def _begun(self, name: str) -> Iterator[None]:
        """Of two that put one name at once, one gets here. The empty object is what a store can be trusted to make
        once: of 27 that copied a file on condition at the same moment, a cluster told seven that they had won."""
        with self._asked():
            obstore.put(self._store, BEGUN + name, b"", mode="create")
        try:
            yield
        finally:
            with suppress(BaseError, FileNotFoundError):  # asked even where the store seems away, so that none stays
                obstore.delete(self._store, BEGUN + name)

    def _send(self, key: str, content: BinaryIO) -> None:
        """Never the whole of a large one in memory. An object is there once all of it is."""
        first = content.read(CHUNK)
        small = len(first) < CHUNK
        body: bytes | Iterable[bytes] = first if small else chain([first], iter(lambda: content.read(CHUNK), b""))
        try:
            obstore.put(self._store, key, body, use_multipart=not small, chunk_size=CHUNK, max_concurrency=2)
        except FileNotFoundError as fault:  # the bucket
            raise StoreAway from fault

    def get(self, name: str) -> Opened:
        """A copy on this machine's disk: who opens a file reads it twice. Where the line broke it is fetched anew."""
        begun = time.monotonic()
        with self._asked():
            try:
                return self._fetched(name)
            except (BaseError, StoreAway):
                if time.monotonic() - begun >= ANSWER.total_seconds():
                    raise
            return self._fetched(name)

    def _fetched(self, name: str) -> Opened:
        found = obstore.get(self._store, _key(name))
        try:
            return _copied(found)
        except OSError as fault:  # a disk of ours that is full is no file that is missing, as Python says it
            raise StoreAway from fault

    def exists(self, name: str) -> bool:
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        with self._asked():
            return obstore.head(self._store, _key(name))["size"]

    def delete(self, name: str) -> None:
        self._delete(_key(name))

    def _delete(self, key: str) -> None:
        with self._asked(), suppress(FileNotFoundError):
            obstore.delete(self._store, key)

    def listed(self) -> Iterator[Held]:
        holds = _newest(self._marks())
        for key, size, at in self._keys():
            if found := FILE.fullmatch(key):
                mark = holds.get(found[2])
                yield Held(found[2], size, max(at, mark.at) if mark else at)

    def _keys(self, under: str = "") -> Iterator[tuple[str, int, datetime]]:
        with self._asked():
            for page in obstore.list(self._store, under or None):
                for one in page:
                    yield one["path"], one["size"], one["last_modified"]

    def _marks(self) -> Iterator[Mark]:
        for key, _size, put in self._keys(UNTIL):
            if found := MARK.fullmatch(key):
                yield Mark(put, datetime.fromtimestamp(int(found[2]), UTC), found[1], key)

    def touch(self, name: str, at: datetime) -> None:
        """To the full hour after it, so that a form that is answered page by page leaves few marks."""
        if not self.exists(name):
            raise FileNotFoundError(name)
        hour = (int(at.timestamp()) // HOUR + 1) * HOUR
        with self._asked():
            obstore.put(self._store, f"{UNTIL}{name}.{hour}", b"")

    def remove_halves(self, before: datetime) -> int:
        """And the marks that say nothing any more: those that another came after go first, or they would hold again."""
        old = [key for key, _size, at in self._keys(BEGUN) if at <= before]
        marks = list(self._marks())
        holds = _newest(marks)
        over = [mark.key for mark in marks if mark != holds[mark.name]]
        for key in (*old, *over, *(mark.key for mark in holds.values() if mark.at <= before)):
            self._delete(key)
        return len(old)

    def is_empty(self) -> bool:
        self._known_to_hold = self._known_to_hold or next(self.listed(), None) is not None
        return not self._known_to_hold

    def takes(self, room: int) -> bool:
        """It answers; how much room it has, it does not say."""
        next(self._keys(), None)
        return True

    def make(self) -> None:
        """Nothing: whoever runs the object store makes the bucket."""


def _copied(found: "obstore.GetResult") -> Opened:
    copy = tempfile.TemporaryFile()
    try:
        for chunk in found.stream(min_chunk_size=READ):
            copy.write(chunk)
        if copy.tell() != found.meta["size"]:
            raise StoreAway
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return copy


def _newest(marks: Iterable[Mark]) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    for mark in marks:
        found[mark.name] = max(mark, found.get(mark.name, mark))
    return found


def _why(fault: BaseException) -> str:
    """Whoever runs it learns the number that it answered, and no name."""
    number = re.search(r"status code: (\d{3})", str(fault))
    return number[1] if number else type(fault.__cause__ or fault).__name__


def _key(name: str) -> str:
    return f"{name[:2]}/{name}"
