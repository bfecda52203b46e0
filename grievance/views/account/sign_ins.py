"""One's own sign-ins, and signing out everywhere."""

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from grievance import clock
from grievance.accounts import one_session
from grievance.deadlines.rows import timetable
from grievance.reports.who_read import own_sign_ins
from grievance.views.account.sign_in import me

bp = Blueprint("sign_ins", __name__)


@bp.get("/sign-ins")
@login_required
def own() -> str:
    return render_template(
        "account/sign_ins.html", lines=own_sign_ins(me()), zone=clock.office_zone(), kept=timetable().counts_kept
    )


@bp.post("/sign-ins/end")
def sign_out_everywhere() -> Response:
    """Here, too. Also for whoever pressed it a moment before: they are where they wanted to be."""
    if current_user.is_authenticated:
        one_session.end_all(me())
    session.clear()
    flash(_("You are signed out everywhere."))
    return redirect(url_for("account.sign_in"), 303)
