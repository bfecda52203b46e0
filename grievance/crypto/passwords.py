"""Passwords: one Argon2id derivation gives both the stored verifier and the key that wraps the person's seed."""

import hmac
import os
import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from grievance.crypto.sealing import derive
from grievance.crypto.turns import Turns

TURNS = Turns(2)  # 64 MiB each: a burst of sign-ins must not take the machine's memory


@dataclass(frozen=True)
class PasswordRecord:
    """What is stored: `salt` and `verifier` as hexadecimal text, and the cost (RFC 9106: 64 MiB, 3 passes)."""

    salt: str
    verifier: str
    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def _stretch(password: str, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    text = unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
    with TURNS:
        return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory_kib).derive(text)


def enrol(password: str) -> tuple[PasswordRecord, bytes]:
    """A record to store for a new password, and the 32-byte wrapping key, which is stored nowhere."""
    salt = os.urandom(16)
    cost = PasswordRecord("", "")
    stretched = _stretch(password, salt, cost.memory_kib, cost.passes, cost.lanes)
    verifier = derive(stretched, "verifier").hex()
    return PasswordRecord(salt.hex(), verifier), derive(stretched, "wrapping")


def unlock(password: str, record: PasswordRecord) -> bytes | None:
    """The wrapping key where the password is right, else None. The comparison takes the same time either way."""
    stretched = _stretch(password, bytes.fromhex(record.salt), record.memory_kib, record.passes, record.lanes)
    if not hmac.compare_digest(derive(stretched, "verifier").hex(), record.verifier):
        return None
    return derive(stretched, "wrapping")
