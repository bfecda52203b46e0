"""A company's questions to the Secretariat, outside any case: the list, a new one, and one with its answers."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from grievance.enquiries import threads
from grievance.forms.fields import BadInput, Refused
from grievance.views.account.sign_in import me
from grievance.views.company.doors import companies_only
from grievance.views.pages import Page, sent, somebody_looks

bp = Blueprint("questions", __name__, url_prefix="/questions")
bp.before_request(companies_only)


@bp.get("")
def show() -> Page:
    return _list({}, {})


def _list(raw: Mapping[str, Any], errors: Mapping[str, str], sentence: str = "", status: int = 200) -> Page:
    page = render_template(
        "company/questions.html", lines=threads.lines(me()), ask=threads.QUESTION, raw=raw, errors=errors,
        sentence=sentence,
    )  # fmt: skip
    return page, status


@bp.post("")
def ask() -> Page:
    raw = sent((threads.QUESTION,))
    try:
        enquiry_id = threads.ask(me(), raw)
    except BadInput as bad:
        return _list(raw, bad.errors, status=422)
    except Refused as refused:
        return _list(raw, {}, refused.sentence, 409)
    flash(_("Sent to the Secretariat. You find the answer here, and a mail tells you of it."))
    return redirect(url_for(".one", enquiry_id=enquiry_id), 303)


@bp.get("/<enquiry_id>")
def one(enquiry_id: str) -> Page:
    return _one(enquiry_id, {}, {})


def _one(
    enquiry_id: str, raw: Mapping[str, Any], errors: Mapping[str, str], sentence: str = "", status: int = 200
) -> Page:
    enquiry = threads.one(me(), enquiry_id)
    if somebody_looks():
        threads.looked(me(), enquiry)
        enquiry = threads.one(me(), enquiry_id)
    page = render_template(
        "company/question.html", enquiry=enquiry, said=threads.said(me(), enquiry), more=threads.MORE, raw=raw,
        errors=errors, sentence=sentence,
    )  # fmt: skip
    return page, status


@bp.post("/<enquiry_id>")
def go_on(enquiry_id: str) -> Page:
    raw = sent((threads.MORE,))
    try:
        threads.go_on(me(), enquiry_id, raw)
    except BadInput as bad:
        return _one(enquiry_id, raw, bad.errors, status=422)
    except Refused as refused:
        return _one(enquiry_id, raw, {}, refused.sentence, 409)
    flash(_("Sent to the Secretariat. You find the answer here, and a mail tells you of it."))
    return redirect(url_for(".one", enquiry_id=enquiry_id), 303)
