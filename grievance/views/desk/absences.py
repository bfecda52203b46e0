"""The head of the office says that somebody else is away, and who stands in."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from grievance.accounts import absence
from grievance.forms.fields import BadInput
from grievance.views.account.sign_in import me
from grievance.views.pages import Page, sent

bp = Blueprint("absences", __name__, url_prefix="/absences")


@bp.before_request
@login_required
def _only_the_head() -> None:
    """Default deny: the head of the office, admitted, and nobody else."""
    if not absence.leads(me()):
        abort(403)


@bp.get("")
def show() -> Page:
    """First who is away; then, of whom that is known, the days and who stands in."""
    return _page({"who": request.args.get("who", "")}, {})


@bp.post("")
def press() -> Page:
    """Somebody is away, or is back."""
    try:
        if who := request.form.get("back"):
            absence.bring_back(me(), who)
            flash(_("They are back: nobody stands in for them."))
        else:
            absence.announce_for(me(), sent(absence.ASKS_OF_HEAD))
            flash(_("We have noted it. On those days their cases and their mail go to who stands in."))
    except BadInput as bad:
        return _page(sent(absence.ASKS_OF_HEAD), bad.errors, 422)
    return redirect(url_for(".show"), 303)


def _page(raw: dict[str, Any], errors: dict[str, str], status: int = 200) -> Page:
    others, who = absence.others(me()), raw.get("who", "")
    known = dict(others).get(who)
    page = render_template(
        "desk/absences.html", fields=absence.ASKS_OF_HEAD, raw=raw, errors=errors, me=me(), name=known,
        choices={"who": others, "stand_in": absence.stand_ins(me(), who) if known else []},
        announced=absence.announced(),
    )  # fmt: skip
    return page, status
