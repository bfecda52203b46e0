"""The public figures: the newest edition, each edition at an address of its own, and its tables as files."""

from flask import Blueprint, abort, render_template

from grievance.reports import public_figures
from grievance.reports.public_counts import TOLD_FOR
from grievance.views.pages import Page, to_keep

bp = Blueprint("published", __name__, url_prefix="/figures")


@bp.get("")
def newest() -> Page:
    editions = public_figures.public_ones()
    return _page(public_figures.public_one(editions[0][0]) if editions else None)


def _page(edition: public_figures.Shown | None) -> str:
    return render_template(
        "public/figures.html", edition=edition, editions=public_figures.public_ones(), told_for=TOLD_FOR.days
    )


@bp.get("/<edition>")
def one(edition: str) -> Page:
    return _page(_found(edition))


@bp.get("/<edition>/<table>.csv")
def table(edition: str, table: str) -> Page:
    lines = public_figures.as_csv(_found(edition), table)
    if lines is None:
        abort(404)
    return to_keep("".join(lines).encode(), f"figures-{edition}-{table}.csv", "text/csv")


def _found(slug: str) -> public_figures.Shown:
    found = public_figures.public_one(slug)
    if found is None:
        abort(404)
    return found
