"""The office's administration, to be read: companies, calendars, the procedure, the office's record."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance import clock
from grievance.access import may_administer
from grievance.accounts import absence
from grievance.deadlines import holidays_taken_back
from grievance.deadlines.countries import COUNTRIES
from grievance.forms.fields import Refused
from grievance.intake import opening
from grievance.maintenance.trouble import troubles
from grievance.reports import calendars, members, office, rules, setup
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.before_request(members_only)


@bp.get("")
def index() -> Page:
    return render_template(
        "admin/index.html", may_change=may_administer(me()), leads=absence.leads(me()),
        troubles=troubles(clock.now(), me()),
    )  # fmt: skip


@bp.get("/setup")
def setup_list() -> Page:
    """An approver's first page until the office was open once."""
    if not may_administer(me()):
        abort(403)
    return render_template("admin/setup.html", points=setup.points(), closed=opening.closed())


@bp.get("/companies")
def companies() -> Page:
    return render_template("admin/companies.html", lines=members.listed(), may_change=may_administer(me()))


@bp.get("/companies/<int:company_id>")
def company(company_id: int) -> Page:
    return render_template(
        "admin/company.html", profile=members.profile(company_id), may_change=may_administer(me())
    )  # fmt: skip


@bp.get("/holidays")
def holidays() -> Page:
    country = request.args.get("country", "*")
    known = calendars.calendars(country)
    chosen = country if country in dict(known) else "*"
    return render_template(
        "admin/holidays.html", calendars=known, country=chosen, years=calendars.years(chosen),
        weekend=sorted(current_app.config["WEEKEND"]), may_change=may_administer(me()),
        suggests=chosen if chosen in dict(COUNTRIES) else None,
    )  # fmt: skip


@bp.get("/holidays/<int:holiday_id>/wrong")
def wrong_holiday(holiday_id: int) -> Page:
    """What moves back, and what this person may do about it: ask, or decide what another asked."""
    holiday = calendars.holiday(holiday_id)
    if holiday is None:
        abort(404)
    return render_template(
        "admin/holiday_wrong.html", holiday=holiday, effect=holidays_taken_back.preview(me(), holiday),
        asked_by=holidays_taken_back.who_asked(holiday), decides=holidays_taken_back.may_decide(me(), holiday),
        at_least=holidays_taken_back.AT_LEAST,
    )  # fmt: skip


@bp.post("/holidays/<int:holiday_id>/wrong")
def decide_wrong_holiday(holiday_id: int) -> Page:
    holiday, answer = calendars.holiday(holiday_id), request.form.get("answer", "")
    country = holiday.country if holiday else "*"
    try:
        flash(_decided(holiday_id, answer))
    except Refused as refused:
        back = url_for(".holidays", country=country)
        return render_template("refused.html", sentence=refused.sentence, back=back), 409
    return redirect(url_for(".holidays", country=country), 303)


def _decided(holiday_id: int, answer: str) -> str:
    if answer == "take_back":
        effect = holidays_taken_back.take_back(me(), holiday_id)
        moved = ngettext("%(num)d date is earlier again.", "%(num)d dates are earlier again.", effect.limits)
        return f"{_('Taken back.')} {moved}"
    if answer == "keep":
        holidays_taken_back.keep(me(), holiday_id)
        return str(_("The holiday stays."))
    holidays_taken_back.ask(me(), holiday_id)
    return str(_("Another person of the Secretariat decides next."))


@bp.get("/procedure")
def procedure() -> Page:
    return render_template(
        "admin/procedure.html", limits=rules.limit_lines(), steps=rules.step_lines(), years=rules.retention_years()
    )


@bp.get("/record")
def record() -> Page:
    return render_template("admin/record.html", page=office.office_record(request.args.get("before", type=number)))
