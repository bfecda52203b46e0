"""The key of the signs: the pages seal to its public half, and the worker alone has the other one.

What is sealed is the address together with the very text that she was shown. Whoever can read or write the database
learns neither, and sends her nothing else.
"""

import json
from collections.abc import Mapping

from flask import current_app

from grievance.crypto.envelopes import KeyPair, derived_key_pair, key_id, open_with, seal_to
from grievance.crypto.sealing import CannotOpen as CannotOpen
from grievance.crypto.sealing import place

PADDED = 512
"""Bytes: how long an address is would tell whether it is a telephone number."""


def seal(case_id: str, sign_id: str, said: Mapping[str, str]) -> tuple[str, bytes]:
    """The name of the key, and what opens with its other half alone, as this sign of this case."""
    public: bytes = current_app.config["SIGN_PUBLIC"]
    text = json.dumps(said, ensure_ascii=False).encode().ljust(PADDED)
    return key_id(public), seal_to(public, text, place("sign", case_id, sign_id))


def key_pairs() -> dict[str, KeyPair]:
    """Of SIGN_KEY, by the names of their public halves, the newest first."""
    ring = current_app.config["SIGN_KEYS"]
    pairs = [derived_key_pair(secret, "sign") for _name, secret in ring.keys] if ring else []
    return {key_id(pair.public): pair for pair in pairs}


def opened(pair: KeyPair, case_id: str, sign_id: str, sealed: bytes) -> dict[str, str]:
    """What `seal` was given. Raises `CannotOpen`."""
    said: dict[str, str] = json.loads(open_with(pair.seed, sealed, place("sign", case_id, sign_id)))
    return said
