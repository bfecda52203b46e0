"""Where a company's webhook is, and its secret: sealed to the worker's key, which the signs have too (`sign_key`). Who
serves the pages, reads the database or holds a backup can send nothing in the office's name."""

from contextlib import suppress

from flask import current_app

from grievance.accounts.keys import sign_key
from grievance.crypto.envelopes import open_with, seal_to
from grievance.crypto.sealing import CannotOpen as CannotOpen
from grievance.crypto.sealing import place

PADDED = 1024
"""Bytes: how long an address is tells nothing."""


def are_possible() -> bool:
    """Whether the office has a key for it."""
    return bool(current_app.config["SIGN_PUBLIC"])


def seal(webhook_id: str, what: str, text: str) -> bytes:
    """`what`: `address` or `secret`."""
    padded = text.encode().ljust(PADDED)
    return seal_to(current_app.config["SIGN_PUBLIC"], padded, place("webhook", webhook_id, what))


def opened(webhook_id: str, what: str, sealed: bytes) -> str:
    """Raises `CannotOpen` where no key of this process fits."""
    for pair in sign_key.key_pairs().values():
        with suppress(CannotOpen):
            return open_with(pair.seed, sealed, place("webhook", webhook_id, what)).decode().rstrip()
    raise CannotOpen
