"""What a store of files is asked, and what it says when it is away."""

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BufferedRandom, BufferedReader
from typing import BinaryIO, Protocol

Opened = BufferedReader | BufferedRandom


class StoreAway(OSError):
    """The store does not answer, or not as it must; or it is empty although the database knows files of it."""

    def __init__(self, what: str = "does not answer") -> None:
        super().__init__(errno.EHOSTDOWN, what, "the store of the files")


@dataclass(frozen=True)
class Held:
    """A whole file: its name, how many bytes of ciphertext, and as of when it counts as put there or asked for."""

    name: str
    size: int
    at: datetime


class Store(Protocol):
    """Ciphertext under random names of 32 hex digits. Each may raise `StoreAway` or another OSError."""

    def put(self, name: str, content: BinaryIO) -> None:
        """Read from where it stands to its end. Whole and safe when this returns, or not there at all. Raises
        FileExistsError where the name is taken: of two that put one name at once, one wins."""

    def get(self, name: str) -> Opened:
        """A file on this machine, at its first byte and to be sought in; closing it is the caller's. Raises
        FileNotFoundError."""

    def exists(self, name: str) -> bool: ...

    def size(self, name: str) -> int:
        """Bytes of ciphertext. Raises FileNotFoundError."""

    def delete(self, name: str) -> None:
        """Nothing where it is not there."""

    def listed(self) -> Iterator[Held]:
        """All whole files, those whose names begin alike one after the other; they may be deleted meanwhile."""

    def touch(self, name: str, at: datetime) -> None:
        """From now on it counts as put there at this time, or a little later; it may be in the future."""

    def remove_halves(self, before: datetime) -> int:
        """Take away what was begun before this time and never became a file. Returns how many."""

    def is_empty(self) -> bool:
        """Whether there is no file; also where the place itself is missing."""

    def takes(self, room: int) -> bool:
        """Whether a file of so many bytes could be put there now, as far as can be seen without putting one."""

    def make(self) -> None:
        """The place itself, where it is this program's to make."""
