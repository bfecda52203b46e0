"""The office's page for the texts of signs: proposed by one person, approved by another."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from grievance.forms.fields import BadInput, Refused
from grievance.models.people import SECRETARIAT_ROLES
from grievance.notify import gsm, sign_texts
from grievance.views.account.sign_in import me
from grievance.views.pages import Page, sent

LIST = ".texts"
bp = Blueprint("signs", __name__, url_prefix="/signs")


@bp.before_request
@login_required
def _only_the_office() -> None:
    """Default deny: an admitted person of the Secretariat, and nobody else."""
    if me().role not in SECRETARIAT_ROLES or me().party_seed is None:
        abort(403)


@bp.get("")
def texts() -> Page:
    return _page({}, {})


def _page(raw: dict[str, Any], errors: dict[str, str], sentence: str = "") -> str:
    found = sign_texts.of_the_office()
    return render_template(
        "desk/sign_texts.html", waiting=[one for one in found if one.approved is None],
        used=[one for one in found if one.approved],
        may_approve={one.id for one in found if sign_texts.may_approve(me(), one)},
        length=gsm.length, asks=sign_texts.ASKS, raw=raw, errors=errors, sentence=sentence,
    )  # fmt: skip


@bp.post("")
def propose() -> Page:
    raw = sent(sign_texts.ASKS)
    try:
        sign_texts.propose(me(), raw)
    except BadInput as bad:
        return _page(raw, bad.errors), 422
    flash(_("It waits for a second person."))
    return redirect(url_for(LIST), 303)


@bp.post("/usual")
def propose_usual() -> Page:
    raw = sent(sign_texts.LANGUAGE)
    try:
        sign_texts.propose_defaults(me(), raw)
    except BadInput as bad:
        return _page(raw, bad.errors), 422
    flash(_("They wait for a second person."))
    return redirect(url_for(LIST), 303)


@bp.post("/<int:text_id>/decide")
def decide(text_id: int) -> Page:
    approved = request.form.get("outcome") == "approve"
    try:
        sign_texts.decide(me(), text_id, approved)
    except Refused as refused:
        return _page({}, {}, refused.sentence), 409
    flash(_("From now on it is offered.") if approved else _("It was refused."))
    return redirect(url_for(LIST), 303)


@bp.post("/<int:text_id>/stop")
def stop(text_id: int) -> Page:
    try:
        sign_texts.stop(me(), text_id)
    except Refused as refused:
        return _page({}, {}, refused.sentence), 409
    flash(_("It is offered no longer, and nobody is sent it."))
    return redirect(url_for(LIST), 303)
