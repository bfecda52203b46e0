"""The office's own figures: a page of tables with bars, and the same as files."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _

from grievance import clock
from grievance.accounts.absence import leads
from grievance.desk.taken import note_taken
from grievance.extensions import page_language
from grievance.forms.choices import LANGUAGES_EVERYWHERE
from grievance.reports import figure_files, figure_tables
from grievance.reports.figures import Figures, Period, figures, known_companies
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, to_keep

bp = Blueprint("figures", __name__, url_prefix="/figures")
QUARTERS = {"1": (1, 3), "2": (4, 6), "3": (7, 9), "4": (10, 12)}
EARLIEST = 1990
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    year, quarter = request.args.get("year", ""), request.args.get("quarter", "")
    asked = _asked(
        {"year": year, "quarter": quarter, "company": request.args.get("company", ""),
         "as_of": request.args.get("as_of", "")}
    )  # fmt: skip
    found = figures(asked["period"], workload=leads(me()))
    more = {
        "found": found,
        "tables": figure_tables.tables(found),
        "companies": known_companies(),
    }
    return render_template(
        "desk/figures.html", **asked, **more, years=_years(), quarters=QUARTERS, report_languages=_languages()
    )


@bp.post("/table.csv")
def table() -> Page:
    """The same tables for a spreadsheet. Who took them is noted in the office's record."""
    return _taken("csv", "text/csv", lambda found: b"".join(line.encode() for line in figure_tables.as_csv(found)))


@bp.post("/table.xlsx")
def workbook() -> Page:
    """The same as a workbook, where nothing can be taken for something else: days and long numbers are texts."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _taken("xlsx", kind, lambda found: figure_files.as_xlsx(found, page_language()))


@bp.post("/report.pdf")
def report() -> Page:
    """The report to print or to publish, in a language of the office's choice."""
    chosen = request.form.get("in", "")
    lang = chosen if chosen in dict(_languages()) else page_language()
    return _taken("pdf", "application/pdf", lambda found: figure_files.as_pdf(found, lang))


def _taken(ends: str, mimetype: str, made: Callable[[Figures], bytes]) -> Page:
    period: Period = _asked(request.form)["period"]
    found = figures(period)
    content = made(found)
    note_taken(me(), "figures", period.first, period.last)
    return to_keep(content, f"figures-{period.first}-{period.last}-as-of-{found.as_of}.{ends}", mimetype)


def _asked(said: Mapping[str, str]) -> dict[str, Any]:
    """A year or a quarter of one, this year where nothing that there can be was asked for; of all companies, or one; as
    of a day that was, or today."""
    this, year = clock.office_today().year, _number(said.get("year", ""))
    year = year if year and EARLIEST <= year <= this else this
    quarter, company = said.get("quarter", ""), _number(said.get("company", ""))
    company = company if company in dict(known_companies()) else None
    begins, ends = QUARTERS.get(quarter, (1, 12))
    last = date(year + ends // 12, ends % 12 + 1, 1) - date.resolution
    period = Period(date(year, begins, 1), last, company, _day(said.get("as_of", "")))
    quarter = quarter if quarter in QUARTERS else ""
    typed = said.get("as_of", "")
    return {
        "period": period, "year": year, "quarter": quarter, "company": company, "as_of": period.as_of,
        "typed": typed, "of_the_day": _of_the_day(typed, period),
    }  # fmt: skip


def _of_the_day(typed: str, period: Period) -> str:
    """What is said of the day that was asked for; nothing where the figures are simply as of it."""
    if not typed:
        return ""
    if period.as_of is None:
        day = _parsed(typed)
        if day and day > clock.office_today():
            return str(_("This day has not come yet, so the figures are as of today."))
        return str(_("There are no figures as of this day, so they are as of today."))
    if period.as_of < period.first:
        return str(_("At the end of this day the period had not begun, so nothing is counted."))
    return ""


def _number(said: str) -> int | None:
    try:
        return number(said)
    except ValueError:
        return None


def _day(said: str) -> date | None:
    """None where it is no day, or one that has not come: as of now."""
    day = _parsed(said)
    return day if day and day.year >= EARLIEST and day <= clock.office_today() else None


def _parsed(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _years() -> range:
    this = clock.office_today().year
    return range(this, max(EARLIEST, this - 20), -1)


def _languages() -> list[tuple[str, str]]:
    return [(code, name) for code, name in LANGUAGES_EVERYWHERE if code in current_app.config["LANGUAGES"]]
