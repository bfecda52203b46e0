"""Secrets of forms and sessions: the bytes that they stand for, and the hash under which a row is found."""

import base64
import hashlib


def sha256(secret: str) -> str:
    """What the database knows a secret by, as 64 hex digits: who reads a stolen copy can open nothing with it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bytes_of(secret: str) -> bytes:
    """The random bytes of a secret that travels as base64 for URLs, without its padding."""
    return base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
