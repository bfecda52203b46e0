"""A plain text has no metadata but its own words."""

import unicodedata

from grievance.evidence.refusals import CannotClean, Reason


def clean(plain: bytes) -> bytes:
    """The same text as UTF-8 without a mark at its beginning. What `types.judge` asks of the head holds for all."""
    text = plain.decode("utf-8-sig")
    if any(c not in "\t\n\r\f" and unicodedata.category(c) == "Cc" for c in set(text)):
        raise CannotClean(Reason.BROKEN)
    return text.encode()
