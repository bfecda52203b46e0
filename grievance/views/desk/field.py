"""Forms from phones at the desk: what waits, one that is opened and becomes a case, and who may send."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.crypto.receipt_codes import grouped
from grievance.crypto.sealing import CannotOpen
from grievance.deadlines.days import full_date
from grievance.forms.fields import BadInput, Field, Kind, Refused
from grievance.intake import field_keys, field_opening, field_tokens, filing
from grievance.intake.field_questions import ASKED
from grievance.models.keys import HANDED_OVER_FOR
from grievance.models.people import Role
from grievance.views.account.sign_in import me
from grievance.views.addresses import at_site
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent

bp = Blueprint("field", __name__, url_prefix="/field-forms")
bp.before_request(members_only)

QUESTIONS = {field.name: field for field in ASKED}


@bp.get("")
def show() -> Page:
    return _list()


def _list(
    errors: Mapping[str, str] | None = None, sentence: str = "", made: str = "", name: str = "", status: int = 200
) -> Page:  # fmt: skip
    settled = request.args.get("show") == "settled"
    page = render_template(
        "desk/field_forms.html", lines=field_opening.lines(settled=settled), settled=settled, most=field_opening.LISTED,
        tokens=field_tokens.listed(), who=field_tokens.WHO, user=field_tokens.USER, errors=errors or {}, made=made,
        sentence=sentence, raw=sent((field_tokens.WHO,)) if errors else {}, name=name,
        server=at_site("openrosa.form_list").removesuffix("/formList"), reasons=dict(field_opening.WHY.choices),
        key=field_keys.since(), new_key=field_keys.waiting(), mine=me().account_id,
    )  # fmt: skip
    return page, status


@bp.post("/passwords")
def make() -> Page:
    raw = sent((field_tokens.WHO,))
    try:
        made = field_tokens.make(me(), raw)
    except BadInput as bad:
        return _list(bad.errors, status=422)
    except Refused as refused:
        return _list({}, refused.sentence, status=409)
    return _list(made=made, name=str(raw["name"]))


@bp.post("/passwords/<token_id>/end")
def end(token_id: str) -> Page:
    field_tokens.end(me(), token_id)
    flash(_("Ended. What this phone sends from now on is refused, and stays on it."))
    return redirect(url_for(".show"), 303)


@bp.post("/keys")
def propose_key() -> Page:
    try:
        field_keys.propose(me())
    except Refused as refused:
        return _list({}, refused.sentence, status=409)
    flash(_("A new key waits for another person of the Secretariat."))
    return redirect(url_for(".show"), 303)


@bp.post("/keys/<key_id>")
def decide_key(key_id: str) -> Page:
    confirm = request.form.get("answer") == "confirm"
    try:
        field_keys.decide(me(), key_id, confirm=confirm)
    except Refused as refused:
        return _list({}, refused.sentence, status=409)
    flash(_("Phones that load the form from now on seal to this key.") if confirm else _("Refused."))
    return redirect(url_for(".show"), 303)


@bp.get("/<submission_id>")
def one(submission_id: str) -> Page:
    return _one(submission_id, {}, {})


def _one(
    submission_id: str, raw: Mapping[str, Any], errors: Mapping[str, str], sentence: str = "", status: int = 200
) -> Page:
    came = field_opening.opened(me(), submission_id)
    wrong = {**(field_opening.errors_of(came) if came.said and not came.row.settled_at else {}), **errors}
    fixing: list[Field] = [QUESTIONS[name] for name in wrong if name in QUESTIONS and name not in ("files", "spoken")]
    page = render_template(
        "desk/field_form.html", came=came, pairs=_pairs(came), fixing=fixing, raw={**came.raw, **raw}, errors=wrong,
        sentence=sentence or wrong.get("files", ""), why=field_opening.WHY, files=True,
        choices=filing.company_choices(), left_out=request.form.getlist("left_out"), may_file=me().role == Role.OFFICER,
        reference=field_opening.reference_of(came.row),
    )  # fmt: skip
    return page, status


def _pairs(came: field_opening.Opened) -> list[tuple[Any, Any]]:
    """The answers as every page shows them, the company by its name."""
    said = {name: answer for name, answer in came.raw.items() if answer}
    if "company" in said:
        said["company"] = dict(filing.company_choices()["company"]).get(said["company"], said["company"])
    known = [(QUESTIONS[name], answer) for name, answer in said.items()]
    return [(field.read_as or field.label, _words(field, answer)) for field, answer in known]


def _words(field: Field, answer: Any) -> Any:
    if field.kind == Kind.DATE:
        with suppress(ValueError):
            return full_date(date.fromisoformat(answer))
    names = {str(key): text for key, text in field.choices}
    if isinstance(answer, list):
        return ", ".join(str(names.get(one, one)) for one in answer)
    if field.name not in ("company", "account") and not names and answer in ("yes", "no"):
        return _("Yes") if answer == "yes" else _("No")
    return names.get(answer, answer)


@bp.post("/<submission_id>")
def file(submission_id: str) -> Page:
    came = field_opening.opened(me(), submission_id)
    wrong = field_opening.errors_of(came) if came.said else {}
    asked = tuple(QUESTIONS[name] for name in QUESTIONS if name in wrong or name in request.form)
    raw = sent(tuple(one for one in asked if one.name not in ("files", "spoken")))
    try:
        filed = field_opening.file(me(), submission_id, raw, frozenset(request.form.getlist("left_out")))
    except BadInput as bad:
        return _one(submission_id, raw, bad.errors, status=422)
    except Refused as refused:
        return _one(submission_id, raw, {}, refused.sentence, 409)
    if not filed.code:  # made long ago: its code is shown no more
        return redirect(url_for("desk.case", reference=filed.reference), 303)
    return render_template(
        "desk/handover.html", reference=filed.reference, code=grouped(filed.code), handed_over_for=HANDED_OVER_FOR
    )


@bp.post("/<submission_id>/settle")
def settle(submission_id: str) -> Page:
    try:
        field_opening.settle(me(), submission_id, sent((field_opening.WHY,)))
    except BadInput as bad:
        return _one(submission_id, {}, bad.errors, status=422)
    except Refused as refused:
        return _one(submission_id, {}, {}, refused.sentence, 409)
    flash(_("Settled without a case."))
    return redirect(url_for(".show"), 303)


@bp.get("/<submission_id>/files/<part_id>")
def one_file(submission_id: str, part_id: str) -> Response | Page:
    """As it came, never opened by the browser."""
    found = field_opening.one_file(me(), submission_id, part_id)
    try:
        content = b"".join(found.content())
    except CannotOpen:
        return _one(submission_id, {}, {}, _("%(name)s does not open.", name=found.name), 409)
    response = Response(content, content_type="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    return response
