"""Passwords: one Argon2id derivation, what the staff's server adds to it, and what a passkey opens, give both the
stored verifier and the key that wraps the person's seed."""

import hmac
import os
import unicodedata
from dataclasses import asdict, dataclass, field
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from grievance.crypto.sealing import derive, place
from grievance.crypto.turns import Turns

TURNS = Turns(2)  # 64 MiB each: a burst of sign-ins must not take the machine's memory


@dataclass(frozen=True)
class PasswordRecord:
    """What is stored: `salt` and `verifier` as hexadecimal text, the cost (RFC 9106: 64 MiB, 3 passes), which key of
    STAFF_PEPPER was added, and `inner`: the key that a passkey opens and that was added too, under the person's own key
    (hexadecimal text). The last two are empty where nothing was added."""

    salt: str
    verifier: str
    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1
    pepper_id: str = ""
    inner: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Pepper:
    """What a key of STAFF_PEPPER adds for one account: without it a copy of the database lets nobody try passwords, and
    a password that is known opens nothing. None of it where `key_id` is empty."""

    key_id: str = ""
    added: bytes = field(default=b"", repr=False)


NO_PEPPER = Pepper()


def pepper_of(key_id: str, key: bytes, account_id: int) -> Pepper:
    """HMAC-SHA256 of the account under the server's key."""
    return Pepper(key_id, hmac.digest(key, place("staff-pepper", account_id), "sha256"))


def _stretch(password: str, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    text = unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
    with TURNS:
        return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory_kib).derive(text)


def enrol(password: str, pepper: Pepper = NO_PEPPER, inner: bytes = b"") -> tuple[PasswordRecord, bytes]:
    """A record to store for a new password, and the 32-byte wrapping key, which is stored nowhere. `inner`: what the
    account's passkeys open, where it has any; the caller notes in the record where that is kept."""
    salt = os.urandom(16)
    cost = PasswordRecord("", "")
    secret = _stretch(password, salt, cost.memory_kib, cost.passes, cost.lanes) + pepper.added + inner
    verifier = derive(secret, "verifier").hex()
    return PasswordRecord(salt.hex(), verifier, pepper_id=pepper.key_id), derive(secret, "wrapping")


def unlock(password: str, record: PasswordRecord, pepper: Pepper = NO_PEPPER, inner: bytes = b"") -> bytes | None:
    """The wrapping key where the password is right, the pepper is the one that its record names, and `inner` is what
    the account's passkeys open, else None. The comparison takes the same time either way."""
    stretched = _stretch(password, bytes.fromhex(record.salt), record.memory_kib, record.passes, record.lanes)
    secret = stretched + pepper.added + inner
    if not hmac.compare_digest(derive(secret, "verifier").hex(), record.verifier):
        return None
    return derive(secret, "wrapping")
