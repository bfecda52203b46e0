"""The office's own figures: a page of tables with bars, and the same as a file."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask_login import login_required

from grievance import clock
from grievance.desk.taken import note_taken
from grievance.models.people import SECRETARIAT_ROLES
from grievance.reports import figure_tables
from grievance.reports.figures import Period, figures, known_companies, leads
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.pages import Page

bp = Blueprint("figures", __name__, url_prefix="/figures")
QUARTERS = {"1": (1, 3), "2": (4, 6), "3": (7, 9), "4": (10, 12)}
EARLIEST = 1990


@bp.before_request
@login_required
def _only_the_secretariat() -> None:
    """Default deny: an admitted member of the Secretariat, and nobody else."""
    if me().role not in SECRETARIAT_ROLES or me().party_seed is None:
        abort(403)


@bp.get("")
def show() -> Page:
    year, company = request.args.get("year", type=number), request.args.get("company", type=number)
    return render_template("desk/figures.html", **_asked(year, request.args.get("quarter", ""), company))


@bp.post("/table.csv")
def table() -> Page:
    """The same tables for a spreadsheet. Who took them is noted in the office's record."""
    year, company = request.form.get("year", type=number), request.form.get("company", type=number)
    asked = _asked(year, request.form.get("quarter", ""), company)
    period: Period = asked["period"]
    lines = figure_tables.as_csv(asked["found"])
    note_taken(me(), "figures", period.first, period.last)
    name = f"figures-{period.first}-{period.last}.csv"
    answer = Response(lines, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked(year: int | None, quarter: str, company: int | None) -> dict[str, Any]:
    """A year or a quarter of one, this year where nothing that there can be was asked for; of all companies, or one."""
    this, companies = clock.office_today().year, known_companies()
    year = year if year and EARLIEST <= year <= this else this
    company = company if company in dict(companies) else None
    begins, ends = QUARTERS.get(quarter, (1, 12))
    last = date(year + ends // 12, ends % 12 + 1, 1) - date.resolution
    period = Period(date(year, begins, 1), last, company)
    found = figures(period, workload=leads(me()))
    return {
        "period": period, "found": found, "tables": figure_tables.tables(found), "year": year,
        "quarter": quarter if quarter in QUARTERS else "", "company": company, "companies": companies,
        "years": range(this, max(EARLIEST, this - 20), -1), "quarters": QUARTERS,
    }  # fmt: skip
