"""A question to the Secretariat, by whoever is a party to no case: no account, no script, nothing kept of who asks but
what they wrote."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from grievance.desk import public_questions
from grievance.extensions import csrf
from grievance.forms.fields import BadInput, Refused
from grievance.views import language, origin, rate_limit
from grievance.views.pages import Page, sent

bp = Blueprint("ask", __name__)
bp.before_request(origin.only_ours)
limit = rate_limit.RateLimit(at_once=10, seconds=60)
"""Questions sent: ten at once from one address, then one each minute."""


@bp.get("/ask")
def show() -> Page:
    return _page({})


def _page(
    raw: Mapping[str, Any], errors: Mapping[str, str] | None = None, sentence: str = "", status: int = 200
) -> Page:
    page = render_template(
        "public/ask.html", asks=public_questions.ASKS, raw=raw, errors=errors or {}, sentence=sentence,
        kept_for=public_questions.kept_for(), typing=url_for(".send"),
    )  # fmt: skip
    return page, status


@bp.post("/ask")
@csrf.exempt  # no cookie exists; whoever makes somebody's browser send it has sent a question of their own
def send() -> Page:
    raw = sent(public_questions.ASKS)
    if request.form.get("only") == "language":
        return _page(raw)
    if request.form.get("website"):  # a person leaves empty what no person sees
        return redirect(url_for(".thanks"), 303)
    if seconds := limit.wait():
        return _page(raw, sentence=rate_limit.sentence(seconds), status=429)
    try:
        public_questions.ask(raw, language())
    except BadInput as bad:
        return _page(raw, bad.errors, status=422)
    except Refused as refused:
        return _page(raw, sentence=refused.sentence, status=503)
    return redirect(url_for(".thanks", lang=request.form.get("lang") or None), 303)


@bp.get("/ask/sent")
def thanks() -> Page:
    return render_template("public/asked.html", kept_for=public_questions.kept_for())
