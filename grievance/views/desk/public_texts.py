"""Texts that become public: a lesson is proposed here, and an approver who is another person decides on each text."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.forms.fields import BadInput, Refused
from grievance.in_public import lessons, texts
from grievance.reports import public_texts
from grievance.views import looked
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent

bp = Blueprint("public_texts", __name__, url_prefix="/public-texts")
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    return _list()


def _list(sentence: str = "", status: int = 200, reason: str = "", about: int = 0) -> Page:
    page = render_template(
        "desk/public_texts.html", found=public_texts.of_the_office(me()), sentence=sentence, reason=reason, about=about
    )  # fmt: skip
    return page, status


@bp.get("/new")
def new() -> Page:
    return _form({})


def _form(
    raw: Mapping[str, Any], errors: Mapping[str, str] | None = None, warned: list[str] | None = None, status: int = 200
) -> Page:
    page = render_template(
        "desk/lesson.html", asks=lessons.ASKS, raw=raw, errors=errors or {}, warned=warned or [],
        looked=looked.digest(lessons.ASKS, raw) if warned else "",
    )  # fmt: skip
    return page, status


@bp.post("/new")
def propose() -> Page:
    raw = sent(lessons.ASKS)
    try:
        values = lessons.read(raw)
        warned = texts.shows((values["title"], values["words"]), texts.names_of_companies())
        if warned and not looked.already(lessons.ASKS, raw):
            return _form(raw, warned=warned)
        lessons.propose(me(), raw)
    except BadInput as bad:
        return _form(raw, bad.errors, status=422)
    flash(_("Proposed. An approver who is another person decides."))
    return redirect(url_for(".show"), 303)


@bp.post("/<int:text_id>/decide")
def decide(text_id: int) -> Page:
    approved, reason = request.form.get("answer") == "approve", request.form.get("reason", "")
    try:
        texts.approve(me(), text_id) if approved else texts.refuse(me(), text_id, reason)
    except BadInput as bad:
        return _list(bad.errors["reason"], 422, reason, text_id)
    except Refused as refused:
        return _list(refused.sentence, 409, reason, text_id)
    flash(_("Published: everybody reads it now.") if approved else _("Refused. Whoever wrote it reads why."))
    return redirect(url_for(".show"), 303)


@bp.post("/<int:text_id>/take-back")
def take_back(text_id: int) -> Page:
    try:
        texts.take_back(me(), text_id)
    except Refused as refused:
        return _list(refused.sentence, 409)
    flash(_("Nobody reads it any more. Its words are erased."))
    return redirect(url_for(".show"), 303)
