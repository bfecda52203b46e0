"""Who else may help, for everybody: by country and kind of harm, without filing, and with nothing kept of the asking.

What it is about stands in the address by its place in the list and by no word: an address stays in a phone's history.
"""

from flask import Blueprint, render_template, request

from grievance.deadlines.countries import country_name
from grievance.doors import directory, entries
from grievance.forms.choices import GROUPS
from grievance.intake import opening
from grievance.views import language
from grievance.views.addresses import number
from grievance.views.pages import Page

MOST = 40
"""Doors on one page: it is opened on old phones."""
bp = Blueprint("help", __name__)


@bp.get("/help")
def show() -> Page:
    doors, groups = directory.in_use(), list(GROUPS)
    countries = sorted(((code, country_name(code)) for code in directory.countries_of(doors)), key=lambda one: one[1])
    country = request.args.get("country", "")
    harm = _harm(len(groups))
    found = directory.matching(doors, country, frozenset({groups[harm - 1][0]}) if harm else frozenset())
    return render_template(
        "public/help.html", asked=bool(country or harm) or request.args.get("country") is not None, countries=countries,
        country=country, harm=harm, harms=[(str(place), text) for place, (_key, text) in enumerate(groups, 1)],
        doors=[(door, directory.said(door, language())) for door in found[:MOST]],
        more=max(len(found) - MOST, 0), contact=opening.contact(language()), **facts_of_doors(),
    )  # fmt: skip


def _harm(most: int) -> int:
    """Its place in the list, from 1; 0 where none is asked for."""
    place = request.args.get("harm", 0, type=number)
    return place if place <= most else 0


def facts_of_doors() -> dict[str, object]:
    """What a template says of a door besides its own words."""
    return {
        "kinds": dict(entries.KINDS), "costs": dict(entries.COSTS), "needs_name": dict(entries.NEEDS_NAME),
        "is_old": directory.is_old,
    }  # fmt: skip
