"""What somebody typed to find cases: words, "phrases in quotes", and beginnings* of words; and which words of an index
each of them means. Knows no database and no key.

A plain word is found in its other forms, too. They are found when it is asked for, among the words that begin alike:
stems in the index would join what is apart, and part what they should join.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from flask_babel import gettext as _

from grievance.search.words import is_unspaced, script_of, words_of

PREFIX_LETTERS = 3
MOST_CLAUSES = 8
MOST_WORDS = 40
_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "”": "”"}
_STARS = "*٭＊"

_LATIN = (
    "", "a", "as", "e", "es", "o", "os", "s", "i", "ed", "er", "ers", "ing", "ings", "d", "x", "y", "ies", "ied",
    "ee", "ees", "ent", "ait", "aient", "ez", "ons", "is", "it", "ir", "ar", "ado", "ada", "ados", "adas", "ando",
    "iendo", "aron", "ieron", "ou", "aram", "am", "em", "ava", "avam", "aba", "aban", "an", "en",
    "ement", "mente", "ly",
)  # fmt: skip
_CYRILLIC = (
    "", "а", "я", "ы", "и", "і", "ї", "у", "ю", "е", "є", "о", "й", "ь", "ой", "ей", "ою", "ею", "ом", "ем", "ам", "ям",
    "ами", "ями", "ах", "ях", "ов", "ев", "ів", "їв", "ові", "еві", "ия", "ии", "ию", "ие", "ий", "ый", "ая", "яя",
    "ое", "ее", "ые", "ого", "его", "ому", "ему", "ым", "им", "ых", "их", "ыми", "ими", "ую", "юю", "ої", "ій", "их",
    "ть", "ти", "л", "ла", "ло", "ли", "в", "ал", "ала", "али", "ил", "ила", "или", "ял", "ять", "ать", "ить", "ает",
    "ець", "ця", "цю", "цем", "ці", "ців", "цям", "цями", "цях",
    "ают", "яет", "яют", "ит", "ят", "ат", "ете", "ите", "ешь", "ишь", "ем", "им", "ав", "ають", "ує", "ують",
)  # fmt: skip
_ARABIC_ENDS = (
    "", "ه", "ها", "هم", "هن", "هما", "ك", "كم", "نا", "ي", "ني", "ات", "ون", "ين", "ان", "ا", "وا", "ت", "تم",
    "ته", "تها", "تهم", "تهن", "تي", "تنا", "تك", "تكم",
)  # fmt: skip
_ARABIC_BEGINS = ("", "ال", "و", "وال", "ف", "فال", "ب", "بال", "ل", "لل", "ك", "كال", "ول", "وب")
_SHORTEST_STEM = {"LATIN": 4, "CYRILLIC": 3, "ARABIC": 3}


class Kind(StrEnum):
    EXACT = "exact"
    FORMS = "forms"
    PREFIX = "prefix"


class BadQuery(ValueError):
    """The sentence says what to type instead."""


@dataclass(frozen=True)
class Element:
    """One word of what is sought, folded."""

    term: str
    kind: Kind

    @property
    def beginnings(self) -> tuple[tuple[str, bool], ...]:
        """(text, whole): a whole word to look up, or a beginning under which all words are to be looked at."""
        if self.kind == Kind.EXACT:
            return ((self.term, True),)
        if self.kind == Kind.PREFIX:
            return ((self.term, False),)
        return _forms_begin(self.term)

    def means(self, term: str) -> bool:
        """Whether a word of the index is one that is sought."""
        if self.kind == Kind.EXACT:
            return term == self.term
        return term.startswith(self.term) if self.kind == Kind.PREFIX else are_forms(self.term, term)


Clause = tuple[Element, ...]
"""Words that follow each other; one alone is a single word. A case has to have each clause."""


def without_star(typed: str) -> tuple[str, bool]:
    """What was typed without the star behind it, and whether there was one: then it is the beginning of something."""
    plain = typed.strip().rstrip(_STARS)
    return plain, plain != typed.strip()


def parsed(typed: str) -> list[Clause]:
    """The clauses of a query. Raises `BadQuery` where nothing in it can be sought."""
    clauses: list[Clause] = []
    for piece, quoted in _pieces(typed):
        if clause := _clause(piece, quoted):
            clauses.append(clause)
    if not clauses:
        raise BadQuery(_("Type a word, a name, or a “phrase in quotes”."))
    if len(clauses) > MOST_CLAUSES or sum(map(len, clauses)) > MOST_WORDS:
        raise BadQuery(_("These are too many words at once. Take the rarest of them."))
    return list(dict.fromkeys(clauses))


def _pieces(typed: str) -> list[tuple[str, bool]]:
    """What stands in quotes, whole, and the other words one by one. A quote that is never closed quotes the rest."""
    found: list[tuple[str, bool]] = []
    rest = typed
    while rest:
        opens = next((at for at, char in enumerate(rest) if char in _QUOTES), len(rest))
        found += [(word, False) for word in rest[:opens].split()]
        if opens == len(rest):
            break
        ends = _QUOTES[rest[opens]]
        closes = next((at for at in range(opens + 1, len(rest)) if rest[at] in ends), len(rest))
        found.append((rest[opens + 1 : closes], True))
        rest = rest[closes + 1 :]
    return found


def _clause(piece: str, quoted: bool) -> Clause:
    words = words_of(piece)
    if not words:
        return ()
    elements = [Element(word.terms[0], Kind.EXACT) for word in words]
    if piece.rstrip()[-1] in _STARS and not is_unspaced(elements[-1].term):
        if len(elements[-1].term) < PREFIX_LETTERS:
            raise BadQuery(_("The beginning of a word has three letters or more before its star."))
        elements[-1] = Element(elements[-1].term, Kind.PREFIX)
    elif not quoted and len(elements) == 1:
        elements[0] = Element(elements[0].term, Kind.FORMS)
    return tuple(elements)


# --- forms of a word ---------------------------------------------------------------------------------------


def are_forms(one: str, other: str) -> bool:
    """Whether two folded words may be forms of one: the same stem, each with an ending of the script."""
    if one == other:
        return True
    script = script_of(one)
    if script != script_of(other) or script not in _SHORTEST_STEM:
        return False
    if script == "ARABIC":
        return bool(_arabic_stems(one) & _arabic_stems(other))
    least = _SHORTEST_STEM[script]
    return one[:least] == other[:least] and bool(_stems(one, script) & _stems(other, script))


@lru_cache(512)
def _stems(term: str, script: str) -> frozenset[str]:
    ends = _LATIN if script == "LATIN" else _CYRILLIC
    return frozenset(term[: len(term) - len(end)] for end in ends if term.endswith(end) and _left(term, end, script))


def _left(term: str, end: str, script: str) -> bool:
    return len(term) - len(end) >= _SHORTEST_STEM[script]


@lru_cache(512)
def _arabic_stems(term: str) -> frozenset[str]:
    shortest = _SHORTEST_STEM["ARABIC"]
    bare = {term[len(begin) :] for begin in _ARABIC_BEGINS if term.startswith(begin)}
    stems = {one[: len(one) - len(end)] for one in bare for end in _ARABIC_ENDS if one.endswith(end)}
    return frozenset(stem for stem in stems if len(stem) >= shortest)


def _forms_begin(term: str) -> tuple[tuple[str, bool], ...]:
    script = script_of(term)
    if script == "ARABIC" and (stems := _arabic_stems(term)):
        shortest = {stem for stem in stems if not any(stem != one and stem.startswith(one) for one in stems)}
        return ((term, True), *((begin + stem, False) for stem in sorted(shortest) for begin in _ARABIC_BEGINS))
    if script in ("LATIN", "CYRILLIC") and (stems := _stems(term, script)):
        return ((min(stems, key=len), False),)
    return ((term, True),)
