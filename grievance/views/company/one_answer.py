"""One answer of a company to several of its cases: written once, looked at, and given in each as its own answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.forms.fields import BadInput, clean
from grievance.reports.awaiting import MOST, Line, awaiting, how_many
from grievance.views import step_form
from grievance.views.account.sign_in import me
from grievance.views.company.doors import companies_only
from grievance.views.pages import Page, sent
from grievance.views.refusals import refusal
from grievance.workflow import steps
from grievance.workflow.questions import RESPONSE

bp = Blueprint("one_answer", __name__, url_prefix="/answers")
bp.before_request(companies_only)
STEP, ALL, TICKED = "respond", "all", "ticked"


@bp.get("")
def show() -> Page:
    return _page({}, {})


@bp.post("")
def press() -> Page:
    """First the look, then the answer. Each case is a transaction, an event and an answer of its own; one that is
    refused, or waits no longer, is named and does not keep the others."""
    raw = {**sent(RESPONSE), "which": request.form.get("which", "")}
    ticked = request.form.getlist("case")
    chosen = awaiting(me(), ticked if raw["which"] != ALL else None)
    gone = _gone(raw["which"], ticked, chosen)
    try:
        errors, values = {}, clean(RESPONSE, raw)
    except BadInput as bad:
        errors, values = bad.errors, {}
    if errors := {**_not_chosen(raw["which"], [*chosen, *gone]), **errors}:
        return _page(raw, errors, gone=gone, status=422)
    if not chosen:
        return _page(raw, {}, gone=gone, status=409)
    if request.form.get("then") != "send":
        return _page(raw, {}, look=chosen if request.form.get("then") == "look" else None, gone=gone)
    refusals = [sentence for one in chosen if (sentence := _refusal(one, values))]
    if done := len(chosen) - len(refusals):
        flash(ngettext("%(num)d case has your answer.", "%(num)d cases have your answer.", done))
    if refusals or gone:
        return _page(raw, {}, refusals=refusals, gone=gone, status=409)
    return redirect(url_for("company.show_queue"), 303)


def _gone(which: str, ticked: list[str], chosen: list[Line]) -> list[str]:
    """What was ticked and does not wait for an answer: of it the page says no more than was sent."""
    waits = {one.reference for one in chosen}
    return [one for one in dict.fromkeys(ticked) if one not in waits] if which == TICKED else []


def _not_chosen(which: str, chosen: Sequence[Any]) -> dict[str, str]:
    if which not in (ALL, TICKED):
        return {"which": _("Say whether all of them, or those that you tick.")}
    return {} if chosen else {"which": _("Tick what you mean.")}


def _refusal(line: Line, values: dict[str, Any]) -> str:
    return refusal(line.reference, lambda: steps.take(STEP, me(), line.reference, values))


def _page(
    raw: Mapping[str, Any], errors: dict[str, str], *, look: list[Line] | None = None,
    refusals: list[str] | None = None, gone: Sequence[str] = (), status: int = 200,
) -> Page:  # fmt: skip
    lines = awaiting(me())
    page = render_template(
        "company/one_answer.html", lines=lines, fields=RESPONSE, raw=raw, errors=errors, look=look,
        waiting=how_many(me()) if len(lines) == MOST else len(lines), gone=gone,
        ticked=request.form.getlist("case"), refusals=refusals or [], reads=step_form.read_by(RESPONSE, me(), None),
    )  # fmt: skip
    return page, status
