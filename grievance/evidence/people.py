"""Words that somebody sent, without who sent them: names and addresses that a mail says beside its words."""

import re
from collections.abc import Iterable

from grievance.evidence.notes import Note, Notes
from grievance.evidence.words import without_homes

GONE = "\u2026"
ADDRESS = re.compile(r"(?:mailto:)?[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_BEFORE_ADDRESS = re.compile(
    r"(?m)(?:^|[:,;]|\bOn\b[^\n]*?,)[> \t\"']*([^<>\n:,;\"]{2,60}?)[ \t\"']*<(?:mailto:)?[^<>\s@]+@[^<>\s]+>"
)
_SHORTEST = 3


class People:
    """The names and addresses of one mail, and its words without them."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def know(self, names: Iterable[str], *, sender: bool = False) -> None:
        """Whole names; of whoever sent it each part too, since that is how a letter is signed."""
        for name in names:
            name = " ".join(name.replace('"', " ").replace("'", " ").split())
            if ADDRESS.fullmatch(name) or len(name) < _SHORTEST:
                continue
            self._names.add(name)
            if sender:
                parts = re.findall(r"[^\W\d_]+", name)
                self._names.update(one for one in parts if len(one) >= _SHORTEST and not one.islower())

    def without(self, words: str, notes: Notes) -> str:
        self.know(found[1].strip() for found in _BEFORE_ADDRESS.finditer(words))
        words, addresses = ADDRESS.subn(GONE, words)
        notes[Note.PEOPLE] += addresses
        for name in sorted(self._names, key=len, reverse=True):
            words, found = re.subn(rf"(?<!\w){re.escape(name)}(?!\w)", GONE, words)
            notes[Note.PEOPLE] += found
        return without_homes(words, notes)
