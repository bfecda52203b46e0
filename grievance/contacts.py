"""How the office is reached by who cannot use the form, or must not: one contact for each language; and who can help at
once in a country, where the office has checked it."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from grievance.addresses import is_address

LONGEST = 300
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{4,40}")


@dataclass(frozen=True)
class Contact:
    """What is answered in this language; empty where it is not. `hours`: when somebody picks up the telephone.
    `paid_by`: who pays for the office, which nobody but the office can say."""

    telephone: str = ""
    mail: str = ""
    address: str = ""
    hours: str = ""
    paid_by: str = ""


KEYS = tuple(field.name for field in fields(Contact))


@dataclass(frozen=True)
class Emergency:
    """Somebody outside the office who can help in a danger, day or night. None is there by itself, the police least of
    all: the office has asked each, and says on which day it last did (`checked`)."""

    who: str
    telephone: str
    checked: date
    hours: str = ""


EMERGENCY = "emergency"
"""The table in which they stand, by country."""
HELPERS = ("sexual", "child")
"""Tables within a country's: who helps after sexual violence, and who helps a child."""
_COUNTRY = re.compile("[A-Z]{2}")


def parse(text: str, languages: Collection[str]) -> dict[str, Contact]:
    """TOML: a table for each language. Raises `ValueError` with a sentence about the first thing that is doubtful."""
    tables = _tables(text)
    tables.pop(EMERGENCY, None)
    if unknown := next((name for name in tables if name not in languages), ""):
        raise ValueError(f"[{unknown[:20]}] is none of the languages {', '.join(languages)}")
    return {language: _contact(language, given) for language, given in tables.items()}


def emergencies(text: str) -> dict[str, Emergency]:
    """By country, what the same file says of who can help at once. Raises `ValueError` as above."""
    return {
        country: _emergency(f"[{EMERGENCY}.{country}]", at_all)
        for country, given in _by_country(text).items()
        if (at_all := {key: value for key, value in given.items() if key not in HELPERS}) or not given
    }


def helpers(text: str) -> dict[str, dict[str, Emergency]]:
    """By what it is about and by country: who helps with that. Raises `ValueError` as above."""
    known = _by_country(text)
    return {
        about: {
            country: _emergency(f"[{EMERGENCY}.{country}.{about}]", given[about])
            for country, given in known.items()
            if about in given
        }
        for about in HELPERS
    }


def _by_country(text: str) -> dict[str, Mapping[str, Any]]:
    tables = _tables(text).get(EMERGENCY, {})
    if not isinstance(tables, Mapping):
        raise ValueError(f"{EMERGENCY} must hold a table for each country, like [{EMERGENCY}.KE]")
    for country, given in tables.items():
        if not _COUNTRY.fullmatch(country) or not isinstance(given, Mapping):
            where = f"[{EMERGENCY}.{country[:20]}]"
            raise ValueError(
                f"{where} must be a table named for a country, by two capital letters, like [{EMERGENCY}.KE]"
            )
    return dict(tables)


def _emergency(where: str, given: Any) -> Emergency:
    if not isinstance(given, Mapping):
        raise ValueError(f"{where} must be a table")
    words, checked = {key: value for key, value in given.items() if key != "checked"}, given.get("checked")
    if not words.keys() <= {"who", "telephone", "hours"} or not {"who", "telephone"} <= words.keys():
        raise ValueError(f"{where} must say who, telephone and checked, and may say hours")
    if any(not isinstance(one, str) or not 1 <= len(one.strip()) <= LONGEST for one in words.values()):
        raise ValueError(f"{where} must say each as a text of at most {LONGEST} characters")
    if not _TELEPHONE.fullmatch(words["telephone"].strip()):
        raise ValueError(f"{where} telephone must be a number like +41 22 000 00 00")
    if type(checked) is not date:
        raise ValueError(f"{where} checked must be the day on which somebody asked them, like 2026-11-29")
    return Emergency(checked=checked, **{key: value.strip() for key, value in words.items()})


def _tables(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ValueError(f"it is no TOML: {fault}") from None


def _contact(language: str, given: Any) -> Contact:
    if not isinstance(given, Mapping):
        raise ValueError(f"{language} must be a table, like [{language}]")
    for key, value in given.items():
        if key not in KEYS:
            raise ValueError(f"[{language}] may say {', '.join(KEYS)}, and not {str(key)[:20]!r}")
        if not isinstance(value, str) or not 1 <= len(value.strip()) <= LONGEST:
            raise ValueError(f"[{language}] {key} must be a text of at most {LONGEST} characters")
    contact = Contact(**{key: value.strip() for key, value in given.items()})
    if sentence := _doubt(contact):
        raise ValueError(f"[{language}] {sentence}")
    return contact


def _doubt(contact: Contact) -> str:
    if not contact.telephone and not contact.mail:
        return "needs a telephone or a mail"
    if contact.telephone and not _TELEPHONE.fullmatch(contact.telephone):
        return "telephone must be a number like +41 22 000 00 00"
    if contact.telephone and not contact.hours:
        return "needs the hours in which somebody answers the telephone"
    return "" if not contact.mail or is_address(contact.mail) else "mail must be one e-mail address"
