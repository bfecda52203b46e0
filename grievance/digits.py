"""One kind of digits on a page: those that the readers of its language write, as the receipt has them."""

from collections.abc import Mapping
from typing import Any

from grievance import languages

_DIGITS = {one.code: str.maketrans("0123456789", one.digits) for one in languages.EVERY if one.digits}


def written(text: str, language: str) -> str:
    """A number, a day or a length in the digits of this language. Not for what people typed, nor for a code with
    letters, which is copied sign by sign."""
    return text.translate(_DIGITS[language]) if language in _DIGITS else text


_PARTS = {"sw": ((4, "usiku"), (6, "alfajiri"), (12, "asubuhi"), (16, "mchana"), (19, "jioni"), (25, "usiku"))}
"""Before which hour it is which part of the day, where hours are counted in two ways."""


def hour_said(time: str, language: str) -> str:
    """ "14:05" as its readers take it. Swahili counts its hours from six, too: the part of the day, in its own words,
    says which count is meant."""
    parts = _PARTS.get(language, ())
    part = next((name for until, name in parts if int(time[:2]) < until), "")
    return f"{written(time, language)} {part}".strip()


def filled(message: str, values: Mapping[str, Any], language: str) -> str:
    """A text with its values, the numbers among them in the digits of this language."""
    if language not in _DIGITS or not any(_is_number(value) for value in values.values()):
        return message % values
    told = {name: written(str(value), language) if _is_number(value) else value for name, value in values.items()}
    return message.replace(")d", ")s") % told


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
