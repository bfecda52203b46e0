"""Small disks of our own, to be filled and frozen."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Skipped(Exception):
    """This cannot be tried here; the sentence says why."""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk of a few megabytes, in memory. Raises `Skipped` for who may not mount."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        mount("-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder))
    except (subprocess.CalledProcessError, FileNotFoundError):
        raise Skipped("This account may not mount a small disk.") from None
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


def frozen(folder: Path) -> None:
    """Switch a disk to read-only, once nobody writes on it: who was killed a moment ago may still be dying."""
    for _ in range(50):
        try:
            mount("-o", "remount,ro", str(folder))
        except subprocess.CalledProcessError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"somebody still writes to {folder}")


def mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)
