"""Remedies that were promised, over all cases: a page by due day, and the same as a file."""

from typing import Any

from flask import Blueprint, render_template, request

from grievance import clock
from grievance.desk.taken import note_taken
from grievance.reports.figures import known_companies
from grievance.reports.promised import MOST, SHOWN, as_csv, promised
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, to_keep

bp = Blueprint("promised", __name__, url_prefix="/remedies")
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    said = _asked(request.args.get("show", ""), request.args.get("company", type=number))
    return render_template("desk/promised.html", **said)


@bp.post("/table.csv")
def table() -> Page:
    """The same for a spreadsheet. Who took it is noted in the office's record."""
    lines = _asked(request.form.get("show", ""), request.form.get("company", type=number))["lines"]
    days = [one.due_on for one in lines] or [clock.office_today()]
    note_taken(me(), "remedies", min(days), max(days))
    return to_keep("".join(as_csv(lines)), "remedies.csv", "text/csv")


def _asked(show: str, company: int | None) -> dict[str, Any]:
    show = show if show in SHOWN else ""
    return {
        "lines": promised(me(), show, company), "show": show, "company": company, "companies": known_companies(),
        "most": MOST,
    }  # fmt: skip
