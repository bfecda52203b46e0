"""The office's pages for other doors: the list, and each added, changed, checked, and taken out of it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.deadlines.countries import country_name
from grievance.doors import directory, entries, keeping
from grievance.forms.choices import GROUPS
from grievance.forms.fields import BadInput, Refused
from grievance.models.door import Door
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent

LIST = ".show"
FIELDS = (*entries.ASKS, *entries.TRANSLATED)
bp = Blueprint("other_doors", __name__, url_prefix="/other-doors")
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    return _list("")


def _list(sentence: str) -> str:
    """What is to be checked again stands first."""
    doors = sorted(directory.in_use(), key=lambda door: (not directory.is_old(door), door.name))
    return render_template(
        "desk/other_doors.html", doors=doors, is_old=directory.is_old, kinds=dict(entries.KINDS), groups=dict(GROUPS),
        country_name=country_name, sentence=sentence, checkers=directory.who_checked(doors),
    )  # fmt: skip


@bp.get("/new")
def new() -> Page:
    return _form({}, {}, "", None)


def _form(raw: dict[str, Any], errors: dict[str, str], sentence: str, door: Door | None) -> str:
    return render_template(
        "desk/other_door.html", raw=raw, errors=errors, sentence=sentence, door=door, asks=entries.ASKS,
        translated=entries.TRANSLATED,
    )  # fmt: skip


@bp.post("/new")
def add() -> Page:
    raw = sent(FIELDS)
    try:
        keeping.add(me(), raw)
    except BadInput as bad:
        return _form(raw, bad.errors, "", None), 422
    flash(_("People can find it now."))
    return redirect(url_for(LIST), 303)


@bp.get("/<int:door_id>")
def one(door_id: int) -> Page:
    door = directory.one(door_id)
    if door is None:
        abort(404)
    return _form(entries.typed(door), {}, "", door)


@bp.post("/<int:door_id>")
def change(door_id: int) -> Page:
    raw = sent(FIELDS)
    try:
        keeping.change(me(), door_id, raw, request.form.get("version", type=number))
    except BadInput as bad:
        return _form(raw, bad.errors, "", directory.one(door_id)), 422
    except Refused as refused:
        return _form(raw, {}, refused.sentence, directory.one(door_id)), 409
    flash(_("Changed."))
    return redirect(url_for(LIST), 303)


@bp.post("/<int:door_id>/checked")
def checked(door_id: int) -> Page:
    try:
        keeping.checked(me(), door_id)
    except Refused as refused:
        return _list(refused.sentence), 409
    flash(_("It is noted that you checked it today."))
    return redirect(url_for(LIST), 303)


@bp.post("/<int:door_id>/retire")
def retire(door_id: int) -> Page:
    try:
        keeping.retire(me(), door_id)
    except Refused as refused:
        return _list(refused.sentence), 409
    flash(_("It is shown to nobody any more."))
    return redirect(url_for(LIST), 303)
