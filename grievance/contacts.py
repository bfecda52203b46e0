"""How the office is reached by who cannot use the form, or must not: one contact for each language."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
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


def parse(text: str, languages: Collection[str]) -> dict[str, Contact]:
    """TOML: a table for each language. Raises `ValueError` with a sentence about the first thing that is doubtful."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ValueError(f"it is no TOML: {fault}") from None
    if unknown := next((name for name in tables if name not in languages), ""):
        raise ValueError(f"[{unknown[:20]}] is none of the languages {', '.join(languages)}")
    return {language: _contact(language, given) for language, given in tables.items()}


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
