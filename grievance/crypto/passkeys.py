"""From what a passkey makes (WebAuthn's PRF, 32 bytes) to the pair of keys that opens its account's inner key."""

import hashlib

from grievance.crypto import envelopes, signing
from grievance.crypto.sealing import derive, open_sealed, place, seal

PRF = INNER = 32
"""Bytes."""


def pair_of(prf: bytes) -> envelopes.KeyPair:
    """The HPKE pair that follows from it, the same each time. Raises `ValueError` for anything but 32 bytes."""
    if len(prf) != PRF:
        raise ValueError("what a passkey makes is 32 bytes long")
    return envelopes.derived_key_pair(prf, "passkey")


def seal_inner(half: bytes, inner: bytes, account_id: int, credential_id: bytes) -> bytes:
    """An account's inner key, for one passkey."""
    return envelopes.seal_to(half, inner, _place(account_id, credential_id))


def open_inner(prf: bytes, sealed: bytes, account_id: int, credential_id: bytes) -> bytes:
    """Raises `CannotOpen` where it was sealed to another passkey, account or credential."""
    return envelopes.open_with(pair_of(prf).seed, sealed, _place(account_id, credential_id))


def _place(account_id: int, credential_id: bytes) -> bytes:
    return place("passkey", account_id, credential_id.hex())


def keep_inner(seed: bytes, inner: bytes, account_id: int) -> bytes:
    """The inner key under the account's own: whoever has opened that one types their password once more without a
    device."""
    return seal(derive(seed, "inner"), inner, place("inner", account_id))


def kept_inner(seed: bytes, kept: bytes, account_id: int) -> bytes:
    """Raises `CannotOpen` for anybody else's seed."""
    return open_sealed(derive(seed, "inner"), kept, place("inner", account_id))


def spoken(half: bytes, credential_id: bytes, public_key: bytes) -> str:
    """The digits of a passkey as its person reads them out: 24, ungrouped."""
    return signing.spoken(half + hashlib.sha256(credential_id).digest(), public_key)
