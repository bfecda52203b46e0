"""A code on paper from which a key pair is made: whoever holds the paper opens what was sealed to its public half."""

import hashlib
import secrets

from grievance.crypto import envelopes

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no look-alikes: 0 O, 1 I L
RANDOM, CHECKS = 30, 2
"""30 characters of 31 kinds are 148 random bits: nobody guesses them, so that no slow derivation is needed."""


class BadPaper(ValueError):
    """Not such a code: of another length, or with a slip in it."""


def make() -> str:
    """A new code: 30 random characters and 2 that tell a slip from another paper's code."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return code + _checks(code)


def _checks(code: str) -> str:
    number = int.from_bytes(hashlib.sha256(code.encode()).digest())
    return ALPHABET[number % 31] + ALPHABET[number // 31 % 31]


def normalise(text: str) -> str:
    """The code that was meant, whatever spaces, hyphens and small letters it was typed with. Raises `BadPaper`."""
    code = "".join(text[:200].split()).replace("-", "").upper()
    if len(code) != RANDOM + CHECKS or code[RANDOM:] != _checks(code[:RANDOM]):
        raise BadPaper
    return code


def pair_of(code: str) -> envelopes.KeyPair:
    """The key pair of a code that `normalise` gave; the same each time."""
    return envelopes.derived_key_pair(code.encode(), "paper")
