"""The files in a folder of this machine: each in one of 256 folders, by the first two signs of its name."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from grievance.storage.store import Held, Opened

AT_ONCE = 1024 * 1024


def sync_folder(folder: Path) -> None:
    """A new name is on disk only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _must_be_new(target: Path) -> None:
    if target.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))


class Folder:
    """The `Store` of a path."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def path_of(self, name: str) -> Path:
        return self.path / name[:2] / name

    def put(self, name: str, content: BinaryIO) -> None:
        target = self.path_of(name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # of two at once, one
        try:
            with open(handle, "wb") as file:
                _must_be_new(target)
                shutil.copyfileobj(content, file, AT_ONCE)
                file.flush()
                os.fsync(file.fileno())
            part.rename(target)
        except BaseException:
            with suppress(OSError):  # what a disk does not let go of now is forgotten after a day
                part.unlink()
            raise
        sync_folder(target.parent)

    def get(self, name: str) -> Opened:
        return self.path_of(name).open("rb")

    def exists(self, name: str) -> bool:
        return self.path_of(name).is_file()

    def size(self, name: str) -> int:
        return self.path_of(name).stat().st_size

    def delete(self, name: str) -> None:
        self.path_of(name).unlink(missing_ok=True)

    def listed(self) -> Iterator[Held]:
        for path in self._paths():
            with suppress(FileNotFoundError):
                found = path.stat()
                if not path.suffix:
                    yield Held(path.name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def _paths(self) -> Iterator[Path]:
        for inner in self.path.iterdir() if self.path.is_dir() else ():
            yield from inner.iterdir()

    def touch(self, name: str, at: datetime) -> None:
        os.utime(self.path_of(name), (at.timestamp(), at.timestamp()))

    def remove_halves(self, before: datetime) -> int:
        removed = 0
        for path in self._paths():
            with suppress(FileNotFoundError):
                if path.suffix and path.stat().st_mtime <= before.timestamp():
                    path.unlink()
                    removed += 1
        return removed

    def is_empty(self) -> bool:
        return not (self.path.is_dir() and any(self.path.iterdir()))

    def takes(self, room: int) -> bool:
        """A folder that vanished is not made anew here: a disk that was not mounted looks just like that."""
        return os.access(self.path, os.W_OK | os.X_OK) and shutil.disk_usage(self.path).free > room

    def make(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
