"""What a word is, for searching: how a text is cut into words, and how each is folded so that two ways of writing it
are one. Knows no database and no key.

Folding goes by script. Accents go in Latin and Greek, where they are left out when people type in a hurry; in Cyrillic
only the stress and the two dots of ё, because й and ї are letters of their own; in Arabic the vowels, tatweel, the
forms of alef and the two yehs; in Hebrew the points. In Hindi, Bengali, Thai and all others a mark is a part of the
word and stays.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

LONGEST = 40
"""Letters of a word that are kept: what is longer is a number of a machine, and found by its beginning."""
SHORTEST_PART = 2
"""Letters of what stands before or behind an apostrophe, to be a word of its own."""

_PIECES = re.compile(r"[^\s!-&(-/:-@\[-_{-~،؛؟٬٫۔…«»“”„–—]+")
"""What stands between spaces and marks that are in no word: all of ASCII's but the apostrophe and the grave accent, and
the usual ones of the languages here. Others are found later, letter by letter."""
_PLAIN = re.compile("[A-Za-z]+|[\u0400-\u0481\u048a-\u04ff]+|[\u0621-\u063a\u0641-\u064a]+")
"""Letters of one script that are a word as they stand, of which each folds by itself: nearly all words are of them."""
_Cut = tuple[tuple[tuple[str, ...], int, int], ...]
"""(terms, start, end) of each word of a piece."""
_APOSTROPHES = frozenset("'’‘ʼʻʹ´`＇׳")
_UNSPACED = ("THAI", "LAO", "KHMER", "MYANMAR", "CJK", "HIRAGANA", "KATAKANA")
"""Scripts without spaces between words: each letter is indexed, and what is sought there is a phrase of letters."""
_MARKS_GO = ("LATIN", "GREEK", "ARABIC", "HEBREW")
_CYRILLIC_MARKS = frozenset("\u0300\u0301")
"""Where the stress is: dictionaries write it, people do not."""
_ALIKE = str.maketrans({
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
    "ё": "е", "ѝ": "и",
    "آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه", "ـ": "",
})  # fmt: skip


class Word(NamedTuple):
    """`terms`: the word, and its parts at an apostrophe, all at the same place; `start` to `end`: where in the text."""

    terms: tuple[str, ...]
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a text in their order. Letters and digits part, so that "AK47", "AK-47" and "AK 47" are alike."""
    found = []
    for piece in _PIECES.finditer(text):
        at = piece.start()
        found += [Word(terms, at + start, at + end) for terms, start, end in _cut(piece.group())]
    return found


def terms_of(text: str) -> Iterator[tuple[str, ...]]:
    """The words of a text in their order, without where they are."""
    for piece in _PIECES.findall(text):
        for terms, _start, _end in _cut(piece):
            yield terms


def _cut(piece: str) -> _Cut:
    if piece.isascii() and piece.isalpha():  # sooner made than remembered
        return (((piece.lower()[:LONGEST],), 0, len(piece)),)
    return _words_in(piece)


@lru_cache(16384)
def _words_in(piece: str) -> _Cut:
    """Most stand in a text many times."""
    if _PLAIN.fullmatch(piece):
        return (((piece.casefold().translate(_ALIKE)[:LONGEST],), 0, len(piece)),)
    found = (_word(kind, start, run) for kind, start, run in _runs(piece))
    return tuple((word.terms, word.start, word.end) for word in found if word)


@lru_cache(1024)
def folded(run: str) -> str:
    """A word as it stands in the index: without case, accents by script, and invisible marks; digits as 0 to 9."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", run).casefold())
    kept, script = [], ""
    for char in plain:
        mark = unicodedata.category(char)[0] == "M"
        if not mark:
            script = _script(char)
        kept.append(_folded(char, script, mark))
    return "".join(kept)[:LONGEST]


def is_unspaced(term: str) -> bool:
    """Whether the word is of a script that puts no spaces between words."""
    return _script(term[:1]) in _UNSPACED


def script_of(term: str) -> str:
    """The script of the first letter, as Unicode names it: LATIN, CYRILLIC, ARABIC…; DIGIT of a number."""
    return _script(term[:1])


# --- cutting -----------------------------------------------------------------------------------------------


def _runs(text: str) -> Iterator[tuple[str, int, str]]:
    """(kind, start, letters) of each piece that may be a word."""
    start = 0
    for kind, run in groupby(_kinds(text), lambda pair: pair[0]):
        letters = "".join(char for _kind, char in run)
        if kind == "single":
            yield from ((kind, start + at, piece) for at, piece in _clusters(letters))
        elif kind:
            yield kind, start, letters
        start += len(letters)


def _kinds(text: str) -> Iterator[tuple[str, str]]:
    """Each character with its kind. A mark belongs to what stands before it; an apostrophe to the letters around it."""
    before = ""
    for at, char in enumerate(text):
        kind = _kind(char)
        if kind == "mark":
            kind = before
        elif kind == "apostrophe":
            after = _kind(text[at + 1]) if at + 1 < len(text) else ""
            kind = "letter" if before == after == "letter" else ""
        before = kind
        yield kind, char


@lru_cache(8192)
def _kind(char: str) -> str:
    if char in _APOSTROPHES:
        return "apostrophe"
    category = unicodedata.category(char)
    if category[0] == "M" or (category == "Cf" and char != "\u200b"):
        return "mark"
    if category[0] == "N":
        return "digit"
    if category[0] != "L":
        return ""
    return "single" if _script(char) in _UNSPACED else "letter"


def _clusters(letters: str) -> Iterator[tuple[int, str]]:
    """Each letter with its marks, and where it begins."""
    begin = 0
    for at in range(1, len(letters) + 1):
        if at == len(letters) or _kind(letters[at]) != "mark":
            yield begin, letters[begin:at]
            begin = at


def _word(kind: str, start: int, run: str) -> Word | None:
    whole = folded("".join(char for char in run if char not in _APOSTROPHES))
    if not whole:
        return None
    parts = [] if kind != "letter" else [folded(part) for part in _parts(run)]
    more = [part for part in parts if len(part) >= SHORTEST_PART and part != whole]
    return Word(tuple(dict.fromkeys((whole, *more))), start, start + len(run))


def _parts(run: str) -> list[str]:
    pieces = "".join(" " if char in _APOSTROPHES else char for char in run).split(" ")
    return pieces if len(pieces) > 1 else []


# --- folding -----------------------------------------------------------------------------------------------


@lru_cache(8192)
def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


@lru_cache(8192)
def _folded(char: str, script: str, mark: bool) -> str:
    if mark:
        goes = script in _MARKS_GO or (script == "CYRILLIC" and char in _CYRILLIC_MARKS)
        return "" if goes else char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    if not char.isalnum():
        return ""
    if script in ("LATIN", "GREEK"):
        apart = unicodedata.normalize("NFD", char)
        char = "".join(one for one in apart if unicodedata.category(one) != "Mn")
    return char.translate(_ALIKE)
