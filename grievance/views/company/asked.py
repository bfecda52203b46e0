"""What a company was asked to put right, and the measures against it: read, reported, answered, appealed.

Nothing here says why the office looked: which case there was, that there was one, or on which day."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from grievance.concerns import seen, steps
from grievance.concerns.table import ROWS
from grievance.forms.fields import BadInput, Refused
from grievance.models.people import Role
from grievance.reports import concerns
from grievance.views.account.sign_in import me
from grievance.views.company.doors import companies_only
from grievance.views.pages import Page, sent

bp = Blueprint("asked", __name__, url_prefix="/asked")
bp.before_request(companies_only)


@bp.get("")
def show() -> Page:
    return render_template("company/asked.html", pages=concerns.all_of(me()))


@bp.get("/<concern_id>")
def one(concern_id: str) -> Page:
    return render_template("company/asked_one.html", page=concerns.page(me(), concern_id))


@bp.get("/<concern_id>/steps/<step>")
@bp.get("/<concern_id>/items/<item_id>/steps/<step>")
def step(concern_id: str, step: str, item_id: str = "") -> Page:
    return _step(concern_id, step, item_id, {})


def _step(
    concern_id: str, step: str, item_id: str, raw: Mapping[str, Any], errors: Mapping[str, str] | None = None,
    sentence: str = "", status: int = 200,
) -> Page:  # fmt: skip
    row = ROWS.get(step)
    if row is None or Role.COMPANY not in row.who:
        abort(404)
    concern = seen.one(me(), concern_id)
    item = seen.item(me(), item_id)[1] if item_id else None
    back = url_for(".one", concern_id=concern_id)
    said = sentence or steps.against(me(), row, concern, item)
    if row not in steps.open_to(me(), concern, item) or (said and not raw):
        typed = [str(raw[one.name]) for one in row.asks if raw.get(one.name)]
        sentence = str(said or _("This step is not possible now."))
        return render_template("refused.html", sentence=sentence, back=back, typed=typed), 409
    page = render_template(
        "desk/concern_step.html", row=row, asks=row.asks, raw=raw, errors=errors or {}, choices={}, back=back,
        sentence=said, warned=[], looked="",
    )  # fmt: skip
    return page, status


@bp.post("/<concern_id>/steps/<step>")
@bp.post("/<concern_id>/items/<item_id>/steps/<step>")
def press(concern_id: str, step: str, item_id: str = "") -> Page:
    row = ROWS.get(step)
    raw = sent(row.asks) if row else {}
    try:
        steps.take(me(), step, concern_id, raw, item_id)
    except BadInput as bad:
        return _step(concern_id, step, item_id, raw, bad.errors, status=422)
    except Refused as refused:
        return _step(concern_id, step, item_id, raw, sentence=refused.sentence, status=409)
    flash(_("Sent to the Secretariat."))
    return redirect(url_for(".one", concern_id=concern_id), 303)
