"""A seat of the Board: what was sent to it, its vote, and the companies that it has to do with. Nothing of a case."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import login_required

from grievance.concerns import board_papers, board_seats
from grievance.forms.fields import BadInput, Refused
from grievance.reports.office_waits import office_waits
from grievance.views.account.sign_in import me
from grievance.views.pages import Page, sent

bp = Blueprint("board", __name__)


@bp.before_request
@login_required
def _only_seats() -> None:
    """Default deny: an admitted seat of the Board, and nobody else."""
    if not board_seats.is_seat(me()):
        abort(403)


@bp.get("")
def show() -> Page:
    return _front({})


def _front(
    raw: Mapping[str, Any], errors: Mapping[str, str] | None = None, sentence: str = "", status: int = 200
) -> Page:
    page = render_template(
        "board/front.html", lines=board_papers.listed(me()), ties=board_seats.ties_of(me().account_id), raw=raw,
        errors=errors or {}, sentence=sentence, asks=board_seats.TIE, choices={"company": board_seats.companies()},
        votes=dict(board_papers.VOTES), office_waits=office_waits(me()),
    )  # fmt: skip
    return page, status


@bp.post("/ties")
def declare() -> Page:
    raw = sent(board_seats.TIE)
    try:
        board_seats.declare(me(), raw)
    except BadInput as bad:
        return _front(raw, bad.errors, status=422)
    flash(_("Noted. You stand aside where it is about this company."))
    return redirect(url_for(".show"), 303)


@bp.post("/ties/<int:tie_id>/end")
def end_tie(tie_id: int) -> Page:
    try:
        board_seats.end_tie(me(), tie_id)
    except Refused as refused:
        return _front({}, sentence=refused.sentence, status=409)
    flash(_("Noted. It counts for what is sent to the Board from now on."))
    return redirect(url_for(".show"), 303)


@bp.get("/papers/<paper_id>")
def paper(paper_id: str) -> Page:
    return _paper(paper_id)


def _paper(paper_id: str, errors: Mapping[str, str] | None = None, sentence: str = "", status: int = 200) -> Page:
    try:
        line, text = board_papers.read(me(), paper_id)
    except LookupError:
        abort(404)
    except board_papers.Aside:
        return _aside()
    page = render_template(
        "board/paper.html", line=line, text=text, ask=board_papers.VOTE, errors=errors or {}, sentence=sentence,
        raw={"vote": line.vote or ""}, votes=dict(board_papers.VOTES),
    )  # fmt: skip
    return page, status


def _aside() -> Page:
    said = _(
        "You stand aside in this matter, because of what you said of yourself and this company. You cannot read it."
    )
    return render_template("refused.html", sentence=said, back=url_for(".show"), typed=[]), 403


@bp.post("/papers/<paper_id>")
def vote(paper_id: str) -> Page:
    try:
        board_papers.vote(me(), paper_id, sent((board_papers.VOTE,)))
    except BadInput as bad:
        return _paper(paper_id, bad.errors, status=422)
    except Refused as refused:
        return _paper(paper_id, sentence=refused.sentence, status=409)
    except board_papers.Aside:
        return _aside()
    except LookupError:
        abort(404)
    flash(_("Your vote is noted."))
    return redirect(url_for(".show"), 303)
