"""What is in a backup: a tar of this order, in which damage to any byte is found.

    manifest.json       format, migration, when, tables with their columns and numbers of rows, server keys needed
    tables/NAME/000001  rows as lines of JSON, compressed; a table whose rows others refer to comes before them
    files/ID            ciphertext, as it lies in its folder
    closing.json        cases that were erased while the backup was being written
    SHA256SUMS          each member's SHA-256, as `sha256sum -c` reads it
    END                 the SHA-256 of SHA256SUMS, and of all bytes before this member

The last bytes are known once all before them are. So whatever byte is changed, added or cut, it is found; a forger is
not, for whom `sealed` is around it. A backup from before was this tar alone.
"""

import hashlib
import io
import json
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol

from grievance.crypto.sealed_files import Writable
from grievance.maintenance.backup import BackupError, Tick

FORMAT = 1
MANIFEST, CLOSING, SUMS, END = "manifest.json", "closing.json", "SHA256SUMS", "END"
_LONGEST = 64 * 1024 * 1024
"""Bytes of a member that is read whole; parts of rows are a few MiB."""
_BLOCK = 1024 * 1024
CUT = "The file is cut or damaged: what it should end with is not there."


class Readable(Protocol):
    """A file that is read from its beginning, more than once."""

    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, /) -> int: ...


def _header(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _forget(tar: tarfile.TarFile) -> None:
    """It would remember the header of each of a million members."""
    tar.members.clear()  # type: ignore[attr-defined]


class Hashed:
    """A file that is written to from beginning to end, and knows the SHA-256 of that."""

    def __init__(self, file: Writable) -> None:
        self.file, self.sha256, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        self.size += len(data)
        self.file.write(data)
        return len(data)

    def tell(self) -> int:
        return self.size


class _Watched:
    """A file that is read once, and knows the SHA-256 of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.sha256.update(data)
        return data


class Writer:
    """Writes an archive, member by member. Holds one part in memory; the sums wait in a temporary file."""

    def __init__(self, file: Writable) -> None:
        self._out = Hashed(file)
        self._tar = tarfile.open(fileobj=self._out, mode="w", format=tarfile.USTAR_FORMAT)  # type: ignore[call-overload]
        self._sums = tempfile.TemporaryFile()

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_fault: object) -> None:
        self._sums.close()

    def add(self, name: str, size: int, source: IO[bytes]) -> str:
        """A member of exactly this size. Returns its SHA-256. Raises OSError where the source is shorter."""
        watched = _Watched(source)
        self._tar.addfile(_header(name, size), watched)
        _forget(self._tar)
        digest = watched.sha256.hexdigest()
        self._sums.write(f"{digest}  {name}\n".encode())
        return digest

    def add_bytes(self, name: str, data: bytes) -> None:
        self.add(name, len(data), io.BytesIO(data))

    def add_json(self, name: str, value: Any) -> None:
        self.add_bytes(name, json.dumps(value).encode())

    def finish(self) -> str:
        """The sums and the end. Returns the SHA-256 of the whole tar."""
        size = self._sums.tell()
        self._sums.seek(0)
        watched = _Watched(self._sums)
        self._tar.addfile(_header(SUMS, size), watched)
        self._out.write(_tail(self._out.size, watched.sha256.hexdigest(), self._out.sha256.hexdigest()))
        return self._out.sha256.hexdigest()


def _tail(offset: int, sums: str, before: str) -> bytes:
    """The last member and the end of a tar, to the byte: what stands at `offset` in a file that is whole."""
    text = f"{sums}  {SUMS}\n{before}  all bytes before {END}\n".encode()
    head = _header(END, len(text)).tobuf(tarfile.USTAR_FORMAT)
    tail = head + text.ljust(tarfile.BLOCKSIZE, b"\0") + b"\0" * 2 * tarfile.BLOCKSIZE
    return tail + b"\0" * (-(offset + len(tail)) % tarfile.RECORDSIZE)


@contextmanager
def _cut_is_told() -> Iterator[None]:
    """Where the file ends before a member does, or a header is no header."""
    try:
        yield
    except (tarfile.TarError, EOFError):
        raise BackupError(CUT) from None


def members(file: Readable) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """Each member with its content, to be read before the next is asked for. Raises `BackupError`."""
    file.seek(0)
    with _cut_is_told(), tarfile.open(fileobj=file, mode="r|", bufsize=_BLOCK) as tar:  # type: ignore[call-overload]
        while info := tar.next():
            _forget(tar)
            if (content := tar.extractfile(info)) is None:
                raise BackupError(f"The file is damaged: {info.name[:80]!r} is not a file.")
            yield info, content


@_cut_is_told()
def read_json(file: Readable, name: str) -> Any:
    """What a member of this name says. Raises `BackupError`."""
    for info, content in members(file):
        if info.name == name:
            return _json(info, content)
    raise BackupError(f"The file is cut or damaged: {name} is missing.")


def _json(info: tarfile.TarInfo, content: IO[bytes]) -> Any:
    try:
        return json.loads(content.read(_LONGEST))
    except ValueError:
        raise BackupError(f"The file is damaged: {info.name} cannot be read.") from None


def manifest_of(file: Readable) -> dict[str, Any]:
    """What it says of itself. Raises `BackupError` for what is of a format that this program does not read."""
    return _understood(read_json(file, MANIFEST))


def _understood(manifest: Any) -> dict[str, Any]:
    if isinstance(manifest, dict) and manifest.get("format") == FORMAT:
        return manifest
    found = manifest.get("format") if isinstance(manifest, dict) else None
    raise BackupError(f"The backup has format {found}; this program reads format {FORMAT}.")


def read_through(file: Readable, tick: Tick) -> tuple[dict[str, Any], dict[str, Any]]:
    """What MANIFEST and CLOSING say, once it was read to its last byte. `tick` is called with numbers of bytes."""
    found = dict[str, Any]()
    for info, content in members(file):
        if info.name in (MANIFEST, CLOSING):
            found[info.name] = _json(info, content)
        while block := content.read(_BLOCK):
            tick(len(block))
    while file.read(_BLOCK):
        pass
    for name in (MANIFEST, CLOSING):
        if name not in found:
            raise BackupError(f"The file is cut or damaged: {name} is missing.")
    return _understood(found[MANIFEST]), found[CLOSING]


@_cut_is_told()
def check(file: Readable, tick: Tick) -> None:
    """Every byte of it, by the sums that are in it. `tick` is called with numbers of bytes. Raises `BackupError` and
    says what is wrong."""
    offset, sums, said = _end(file)
    before = sha256_of(file, offset, tick).hex()
    if file.read() != _tail(offset, sums, before) or said != before or sums != _sha256_of_sums(file):
        raise BackupError(_damage(file, sums))


def sha256_of(file: Readable, size: int, tick: Tick) -> bytes:
    """Of so many bytes from the beginning; the file stands after them then. `tick` is called with numbers of bytes."""
    sha256, left = hashlib.sha256(), size
    file.seek(0)
    while left and (data := file.read(min(_BLOCK, left))):
        sha256.update(data)
        left -= len(data)
        tick(len(data))
    return sha256.digest()


def _end(file: Readable) -> tuple[int, str, str]:
    """Where the last member begins, and the two digests in it. Raises `BackupError`: the file is cut."""
    for info, content in members(file):
        if info.name == END:
            said = re.findall(r"^[0-9a-f]{64}", content.read(1024).decode("latin-1"), re.MULTILINE)
            if len(said) == 2:
                return info.offset, said[0], said[1]
    raise BackupError(CUT)


def _sha256_of_sums(file: Readable) -> str:
    found = (content for info, content in members(file) if info.name == SUMS)
    return hashlib.file_digest(next(found, io.BytesIO()), "sha256").hexdigest()  # type: ignore[arg-type]


def _damage(file: Readable, sums: str) -> str:
    """Which member is missing or is not as it was written: a sentence."""
    listed = tempfile.TemporaryFile()
    with listed:
        for info, content in members(file):
            if info.name == SUMS:
                for block in iter(lambda content=content: content.read(_BLOCK), b""):  # type: ignore[misc]
                    listed.write(block)
        listed.seek(0)
        if hashlib.file_digest(listed, "sha256").hexdigest() != sums:
            return f"The file is damaged: {SUMS} is not as it was written, or is missing."
        listed.seek(0)
        there = members(file)
        for line in listed:
            digest, _two, name = line.decode().rstrip("\n").partition("  ")
            found = next(there, None)
            if found is None or found[0].name != name:
                return f"The backup is not complete: {name} is missing."
            if hashlib.file_digest(found[1], "sha256").hexdigest() != digest:  # type: ignore[arg-type]
                return f"The file is damaged: {name} is not as it was written."
    return "The file is cut or damaged, between its members or at its end."
