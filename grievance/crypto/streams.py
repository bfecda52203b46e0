"""Files: sealed while they arrive, so that no plain byte touches a disk; verified to the end before one is sent."""

import hashlib
import io
import secrets
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from grievance.crypto.padding import padded
from grievance.crypto.sealing import CannotOpen, place

FORMAT = b"\x02"
"""Behind the file lie zeros and, in eight bytes, how long it is. Version 1 is the file alone."""
_UNPADDED = b"\x01"
_LENGTH = 8
HEAD = 8 * 1024
_CHUNK = 64 * 1024


def file_place(file_id: str, version: bytes = FORMAT) -> bytes:
    """The place that a file's ciphertext is bound to: under another name, or as another version, it does not open."""
    return place("file", file_id) if version == _UNPADDED else place("file", file_id, "padded")


class SealingSpool(io.RawIOBase):
    """Where Werkzeug writes an upload: what arrives is sealed at once, only ciphertext reaches the temporary file.

    Each has a random name and key of its own. Above `most` plain bytes nothing more is stored, but all are counted
    in `plain_size`, so that the refusal can name the file and the rest of the form is still read. `head`: the first
    8 KiB in memory, by which the type is judged. `finish` ends the sealing; then `spool` holds the whole ciphertext
    and `digest` its SHA-256.
    """

    def __init__(self, most: int | None = None) -> None:
        super().__init__()
        self.file_id, self.key = secrets.token_hex(16), Cobblestone256Encryptor.generate_key()
        self.most, self.plain_size, self.head, self._kept = most, 0, b"", 0
        self.copy: SealingSpool | None = None  # the same file without metadata, where one could be made
        self.copy_kind = ""
        self.taken: dict[str, int] = {}  # what is not in that copy any more
        self.why = ""  # why there is none
        self.spool: BinaryIO = tempfile.TemporaryFile()
        weakref.finalize(self, _close, self.spool)  # also where the request breaks off
        self._sha256, self._plain = hashlib.sha256(), hashlib.sha256()
        self._encryptor: Cobblestone256Encryptor | None = Cobblestone256Encryptor(self.key, file_place(self.file_id))
        self._put(FORMAT)

    def _put(self, sealed: bytes) -> None:
        self._sha256.update(sealed)
        self.spool.write(sealed)

    @property
    def digest(self) -> str:
        return self._sha256.hexdigest()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the plain bytes, by which the same file sent twice is known. Only ever stored sealed."""
        return self._plain.hexdigest()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        if self._encryptor is None:
            raise ValueError("the upload has ended")
        plain = bytes(data)  # type: ignore[call-overload]
        self.plain_size += len(plain)
        self._plain.update(plain)
        if len(self.head) < HEAD:
            self.head += plain[: HEAD - len(self.head)]
        if self.most is None or self.plain_size <= self.most:
            self._put(self._encryptor.update(plain))
            self._kept += len(plain)
        return len(plain)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Werkzeug rewinds an upload when it is complete: that ends the sealing."""
        self.finish()
        return 0

    def tell(self) -> int:
        """Plain bytes so far. RawIOBase would ask `seek`, which ends the sealing."""
        return self.plain_size

    def finish(self) -> BinaryIO:
        if self._encryptor is not None:
            self._pad(self._encryptor)
            self._put(self._encryptor.finalize())
            self._encryptor = None
        self.spool.seek(0)
        return self.spool

    def _pad(self, encryptor: Cobblestone256Encryptor) -> None:
        """Neither the folder nor a backup says how long the file is, to more than an eighth."""
        zeros = padded(self._kept + _LENGTH) - self._kept - _LENGTH
        for begin in range(0, zeros, _CHUNK):
            self._put(encryptor.update(bytes(min(_CHUNK, zeros - begin))))
        self._put(encryptor.update(self._kept.to_bytes(_LENGTH, "big")))

    def part(self, start: int, end: int) -> bytes:
        """Some of the plain bytes, where the first 8 KiB do not tell what it is. Ends the upload."""
        wanted, at, end = bytearray(), 0, min(end, self._kept)
        for chunk in _pass(self.key, self.file_id, self.finish()):
            wanted += chunk[max(0, start - at) : max(0, end - at)]
            at += len(chunk)
        return bytes(wanted)

    def close(self) -> None:
        _close(self.spool)
        super().close()


def _close(spool: BinaryIO) -> None:
    """What a full disk did not take of a temporary file, nobody needs any more."""
    with suppress(OSError):
        spool.close()


def _pass(key: bytes, file_id: str, source: BinaryIO) -> Iterator[bytes]:
    """What is sealed there, with what is behind the file."""
    source.seek(0)
    version = source.read(1)
    if version not in (FORMAT, _UNPADDED):
        raise CannotOpen
    decryptor = Cobblestone256Decryptor(key, file_place(file_id, version))
    try:
        while chunk := source.read(_CHUNK):
            yield decryptor.update(chunk)
        yield decryptor.finalize() or b""
    except InvalidTag:
        raise CannotOpen from None


def open_stream(key: bytes, file_id: str, source: BinaryIO) -> Iterator[bytes]:
    """Plain chunks of a sealed file. The whole is verified first: a cut or changed file raises `CannotOpen`
    before the first byte is given out (the decryptor alone would give out verified chunks of a cut file)."""
    return _first(_size(key, file_id, source), _pass(key, file_id, source))


def _size(key: bytes, file_id: str, source: BinaryIO) -> int:
    """How long the file is, once all of it was verified."""
    sealed, end = 0, b""
    for chunk in _pass(key, file_id, source):
        sealed, end = sealed + len(chunk), (end + chunk)[-_LENGTH:]
    source.seek(0)
    if source.read(1) == _UNPADDED:
        return sealed
    size = int.from_bytes(end, "big")
    if size + _LENGTH > sealed:
        raise CannotOpen
    return size


def _first(size: int, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """So many bytes of them; the rest is read and not given out."""
    for chunk in chunks:
        if given := chunk[:size]:
            yield given
        size -= len(given)
