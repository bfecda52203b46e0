"""The office's administration, to be read: companies, calendars, the procedure, the office's record."""

from flask import Blueprint, abort, render_template, request
from flask_login import login_required

from grievance import clock
from grievance.access import may_administer
from grievance.maintenance.trouble import troubles
from grievance.models.people import SECRETARIAT_ROLES
from grievance.reports import calendars, members, office, rules
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.pages import Page

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_request
@login_required
def _only_the_secretariat() -> None:
    """Default deny: an admitted member of the Secretariat, and nobody else."""
    if me().role not in SECRETARIAT_ROLES or me().party_seed is None:
        abort(403)


@bp.get("")
def index() -> Page:
    return render_template("admin/index.html", troubles=troubles(clock.now()))


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
    known = calendars.calendars()
    country = request.args.get("country", "*")
    chosen = country if country in dict(known) else "*"
    return render_template(
        "admin/holidays.html", calendars=known, country=chosen, years=calendars.years(chosen),
        may_change=may_administer(me()),
    )  # fmt: skip


@bp.get("/procedure")
def procedure() -> Page:
    return render_template(
        "admin/procedure.html", limits=rules.limit_lines(), steps=rules.step_lines(), years=rules.retention_years()
    )


@bp.get("/record")
def record() -> Page:
    return render_template("admin/record.html", page=office.office_record(request.args.get("before", type=number)))
