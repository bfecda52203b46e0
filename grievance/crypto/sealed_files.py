"""Files of any length, sealed while they are written and opened while they are read, in bounded memory.

A reader gives out what is verified up to there and no more: whoever acts on what it says reads it to its end first.
"""

from typing import BinaryIO, Protocol

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from grievance.crypto.sealing import CannotOpen

_CHUNK = 1024 * 1024


class Writable(Protocol):
    """What bytes can be written to."""

    def write(self, data: bytes, /) -> object: ...


def new_key() -> bytes:
    """32 random bytes, for one file."""
    return Cobblestone256Encryptor.generate_key()


class SealingWriter:
    """Seals what is written to it, for one place; `finish` writes what makes a cut file known."""

    def __init__(self, file: Writable, key: bytes, place: bytes) -> None:
        self._file, self._encryptor = file, Cobblestone256Encryptor(key, place)

    def write(self, data: bytes) -> int:
        self._file.write(self._encryptor.update(data))
        return len(data)

    def finish(self) -> None:
        self._file.write(self._encryptor.finalize())


class OpeningReader:
    """The plain bytes of `size` sealed ones that begin at `begin` of a file. `seek(0)` begins anew; nothing else can be
    sought. Raises `CannotOpen` at the first byte that was changed, and at the end where it was cut."""

    def __init__(self, file: BinaryIO, key: bytes, place: bytes, begin: int, size: int) -> None:
        self._file, self._key, self._place = file, key, place
        self._begin, self._size = begin, size
        self.seek(0)

    def seek(self, offset: int) -> int:
        if offset:
            raise ValueError("a sealed file is read from its beginning")
        self._file.seek(self._begin)
        self._left, self._plain, self._ended = self._size, bytearray(), False
        self._decryptor = Cobblestone256Decryptor(self._key, self._place)
        return 0

    def read(self, size: int = -1) -> bytes:
        while not self._ended and (size < 0 or len(self._plain) < size):
            self._plain += self._next()
        size = len(self._plain) if size < 0 else size
        given = bytes(self._plain[:size])
        del self._plain[:size]
        return given

    def _next(self) -> bytes:
        """Some more of it, verified."""
        chunk = self._file.read(min(_CHUNK, self._left))
        self._left -= len(chunk)
        try:
            if chunk:
                return self._decryptor.update(chunk)
            self._ended = True
            return self._decryptor.finalize() or b""
        except InvalidTag:
            raise CannotOpen from None
