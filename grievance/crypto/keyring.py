"""Server keys with identifiers: the newest first, older ones still open what was made with them."""

import base64
import binascii
import re
import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Keyring:
    """Keys by identifier, newest first; each 32 bytes or more."""

    keys: tuple[tuple[str, bytes], ...] = field(repr=False)

    @property
    def current(self) -> tuple[str, bytes]:
        return self.keys[0]

    def get(self, key_id: str) -> bytes | None:
        return dict(self.keys).get(key_id)


def new_entry() -> str:
    """`id:base64` of a fresh random key, as the environment wants it."""
    return f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def parse(text: str) -> Keyring:
    """Read `id:base64,id:base64`. Raises ValueError with a sentence that does not repeat the secret."""
    keys: list[tuple[str, bytes]] = []
    for entry in text.replace("\n", ",").split(","):
        if not entry.strip():
            continue
        name, _, encoded = entry.strip().partition(":")
        if not re.fullmatch(r"[0-9A-Za-z_-]{1,20}", name):
            raise ValueError("each key needs a short identifier before a colon")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise ValueError(f"the key {name} is not valid base64") from None
        if len(key) < 32:
            raise ValueError(f"the key {name} is shorter than 32 bytes")
        if name in dict(keys):
            raise ValueError(f"the identifier {name} is used twice")
        keys.append((name, key))
    if not keys:
        raise ValueError("there is no key in it")
    return Keyring(tuple(keys))
