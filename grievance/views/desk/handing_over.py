"""Cases of one officer to another: all of them, or those that are ticked, with a note that goes with each."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.desk.whose import Line, cases_of, officers
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page
from grievance.views.refusals import refusal
from grievance.workflow import steps

bp = Blueprint("handing_over", __name__, url_prefix="/handing-over")
ALL, TICKED = "all", "ticked"
LONGEST = 2_000
"""Characters of a note that goes with many cases."""
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    """Whose cases, and then which."""
    return _page(request.args.get("officer", type=number), {})


@bp.post("")
def press() -> Page:
    """Each case is a transaction and an event of its own; one that is refused is named, and does not keep the others.
    Nothing is done before all that is asked is answered."""
    whose, form = request.form.get("from", type=number), request.form
    lines = cases_of(me(), whose)
    chosen = [one for one in lines if form.get("which") == ALL or one.reference in form.getlist("case")]
    if errors := _missing(form, chosen):
        return _page(whose, form, errors=errors, status=422)
    said = {"officer": form["to"], "note": form.get("note", "").strip()}
    wanted = ("note", "assign") if said["note"] else ("assign",)
    refusals = [sentence for one in chosen if (sentence := _refusal(one, wanted, said))]
    moved = len(chosen) - len(refusals)
    if moved:
        flash(ngettext("%(num)d case was handed over.", "%(num)d cases were handed over.", moved))
    if refusals:
        return _page(whose, form, refusals=refusals, status=409)
    return redirect(url_for("desk.show_queue", officer=form["to"]), 303)


def _missing(form: Mapping[str, str], chosen: list[Line]) -> dict[str, str]:
    errors = {}
    if form.get("to") not in {str(one.id) for one in officers()} or form.get("to") == form.get("from"):
        errors["to"] = _("Choose another officer.")
    if form.get("which") not in (ALL, TICKED):
        errors["which"] = _("Say whether all of them, or those that you tick.")
    elif not chosen:
        errors["which"] = _("Tick what you mean.")
    if len(form.get("note", "")) > LONGEST:
        errors["note"] = _("This is too long: write at most %(number)s characters.", number=LONGEST)
    return errors


def _refusal(line: Line, wanted: tuple[str, ...], said: dict[str, Any]) -> str:
    return refusal(line.reference, lambda: steps.take_all(wanted, me(), line.reference, said))


def _page(
    whose: int | None, raw: Mapping[str, str], *, errors: dict[str, str] | None = None,
    refusals: list[str] | None = None, status: int = 200,
) -> Page:  # fmt: skip
    ticked = set(request.form.getlist("case"))
    page = render_template(
        "desk/handing_over.html", whose=whose, officers=officers(), lines=cases_of(me(), whose), raw=raw,
        ticked=ticked, errors=errors or {}, refusals=refusals or [], longest=LONGEST,
    )  # fmt: skip
    return page, status
