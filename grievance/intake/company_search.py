"""Finding the company that is meant: by the country where it happened, a part of a name, or what its people wear.

What is looked for is in the form that is sent and nowhere else: not in the address, and not kept.
"""

from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from grievance.extensions import db
from grievance.forms.fields import SHORT, clean_text
from grievance.intake.filing import UNKNOWN_COMPANY, company_choices
from grievance.models.people import Company
from grievance.models.register import SHOWN


@dataclass(frozen=True)
class Search:
    """What was looked for. `number`: of companies that fit; None where nothing was looked for."""

    words: str
    country: str
    countries: list[tuple[str, str]]
    choices: dict[str, Any]
    number: int | None


def search(words: str, country: str) -> Search:
    """The choices of the question about the company: those that fit, each with what its people wear, and "I do not
    know"; all of them where nothing was looked for, or where none fits."""
    every = list(db.session.scalars(select(Company).where(SHOWN)))
    words, country = words[:SHORT], country if country in _codes(every) else ""
    asked = _folded(words).split()
    if not asked and not country:
        return Search(words, "", _named(every), company_choices(every), None)
    fit = [one for one in every if _fits(one, asked, country)]
    choices = _narrowed(fit) if fit else company_choices(every)
    return Search(words, country, _named(every), choices, len(fit))


def _fits(company: Company, words: list[str], country: str) -> bool:
    if country and country not in (company.country, *company.works_in):
        return False
    texts = " ".join(_folded(one) for one in (company.name, *company.trade_names, *company.uniforms))
    return all(word in texts for word in words)


def _narrowed(fit: list[Company]) -> dict[str, Any]:
    known = sorted((company.name, str(company.id), _described(company)) for company in fit)
    named = [(number, words) for _name, number, words in known]
    last = [(UNKNOWN_COMPANY, _("I do not know, or it is not in the list"))]
    return {"company": [*named, *last], "company_groups": [("", [*named, *last])]}


def _described(company: Company) -> str:
    """Its name, its other names, and what its people wear."""
    names = ", ".join([company.name, *company.trade_names])
    return ": ".join([names, "; ".join(company.uniforms)]) if company.uniforms else names


def _codes(every: list[Company]) -> set[str]:
    return {code for company in every for code in (company.country, *company.works_in)}


def _named(every: list[Company]) -> list[tuple[str, str]]:
    """The countries in which some company guards, in the reader's language."""
    locale = get_locale()
    named = [(code, locale.territories.get(code, "") if locale else code) for code in _codes(every)]
    return sorted(((code, name) for code, name in named if name), key=lambda one: one[1])


def _folded(text: str) -> str:
    return " ".join(clean_text(text).casefold().split())
