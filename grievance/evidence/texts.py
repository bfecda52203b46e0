"""A plain text has no metadata but its own words."""

from grievance.evidence.notes import Notes
from grievance.evidence.refusals import CannotClean, Reason
from grievance.evidence.signatures import as_text


def clean(plain: bytes, _notes: Notes) -> bytes:
    """The same text as UTF-8 without a mark at its beginning. What `signatures` asks of the head holds for all."""
    text = as_text(plain)
    if text is None:
        raise CannotClean(Reason.BROKEN)
    return text.encode()
