"""The complainants' front door: no account, no script, no cookie before the first POST."""

import secrets

from flask import Blueprint, abort, current_app, redirect, render_template, request, session
from flask_babel import gettext as _
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.wrappers import Response

from grievance.crypto.receipts import BadReceipt, grouped
from grievance.extensions import csrf
from grievance.views import language
from grievance.views.pages import Page, sent
from grievance.workflow import intake, receipt
from grievance.workflow.fields import BadInput
from grievance.workflow.steps import Refused
from grievance.workflow.timetable import Timetable

bp = Blueprint("public", __name__)
STAMP_SECONDS = 24 * 60 * 60


def _signer() -> TimestampSigner:
    return TimestampSigner(current_app.config["SECRET_KEY"], salt="form")


@bp.get("/")
def home() -> Page:
    return render_template("public/home.html")


@bp.get("/procedure")
def procedure() -> Page:
    table: Timetable = current_app.extensions["timetable"]
    return render_template("public/procedure.html", kinds=list(table.kinds.values()))


@bp.get("/safety")
def safety() -> Page:
    return render_template("public/safety.html")


@bp.get("/leave")
def leave() -> Response:
    """End the session and go where nothing is said: an empty page of our own, because any other site would see us."""
    if secret := session.get("c"):
        receipt.leave(secret)
    session.clear()
    response = redirect("/", 303)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _form(raw: dict[str, object], errors: dict[str, str], secret: str, sentence: str = "", status: int = 200) -> Page:
    stamp = _signer().sign(secrets.token_hex(4)).decode()
    page = render_template(
        "public/complain.html", fields=intake.QUESTIONS, raw=raw, errors=errors, secret=secret, stamp=stamp,
        sentence=sentence, choices={"company": intake.filing_options()},
    )  # fmt: skip
    return page, status


@bp.get("/complain")
def complain() -> Page:
    return _form({}, {}, intake.new_secret())


@bp.post("/complain")
@csrf.exempt  # no cookie exists yet; the form's own random secret and signed time stand for it
def file() -> Page:
    raw, secret = sent(intake.QUESTIONS), request.form.get("secret", "")
    if len(secret) != 43 or not secret.replace("-", "").replace("_", "").isalnum() or not secret.isascii():
        return _form(raw, {}, intake.new_secret(), _("Please look through your answers and send them once more."), 422)
    try:
        _signer().unsign(request.form.get("stamp", ""), max_age=STAMP_SECONDS)
    except BadSignature:
        sentence = _("The form was open for a long time. What you wrote is kept: please send it once more.")
        return _form(raw, {}, secret, sentence, 422)
    try:
        intake.file_complaint(raw, secret, language())
    except BadInput as bad:
        return _form(raw, bad.errors, secret, status=422)
    except Refused as refused:
        return _form(raw, {}, secret, refused.sentence, 503)
    session["f"], session["lang"] = secret, language()
    return redirect("/complain/receipt", 303)


@bp.get("/complain/receipt")
def show_receipt() -> Page:
    code = receipt.shown(session.get("f", ""))
    if code is None:
        return render_template("public/gone.html"), 404
    return render_template("public/receipt.html", code=grouped(code))


@bp.post("/complain/receipt")
def kept() -> Page:
    """ "I have written it down": the row dies, and the case opens."""
    secret = session.get("f", "")
    code = receipt.shown(secret)
    if code is None:
        return render_template("public/gone.html"), 404
    if request.form.get("kept") != "yes":
        page = render_template("public/receipt.html", code=grouped(code), error=_("Please tick this to go on."))
        return page, 422
    followed = receipt.follow(code)
    receipt.kept(secret)
    session.pop("f", None)
    if followed is None:
        abort(500)
    session["c"] = followed.session
    return redirect("/follow/case", 303)


@bp.get("/follow")
def follow() -> Page:
    return render_template("public/follow.html", error="")


@bp.post("/follow")
@csrf.exempt  # signing in with a code that only its holder knows; no cookie exists yet
def follow_code() -> Page:
    typed = request.form.get("code", "")
    try:
        followed = receipt.follow(typed)
    except BadReceipt as bad:
        sentence = {
            "length": _("A receipt has 20 digits. Please check what you typed."),
            "slip": _("One of the digits is not right. Please compare them with your note."),
        }[bad.reason]
        return render_template("public/follow.html", error=sentence, typed=typed[:60]), 422
    if followed is None:
        sentence = _("We do not know this receipt. Please check it, or ask the Secretariat.")
        return render_template("public/follow.html", error=sentence, typed=typed[:60]), 422
    session["c"], session["lang"] = followed.session, language()
    kept_words = [(n[5:], v) for n, v in request.form.items(multi=True) if n.startswith("kept.")]
    if kept_words and request.form.get("next", "").startswith("/follow/case/steps/"):
        return render_template("account/kept.html", kept=kept_words, action=request.form["next"])
    if followed.receipt_secret:
        session["f"] = followed.receipt_secret
        return redirect("/complain/receipt", 303)
    return redirect("/follow/case", 303)
