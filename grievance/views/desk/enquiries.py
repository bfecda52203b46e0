"""The Secretariat's pages for questions of companies outside any case: the list, and one to answer."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from grievance.enquiries import threads
from grievance.forms.fields import BadInput, Refused
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent

bp = Blueprint("enquiries", __name__, url_prefix="/questions")
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    return render_template("desk/enquiries.html", lines=threads.lines(me()), most=threads.MOST)


@bp.get("/<enquiry_id>")
def one(enquiry_id: str) -> Page:
    return _one(enquiry_id, {}, {})


def _one(
    enquiry_id: str, raw: Mapping[str, Any], errors: Mapping[str, str], sentence: str = "", status: int = 200
) -> Page:
    enquiry = threads.one(me(), enquiry_id)
    page = render_template(
        "desk/enquiry.html", enquiry=enquiry, company=threads.company_of(enquiry), said=threads.said(me(), enquiry),
        more=threads.MORE, raw=raw, errors=errors, sentence=sentence,
    )  # fmt: skip
    return page, status


@bp.post("/<enquiry_id>")
def answer(enquiry_id: str) -> Page:
    raw = sent((threads.MORE,))
    try:
        threads.go_on(me(), enquiry_id, raw)
    except BadInput as bad:
        return _one(enquiry_id, raw, bad.errors, status=422)
    except Refused as refused:
        return _one(enquiry_id, raw, {}, refused.sentence, 409)
    flash(_("Sent to the company."))
    return redirect(url_for(".show"), 303)


@bp.post("/<enquiry_id>/settle")
def settle(enquiry_id: str) -> Page:
    threads.settle(me(), enquiry_id)
    flash(_("It waits for no answer any more."))
    return redirect(url_for(".show"), 303)
