"""What in a packet could show who complained. It warns and never blocks: an officer decides, an approver looks again.

Knows no database and no clock. Patterns see letters, digits and signs of any script as the plain ones.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from grievance.redaction.name_spans import Span, find, numbers_of, sought_as, words_of

OLD_ENOUGH = 14
"""Years: a full date that is longer ago is more likely a day of birth than a day on which something happened."""
FEWEST_PHONE, FEWEST_ID = 7, 4


class Shows(StrEnum):
    """What the words could be, the most certain first."""

    IDENTITY = "identity"
    EMAIL = "email"
    FILE = "file"
    NUMBER = "number"
    PHONE = "phone"
    WEB = "web"
    BIRTH = "birth"
    NAME = "name"


@dataclass(frozen=True)
class Warned:
    """Words of the packet, from `start` up to `end`."""

    kind: Shows
    words: str
    start: int
    end: int


def warn(
    packet: str,
    theirs: Iterable[str],
    terms: Iterable[str],
    year: int,
    file_names: Iterable[str] = (),
    known: str = "",
) -> list[Warned]:
    """What to look at again, the most certain first; nothing twice.

    `theirs`: what the complainant wrote. `terms`: words of it that stand in the spans of the typed identity.
    `year`: of today. `known`: words that the company knows anyway, as its own name.
    """
    terms, plain = list(terms), "".join(map(_plain, packet))
    born = _born_before(year - OLD_ENOUGH)
    seers: dict[Shows, Iterable[Span]] = {
        Shows.IDENTITY: find(packet, map(sought_as, terms)),
        Shows.EMAIL: _spans(_EMAIL, plain),
        Shows.FILE: _files(packet, plain, terms, file_names),
        Shows.NUMBER: _identifiers(plain),
        Shows.PHONE: _phones(packet, plain),
        Shows.WEB: _spans(_WEB, plain),
        Shows.BIRTH: (m.span() for m in _dates(plain) if born(m)),
        Shows.NAME: _names(packet, list(theirs), known),
    }
    warned, covered = [], bytearray(len(packet))
    for kind, spans in seers.items():
        for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
            if not all(covered[start:end]):
                covered[start:end] = b"\1" * (end - start)
                warned.append(Warned(kind, packet[start:end], start, end))
    return warned


def marked(packet: str, warned: Iterable[Warned]) -> list[tuple[str, bool]]:
    """The packet in pieces: (text, whether it is warned of)."""
    flags = bytearray(len(packet))
    for one in warned:
        flags[one.start : one.end] = b"\1" * (one.end - one.start)
    edges = [0, *(at for at in range(1, len(packet)) if flags[at] != flags[at - 1]), len(packet)]
    return [(packet[a:b], bool(flags[a])) for a, b in pairwise(edges) if a < b]


def _plain(c: str) -> str:
    """The plain character of the same width: positions stay."""
    if c.isdecimal():
        return str(unicodedata.decimal(c))
    same = unicodedata.normalize("NFKC", c)
    return same if len(same) == 1 else c


def _spans(pattern: re.Pattern[str], plain: str) -> Iterator[Span]:
    return (found.span() for found in pattern.finditer(plain))


# --- addresses and numbers; each pattern begins where a run begins, so that none is tried at every letter --------

_EMAIL = re.compile(r"(?<![\w.+'%-])[\w.+'%-]+(?:@| @ )[\w-]+(?:\.[\w-]+)*")
_ENDINGS = "com|org|net|info|io|me|co|ly|gl|be|africa|[a-z]{2}/"
_WEB = re.compile(
    rf"(?:https?://|www\.)\S+|(?<![\w.@-])(?:[\w-]+\.)+(?:{_ENDINGS})(?!\w\w)\S*|(?<!\w)@\w{{3,}}", re.IGNORECASE
)
_LETTERED = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_SERIES = re.compile(r"(?<!\w)[A-Z]{1,3} ?\d{5,}")
_FILE = re.compile(r"(?<![\w.-])[\w.-]+\.(?:jpe?g|png|heic|pdf|docx?|xlsx?|odt|txt|mp[34]|m4a|ogg|wav|mov|avi)\b", re.I)
_DATES = (
    re.compile(r"(?<![\d./-])\d{1,2}[./-]\d{1,2}[./-](?P<year>\d{4}|\d{2})(?![./-]?\d)"),
    re.compile(r"(?<![\d./-])(?P<year>\d{4})[./-]\d{1,2}[./-]\d{1,2}(?![./-]?\d)"),
    re.compile(r"(?<!\d)\d{1,2}(?:st|nd|rd|th|er|º|\.)? (?:de )?[^\W\d_]{3,12}\.?,? (?:de )?(?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<!\w)[^\W\d_]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?, ?(?P<year>\d{4})(?!\d)"),
)


def _dates(plain: str) -> Iterator[re.Match[str]]:
    return (found for pattern in _DATES for found in pattern.finditer(plain))


def _born_before(year: int) -> Callable[[re.Match[str]], bool]:
    """Whether a date is as old as a day of birth; a year of two digits may always be one."""
    return lambda found: len(found["year"]) == 2 or 1900 <= int(found["year"]) <= year


def _phones(packet: str, plain: str) -> Iterator[Span]:
    """Seven digits or more; a date with a small number beside it is none."""
    dated = bytearray(len(packet))
    for found in _dates(plain):
        dated[found.start() : found.end()] = b"\1" * (found.end() - found.start())
    for run in numbers_of(packet):
        free = sum(not dated[at] for _digit, at in run)
        if len(run) >= FEWEST_PHONE and free >= FEWEST_ID:
            start = run[0][1]
            yield start - (plain[start - 1 : start] == "+"), run[-1][1] + 1


def _identifiers(plain: str) -> Iterator[Span]:
    """As on a passport, an identity card or a badge: letters with four digits or more, or a series and a number."""
    for found in _LETTERED.finditer(plain):
        text = found.group()
        if sum(c.isdecimal() for c in text) >= FEWEST_ID and any(c.isalpha() for c in text) and len(text) > FEWEST_ID:
            yield found.span()
    yield from _spans(_SERIES, plain)


def _files(packet: str, plain: str, terms: Iterable[str], file_names: Iterable[str]) -> Iterator[Span]:
    """The complainant's own names of files, and any other with a word of the identity in it. (The company gets files
    under other names.)"""
    yield from find(packet, map(sought_as, file_names))
    hidden = {"".join(word.text for word in words_of(term)) for term in terms}
    for found in _FILE.finditer(plain):
        name = "".join(word.text for word in words_of(found.group()))
        if any(term in name for term in hidden if term):
            yield found.span()


# --- names and places --------------------------------------------------------------------------------------

_CAPITALISED = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORTENED = re.compile(r"(?<!\w)[^\W\d_]{1,3}\.$")
_DAYS = {day.casefold() for day in calendar.day_name}


def _names(packet: str, theirs: Iterable[str], known: str) -> Iterator[Span]:
    """Words with a capital letter in both texts, in one of them inside a sentence. The packet alone says too little:
    it has the words of the office. Scripts without capitals have none."""
    both = [(word, inside) for text in theirs for word, _span, inside in _capitals(text)]
    theirs_inside, all_theirs = {word for word, inside in both if inside}, {word for word, _inside in both}
    here = list(_capitals(packet))
    inside_here = {word for word, _span, inside in here if inside}
    both_know = (theirs_inside | inside_here) & all_theirs
    both_know -= _DAYS | {word.text for word in words_of(known)}
    return (span for word, span, _inside in here if word in both_know)


def _capitals(text: str) -> Iterator[tuple[str, Span, bool]]:
    """(word, where, whether inside a sentence) for each of three letters or more, unless all is in capitals."""
    if sum(map(str.isupper, text)) > sum(map(str.islower, text)):
        return
    for found in _CAPITALISED.finditer(text):
        word = found.group()
        if word[0].isupper() and len(word) > 2:
            yield word.removesuffix("'s").removesuffix("’s").casefold(), found.span(), _inside(text, found.start())


def _inside(text: str, start: int) -> bool:
    """Whether a sentence goes on before this place: "told Dr. Said" does, "I ran. Then" does not."""
    before = text[max(0, start - 40) : start].rstrip(" \t\"'’(«“‘[")
    if not before or before[-1] in "\n!?:…؟•":
        return False
    shortened = _SHORTENED.search(before)
    return before[-1] != "." or bool(shortened and shortened.group()[0].isupper())
