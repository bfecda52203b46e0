"""The complainants' front door: no account, no script, no cookie before the first POST."""

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from grievance import clock
from grievance.accounts import draft_receipts, printed_cards, receipts
from grievance.crypto.receipt_codes import LENGTH, LINE, BadReceipt, grouped, lines, typed_digits, with_digits
from grievance.deadlines.countries import country_name
from grievance.deadlines.days import full_date
from grievance.deadlines.kinds import Timetable
from grievance.extensions import csrf
from grievance.forms.choices import GROUPS
from grievance.intake import form_draft, opening
from grievance.intake.filing import new_secret
from grievance.reports.rules import retention_years
from grievance.views import language, rate_limit
from grievance.views.origin import only_ours
from grievance.views.pages import Page, carried, returned
from grievance.views.public import begun
from grievance.views.public.filing import sound
from grievance.views.public.new_receipt import page_of
from grievance.workflow.words import digits as in_her_digits

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
    for name in ("c", "l"):  # who speaks for others has their own page open behind that of one of them
        if secret := session.get(name):
            receipts.leave(secret)
    secret = session.get("f")
    take_files = form_draft.leave(secret) if secret else None
    session.clear()
    response = make_response(render_template("public/left.html"))
    if take_files:  # a store that hangs must not keep her page on the screen
        response.call_on_close(take_files)
    if current_app.session_interface.get_cookie_name(current_app) in request.cookies:
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@bp.get("/follow")
def follow() -> Page:
    return _follow("")


def _follow(error: str, typed: str = "", secret: str = "") -> str:
    """With a secret of the form: a hand-over code that is pressed twice gives its receipt twice."""
    secret, typing = secret if sound(secret) else new_secret(), url_for(".follow")
    shown = _in_lines(typed) if error else typed[:60]
    if not (kept := list(carried().items(multi=True))):
        return render_template("public/follow.html", error=error, typed=shown, secret=secret, typing=typing)
    sentence = error or _("You were away for a while, so we closed the session. What you wrote is kept here.")
    return render_template(
        "account/again.html", kept=kept, next=request.form.get("next", ""), entry="public.follow", sentence=sentence,
        typing=typing, typed=typed[:60],
    )  # fmt: skip


def _in_lines(typed: str) -> str:
    """Digits as they stand on the paper, four a line; anything else as it was typed."""
    digits = typed_digits(typed)
    return in_her_digits("\n".join(lines(digits))) if digits else typed[:60]


def _how_many(typed: int) -> str:
    """How much of a receipt is there, and whether whole lines are missing."""
    said, missing = in_her_digits(str(typed)), (LENGTH - typed) // LINE
    if 0 < typed < LENGTH and typed % LINE == 0:
        if missing == 1:
            return str(_("%(typed)s of 20 digits: one line is missing.", typed=said))
        number = in_her_digits(str(missing))
        return str(_("%(typed)s of 20 digits: %(number)s lines are missing.", typed=said, number=number))
    if typed:
        return str(_(
            "You typed %(typed)s digits, and a receipt has 20. Compare each line with your note.",
            typed=said,
        ))  # fmt: skip
    return str(_("A receipt has 20 digits. Check what you typed."))


def _slip() -> str:
    return str(_("One of the digits is not right. Compare them with your note."))


def _unsent(tried: receipts.Tried, typed: str, secret: str) -> Page:
    """The lines of a form that was not sent lead to it; where it is gone they say so, and are never unknown."""
    found = None if any(carried()) else draft_receipts.secret_of(tried)
    if isinstance(found, str):
        session.pop("at", None)
        session["f"], session["lang"] = found, language()
        begun.lines_were_typed(found)
        return redirect(url_for("filing.complain"), 303)
    sentence = _slip() if tried.slipped else _("We do not know this receipt. Check it, or ask the Secretariat.")
    if found:
        day = full_date(clock.office_day(found))
        sentence = _("This complaint was never sent. What was written was deleted on %(date)s.", date=day)
    elif printed_cards.found(tried):
        sentence = _("This is the number of a card, and no receipt. Begin with it where you file a complaint.")
    elif used := receipts.used_on(tried):
        sentence = _("This code was used on %(date)s, and it works once. If that was not you, tell the Secretariat.",
                     date=full_date(used))  # fmt: skip
    return _follow(sentence, typed, secret), 422


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
        tried = receipts.Tried(typed)
    except BadReceipt as bad:
        sentence = {
            "length": _how_many(len(typed_digits(typed))),
            "slip": _slip(),
            "letter": _(
                "A receipt has digits only, and you typed a letter that looks like one. We put the digit there:"
                " compare it with your note."
            ),
            "reference": _("This is the reference of a complaint. It opens nothing. Your receipt has 20 digits."),
        }[bad.reason]
        typed = with_digits(typed) if bad.reason == "letter" else typed
        return _follow(sentence, typed, secret), 422
    followed = receipts.follow(tried, secret if sound(secret) else "")
    if followed is None and (page := page_of(tried, typed)):
        return page
    if followed is None:
        return _unsent(tried, typed, secret)
    session["c"], session["lang"] = followed.session, language()
    if followed.receipt_secret:
        session["f"] = followed.receipt_secret
    if not (words := carried()):
        return redirect(url_for("receipt.show" if followed.receipt_secret else "status.show"), 303)
    code, person = receipts.shown(followed.receipt_secret or ""), receipts.complainant_of(followed.session)
    new = _("This is your new receipt. Write it down now: %(code)s", code=grouped(code)) if code else ""
    start = url_for("receipt.show" if code else "status.show")
    return (
        returned(person, request.form.get("next", ""), words, start, new)
        if person
        else redirect(url_for(".follow"), 303)
    )
