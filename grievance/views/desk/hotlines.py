"""The office's page for hotlines: one person proposes one, another makes its token, which is shown once."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.accounts import hotlines
from grievance.forms.fields import BadInput, Refused
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page

bp = Blueprint("hotlines", __name__, url_prefix="/hotlines")
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    return _page()


def _page(sentence: str = "", error: str = "", status: int = 200, token: str = "", made: str = "") -> Page:
    found = hotlines.listed()
    page = render_template(
        "desk/hotlines.html", found=found, may_make={one.id for one in found if hotlines.may_make(me(), one)},
        names=hotlines.names_of(found),
        sentence=sentence, error=error, raw=request.form.get("name", ""), token=token, made=made,
    )  # fmt: skip
    return page, status


@bp.post("")
def propose() -> Page:
    try:
        hotlines.propose(me(), request.form.get("name", ""))
    except BadInput as bad:
        return _page(error=bad.errors["name"], status=422)
    except Refused as refused:
        return _page(refused.sentence, status=409)
    flash(_("Proposed. Somebody else of the Secretariat makes the token."))
    return redirect(url_for(".show"), 303)


@bp.post("/<hotline_id>/make")
def make(hotline_id: str) -> Page:
    try:
        return _page(token=hotlines.make(me(), hotline_id), made=hotline_id)
    except Refused as refused:
        return _page(refused.sentence, status=409)


@bp.post("/<hotline_id>/end")
def end(hotline_id: str) -> Page:
    try:
        hotlines.end(me(), hotline_id)
    except Refused as refused:
        return _page(refused.sentence, status=409)
    flash(_("Ended. It works no more."))
    return redirect(url_for(".show"), 303)
