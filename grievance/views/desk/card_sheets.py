"""The office's page for printed cards: a sheet is made and printed once, counted, and revoked."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from grievance.desk import card_sheets
from grievance.forms.fields import BadInput, Refused
from grievance.reports import card_sheet
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent, show_pdf

bp = Blueprint("card_sheets", __name__, url_prefix="/cards")
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    return _page({}, {})


def _page(raw: Mapping[str, Any], errors: Mapping[str, str], sentence: str = "", status: int = 200) -> Page:
    page = render_template(
        "desk/card_sheets.html", asks=card_sheets.ASKS, size=card_sheets.SIZE, sheets=card_sheets.listed(), raw=raw,
        errors=errors, sentence=sentence,
    )  # fmt: skip
    return page, status


@bp.post("")
def make() -> Page:
    """The answer is the sheet itself: its codes are nowhere else, and nobody gets them a second time."""
    raw = sent(card_sheets.ASKS)
    try:
        sheet, codes = card_sheets.make(me(), raw)
    except BadInput as bad:
        return _page(raw, bad.errors, status=422)
    except Refused as refused:
        return _page(raw, {}, refused.sentence, 409)
    return show_pdf(card_sheet.pdf(sheet.id, sheet.language, sheet.valid_until, codes), f"sheet-{sheet.id}")


@bp.post("/<int:sheet_id>/revoke")
def revoke(sheet_id: int) -> Page:
    try:
        card_sheets.revoke(me(), sheet_id)
    except Refused as refused:
        return _page({}, {}, refused.sentence, 409)
    flash(_("Revoked. None of its cards works any more."))
    return redirect(url_for(".show"), 303)
