"""Showing that one reads the mailbox that one's account is to have: the code that was mailed there is typed here."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from grievance.accounts import code_mails, new_address
from grievance.forms.fields import BadInput, Refused
from grievance.views import rate_limit
from grievance.views.account.sign_in import me
from grievance.views.pages import Page

bp = Blueprint("own_address", __name__)


@bp.get("/address/code")
@login_required
def ask_code() -> Page:
    return _code()


def _code(error: str = "", typed: str = "", status: int = 200) -> Page:
    wait = new_address.own_unproven(me())
    mail = code_mails.of([wait.account_id]).get(wait.account_id) if wait else None
    page = render_template(
        "account/address_code.html", me=me(), wait=wait, error=error, typed=typed,
        sent=mail.sent_at if mail else None, refused=mail.refused_at if mail else None,
    )  # fmt: skip
    return page, status


@bp.post("/address/code")
@login_required
def type_code() -> Page:
    typed = request.form.get("code", "")
    if seconds := rate_limit.codes.wait():
        return _code(rate_limit.sentence(seconds), typed, 429)
    try:
        new_address.prove(me(), typed)
    except BadInput as bad:
        return _code(bad.errors["code"], typed, 422)
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for("people.everybody")), 409
    flash(_("Noted: you read this address. Now a second person confirms it."))
    return redirect(url_for("people.everybody"), 303)


@bp.post("/address/code/again")
@login_required
def send_again() -> Page:
    try:
        new_address.mail_again(me())
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for("people.everybody")), 409
    flash(_("Another code goes there. The one before it is void."))
    return redirect(url_for(".ask_code"), 303)
