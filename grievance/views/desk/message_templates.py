"""The approvers' pages for the templates of messages and letters."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from grievance.desk import message_templates
from grievance.forms.fields import BadInput, Refused
from grievance.models.people import Role
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.pages import Page, sent

LIST = ".templates"
bp = Blueprint("wording", __name__, url_prefix="/templates")


@bp.before_request
@login_required
def _only_approvers() -> None:
    """Default deny: an admitted approver, and nobody else."""
    if me().role != Role.APPROVER or me().party_seed is None:
        abort(403)


@bp.get("")
def templates() -> Page:
    return _page({}, {})


def _page(raw: dict[str, Any], errors: dict[str, str], sentence: str = "", template_id: int | None = None) -> str:
    """The list with a form below it: for a new template, or for the one that is changed."""
    return render_template(
        "desk/templates.html",
        templates=message_templates.in_use(),
        changed=message_templates.one(template_id),
        asks=message_templates.ASKS,
        steps=dict(message_templates.STEPS),
        raw=raw,
        errors=errors,
        sentence=sentence,
    )


@bp.post("")
def add_template() -> Page:
    raw = sent(message_templates.ASKS)
    try:
        message_templates.add(me(), raw)
    except BadInput as bad:
        return _page(raw, bad.errors), 422
    flash(_("The template can be used now."))
    return redirect(url_for(LIST), 303)


@bp.get("/<int:template_id>")
def template(template_id: int) -> Page:
    found = message_templates.one(template_id)
    if found is None:
        abort(404)
    return _page(
        {field.name: getattr(found, field.name) for field in message_templates.ASKS}, {}, template_id=template_id
    )


@bp.post("/<int:template_id>")
def change_template(template_id: int) -> Page:
    raw = sent(message_templates.ASKS)
    try:
        message_templates.change(me(), template_id, raw, request.form.get("version", type=number))
    except BadInput as bad:
        return _page(raw, bad.errors, template_id=template_id), 422
    except Refused as refused:
        return _page(raw, {}, refused.sentence, template_id), 409
    flash(_("Changed."))
    return redirect(url_for(LIST), 303)


@bp.post("/<int:template_id>/retire")
def retire_template(template_id: int) -> Page:
    try:
        message_templates.retire(me(), template_id)
    except Refused as refused:
        return _page({}, {}, refused.sentence), 409
    flash(_("It is offered no longer."))
    return redirect(url_for(LIST), 303)
