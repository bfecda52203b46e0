"""The page after a complaint was sent: that it was, and the receipt to whoever has none yet; then the case opens."""

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from grievance import clock
from grievance.accounts import draft_receipts, receipts
from grievance.crypto.receipt_codes import grouped
from grievance.deadlines import office_hours
from grievance.deadlines.kinds import Deadline
from grievance.deadlines.rows import day_owed, office_calendar
from grievance.forms.fields import Kind, untold
from grievance.views import origin
from grievance.views.pages import Page
from grievance.views.picture import picture_of

bp = Blueprint("receipt", __name__)
bp.before_request(origin.only_ours)


@bp.get("/complain/receipt")
def show() -> Page:
    code = receipts.shown(session.get("f", ""))
    return _receipt(code) if code else (render_template("public/gone.html", shown_for=receipts.SHOWN_FOR), 404)


def _receipt(code: str, error: str = "", status: int = 200) -> Page:
    """`by`: the day by which she hears that somebody looks at it; None where that was said before, as where a receipt
    was replaced: a promise that was kept is not made anew."""
    other = receipts.shown(receipts.second_secret(session["f"]))
    codes = [(grouped(one), picture_of(one)) for one in (code, other) if one]
    represented, one_more = receipts.second_beside(code)
    case = receipts.shown_case(session["f"])
    page = render_template(
        "public/receipt.html", codes=codes, represented=represented, one_more=one_more, error=error,
        known=_known_before(code), lines=request.args.get("lines") == "show", shown_for=receipts.SHOWN_FOR,
        sent_on=case and clock.office_day(case.received_at),
        at_work=office_hours.sentence(clock.now(), office_calendar()),
        by=case and day_owed(case, Deadline.ACKNOWLEDGEMENT),
    )  # fmt: skip
    return page, status


def _known_before(code: str) -> bool:
    """Whether she has had these lines since before the first question."""
    return code == draft_receipts.code_of(session.get("f", ""))


@bp.post("/complain/receipt/second")
def second() -> Page:
    """A second receipt for someone trusted, shown on the same page as the first."""
    receipts.make_second(session.get("f", ""))
    return redirect(url_for(".show"), 303)


@bp.post("/complain/receipt")
def kept() -> Page | Response:
    """ "I have written it down": the row dies, and the case opens."""
    secret = session.get("f", "")
    code = receipts.shown(secret)
    if code is None:
        return render_template("public/gone.html", shown_for=receipts.SHOWN_FOR), 404
    if request.form.get("kept") != "yes" and not _known_before(code):
        return _receipt(code, untold(Kind.YES, _("I have written it down")), 422)
    followed = receipts.follow(code)
    receipts.stop_showing(secret)
    session.pop("f", None)
    if followed is None:
        abort(500)
    session["c"] = followed.session
    return redirect(url_for("status.show"), 303)
