"""What an e-mail address is, here: one that a mail can be made for and that every mail server takes."""

import re

_WORD = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ADDRESS = re.compile(rf"{_WORD}(?:\.{_WORD})*@{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE | re.ASCII)

_ONCE = re.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")


def may_be_one(text: str) -> bool:
    """Whether whoever reads it would take it for an address, in any script: somebody is reached at it by hand."""
    return _ONCE.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """Whether it is one address and nothing else: ASCII alone, with no space, line end, quotes, encoded word or
    second address."""
    return len(text) <= 200 and "=?" not in text and _ADDRESS.fullmatch(text) is not None
