"""Symmetric sealing: AES-256-GCM bound to the place that a ciphertext belongs to, padded, with a format version."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = b"\x01"
_NONCE = 12
_SIZES = (256, 1024, 4096, 16384)


class CannotOpen(Exception):
    """The key is not the one, the place is another, or the bytes were changed: which of them is not told."""


def place(*parts: str | int) -> bytes:
    """Name a place without ambiguity: each part with its length before it. `place("a", "bc") != place("ab", "c")`."""
    encoded = [str(part).encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def derive(key: bytes, *info: str) -> bytes:
    """32 bytes from a uniformly random key, by HKDF-SHA256; each `info` gives an independent one."""
    return HKDF(SHA256(), length=32, salt=None, info=place(*info)).derive(key)


def _padded(text: bytes) -> bytes:
    """Length, text, zeros: up to 256 B, 1, 4, 16 KiB, then multiples of 16 KiB, so that sizes tell little."""
    body = len(text).to_bytes(4, "big") + text
    return body.ljust(size_of(len(body)), b"\0")


def size_of(length: int) -> int:
    """How many bytes a text of so many takes."""
    return next((s for s in _SIZES if length <= s), -(-length // _SIZES[-1]) * _SIZES[-1])


def seal(key: bytes, text: bytes, place: bytes) -> bytes:
    """Seal `text` under a 32-byte key for one place. Returns version (1) + nonce (12) + ciphertext and tag."""
    nonce = os.urandom(_NONCE)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, _padded(text), FORMAT + place)


def open_sealed(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """Open what `seal` made for the same key and place. Raises `CannotOpen` for anything else."""
    if sealed[:1] != FORMAT or len(sealed) < 1 + _NONCE + 16:
        raise CannotOpen
    try:
        body = AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], FORMAT + place)
    except InvalidTag:
        raise CannotOpen from None
    length = int.from_bytes(body[:4], "big")
    return body[4 : 4 + length]
