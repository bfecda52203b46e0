"""The office and the Board: for which pillar each seat sits, and a measure sent to those that do not stand aside."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from grievance.access import may_administer
from grievance.concerns import board_papers, board_seats, seen
from grievance.concerns.questions import RUNGS
from grievance.forms.fields import BadInput, Refused
from grievance.reports import concerns, leaks
from grievance.views import looked
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent

bp = Blueprint("board_desk", __name__, url_prefix="/board")
bp.before_request(members_only)


@bp.get("/seats")
def seats() -> Page:
    return _seats()


def _seats(sentence: str = "", status: int = 200) -> Page:
    page = render_template(
        "desk/board_seats.html", seats=board_seats.seats(), pillars=board_seats.PILLARS, sentence=sentence,
        may_change=may_administer(me()),
    )  # fmt: skip
    return page, status


@bp.post("/seats/<int:account_id>")
def set_pillar(account_id: int) -> Page:
    try:
        board_seats.set_pillar(me(), account_id, sent((board_seats.PILLAR,)))
    except BadInput as bad:
        return _seats(bad.errors["pillar"], 422)
    except Refused as refused:
        return _seats(refused.sentence, 409)
    flash(_("Noted."))
    return redirect(url_for(".seats"), 303)


@bp.get("/send/<item_id>")
def send(item_id: str) -> Page:
    return _send(item_id, {})


def _send(
    item_id: str, raw: Mapping[str, Any], errors: Mapping[str, str] | None = None, sentence: str = "",
    warned: list[str] | None = None, status: int = 200,
) -> Page:  # fmt: skip
    """What was written of the measure for the company stands in the form, to begin with."""
    concern, item = seen.item(me(), item_id)
    sentence = sentence or board_papers.against(me(), item)
    back = url_for("concerns.one", concern_id=concern.id)
    if board_papers.against(me(), item) and not raw:
        return render_template("refused.html", sentence=sentence, back=back, typed=[]), 409
    page = render_template(
        "desk/board_send.html", asks=board_papers.SEND, raw={"words": _first(concern.id, item_id), **raw},
        errors=errors or {}, sentence=sentence, warned=warned or [], back=back, seats=board_seats.seats(),
        pillars=dict(board_seats.PILLARS), measure=dict(RUNGS).get(item.rung, "") if item.rung else "",
        tally=board_papers.tally(item_id), looked=looked.digest(board_papers.SEND, raw) if warned else "",
    )  # fmt: skip
    return page, status


def _first(concern_id: str, item_id: str) -> str:
    """Grounds and answers, in their order."""
    cards = [card for card in concerns.page(me(), concern_id).cards if card.item.id == item_id]
    pieces = [piece for card in cards for piece in card.pieces]
    return "\n\n".join("\n".join([str(one.title), *(text for _above, text in one.answers or [])]) for one in pieces)


@bp.post("/send/<item_id>")
def send_it(item_id: str) -> Page:
    raw = sent(board_papers.SEND)
    concern, _item = seen.item(me(), item_id)
    found = [one.words for one in leaks.of_words(me(), [str(raw.get("words", ""))], concern.id)]
    if found and not looked.already(board_papers.SEND, raw):
        return _send(item_id, raw, warned=list(dict.fromkeys(found)))
    try:
        board_papers.send(me(), item_id, raw)
    except BadInput as bad:
        return _send(item_id, raw, bad.errors, status=422)
    except Refused as refused:
        return _send(item_id, raw, sentence=refused.sentence, status=409)
    flash(_("Sent to the Board. Each seat that does not stand aside can read it and vote."))
    return redirect(url_for("concerns.one", concern_id=concern.id), 303)
