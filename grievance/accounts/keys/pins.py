"""What this machine remembers of the key log, in a file that the database cannot reach.

Whoever can write to the database can put an older record in its place, or another one beside it. They cannot take this
file back: it names the last entry that was checked here, and the parties' keys.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from grievance.storage.folder import sync_folder

NO_ENTRY = ""
"""The hash before the first entry: of a log in which nothing stands yet."""


class BadPins(Exception):
    """The file is there and is no pin file: somebody or something damaged it."""


@dataclass(frozen=True)
class Pins:
    """`sequence`, `hash`: of the last entry of the office's chain that was checked. `parties`: the SHA-256 of each
    party's public key, by the party's number."""

    sequence: int = 0
    hash: str = NO_ENTRY
    parties: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"


def read(path: Path) -> Pins | None:
    """What the file says; None where there is none yet. Raises `BadPins`."""
    try:
        said = json.loads(path.read_bytes())
        return Pins(int(said["sequence"]), str(said["hash"]), {str(k): str(v) for k, v in said["parties"].items()})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as reason:
        raise BadPins from reason


def move(path: Path, to: Pins, hash_at: Callable[[int], str | None]) -> bool:
    """Write where the log stands now, never backwards: another process of this machine may have read further. False,
    and nothing written, where what is there is no part of the same log. `hash_at`: of an entry of our log, by its
    sequence. Raises `OSError`, `BadPins`."""
    with _alone(path):
        there = read(path)
        if there and there.sequence > to.sequence:
            return True
        if there and hash_at(there.sequence) != there.hash:
            return False
        if there != to:
            _write(path, to.text())
    return True


def begin_anew(path: Path, at: Pins) -> None:
    """Write where the log stands, whatever was there: after a restore to which a person said that it goes back."""
    with _alone(path):
        _write(path, at.text())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One process at a time, by a lock on a file of its own: the pin file itself is replaced."""
    with open(os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600), "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and on the disk before anybody builds on it. For the service alone (0600)."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=path.name + ".")
    try:
        with open(number, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
