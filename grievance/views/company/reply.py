"""A company's reply to its published figures: written here, approved by the Secretariat, taken back at any time."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.extensions import page_language
from grievance.forms.fields import BadInput, Refused, clean
from grievance.in_public import replies, texts
from grievance.views import looked
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.company.doors import companies_only
from grievance.views.pages import Page, sent

bp = Blueprint("reply", __name__, url_prefix="/reply")
bp.before_request(companies_only)


@bp.get("")
def show() -> Page:
    return _page({})


def _page(
    raw: Mapping[str, Any], errors: Mapping[str, str] | None = None, warned: list[str] | None = None,
    sentence: str = "", status: int = 200,
) -> Page:  # fmt: skip
    mine = replies.of_company(me())
    refused = next((one for one in mine if one.approved is False), None)
    before = {"words": refused.words, "language": refused.language} if refused else {"language": page_language()}
    page = render_template(
        "company/reply.html", public=next((one for one in mine if one.approved), None), refused=refused,
        waits=next((one for one in mine if one.approved is None), None), edition=replies.answers_to(),
        asks=replies.ASKS, raw={**before, **raw}, errors=errors or {}, warned=warned or [], sentence=sentence,
        looked=looked.digest(replies.ASKS, raw) if warned else "",
    )  # fmt: skip
    return page, status


@bp.post("")
def propose() -> Page:
    raw = sent(replies.ASKS)
    try:
        warned = texts.shows([clean(replies.ASKS, raw)["words"]])
        if warned and not looked.already(replies.ASKS, raw):
            return _page(raw, warned=warned)
        replies.propose(me(), raw)
    except BadInput as bad:
        return _page(raw, bad.errors, status=422)
    except Refused as refused:
        return _page(raw, sentence=refused.sentence, status=409)
    flash(_("Sent to the Secretariat. It is public once the Secretariat has looked at it."))
    return redirect(url_for(".show"), 303)


@bp.post("/take-back")
def take_back() -> Page:
    """Its number counts over all texts, and so stands in no address."""
    try:
        texts.take_back(me(), request.form.get("text", 0, type=number))
    except Refused as refused:
        return _page({}, sentence=refused.sentence, status=409)
    flash(_("Nobody reads it any more. Its words are erased."))
    return redirect(url_for(".show"), 303)
