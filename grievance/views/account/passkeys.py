"""The pages of one's own passkeys: which there are, another one, one less."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required

from grievance import clock
from grievance.accounts import ceremonies, passkeys, people, waits
from grievance.accounts.ceremonies import NoSecret, NotRight
from grievance.accounts.obliged import Standing
from grievance.deadlines.lengths import length
from grievance.forms.fields import BadInput, Refused
from grievance.models.passkey import Counts, Passkey
from grievance.views import rate_limit
from grievance.views.account import asking, enrolment
from grievance.views.account.sign_in import me, start_page
from grievance.views.pages import Page

bp = Blueprint("passkeys", __name__)


@bp.get("/passkeys")
@login_required
def show() -> Page:
    rows = passkeys.compared(me())
    waiting = next((row for row in rows if row.state != Counts.COUNTING), None)
    return render_template(
        "account/passkeys.html", me=me(), rows=rows, waiting=waiting,
        digits=passkeys.digits(waiting) if waiting and waiting.state == Counts.WAITING else "",
        until=waiting.since + waits.ALONE_AFTER if waiting else None, now=clock.now(),
        possible=ceremonies.are_possible(),
    )  # fmt: skip


@bp.get("/passkeys/ask")
@login_required
def ask() -> Page:
    """After a sign-in. Whoever has one, or need have none, goes on."""
    found = enrolment.standing(me())
    if found == Standing.NONE:
        enrolment.fulfilled()
        return redirect(start_page(me()), 303)
    return enrolment.page(me(), found)


@bp.get("/passkeys/add")
@login_required
def add() -> Page:
    return _add()


def _add(errors: dict[str, str] | None = None, sentence: str = "", status: int = 200) -> Page:
    asked = (
        asking.to_enrol(me().account_id or 0, people.account_of(me().account_id).email)
        if ceremonies.are_possible()
        else None
    )
    first = not any(row.state == Counts.COUNTING for row in passkeys.of(me().account_id))
    page = render_template(
        "account/passkey_add.html", me=me(), asked=asked, first=first, errors=errors or {}, sentence=sentence,
        typed=request.form.get("name", "")[: passkeys.LONGEST_NAME], longest=passkeys.LONGEST_NAME,
        alone_after=waits.ALONE_AFTER,
    )  # fmt: skip
    return page, status


@bp.post("/passkeys/add")
@login_required
def press_add() -> Page:
    """The password is asked for: a screen that was left alone must not shut anybody out."""
    form = request.form
    if seconds := rate_limit.codes.wait():
        return _add(sentence=rate_limit.sentence(seconds), status=429)
    try:
        shown = asking.enrolled(me().account_id or 0, form.get("name", ""))
        row = passkeys.enrol(me(), form.get("password", ""), shown)
    except (NotRight, NoSecret) as fault:
        return _add(sentence=asking.why_not(fault), status=422)
    except BadInput as bad:
        return _add(bad.errors, _("Nothing was added. Type your password, and make the passkey once more."), 422)
    except Refused as refused:
        return _add(sentence=refused.sentence, status=409)
    enrolment.fulfilled()
    flash(_said(row))
    return redirect(url_for(".show"), 303)


def _said(row: Passkey) -> str:
    if row.state == Counts.COUNTING:
        return str(_("Added. You can sign in with it from now on."))
    return str(_("Made. It counts once a colleague has confirmed it, or after %(time)s.",
                 time=length(waits.ALONE_AFTER)))  # fmt: skip


def _one(passkey_id: int) -> Passkey | None:
    return next((row for row in passkeys.of(me().account_id) if row.id == passkey_id), None)


@bp.get("/passkeys/<int:passkey_id>/remove")
@login_required
def remove(passkey_id: int) -> Page:
    return _remove(passkey_id, {})


def _remove(passkey_id: int, errors: dict[str, str], status: int = 200) -> Page:
    row = _one(passkey_id)
    if row is None:
        flash(_("This passkey was removed already."))
        return redirect(url_for(".show"), 303)
    counts = row.state == Counts.COUNTING
    only = counts and sum(one.state == Counts.COUNTING for one in passkeys.of(me().account_id)) == 1
    page = render_template("account/passkey_remove.html", me=me(), row=row, counts=counts, only=only, errors=errors)
    return page, status


@bp.post("/passkeys/<int:passkey_id>/remove")
@login_required
def press_remove(passkey_id: int) -> Page:
    if seconds := rate_limit.codes.wait():
        return _remove(passkey_id, {"password": rate_limit.sentence(seconds)}, 429)
    try:
        passkeys.remove(me(), current_user.id, request.form.get("password", ""), passkey_id)
    except BadInput as bad:
        return _remove(passkey_id, bad.errors, 422)
    except Refused as refused:
        return render_template("refused.html", sentence=refused.sentence, back=url_for(".show")), 409
    flash(_("Removed. Whoever finds the device signs in with it no more."))
    return redirect(url_for(".show"), 303)
