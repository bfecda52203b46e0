"""From which side each paragraph of a printed page runs, and numbers that stay in their order there.

typst goes by the language of a page, and does not know each that runs from the right. It would set an English paragraph
of an Arabic letter from the right, and print "+254 700 123 456" as "456 123 700 254+", because between letters that run
from the right the groups of a number are words of their own.
"""

import re
import unicodedata
from typing import Any

from markupsafe import Markup

from grievance.reports import fonts

RIGHT, LEFT = "rtl", "ltr"
KEPT, MARK = "\u00a0", "\u200e"
"""A space that no line is broken at, and an unseen letter that runs from the left. Each alone is not enough: without
the first the groups are turned round in what is copied, without the second in print."""
LEFT_AS_IT_IS = frozenset({"svg", "fonts", "lang", "direction", "dir"})
"""What is no text of a page."""
_STRONG = {"L": LEFT, "R": RIGHT, "AL": RIGHT}
_DAY = r"\d{4}-\d{2}-\d{2}|\d{1,2}(?P<sep>[./-])\d{1,2}(?P=sep)\d{2,4}"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[–-]\d{1,2}:\d{2})?"
_TELEPHONE = r"\(?\+\(?\d(?:[ \u00a0./-]?[()]?\d){5,}|0\d(?:[ \u00a0./-]?[()]?\d){5,}"
_GROUPS = r"\d{2,5}(?:[ \u00a0-]\d{2,5}){2,}"
_REFERENCE = r"[A-Z]{2,4}(?:-[A-Z0-9]{3,6}){1,3}"
_WHOLE = re.compile(rf"(?<![\dA-Za-z_+])(?:(?P<day>{_DAY})|{_TIME}|{_TELEPHONE}|{_GROUPS}|{_REFERENCE})(?![\dA-Za-z_])")
"""Days in digits, times, telephones, receipts and other numbers in groups, and the numbers of cases."""
_COPIED_WRONG = re.compile("[\u0e00-\u0e7f\u1000-\u109f\u1780-\u17ff\u0980-\u09ff\u0b80-\u0bff]")
"""Thai, Burmese, Khmer, Bengali and Tamil letters: readers of a PDF copy them doubled, or in another order."""


class Quoted(str):
    """Words that somebody wrote, or a name: such a paragraph runs from the side of its first letter, whatever the
    language of the page."""

    __slots__ = ()


def of_language(language: str) -> str:
    """Our own sentences: by a table."""
    return RIGHT if language in fonts.FROM_THE_RIGHT else LEFT


def first_strong(text: str) -> str:
    """The side of the first letter that has one (Unicode Standard Annex 9, rule P2); "" where there is none. What
    stands within isolates is not passed over: no page here prints their marks."""
    return next((_STRONG[kind] for kind in map(unicodedata.bidirectional, text) if kind in _STRONG), "")


def runs_from_the_right(text: str) -> bool:
    """Whether some letter of it does."""
    return any(unicodedata.bidirectional(one) in ("R", "AL") for one in text)


def copied_wrong(value: Any) -> bool:
    """Whether a text in here has letters that come out wrong when they are copied out of a PDF of typst's."""
    return any(runs_from_the_right(text) or _COPIED_WRONG.search(text) for text in texts(value))


def texts(value: Any) -> list[str]:
    """Every text of a page."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, one in value.items() if key not in LEFT_AS_IT_IS for text in texts(one)]
    return [text for one in value for text in texts(one)] if isinstance(value, list | tuple) else []


def told_apart(value: Any, direction: str) -> Any:
    """The same texts, lists and dicts of them, where words that somebody wrote are {"text", "dir"}. `direction`: of the
    page, which words without a letter follow."""
    if isinstance(value, Quoted):
        return {"text": str(value), "dir": first_strong(value) or direction}
    if isinstance(value, dict):
        return {key: told_apart(one, direction) for key, one in value.items()}
    return [told_apart(one, direction) for one in value] if isinstance(value, list | tuple) else value


def in_order(value: Any, direction: str) -> Any:
    """Numbers of each text that stands among letters from the right, in their order. Of our own sentences in ASCII
    digits, but for days; what somebody wrote keeps its digits."""
    if isinstance(value, str):
        return _in_order(value, direction, ours=True)
    if isinstance(value, dict) and value.keys() == {"text", "dir"}:
        return {**value, "text": _in_order(value["text"], value["dir"], ours=False)}
    if isinstance(value, dict):
        return {key: one if key in LEFT_AS_IT_IS else in_order(one, direction) for key, one in value.items()}
    return [in_order(one, direction) for one in value] if isinstance(value, list) else value


def marked(text: str) -> Markup:
    """The same for a page: without unseen letters, which somebody would copy."""
    parts, at = Markup(), 0
    for found in _WHOLE.finditer(text):
        parts += Markup('{}<bdi dir="ltr">{}</bdi>').format(text[at : found.start()], found[0])
        at = found.end()
    return parts + text[at:]


def _in_order(text: str, direction: str, ours: bool) -> str:
    if direction == LEFT and not runs_from_the_right(text):
        return text
    return _WHOLE.sub(lambda found: MARK + _whole(found, ours) + MARK, text)


def _whole(found: re.Match[str], ours: bool) -> str:
    said = found[0].replace(" ", KEPT)
    return _in_ascii(said) if ours and not found["day"] else said


def _in_ascii(text: str) -> str:
    return "".join(str(unicodedata.digit(one)) if one.isdigit() else one for one in text)
