"""Where an identity stands in a text: found while it is typed, kept as positions alone. Knows no database.

The server that receives a complaint has public keys only, so that the Secretariat cannot compare a name with a packet
later. What it can keep is where in a text, which the Secretariat reads anyway, that name stands.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

IDENTITY_SPANS = "identity_places"
"""The name of the sealed writing that holds them."""

Span = tuple[int, int]
FEWEST_LETTERS, FEWEST_DIGITS, TAIL, GAP = 3, 5, 8, 3

_ALIKE = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ـ": "", "ى": "ي", "ی": "ي",
                        "ک": "ك", "ة": "ه"})  # fmt: skip
_BEFORE_ARABIC = ("و", "ف", "ب", "ل", "ك", "ال")
_AFTER_CYRILLIC = re.compile("[аеиоуыюяьіє]|[оеєая](?:и|ю|м|х|ми)|[ыи](?:м|х|ми)|[ое](?:го|му|ві)|ів")


@dataclass(frozen=True)
class Word:
    """A word without case and accents, and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sought:
    """Words that follow each other, or a number."""

    words: tuple[str, ...] = ()
    digits: str = ""


def texts_of(says: Mapping[str, Any]) -> dict[str, str]:
    """What a writing says, by question, and the names of its files: what the field of a place refers to."""
    names = {f"files/{number}": file["name"] for number, file in enumerate(says.get("files", []))}
    return {name: text for name, text in says.items() if isinstance(text, str)} | names


def name_spans(texts: Mapping[str, str], identity: Mapping[str, str]) -> list[tuple[str, int, int]]:
    """(field, start, end) of what shows an identity (by kind: name, phone, email, address) in these texts.

    One place for each way in which it is written: more would tell nothing new.
    """
    found: dict[str, tuple[str, int, int]] = {}
    for field, text in texts.items():
        for start, end in find(text, sought_in(identity)):
            found.setdefault(text[start:end], (field, start, end))
    return list(found.values())


def sought_in(identity: Mapping[str, str]) -> list[Sought]:
    """What to look for: a name and each of its parts, each number, the e-mail address, each line of an address."""
    wanted = [_phrase(identity.get("name", "")), _phrase(identity.get("email", ""))]
    wanted += [Sought((word.text,)) for word in words_of(identity.get("name", ""))]
    address = identity.get("address", "")
    wanted += [_phrase(part) for part in (address, *address.replace("\n", ",").replace(";", ",").split(","))]
    wanted += [Sought(digits=_digits(run)) for run in numbers_of(identity.get("phone", ""))]
    return wanted


def sought_as(term: str) -> Sought:
    """What was found at a place, to be looked for again: a number where it has no letters."""
    runs = numbers_of(term)
    if runs and not any(c.isalpha() for c in term):
        return Sought(digits=_digits(runs[0]))
    return _phrase(term)


def find(text: str, wanted: Iterable[Sought]) -> list[Span]:
    """Each place of the text where one of these stands: whole words, numbers in any spacing and punctuation."""
    words, numbers = words_of(text), numbers_of(text)
    return [
        span
        for one in wanted
        if _telling(one)
        for span in (_numbers(numbers, one.digits) if one.digits else _words(words, one.words))
    ]


def _phrase(text: str) -> Sought:
    return Sought(tuple(word.text for word in words_of(text)))


def _telling(one: Sought) -> bool:
    return len("".join(one.words)) >= FEWEST_LETTERS or len(one.digits) >= FEWEST_DIGITS


# --- words -------------------------------------------------------------------------------------------------


def words_of(text: str) -> list[Word]:
    """The words of a text; letters and digits part, so that a name with a year behind it is still found."""
    found, start = [], 0
    for kind, run in groupby(text, _kind):
        letters = list(run)
        word = "".join(map(_plain, letters)) if kind else ""
        if word:
            found.append(Word(word, start, start + len(letters)))
        start += len(letters)
    return found


@lru_cache(4096)
def _kind(c: str) -> str:
    """Letter, digit or neither. Invisible marks belong to the word that they stand in."""
    if c.isdecimal():
        return "digit"
    category = unicodedata.category(c)
    return "letter" if category[0] in "LMN" or (category == "Cf" and c != "\u200b") else ""


@lru_cache(4096)
def _plain(c: str) -> str:
    """A character without case, accents and invisible marks; digits of any script as 0 to 9."""
    if c.isdecimal():
        return str(unicodedata.decimal(c))
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", c).casefold())
    return "".join(
        x for x in apart.translate(_ALIKE) if not unicodedata.combining(x) and unicodedata.category(x) != "Cf"
    )


def _words(words: Sequence[Word], phrase: tuple[str, ...]) -> Iterator[Span]:
    """Where the words follow each other, or are written as one."""
    joined = "".join(phrase)
    for at, word in enumerate(words):
        if word.text == joined:
            yield word.start, word.end
        elif _same(word.text, phrase[0]):
            here = words[at : at + len(phrase)]
            if len(here) == len(phrase) and all(_same(w.text, part) for w, part in zip(here, phrase, strict=True)):
                yield word.start, here[-1].end


def _same(word: str, part: str) -> bool:
    """The word itself, also with what Arabic writes before a name and Russian or Ukrainian after it."""
    if word == part:
        return True
    if "\u0600" <= part[0] <= "\u06ff":
        return word.endswith(part) and word.removesuffix(part) in _BEFORE_ARABIC
    if "\u0400" <= part[0] <= "\u04ff":
        stem = part.rstrip("аеиоуыюяьіє")
        return (
            len(stem) >= FEWEST_LETTERS
            and word.startswith(stem)
            and bool(_AFTER_CYRILLIC.fullmatch(word.removeprefix(stem)))
        )
    return False


# --- numbers -----------------------------------------------------------------------------------------------


def numbers_of(text: str) -> list[list[tuple[str, int]]]:
    """Runs of digits of any script with at most three signs between two, none of them a letter: (digit, where)."""
    runs: list[list[tuple[str, int]]] = []
    parted = True
    for at, c in enumerate(text):
        if _kind(c) == "digit":
            if parted or at - runs[-1][-1][1] > GAP + 1:
                runs.append([])
            runs[-1].append((_plain(c), at))
            parted = False
        elif c.isalpha():
            parted = True
    return runs


def _digits(run: Sequence[tuple[str, int]]) -> str:
    return "".join(digit for digit, _at in run)


def _numbers(runs: Iterable[Sequence[tuple[str, int]]], digits: str) -> Iterator[Span]:
    """By its last digits: the same number is written with the country's code and without it. What stands before them
    belongs to it where it is the same, or touches."""
    tail = digits[-TAIL:]
    for run in runs:
        there = _digits(run)
        at = there.find(tail)
        while at >= 0:
            first, last, left = at, at + len(tail) - 1, len(digits) - len(tail)
            while first and (there[first - 1] == digits[left - 1 : left] or run[first - 1][1] == run[first][1] - 1):
                first, left = first - 1, max(0, left - 1)
            yield run[first][1], run[last][1] + 1
            at = there.find(tail, last + 1)
