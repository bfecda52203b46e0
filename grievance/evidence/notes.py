"""What was taken out of a copy, or is still to be seen in it: a closed list, counted where the copy is made.

The counts come from a process that a hostile file may have taken over: only these names and small numbers are read."""

import json
from collections import Counter
from enum import StrEnum

MOST = 1_000_000


class Note(StrEnum):
    DELETIONS = "deletions"
    HIDDEN_WORDS = "hidden_words"
    COMMENTS = "comments"
    HIDDEN_SHEETS = "hidden_sheets"
    HIDDEN_ROWS = "hidden_rows"
    HIDDEN_COLUMNS = "hidden_columns"
    HIDDEN_SLIDES = "hidden_slides"
    SPEAKER_NOTES = "speaker_notes"
    FIELDS = "fields"
    FORMULAS = "formulas"
    NAMES = "names"
    PIVOTS = "pivots"
    OBJECTS = "objects"
    FETCHED = "fetched"
    PEOPLE = "people"
    PATHS = "paths"
    ATTACHMENTS = "attachments"
    PALE_WORDS = "pale_words"
    CROPPED = "cropped"
    AS_PICTURES = "as_pictures"
    FURTHER_PICTURES = "further_pictures"
    SMALLER = "smaller"
    TRACKS = "tracks"
    CUT = "cut"


STILL_THERE = frozenset({Note.PALE_WORDS, Note.CROPPED})
"""What could not go without changing what is seen: whoever shares the copy looks at it."""

Notes = Counter[Note]


def packed(kind: str, notes: Notes) -> bytes:
    """The line before the copy: what kind of file the copy is, and what was found."""
    return (
        json.dumps({"kind": kind, "notes": {note.value: notes[note] for note in Note if notes[note]}}).encode() + b"\n"
    )


def unpacked(line: bytes) -> tuple[str, dict[str, int]]:
    """Raises ValueError for anything that `packed` does not write."""
    said = json.loads(line)
    kind, notes = said["kind"], said["notes"]
    if not isinstance(kind, str) or not isinstance(notes, dict):
        raise ValueError("not the words of a child")
    known = {Note(name).value: count for name, count in notes.items()}
    if any(type(count) is not int or not 0 < count <= MOST for count in known.values()):
        raise ValueError("not a count")
    return kind, known
