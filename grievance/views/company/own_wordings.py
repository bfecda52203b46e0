"""The company's own templates of answers: the list, a new one, one that goes."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from grievance.desk import own_wordings
from grievance.forms.fields import BadInput, Refused
from grievance.views.account.sign_in import me
from grievance.views.company.doors import companies_only
from grievance.views.pages import Page, sent

bp = Blueprint("own_wordings", __name__, url_prefix="/templates")
bp.before_request(companies_only)


@bp.get("")
def show() -> Page:
    return _page({}, {})


def _page(raw: Mapping[str, Any], errors: Mapping[str, str], sentence: str = "", status: int = 200) -> Page:
    wordings, damaged = own_wordings.all_of(me())
    page = render_template(
        "company/own_wordings.html", wordings=wordings, damaged=damaged, asks=own_wordings.asks(),
        parts=own_wordings.parts(), raw=raw, errors=errors, sentence=sentence,
    )  # fmt: skip
    return page, status


@bp.post("")
def add() -> Page:
    raw = sent(own_wordings.asks())
    try:
        own_wordings.add(me(), raw)
    except BadInput as bad:
        return _page(raw, bad.errors, status=422)
    except Refused as refused:
        return _page(raw, {}, refused.sentence, 409)
    flash(_("Kept. You find it in the form of the step that it is for."))
    return redirect(url_for(".show"), 303)


@bp.post("/<wording_id>/remove")
def remove(wording_id: str) -> Page:
    own_wordings.remove(me(), wording_id)
    flash(_("The template is gone."))
    return redirect(url_for(".show"), 303)
