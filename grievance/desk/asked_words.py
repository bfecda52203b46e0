"""The words of the last search, as the searcher's own browser keeps them: sealed under a key of her account, so that a
cookie says nothing by itself, nor after she signed out."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from grievance.access import Person
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal


def sealed(person: Person, words: str) -> str:
    """For somebody who is signed in. Raises `LookupError` for whoever has no key of their own."""
    return urlsafe_b64encode(seal(_key(person), words.encode(), _place(person))).decode()


def opened(person: Person, kept: object) -> str:
    """Empty where there is nothing, or nothing that this person's key opens."""
    try:
        return open_sealed(_key(person), urlsafe_b64decode(str(kept or "")), _place(person)).decode()
    except (CannotOpen, Error, ValueError):
        return ""


def _key(person: Person) -> bytes:
    if person.own_seed is None:
        raise LookupError("whoever is signed in has a key")
    return derive(person.own_seed, "searched words")


def _place(person: Person) -> bytes:
    return place("searched words", person.account_id or 0)
