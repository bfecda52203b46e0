"""The Secretariat writes down what it looked at in a company: a visit, an audit, a self-assessment."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from grievance.concerns import monitoring
from grievance.forms.fields import BadInput
from grievance.reports import members
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent

bp = Blueprint("monitoring", __name__, url_prefix="/concerns/about")
bp.before_request(members_only)


@bp.get("/<int:company_id>/looked")
def form(company_id: int) -> Page:
    return _form(company_id, {}, {})


def _form(company_id: int, raw: Mapping[str, Any], errors: Mapping[str, str]) -> str:
    return render_template(
        "desk/looked.html", company=members.profile(company_id).company, asks=monitoring.ASKS, raw=raw, errors=errors
    )


@bp.post("/<int:company_id>/looked")
def write(company_id: int) -> Page:
    raw = sent(monitoring.ASKS)
    company = members.profile(company_id).company
    try:
        monitoring.write_down(me(), company.id, raw)
    except BadInput as bad:
        return _form(company_id, raw, bad.errors), 422
    flash(_("It stands in the dossier. The company is told nothing of it."))
    return redirect(url_for("concerns.about", company_id=company_id), 303)
