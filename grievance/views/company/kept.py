"""What a company keeps of its cases for itself: its own reference, who is in charge, notes; and finding one by it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.desk import at_company
from grievance.forms.fields import BadInput
from grievance.views.account.sign_in import me
from grievance.views.company.case_page import case_page
from grievance.views.company.doors import companies_only
from grievance.views.pages import Page, sent

bp = Blueprint("kept", __name__)
bp.before_request(companies_only)


@bp.post("/cases/<reference>/kept")
def keep(reference: str) -> Page:
    raw = {**sent((at_company.REFERENCE,)), "who": request.form.get("who", "0")}
    try:
        at_company.keep(me(), reference, raw)
    except BadInput as bad:
        return case_page(reference, raw, bad.errors, 422)
    flash(_("Kept. Only your company reads it."))
    return redirect(url_for("company.case", reference=reference), 303)


@bp.post("/cases/<reference>/notes")
def write(reference: str) -> Page:
    raw = sent((at_company.NOTE,))
    try:
        at_company.write(me(), reference, raw)
    except BadInput as bad:
        return case_page(reference, raw, bad.errors, 422)
    flash(_("Kept. Only your company reads it."))
    return redirect(url_for("company.case", reference=reference, _anchor="notes"), 303)


@bp.post("/cases/<reference>/notes/<note_id>/remove")
def remove(reference: str, note_id: str) -> Page:
    at_company.take_away(me(), reference, note_id)
    flash(_("The note is gone."))
    return redirect(url_for("company.case", reference=reference, _anchor="notes"), 303)


@bp.post("/find")
def find() -> Page:
    """By a form: what a company calls a case stands in no address. One that is found alone is opened."""
    words = request.form.get("q", "")
    found = at_company.found(me(), words)
    if len(found) == 1:
        return redirect(url_for("company.case", reference=found[0][0]), 303)
    return render_template("company/found.html", found=found, words=words)
