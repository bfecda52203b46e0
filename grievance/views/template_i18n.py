"""The texts of templates in the page's language. A page has hundreds of them, so each is one look-up of a dictionary:
Jinja's own way asks three functions and five proxies for every word (docs/decisions/0011)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup

from grievance.digits import filled
from grievance.extensions import babel, in_plain_words, page_language
from grievance.workflow import labels, words


def _(text: str, **values: object) -> Markup:
    """The text as HTML; values are escaped."""
    told = _as_html(babel.domain_instance.get_translations(), text)
    return Markup(filled(told, values, page_language())) if values or "%" in told else told  # noqa: S704 - escaped


@lru_cache(8192)
def _as_html(catalogue: Any, text: str) -> Markup:
    """Of the texts in templates, which are as many as they are."""
    return Markup(catalogue.ugettext(text))  # noqa: S704 - written by us and by our translators


def ngettext(one: str, many: str, number: int, **values: object) -> Markup:
    """The same for a number, which the text may name as `%(num)d`."""
    told = Markup(babel.domain_instance.get_translations().ungettext(one, many, number))  # noqa: S704
    return Markup(filled(told, {"num": number, **values}, page_language()))  # noqa: S704 - escaped


class Table(dict[str, str]):
    """A table of `workflow.words` in one language: each text is looked up once, and not for every row of a page."""

    def __init__(self, texts: Mapping[str, Any]) -> None:
        super().__init__()
        self.texts = texts

    def __missing__(self, key: str) -> str:
        self[key] = str(self.texts[key])
        return self[key]

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self.texts else default


class Tables:
    """`workflow.words` and `workflow.labels` as templates see them, for one language."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(words if hasattr(words, name) else labels, name)
        told = Table(found) if isinstance(found, Mapping) else found
        setattr(self, name, told)
        return told


_tables: dict[str, Tables] = {}


def tables(language: str) -> Tables:
    """`language`: of this page, in which texts are now looked up."""
    return _tables.setdefault(f"{language} in plain words" if in_plain_words() else language, Tables())


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(_=_, ngettext=ngettext)
