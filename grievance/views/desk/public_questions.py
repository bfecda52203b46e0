"""The office's page for questions from outside: read, and what was answered to them."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.crypto.sealing import CannotOpen
from grievance.desk import public_questions
from grievance.forms.fields import BadInput, Refused
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, sent

bp = Blueprint("public_questions", __name__, url_prefix="/outside-questions")
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    return _page()


def _page(
    about: str = "", raw: Mapping[str, str] | None = None, sentence: str = "", status: int = 200
) -> Page:  # fmt: skip
    answered = request.args.get("show") == "answered"
    page = render_template(
        "desk/public_questions.html", lines=public_questions.listed(me(), answered=answered), answered=answered,
        kinds=dict(public_questions.ABOUT), about=about, raw=raw or {}, sentence=sentence,
        kept_for=public_questions.kept_for(), ask=public_questions.ANSWER,
    )  # fmt: skip
    return page, status


@bp.post("/<question_id>")
def answer(question_id: str) -> Page:
    raw = sent((public_questions.ANSWER,))
    try:
        public_questions.answer(me(), question_id, raw)
    except BadInput as bad:
        return _page(question_id, raw, bad.errors["answer"], 422)
    except CannotOpen:
        return _page(question_id, raw, _("This question does not open with the keys that you hold."), 409)
    except Refused as refused:
        return _page(question_id, raw, refused.sentence, 409)
    flash(_("Noted. The question goes by itself later."))
    return redirect(url_for(".show"), 303)
