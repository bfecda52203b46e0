"""A new receipt in place of the old one, made by whoever follows a case; and the one page that the old one opens."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from grievance import clock
from grievance.access import Person
from grievance.accounts import new_receipt, receipts, spoken_for
from grievance.accounts.receipts import Tried
from grievance.crypto.receipt_codes import BadReceipt
from grievance.extensions import csrf
from grievance.intake import opening
from grievance.intake.filing import new_secret
from grievance.models.people import Role
from grievance.views import language, rate_limit
from grievance.views.origin import only_ours
from grievance.views.pages import Page
from grievance.views.public.filing import sound
from grievance.workflow import not_me
from grievance.workflow.conditions import representatives_receipts

bp = Blueprint("new_receipt", __name__)


@bp.get("/follow/receipt")
def show() -> Page | Response:
    """What happens when a new one is made, before it is."""
    person = receipts.complainant_of(session.get("c", ""))
    if person is None:
        return redirect(url_for("public.follow"), 303)
    return render_template("public/new_receipt.html", secret=new_secret(), other=_has_helper(person),
                           checked_for=receipts.CHECKED_FOR)  # fmt: skip


def _has_helper(person: Person) -> bool:
    return person.role == Role.COMPLAINANT and bool(representatives_receipts(receipts.case_of(person)))


@bp.post("/follow/receipt")
def make() -> Page | Response:
    """Pressed twice, the second answer is the same receipt, though the first has ended the session by then."""
    if seconds := rate_limit.codes.wait():
        return render_template("refused.html", sentence=rate_limit.sentence(seconds), back=url_for(".show")), 429
    secret = request.form.get("secret", "")
    person = receipts.complainant_of(session.get("c", ""))
    followed = new_receipt.make(person, secret, bool(request.form.get("others"))) if sound(secret) else None
    if followed is None:
        return redirect(url_for("status.show"), 303)
    session["c"], session["f"] = followed.session, secret
    return redirect(url_for("receipt.show"), 303)


def page_of(tried: Tried, typed: str) -> Page | None:
    """What a receipt that was replaced opens, and a slip that works no more; None for all others."""
    found, contact = new_receipt.replaced(tried), opening.contact(language())
    if found is not None:
        template = "public/slip_used.html" if found.slip else "public/replaced.html"
        page = render_template(template, on=clock.office_day(found.at), code=typed, contact=contact)
    elif (since := spoken_for.useless(tried, clock.now())) is not None:
        page = render_template("public/slip_old.html", on=since, contact=contact)
    else:
        return None
    return page, 422  # as any other code that opens no case


@bp.post("/follow/not-me")
@csrf.exempt  # whoever has no session says it by the old receipt itself
def say() -> Page | Response:
    only_ours()
    if seconds := rate_limit.codes.wait():
        return render_template(
            "refused.html", sentence=rate_limit.sentence(seconds), back=url_for("public.follow")
        ), 429
    try:
        known = not_me.freeze(request.form.get("code", ""))
    except BadReceipt:
        known = None
    if known is None:
        sentence = _("We do not know this receipt. Check it, or ask the Secretariat.")
        return render_template("refused.html", sentence=sentence, back=url_for("public.follow")), 404
    return render_template(
        "public/not_me.html", stopped=known.frozen_at is not None, contact=opening.contact(language())
    )
