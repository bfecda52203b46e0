"""The complainants' front door: no account, no script, no cookie before the first POST."""

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from grievance.accounts import receipts
from grievance.crypto.receipt_codes import BadReceipt, grouped, with_digits
from grievance.deadlines.countries import country_name
from grievance.deadlines.kinds import Timetable
from grievance.extensions import csrf
from grievance.forms.choices import GROUPS
from grievance.intake import form_draft, opening
from grievance.intake.filing import new_secret
from grievance.reports.rules import retention_years
from grievance.views import language, rate_limit
from grievance.views.origin import only_ours
from grievance.views.pages import Page, carried, returned
from grievance.views.public.filing import sound

bp = Blueprint("public", __name__)


@bp.get("/")
def home() -> Page:
    """An office that never opened invites nobody; one that did asks nothing here, and says it at the form."""
    closed = "" if opening.was_opened() else opening.closed()
    contact = opening.contact(language()) if closed else None
    groups = [text for _key, text in GROUPS]
    return render_template("public/home.html", closed=closed, contact=contact, groups=groups, years=retention_years())


@bp.get("/procedure")
def procedure() -> Page:
    table: Timetable = current_app.extensions["timetable"]
    return render_template("public/procedure.html", kinds=list(table.kinds.values()))


@bp.get("/safety")
def safety() -> Page:
    return render_template("public/safety.html", emergency=opening.emergency(), country_name=country_name)


@bp.get("/leave")
def leave() -> Response:
    """End the session and show nothing: an empty page of our own, because any other site would see us. A browser that
    only fetches ahead gets nothing, and the form that somebody is still filling in stays. What the
    browser keeps is cleared only where it brought our cookie, which it does not where another site led it here."""
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return Response(status=503)
    if secret := session.get("c"):
        receipts.leave(secret)
    if secret := session.get("f"):
        form_draft.discard(secret)
    session.clear()
    response = make_response(render_template("public/left.html"))
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@bp.get("/follow")
def follow() -> Page:
    return _follow("")


def _follow(error: str, typed: str = "", secret: str = "") -> str:
    """With a secret of the form: a hand-over code that is pressed twice gives its receipt twice."""
    secret, typing = secret if sound(secret) else new_secret(), url_for(".follow")
    if not (kept := list(carried().items(multi=True))):
        return render_template("public/follow.html", error=error, typed=typed[:60], secret=secret, typing=typing)
    sentence = error or _("You were away for a while, so we closed the session. What you wrote is kept here.")
    return render_template(
        "account/again.html", kept=kept, next=request.form.get("next", ""), entry="public.follow", sentence=sentence,
        typing=typing, typed=typed[:60],
    )  # fmt: skip


@bp.post("/follow")
@csrf.exempt  # signing in with a code that only its holder knows; no cookie exists yet
def follow_code() -> Page:
    only_ours()
    typed, secret = request.form.get("code", ""), request.form.get("secret", "")
    if request.form.get("only") == "language":
        return _follow("", typed, secret)
    if seconds := rate_limit.codes.wait():
        return _follow(rate_limit.sentence(seconds), typed, secret), 429
    try:
        followed = receipts.follow(typed, secret if sound(secret) else "")
    except BadReceipt as bad:
        sentence = {
            "length": _("A receipt has 20 digits. Check what you typed."),
            "slip": _("One of the digits is not right. Compare them with your note."),
            "letter": _(
                "A receipt has digits only, and you typed a letter that looks like one. We put the digit there:"
                " compare it with your note."
            ),
            "reference": _("This is the reference of a complaint. It opens nothing. Your receipt has 20 digits."),
        }[bad.reason]
        typed = with_digits(typed) if bad.reason == "letter" else typed
        return _follow(sentence, typed, secret), 422
    if followed is None:
        sentence = _("We do not know this receipt. Check it, or ask the Secretariat.")
        return _follow(sentence, typed, secret), 422
    session["c"], session["lang"] = followed.session, language()
    if followed.receipt_secret:
        session["f"] = followed.receipt_secret
    if not (words := carried()):
        return redirect(url_for("filing.show_receipt" if followed.receipt_secret else "status.show"), 303)
    code, person = receipts.shown(followed.receipt_secret or ""), receipts.complainant_of(followed.session)
    new = _("This is your new receipt. Write it down now: %(code)s", code=grouped(code)) if code else ""
    start = url_for("filing.show_receipt" if code else "status.show")
    return (
        returned(person, request.form.get("next", ""), words, start, new)
        if person
        else redirect(url_for(".follow"), 303)
    )
