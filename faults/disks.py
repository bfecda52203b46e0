"""Small disks of our own, to be filled and frozen."""

import subprocess
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


def mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)
