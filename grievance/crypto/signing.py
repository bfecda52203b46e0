"""Signatures: who holds a seed says so. Ed25519 on writings and events; Ed25519 and ML-DSA-65 on what anchors the rest.

HPKE's base mode names no sender: without a signature, whoever can write to the database chooses who reads.
"""

import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey, MLDSA65PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from grievance.crypto.sealing import derive, place

LIGHT, STRONG = b"\x01", b"\x02"
_ED, _ED_SIGNATURE = 32, 64
FINGERPRINT = 24
"""Digits that people read out: 79 bits of SHA-256."""


def _ed25519(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_part(seed, "ed25519"))


def _ml_dsa(seed: bytes) -> MLDSA65PrivateKey:
    return MLDSA65PrivateKey.from_seed_bytes(_part(seed, "ml-dsa-65"))


@lru_cache(maxsize=8)
def kept(seed: bytes) -> Ed25519PrivateKey:
    """The light key of a process, which has its seed in memory anyway: the clock signs five hundred events at once."""
    return _ed25519(seed)


def _part(seed: bytes, kind: str) -> bytes:
    return derive(seed, "signing", kind)


def light_public_of(seed: bytes) -> bytes:
    """The Ed25519 half of what `public_of` gives: 32 bytes."""
    return _ed25519(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_of(seed: bytes) -> bytes:
    """The verifying key of whoever holds this seed: Ed25519 (32 bytes) and ML-DSA-65 (1,952)."""
    return light_public_of(seed) + _ml_dsa(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def sign(seed: bytes, message: bytes, what: str) -> bytes:
    """Version (1) + Ed25519 (64), over `message` as `what`: a signature for one thing is none for another."""
    return LIGHT + _ed25519(seed).sign(_said(message, what))


def sign_and_show(seed: bytes, message: bytes, what: str) -> tuple[bytes, bytes]:
    """`light_public_of` and `sign`: to make the key takes longer than either."""
    key = _ed25519(seed)
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), LIGHT + key.sign(_said(message, what))


def sign_kept(seed: bytes, message: bytes, what: str) -> bytes:
    """The same as `sign`, by a process."""
    return LIGHT + kept(seed).sign(_said(message, what))


def sign_strongly(seed: bytes, message: bytes, what: str) -> bytes:
    """Version (1) + Ed25519 (64) + ML-DSA-65 (3,309): stands as long as one of the two does."""
    said = _said(message, what)
    return STRONG + _ed25519(seed).sign(said) + _ml_dsa(seed).sign(said)


def _said(message: bytes, what: str) -> bytes:
    return place("signed", what) + message


def is_signed(public: bytes, signature: bytes, message: bytes, what: str, *, strongly: bool = False) -> bool:
    """Whether whoever holds the seed of this verifying key signed it. `strongly`: a light signature is not enough, and
    of a strong one both halves must fit. Whatever the bytes are, the answer is yes or no."""
    said, ed, rest = _said(message, what), signature[1 : 1 + _ED_SIGNATURE], signature[1 + _ED_SIGNATURE :]
    if signature[:1] not in (LIGHT, STRONG) or (strongly and signature[:1] != STRONG):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public[:_ED]).verify(ed, said)
        if signature[:1] == STRONG:
            MLDSA65PublicKey.from_public_bytes(public[_ED:]).verify(rest, said)
    except (InvalidSignature, ValueError):
        return False
    return signature[:1] == STRONG or not rest


@lru_cache(maxsize=4096)
def digest(public: bytes) -> str:
    """How the record and the pins name a key: its SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(public).hexdigest()


def spoken(public_key: bytes, sign_key: bytes) -> str:
    """The fingerprint of both keys of a person or party as it is read out: 24 digits, ungrouped."""
    number = int.from_bytes(hashlib.sha256(place("fingerprint") + public_key + sign_key).digest())
    return str(number % 10**FINGERPRINT).zfill(FINGERPRINT)


def grouped(digits: str) -> str:
    """In groups of four, as it is shown."""
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
