"""A date as somebody types it, in whatever order and digits; where it can be two dates, the writer is asked."""

import re
import unicodedata
from datetime import date

from flask_babel import gettext as _

_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
_MARKS = "\u200e\u200f\u061c"
"""What some keyboards put around numbers in a text from right to left."""


class NoSuchDate(ValueError):
    """The thirtieth of February."""


def read(text: str) -> str:
    """The date in ISO's form. Raises ValueError with a sentence.

    With dots the day comes first: nobody writes the month first with dots. With strokes or hyphens both are written.
    """
    plain = "".join(_digit(char) for char in text if char not in _MARKS).strip()
    if found := _YEAR_FIRST.fullmatch(plain):
        return _date(found[1], found[2], found[3])
    if found := _YEAR_LAST.fullmatch(plain):
        return _year_last(found[1], found[2], found[3], found[4])
    raise ValueError(_("Write the date as year, month, day, for example 2026-05-03."))


def _digit(char: str) -> str:
    """In ASCII, whatever script it is of: Arabic, Persian, Devanagari, Bengali and the others."""
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def _year_last(one: str, between: str, other: str, year: str) -> str:
    if between == "." or int(one) > 12:
        return _date(year, other, one)
    if int(other) > 12:
        return _date(year, one, other)
    day_first, month_first = _date(year, other, one), _date(year, one, other)
    if day_first == month_first:
        return day_first
    both = {"one": day_first, "other": month_first}
    raise ValueError(_("This can be two dates. Write %(one)s or %(other)s: year, month, day.", **both))


def _date(year: str, month: str, day: str) -> str:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise NoSuchDate(_("There is no such date: check day and month.")) from None
    if not 1950 <= found.year <= 2100:
        raise ValueError(_("This date is too far away: check the year."))
    return found.isoformat()
