"""One answer of a company to several of its cases: written once, looked at, and given in each as its own answer."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required

from grievance.forms.fields import BadInput, Refused, clean
from grievance.models.people import Role
from grievance.reports.awaiting import Line, awaiting
from grievance.views import step_form
from grievance.views.account.sign_in import me
from grievance.views.pages import Page, sent
from grievance.workflow import steps
from grievance.workflow.questions import RESPONSE

bp = Blueprint("one_answer", __name__, url_prefix="/answers")
STEP, ALL, TICKED = "respond", "all", "ticked"


@bp.before_request
@login_required
def _only_companies() -> None:
    """Default deny: an admitted person of a company, and nobody else."""
    if me().role != Role.COMPANY or me().party_seed is None:
        abort(403)


@bp.get("")
def show() -> Page:
    return _page({}, {})


@bp.post("")
def press() -> Page:
    """First the look, then the answer. Each case is a transaction, an event and an answer of its own; one that is
    refused is named, and does not keep the others."""
    raw = {**sent(RESPONSE), "which": request.form.get("which", "")}
    ticked = request.form.getlist("case")
    lines = awaiting(me())
    chosen = [one for one in lines if raw["which"] == ALL or one.reference in ticked]
    try:
        errors, values = {}, clean(RESPONSE, raw)
    except BadInput as bad:
        errors, values = bad.errors, {}
    if errors := {**_not_chosen(raw["which"], chosen), **errors}:
        return _page(raw, errors, status=422)
    if request.form.get("then") != "send":
        return _page(raw, {}, look=chosen if request.form.get("then") == "look" else None)
    refusals = [sentence for one in chosen if (sentence := _one(one, values))]
    if done := len(chosen) - len(refusals):
        flash(ngettext("%(num)d case has your answer.", "%(num)d cases have your answer.", done))
    if refusals:
        return _page(raw, {}, refusals=refusals, status=409)
    return redirect(url_for("company.show_queue"), 303)


def _not_chosen(which: str, chosen: list[Line]) -> dict[str, str]:
    if which not in (ALL, TICKED):
        return {"which": _("Say whether all of them, or those that you tick.")}
    return {} if chosen else {"which": _("Tick what you mean.")}


def _one(line: Line, values: dict[str, Any]) -> str:
    """Why it was not given; empty where it was."""
    try:
        steps.take(STEP, me(), line.reference, values)
    except Refused as refused:
        return f"{line.reference}: {refused.sentence}"
    except BadInput as bad:
        return f"{line.reference}: {' '.join(bad.errors.values())}"
    return ""


def _page(
    raw: Mapping[str, Any], errors: dict[str, str], *, look: list[Line] | None = None,
    refusals: list[str] | None = None, status: int = 200,
) -> Page:  # fmt: skip
    page = render_template(
        "company/one_answer.html", lines=awaiting(me()), fields=RESPONSE, raw=raw, errors=errors, look=look,
        ticked=request.form.getlist("case"), refusals=refusals or [], reads=step_form.read_by(RESPONSE, me(), None),
    )  # fmt: skip
    return page, status
