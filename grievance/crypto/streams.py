"""Files: sealed while they arrive, so that no plain byte touches a disk; verified to the end before one is sent."""

import io
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from grievance.crypto.sealing import CannotOpen

FORMAT = b"\x01"
_CHUNK = 64 * 1024


def new_file_key() -> bytes:
    """A fresh random key for one file."""
    return Cobblestone256Encryptor.generate_key()


class SealingSpool(io.RawIOBase):
    """Where Werkzeug writes an upload: what arrives is sealed at once, only ciphertext reaches the temporary file.

    `plain_size` counts the plain bytes. `finish` ends the sealing; then `spool` holds the whole ciphertext.
    """

    def __init__(self, key: bytes, context: bytes) -> None:
        super().__init__()
        self.plain_size = 0
        self.spool: BinaryIO = tempfile.TemporaryFile()
        self.spool.write(FORMAT)
        self._encryptor: Cobblestone256Encryptor | None = Cobblestone256Encryptor(key, context)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        if self._encryptor is None:
            raise ValueError("the upload has ended")
        plain = bytes(data)  # type: ignore[call-overload]
        self.plain_size += len(plain)
        self.spool.write(self._encryptor.update(plain))
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
            self.spool.write(self._encryptor.finalize())
            self._encryptor = None
        self.spool.seek(0)
        return self.spool

    def close(self) -> None:
        self.spool.close()
        super().close()


def _pass(key: bytes, context: bytes, source: BinaryIO) -> Iterator[bytes]:
    source.seek(0)
    if source.read(1) != FORMAT:
        raise CannotOpen
    decryptor = Cobblestone256Decryptor(key, context)
    try:
        while chunk := source.read(_CHUNK):
            yield decryptor.update(chunk)
        yield decryptor.finalize() or b""
    except InvalidTag:
        raise CannotOpen from None


def open_stream(key: bytes, context: bytes, source: BinaryIO) -> Iterator[bytes]:
    """Plain chunks of a sealed file. The whole is verified first: a cut or changed file raises `CannotOpen`
    before the first byte is given out (the decryptor alone would give out verified chunks of a cut file)."""
    for _ in _pass(key, context, source):
        pass
    return _pass(key, context, source)
