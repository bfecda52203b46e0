"""Help within 72 hours and on the spot, where it is about sexual violence or a child: on the form, and on her page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from grievance.contacts import HELPERS, Emergency
from grievance.extensions import db
from grievance.intake import filing, opening
from grievance.models.case import Case
from grievance.models.people import Company
from grievance.workflow import delicate


@dataclass(frozen=True)
class FirstHelp:
    """`about`: with what; `near`: who helps on the spot, by country."""

    about: Collection[str]
    near: list[tuple[str, Emergency]]


def of_form(answers: Mapping[str, Any]) -> FirstHelp:
    """Where nothing is said yet, with all that there is help for."""
    about = delicate.about(delicate.topics_said(answers)) or HELPERS
    number = str(answers.get("company") or "")
    company = db.session.get(Company, int(number)) if filing.is_company(number) else None
    return FirstHelp(about, opening.on_the_spot(about, _of_company(company)))


def of_case(case: Case) -> FirstHelp | None:
    """None where it is about neither."""
    if not (about := delicate.about(case.topics)):
        return None
    countries = {case.country.partition("-")[0]} if case.country else _of_company(case.company)
    return FirstHelp(about, opening.on_the_spot(about, countries))


def _of_company(company: Company | None) -> set[str]:
    return {company.country, *company.works_in} if company else set()
