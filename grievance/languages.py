"""The languages that the site speaks: one row each, and nothing about a language stands twice.

A new one is a row here and a catalogue (docs/translating.md). What a row does not say comes from CLDR by way of Babel,
as `locale`; plural forms are those at the head of the catalogue.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from babel import Locale

RIGHT, LEFT = "rtl", "ltr"
LIST = "complainants.json"
"""Beside the catalogues: each text that a complainant can be shown (`bin/her_texts.py`)."""


@dataclass(frozen=True)
class Language:
    """`code`: of its catalogue, of rows in the database and of `lang` in pages (BCP 47). `name`: its own."""

    code: str
    name: str
    everywhere: bool = False
    """Whether companies' desks and the public pages that are no complainant's are in it, too. An office has such a
    language without being asked; any other it names itself in the setting `LANGUAGES`."""
    read_by_native: bool = False
    """Whether somebody who grew up with it has read the pages from the first to the receipt. Never guessed."""
    from_the_right: bool = False
    digits: str = ""
    """Those that its readers write, from nought to nine, for days, numbers and lengths; empty: 0 to 9. A receipt has
    them only beside 0 to 9; telephones, and times in letters, never."""
    known_as: str = ""
    """How CLDR calls it, where that is not its code."""
    asked_for_as: tuple[str, ...] = ()
    """What browsers ask for, where that is not its code."""


EVERY = (
    Language("en", "English", everywhere=True, read_by_native=True),
    Language("fr", "Français", everywhere=True),
    Language("es", "Español", everywhere=True),
    Language("ar", "العربية", everywhere=True, from_the_right=True, digits="٠١٢٣٤٥٦٧٨٩"),
    Language("pt", "Português", everywhere=True),
    Language("sw", "Kiswahili", everywhere=True),
    Language("ru", "Русский", everywhere=True),
    Language("uk", "Українська", everywhere=True),
    Language("prs", "دری", from_the_right=True, digits="۰۱۲۳۴۵۶۷۸۹", known_as="fa_AF", asked_for_as=("fa-AF", "fa")),
    Language("so", "Soomaali"),
)
"""In the order in which a page lists them."""
BY_CODE = {one.code: one for one in EVERY}
CODES = tuple(BY_CODE)
EVERYWHERE = tuple(one.code for one in EVERY if one.everywhere)
FROM_THE_RIGHT = frozenset(one.code for one in EVERY if one.from_the_right)
_BY_LOCALE = {one.known_as: one.code for one in EVERY if one.known_as}
_CALLED_OTHERWISE = frozenset(known_as.partition("_")[0] for known_as in _BY_LOCALE)


@cache
def locale_of(code: str) -> Locale:
    """What CLDR knows of this language: names of months and countries, signs between numbers. Raises
    `babel.UnknownLocaleError` for a code that is neither a row nor CLDR's."""
    row = BY_CODE.get(code)
    return Locale.parse(row.known_as if row and row.known_as else code)


def code_of(locale: Locale | None) -> str:
    """The way back; "" where there is no locale."""
    if not locale:
        return ""
    language = str(locale.language)
    return _BY_LOCALE.get(str(locale), language) if language in _CALLED_OTHERWISE else language


def direction(code: str) -> str:
    return RIGHT if code in FROM_THE_RIGHT else LEFT


def asked_for(codes: Iterable[str]) -> dict[str, str]:
    """By what a browser may ask for: which of these languages that is. A language's own code comes first."""
    codes = tuple(codes)
    also = {name: code for code in codes for name in BY_CODE[code].asked_for_as}
    return {code: code for code in codes} | {name: code for name, code in also.items() if name not in codes}


class _Lacking(NullTranslations):
    """Where a catalogue looks for what it has not."""

    def gettext(self, message: str) -> str:
        raise LookupError(message)


def lacking(code: str, folder: Path) -> list[str]:
    """Which of the complainants' texts this language would show in English. `folder`: of the catalogues, as they were
    compiled. Nothing for English, and for a language that is everywhere, whose texts `make test` holds whole."""
    if code in EVERYWHERE:
        return []
    hers: list[str] = json.loads((folder / LIST).read_text())
    known = translation("messages", folder, [code], fallback=True)
    known.add_fallback(_Lacking())
    return [text for text in hers if not _is_there(known, text)]


def _is_there(known: NullTranslations, text: str) -> bool:
    try:
        known.gettext(text)
    except LookupError:
        return False
    return True
