"""A text for a party's key to which its row commits: a rotation seals it again without an event, and another text for
the same key, which anybody can seal, is told from it."""

import hashlib
import os

from grievance.crypto.envelopes import open_with, seal_to
from grievance.crypto.sealing import CannotOpen, size_of

SALT = 16
"""Bytes before the text: nobody who reads the commitment tries texts against it."""
PAD = b"\0"
"""Behind the text, so that its size tells little; no text that somebody wrote ends with it."""


def seal_committed(public: bytes, text: bytes, where: bytes) -> tuple[bytes, str]:
    """(what only the holder of the key opens at this place, what the row says it must be as 64 hex digits)."""
    salted = os.urandom(SALT) + text.ljust(size_of(len(text)), PAD)
    return seal_to(public, salted, where), hashlib.sha256(salted).hexdigest()


def open_committed(seed: bytes, sealed: bytes, where: bytes, commit: str | None) -> bytes:
    """The text. `commit` None: it was sealed before rows committed to such texts. Raises `CannotOpen` also where it is
    another text than the row says."""
    opened = open_with(seed, sealed, where)
    if commit is None:
        return opened
    if hashlib.sha256(opened).hexdigest() != commit:
        raise CannotOpen
    return opened[SALT:].rstrip(PAD)
