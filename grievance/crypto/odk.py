"""What ODK's apps seal forms with: the one exception to our own primitives (docs/decisions/0100).

RSA-OAEP (SHA-256, MGF1 SHA-256) carries an AES-256 key; files are AES-CFB with PKCS#7 padding. The initialization
vector follows from the form's number and from **how many files were sealed before**: the wrong order opens without an
error, as noise. So nothing of it counts before the list of MD5 sums fits that the phone sealed last.
"""

import hashlib
from collections.abc import Iterable, Iterator

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)

from grievance.crypto.sealing import CannotOpen

BITS = 3072
_BLOCK = 128
"""Bits of a block of AES."""


def new_pair() -> tuple[bytes, bytes]:
    """(public half, private half), both DER."""
    key = generate_private_key(65537, BITS)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return public, key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def oaep() -> OAEP:
    return OAEP(MGF1(SHA256()), SHA256(), None)


def carried(private: bytes, sealed: bytes) -> bytes:
    """What was sealed to the public half. Raises `CannotOpen`."""
    key = load_der_private_key(private, None)
    try:
        if isinstance(key, RSAPrivateKey):
            return key.decrypt(sealed, oaep())
    except ValueError:
        pass
    raise CannotOpen


def vectors(instance_id: str, key: bytes) -> Iterator[bytes]:
    """One for each file, in the order in which the phone sealed them: each raises one more byte of the first."""
    seed, number = bytearray(hashlib.md5(instance_id.encode() + key, usedforsecurity=False).digest()), 0
    while True:
        seed[number % len(seed)] = (seed[number % len(seed)] + 1) % 256
        number += 1
        yield bytes(seed)


def opened(key: bytes, vector: bytes, sealed: bytes) -> bytes:
    """Raises `CannotOpen` only where the padding shows it: with a wrong vector the first block alone is noise."""
    if len(key) != AES256.key_size // 8:
        raise CannotOpen
    decryptor, unpadder = Cipher(AES256(key), CFB(vector)).decryptor(), PKCS7(_BLOCK).unpadder()
    try:
        return unpadder.update(decryptor.update(sealed) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:
        raise CannotOpen from None


def sealed(key: bytes, vector: bytes, plain: bytes) -> bytes:
    """As a phone does it."""
    encryptor, padder = Cipher(AES256(key), CFB(vector)).encryptor(), PKCS7(_BLOCK).padder()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


def list_of(form_id: str, version: str, carrying: str, instance_id: str, files: Iterable[tuple[str, bytes]]) -> bytes:
    """The MD5 of what the phone signs: form, version, sealed key (base64), number, and of each file name and MD5, the
    answers last. No secret is in it but what opens: anybody with the blank form can make one."""
    lines = [form_id, *([version] if version else []), carrying, instance_id]
    lines += [f"{name}::{hashlib.md5(plain, usedforsecurity=False).hexdigest()}" for name, plain in files]
    text = "".join(f"{line}\n" for line in lines)
    return hashlib.md5(text.encode(), usedforsecurity=False).digest()


def public_of(private: bytes) -> bytes:
    """The public half, DER. Raises `CannotOpen` for what is no private half."""
    try:
        key = load_der_private_key(private, None)
    except ValueError:
        raise CannotOpen from None
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
