"""What people wrote, as the fonts of a letter can print it: a box says nothing, so what has no glyph is named.

A printed box is a lost word, and a tagged PDF (PDF/UA-1) may hold none. So every character is looked up first.
"""

import unicodedata
from typing import Any

from flask_babel import gettext as _

from grievance.reports import fonts

NAMED = 3
"""So many characters of one word are named at most; of more nobody reads the names."""
KEPT = frozenset({"\n", "\t"})
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They would turn round what is printed after them."""
TAGS = frozenset(map(chr, range(0xE0000, 0xE0200)))
NEVER_DRAWN = frozenset("\u00ad\u034f\u200b\u200c\u200d\u2060") | frozenset(map(chr, range(0xFE00, 0xFE10)))
"""They join, part or vary their neighbours; a font needs no glyph for them."""


def printable(value: Any) -> Any:
    """The same texts, lists and dicts of them, where each text has only what the fonts here have."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {key: printable(one) for key, one in value.items()}
    return [printable(one) for one in value] if isinstance(value, list) else value


def _text(text: str) -> str:
    shown = "".join(one for one in unicodedata.normalize("NFC", text) if not _dropped(one))
    if all(map(_has_glyph, shown)):
        return shown
    return "".join(map(_word, _words(shown)))


def _dropped(one: str) -> bool:
    """Controls, marks of byte order and of direction, half characters, and letters that only tag others."""
    kind = unicodedata.category(one)
    return one not in KEPT and (kind in ("Cc", "Cs") or one in DIRECTIONS or one == "\ufeff" or one in TAGS)


def _has_glyph(one: str) -> bool:
    return one in KEPT or one in NEVER_DRAWN or ord(one) in fonts.letters()


def _words(text: str) -> list[str]:
    """The words and what stands between them, in their order."""
    parts: list[str] = []
    for one in text:
        if parts and one.isspace() == parts[-1][-1].isspace():
            parts[-1] += one
        else:
            parts.append(one)
    return parts


def _word(word: str) -> str:
    missing = [place for place, one in enumerate(word) if not _has_glyph(one)]
    if len(missing) <= NAMED:
        return "".join(one if _has_glyph(one) else f"[{_name(one)}]" for one in word)
    stretch = [one for one in word[missing[0] : missing[-1] + 1] if not _has_glyph(one)]
    return word[: missing[0]] + _unread(stretch) + word[missing[-1] + 1 :]


def _unread(letters: list[str]) -> str:
    script = _name(letters[0]).split(" ")[0].split("-")[0].capitalize()
    return str(_("[%(num)d letters, %(script)s: read them on the page]", num=len(letters), script=script))


def _name(one: str) -> str:
    return unicodedata.name(one, f"U+{ord(one):04X}").lower()
