"""Sealing to a public key: HPKE (RFC 9180) with ML-KEM-768 + X25519, so that what is harvested today stays shut."""

import hashlib
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from grievance.crypto.sealing import CannotOpen, derive

FORMAT = b"\x01"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_MLKEM_SEED = 64
_MLKEM_PUBLIC = 1184
PUBLIC_SIZE = _MLKEM_PUBLIC + 32


@dataclass(frozen=True)
class KeyPair:
    """`public`: 1,216 bytes. `seed`: 96 bytes, the ML-KEM seed (64) and the X25519 key (32)."""

    public: bytes
    seed: bytes = field(repr=False)


def _private(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    return (
        MLKEM768PrivateKey.from_seed_bytes(seed[:_MLKEM_SEED]),
        X25519PrivateKey.from_private_bytes(seed[_MLKEM_SEED:]),
    )


def new_key_pair() -> KeyPair:
    """A fresh random key pair."""
    seed = os.urandom(_MLKEM_SEED + 32)
    return KeyPair(public_of(seed), seed)


def derived_key_pair(secret: bytes, what: str) -> KeyPair:
    """The key pair that follows from a random secret, the same each time; another for each `what`."""
    seed = b"".join(derive(secret, what, part) for part in ("ml-kem d", "ml-kem z", "x25519"))
    return KeyPair(public_of(seed), seed)


def public_of(seed: bytes) -> bytes:
    """The public half. The hybrid object has no serialiser, so its two parts are stored one after the other."""
    mlkem, x25519 = _private(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """16 hexadecimal characters that name a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def seal_to(public: bytes, secret: bytes, place: bytes) -> bytes:
    """Seal a secret to a public key for one place. Returns version (1) + HPKE encapsulation and ciphertext."""
    key = MLKEM768X25519PublicKey(
        MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC]),
        X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:]),
    )
    return FORMAT + _SUITE.encrypt(secret, key, info=FORMAT + place)


class Opener:
    """Opens many that were sealed to one key pair: making its private key takes longer than opening. It is kept no
    longer than the request that it is for."""

    def __init__(self, seed: bytes) -> None:
        self._key = MLKEM768X25519PrivateKey(*_private(seed))

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """As `open_with`."""
        if sealed[:1] != FORMAT:
            raise CannotOpen
        try:
            return _SUITE.decrypt(sealed[1:], self._key, info=FORMAT + place)
        except (InvalidTag, ValueError):
            raise CannotOpen from None


def open_with(seed: bytes, sealed: bytes, place: bytes) -> bytes:
    """Open what `seal_to` made for this key pair and place. Raises `CannotOpen` for anything else."""
    return Opener(seed).open(sealed, place)


def split(secret: bytes) -> tuple[bytes, bytes]:
    """Two halves, each random by itself; only both together give the secret (XOR)."""
    one = os.urandom(len(secret))
    return one, join(one, secret)


def join(one: bytes, other: bytes) -> bytes:
    """The secret whose halves these are."""
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
