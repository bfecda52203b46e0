"""All files from one store to another, and as often as somebody likes: what is there already is compared and left."""

import hashlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from grievance.storage.store import Held, Store

Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]


@dataclass
class Moved:
    """How many were copied, and how many were there. `different`: names that have other content in the new store;
    `gone`: those that were deleted while they were to be copied."""

    copied: int = 0
    there: int = 0
    different: list[str] = field(default_factory=list)
    gone: int = 0


def move(here: Store, there: Store, now: datetime, progress: Progress) -> Moved:
    """Copy each file and read the copy again; the old store keeps all of them. Raises `StoreAway` or another OSError;
    the next call goes on where this one broke off."""
    moved = Moved()
    there.remove_halves(now)  # of a call that was broken off: the new store is in nobody else's use yet
    with progress("Files", sum(1 for _ in here.listed())) as tick:
        for held in here.listed():
            if _one(here, there, held, moved) and held.at > now:  # a form that is not sent yet needs it until then
                there.touch(held.name, held.at)
            tick(1)
    return moved


def _one(here: Store, there: Store, held: Held, moved: Moved) -> bool:
    """Whether it is there now as it is here."""
    try:
        wanted, file = digest(here, held.name), here.get(held.name)
    except FileNotFoundError:  # erased, or a form's that was thrown away
        moved.gone += 1
        return False
    with file:
        if there.exists(held.name):
            moved.there += 1
        else:
            there.put(held.name, file)
            moved.copied += 1
    if not (alike := _is_alike(there, held, wanted)):
        moved.different.append(held.name)
    return alike


def _is_alike(there: Store, held: Held, wanted: str) -> bool:
    try:
        return there.size(held.name) == held.size and digest(there, held.name) == wanted
    except FileNotFoundError:  # it took the file and does not have it
        return False


def digest(store: Store, name: str) -> str:
    """SHA-256 of the ciphertext, read to its end. Raises FileNotFoundError."""
    with store.get(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
