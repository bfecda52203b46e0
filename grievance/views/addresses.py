"""What a browser may ask for: the numbers and words of an address, as the database can look for them."""

from typing import Any

from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter, UnicodeConverter

from grievance.models.types import LARGEST_ID


def number(text: str) -> int:
    """The reader of a number that comes with an address or a form. Raises ValueError where no row has such a one."""
    found = int(text)
    if not 0 <= found < LARGEST_ID:
        raise ValueError
    return found


class Number(IntegerConverter):
    """`<int:…>`: there is no page of a number that no row has, whatever is done to it."""

    def to_python(self, value: str) -> Any:
        try:
            return number(value)
        except ValueError:
            raise NotFound from None


class Word(UnicodeConverter):
    """`<…>`: nothing here has the character zero in its name, and PostgreSQL fails where it is asked for it."""

    def to_python(self, value: str) -> str:
        if "\0" in value:
            raise NotFound
        return value


def init_app(app: Flask) -> None:
    """Before the first page is registered."""
    app.url_map.converters.update(int=Number, default=Word, string=Word)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # Flask-Login lets them past: default deny would not hold
