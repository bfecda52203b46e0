"""The company's own numbers, of what was handed over to it; and the same as a table to keep."""

from flask import Blueprint, render_template

from grievance import clock
from grievance.reports import own_figures
from grievance.views.account.sign_in import me
from grievance.views.company.doors import companies_only
from grievance.views.pages import Page, to_keep

bp = Blueprint("own_figures", __name__, url_prefix="/figures")
bp.before_request(companies_only)


@bp.get("")
def show() -> Page:
    return render_template("company/own_figures.html", figures=own_figures.own_figures(me()))


@bp.post("/table.csv")
def table() -> Page:
    today = clock.day(clock.now(), clock.reader_zone(me().zone))
    return to_keep("".join(own_figures.as_csv(own_figures.own_figures(me()), today)), "figures.csv", "text/csv")
