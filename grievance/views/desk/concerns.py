"""The Secretariat's pages of concerns: the list, one of them, its steps, what waits for a second person, the Board's
list, and the dossier of a company."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.access import may_administer
from grievance.concerns import board_papers, seen, steps
from grievance.concerns import questions as ask
from grievance.concerns.row import Row
from grievance.concerns.table import ROWS
from grievance.crypto.hashes import sha256
from grievance.forms.fields import BadInput, Field, Refused
from grievance.models.people import Role
from grievance.redaction.identity_leaks import Warned
from grievance.reports import concerns, dossier, leaks, repeated
from grievance.reports.members import others
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent

bp = Blueprint("concerns", __name__, url_prefix="/concerns")
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    closed = request.args.get("show") == "closed"
    return render_template(
        "desk/concerns.html", lines=concerns.listed(me(), closed=closed), closed=closed,
        to_decide=[] if closed else concerns.to_decide(me()),
        repeated=[] if closed else repeated.found(me()), most=concerns.MOST, opens=Role.OFFICER in steps.roles_of(me()),
        within=repeated.WITHIN,
    )  # fmt: skip


@bp.get("/board")
def board() -> Page:
    return render_template("desk/board.html", board=concerns.for_board(me()), sends=may_administer(me()))


@bp.get("/about/<int:company_id>")
def about(company_id: int) -> Page:
    """The dossier of a company: without anybody's identity."""
    found = dossier.of(me(), company_id)
    return render_template("desk/dossier.html", dossier=found, opens=Role.OFFICER in steps.roles_of(me()))


@bp.get("/new")
def new() -> Page:
    company, kind = request.args.get("company", ""), request.args.get("kind", "")
    raw = {"company": company, "kind": kind, "source": "figures" if kind else ""}
    return _new(raw)


def _new(raw: Mapping[str, Any], errors: Mapping[str, str] | None = None, *, status: int = 200, sentence: str = "",
         warned: list[Warned] | None = None) -> Page:  # fmt: skip
    row = ROWS["open_concern"]
    if not row.who & steps.roles_of(me()):
        abort(403)
    choices = {"company": others(None)}
    return _form(row, raw, errors or {}, choices, url_for(".show"), status, sentence=sentence, warned=warned)


@bp.post("/new")
def make() -> Page:
    raw = sent(ask.OPEN)
    if warned := _unseen(ask.OPEN, raw):
        return _new(raw, warned=warned)
    try:
        concern_id = steps.open_concern(me(), raw)
    except BadInput as bad:
        return _new(raw, bad.errors, status=422)
    except Refused as refused:
        return _new(raw, status=409, sentence=refused.sentence)
    flash(_("The concern is open. The company knows nothing of it yet."))
    return redirect(url_for(".one", concern_id=concern_id), 303)


@bp.get("/<concern_id>")
def one(concern_id: str) -> Page:
    return render_template("desk/concern.html", page=concerns.page(me(), concern_id), may_decide=_decides())


def _decides() -> bool:
    return Role.APPROVER in steps.roles_of(me())


@bp.get("/<concern_id>/steps/<step>")
@bp.get("/<concern_id>/items/<item_id>/steps/<step>")
def step(concern_id: str, step: str, item_id: str = "") -> Page:
    found = board_papers.tally(item_id) if step in board_papers.DECIDING else None
    return _step(concern_id, step, item_id, {"votes": found.votes, "recused": found.aside} if found else {})


def _step(
    concern_id: str, step: str, item_id: str, raw: Mapping[str, Any], errors: Mapping[str, str] | None = None,
    *, sentence: str = "", status: int = 200, warned: list[Warned] | None = None,
) -> Page:  # fmt: skip
    row = _row(step)
    concern = seen.one(me(), concern_id)
    item = seen.item(me(), item_id)[1] if item_id else None
    back = url_for(".one", concern_id=concern_id)
    said = sentence or steps.against(me(), row, concern, item)
    if row not in steps.open_to(me(), concern, item) or (said and not raw):
        said = said or _("This step is not possible now.")
        typed = [str(raw[one.name]) for one in row.asks if one.sealed_into and raw.get(one.name)]
        return render_template("refused.html", sentence=said, back=back, typed=typed), 409
    return _form(row, raw, errors or {}, {}, back, status, sentence=str(said or ""), warned=warned)


def _row(step: str) -> Row:
    row = ROWS.get(step)
    if row is None or not row.who & steps.roles_of(me()):
        abort(404)
    return row


def _form(
    row: Row, raw: Mapping[str, Any], errors: Mapping[str, str], choices: Mapping[str, Any], back: str, status: int,
    *, sentence: str, warned: list[Warned] | None,
) -> Page:  # fmt: skip
    page = render_template(
        "desk/concern_step.html", row=row, asks=row.asks, raw=raw, errors=errors, choices=choices, back=back,
        sentence=sentence, warned=warned or [], looked=_hash(row.asks, raw) if warned else "",
    )  # fmt: skip
    return page, status


def _hash(asks: tuple[Field, ...], raw: Mapping[str, Any]) -> str:
    return sha256("\n".join(str(raw.get(one.name, "")) for one in asks))


def _unseen(asks: tuple[Field, ...], raw: Mapping[str, Any], concern_id: str = "") -> list[Warned]:
    """What could show who complained, unless exactly these words were looked at before."""
    if request.form.get("looked") == _hash(asks, raw):
        return []
    return leaks.of_words(me(), [str(raw.get(one.name, "")) for one in asks if one.sealed_into], concern_id)


@bp.post("/<concern_id>/steps/<step>")
@bp.post("/<concern_id>/items/<item_id>/steps/<step>")
def press(concern_id: str, step: str, item_id: str = "") -> Page:
    row = _row(step)
    raw = sent(row.asks)
    if warned := _unseen(row.asks, raw, concern_id):
        return _step(concern_id, step, item_id, raw, warned=warned)
    try:
        proposal = steps.take(me(), step, concern_id, raw, item_id)
    except BadInput as bad:
        return _step(concern_id, step, item_id, raw, bad.errors, status=422)
    except Refused as refused:
        return _step(concern_id, step, item_id, raw, sentence=refused.sentence, status=409)
    flash(_("Proposed. An approver decides next.") if proposal else _("Done."))
    return redirect(url_for(".one", concern_id=concern_id), 303)


@bp.get("/proposals/<proposal_id>")
def proposal(proposal_id: str) -> Page:
    return _proposal(proposal_id)


def _proposal(proposal_id: str, reason: str = "", sentence: str = "", status: int = 200) -> Page:
    concern, found, piece = concerns.proposal(me(), proposal_id)
    said = [text for _above, text in piece.answers or []]
    page = render_template(
        "desk/concern_proposal.html", concern=concern, proposal=found, piece=piece, reason=reason,
        decides=steps.may_decide(me(), found), title=ROWS[found.step].title,
        sentence=sentence, warned=leaks.of_words(me(), said, concern.id),
    )  # fmt: skip
    return page, status


@bp.post("/proposals/<proposal_id>")
def decide(proposal_id: str) -> Page:
    approve, reason = request.form.get("answer") == "approve", request.form.get("words", "")
    try:
        steps.decide(me(), proposal_id, approve, {"words": reason})
    except BadInput:
        return _proposal(proposal_id, reason, _("Write why you refuse."), 422)
    except Refused as refused:
        return _proposal(proposal_id, reason, refused.sentence, 409)
    flash(_("Approved.") if approve else _("Refused."))
    concern, _found = seen.proposal(me(), proposal_id)
    return redirect(url_for(".one", concern_id=concern.id), 303)
