"""The days of a register as people write them: months by their names in its language, digits of any script."""

import calendar
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from babel import UnknownLocaleError

from grievance.languages import locale_of

MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
"""In English: where `[months]` of a mapping lead to."""


def month_names(language: str, said: Mapping[str, str]) -> Mapping[str, str]:
    """The short English name by what a register may call a month, in lower case: the names of CLDR in English and in
    its language, and what the mapping says. CLDR knows Iraq's and Algeria's Arabic months by the country alone, so that
    a mapping has to say them. Raises ValueError with a sentence."""
    found = {"sept": _short(9)}
    for code in ("en", language):
        try:
            months = locale_of(code).months
        except UnknownLocaleError:
            continue
        for use in ("format", "stand-alone"):
            for width in ("abbreviated", "wide"):
                found |= {_folded(name): _short(number) for number, name in months[use][width].items()}
    if strange := [name for name in said.values() if name not in MONTHS]:
        raise ValueError(f"The mapping's [months] must lead to: {', '.join(MONTHS)}; not {strange[0]}.")
    found |= {_folded(name): _short(MONTHS[month]) for name, month in said.items()}
    return MappingProxyType({name: month for name, month in found.items() if not name.isdecimal()})


def plain(text: str, months: Mapping[str, str]) -> str:
    """The text with digits from 0 to 9, and each month by its short English name (`%b`)."""
    text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    if text.isascii() and not re.search("[a-zA-Z]", text):
        return text
    return _pattern(tuple(months)).sub(lambda found: months[_folded(found[0])], text)


def by_short_names(shape: str) -> str:
    """The format of `strptime` for a text that `plain` gave."""
    return shape.replace("%B", "%b")


@lru_cache(maxsize=8)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)\.?", re.IGNORECASE)


def _folded(name: str) -> str:
    return name.casefold().rstrip(".")


def _short(number: int) -> str:
    return calendar.month_abbr[number]
