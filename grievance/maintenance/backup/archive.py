"""The file itself: a tar of this order, in which every byte is vouched for.

    manifest.json       format, migration, when, tables with their columns and numbers of rows, server keys needed
    tables/NAME/000001  rows as lines of JSON, compressed; a table whose rows others refer to comes before them
    files/ID            ciphertext, as it lies in its folder
    closing.json        cases that were erased while the backup was being written
    SHA256SUMS          each member's SHA-256, as `sha256sum -c` reads it
    END                 the SHA-256 of SHA256SUMS, and of all bytes before this member

The last bytes are known once all before them are. So whatever byte is changed, added or cut, it is found.
"""

import hashlib
import io
import json
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from grievance.maintenance.backup import BackupError, Tick

FORMAT = 1
MANIFEST, CLOSING, SUMS, END = "manifest.json", "closing.json", "SHA256SUMS", "END"
_LONGEST = 64 * 1024 * 1024
"""Bytes of a member that is read whole; parts of rows are a few MiB."""
_BLOCK = 1024 * 1024
CUT = "The file is cut or damaged: what it should end with is not there."


def _header(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _forget(tar: tarfile.TarFile) -> None:
    """It would remember the header of each of a million members."""
    tar.members.clear()  # type: ignore[attr-defined]


class _Hashed:
    """A file that is written to from beginning to end, and knows the SHA-256 of that."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.sha256, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        self.size += len(data)
        return self.file.write(data)

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

    def __init__(self, file: BinaryIO) -> None:
        self._out = _Hashed(file)
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
        """The sums and the end. Returns the SHA-256 of the whole file."""
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


def members(file: BinaryIO) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """Each member with its content, to be read before the next is asked for. Raises `BackupError`."""
    file.seek(0)
    with _cut_is_told(), tarfile.open(fileobj=file, mode="r:") as tar:
        while info := tar.next():
            _forget(tar)
            if (content := tar.extractfile(info)) is None:
                raise BackupError(f"The file is damaged: {info.name[:80]!r} is not a file.")
            yield info, content


@_cut_is_told()
def read_json(file: BinaryIO, name: str) -> Any:
    """What a member of this name says. Raises `BackupError`."""
    for info, content in members(file):
        if info.name == name:
            try:
                return json.loads(content.read(_LONGEST))
            except ValueError:
                raise BackupError(f"The file is damaged: {name} cannot be read.") from None
    raise BackupError(f"The file is cut or damaged: {name} is missing.")


def manifest_of(path: Path) -> dict[str, Any]:
    """What the file says of itself, before it is checked. Raises `BackupError` for what is no backup, or is one of a
    format that this program does not read."""
    with path.open("rb") as file:
        if MANIFEST.encode() != file.read(len(MANIFEST)):
            raise BackupError("This is not a backup of this program.")
        manifest = read_json(file, MANIFEST)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise BackupError(f"The backup has format {found}; this program reads format {FORMAT}.")
    return manifest


@_cut_is_told()
def check(path: Path, tick: Tick) -> None:
    """Every byte of it. `tick` is called with numbers of bytes. Raises `BackupError` and says what is wrong."""
    with path.open("rb") as file:
        offset, sums, said = _end(file)
        sha256, left = hashlib.sha256(), offset
        file.seek(0)
        while left and (data := file.read(min(_BLOCK, left))):
            sha256.update(data)
            left -= len(data)
            tick(len(data))
        if file.read() != _tail(offset, sums, sha256.hexdigest()) or said != sha256.hexdigest():
            raise BackupError(_damage(file, sums))


def _end(file: BinaryIO) -> tuple[int, str, str]:
    """Where the last member begins, and the two digests in it. Raises `BackupError`: the file is cut."""
    for info, content in members(file):
        if info.name == END:
            said = re.findall(r"^[0-9a-f]{64}", content.read(1024).decode("latin-1"), re.MULTILINE)
            if len(said) == 2:
                return info.offset, said[0], said[1]
    raise BackupError(CUT)


def _damage(file: BinaryIO, sums: str) -> str:
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
