"""The paper key of the backups: made by an approver or a custodian, and its code shown once."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from grievance import clock
from grievance.access import Person
from grievance.accounts import sessions
from grievance.accounts.keys import backup_paper
from grievance.crypto.receipt_codes import grouped
from grievance.forms.fields import Refused
from grievance.views import rate_limit
from grievance.views.account.sign_in import me
from grievance.views.pages import Page
from grievance.views.sent_twice import shows_a_secret

bp = Blueprint("backup_paper", __name__)


def _who_may() -> Person:
    """Default deny: nobody else learns whether there is one."""
    if not backup_paper.may_make(me()):
        abort(403)
    return me()


@bp.get("/backups")
@login_required
def show() -> Page:
    _who_may()
    return _page()


def _page(error: str = "", status: int = 200) -> Page:
    key, why_none = backup_paper.current()
    return render_template("account/backups.html", me=me(), key=key, why_none=why_none, error=error), status


@bp.post("/backups")
@login_required
def make() -> Page:
    """The code is in this answer and nowhere else. The password is asked for: a screen that was left alone must not
    give a code that opens every backup from then on."""
    by = _who_may()
    if seconds := rate_limit.for_account(by.account_id):
        return _page(rate_limit.sentence_at_sign_in(seconds), 429)
    if not sessions.is_password_of(by, request.form.get("password", "")):
        return _page(_("This is not your password."), 422)
    try:
        code, name = backup_paper.make(by)
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for(".show")), 409
    shows_a_secret()
    page = render_template("account/backup_paper.html", me=by, code=grouped(code), name=name, made_at=clock.now())
    return page, 200
