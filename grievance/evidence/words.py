"""Words of a document: what the eye reads stays, but for the name of a person in a path of their computer."""

import re

from grievance.evidence.notes import Note, Notes

_HOME = re.compile(
    r"([A-Za-z]:(?:\\+|/)(?:Users|Documents and Settings)(?:\\+|/)|/(?:home|Users)/)"
    r"(?!\u2026)[^\\/:*?\"<>|\r\n]+(?=[\\/])",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"([A-Za-z]:\\+(?:Users|Documents and Settings)\\+|/(?:home|Users)/)(?!\u2026)[^\\/:*?\"<>|\s]+", re.IGNORECASE
)


def without_homes(text: str, notes: Notes) -> str:
    """`C:\\Users\\somebody\\list.xlsx` names somebody; the rest of the path is what was written."""
    if "\\" not in text and "/" not in text:
        return text
    for pattern in (_HOME, _ALONE):
        text, found = pattern.subn(lambda match: match[1] + "\u2026", text)
        notes[Note.PATHS] += found
    return text
