"""A member's page on two sheets of paper: what it is, and what to ask of it."""

from typing import Any

from flask_babel import gettext as _

from grievance.deadlines.days import full_date
from grievance.reports.directions import Quoted
from grievance.reports.member_addresses import of_member
from grievance.reports.member_pages import Member, Published
from grievance.reports.pdf import typeset
from grievance.reports.tender import CHECKS, CHECKS_NOT, CLAUSES, SOURCES
from grievance.site import site_name

MOST_LINES = 6
"""Of its history: the whole of it is on the page."""
MOST_LETTERS = 300
"""Of a list of names on a line."""
DASH = "–"


def as_pdf(found: Member, edition: Published, lang: str) -> bytes:
    data: dict[str, Any] = {
        "lang": lang, "title": Quoted(found.name), "site": site_name(),
        "said": [found.tier, *found.said, *_measures(found)],
        "facts": [[name, Quoted(said)] for name, said in _facts(found)],
        "history_title": str(_("What it was since when")),
        "history": [f"{day}: {was}" for day, was in found.history[:MOST_LINES]],
        "figures_title": str(_("How it handles grievances that we refer to it")),
        "figures": found.handling,
        "checks_title": str(_("What the association checks")), "checks": [*map(str, CHECKS)],
        "checks_not_title": str(_("What it does not check")), "checks_not": [*map(str, CHECKS_NOT)],
        "tender_title": str(_("What to ask in a tender")), "sources": str(SOURCES),
        "clauses": [[str(head), str(clause)] for head, clause in CLAUSES],
        "as_of": _("As published on %(date)s. The page of today: %(address)s", date=full_date(edition.on),
                   address=of_member(found.facts["slug"])),
    }  # fmt: skip
    return typeset("member", data)


def _measures(found: Member) -> list[str]:
    return [
        str(_("Measure of the association: %(measure)s", measure=f"{said} ({day})")) for day, said in found.measures
    ]


def _facts(found: Member) -> list[tuple[str, str]]:
    lists = (
        (_("Other names"), found.facts["trade_names"]), (_("What it offers"), found.services),
        (_("Countries"), found.countries), (_("Its own grievance mechanism"), found.facts["grievance_at"]),
        (_("Languages there"), found.languages),
    )  # fmt: skip
    return [*found.certificate, *((str(name), _joined(said)) for name, said in lists if said)]


def _joined(said: list[str]) -> str:
    text = " · ".join(said)
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS].rstrip()}…"
