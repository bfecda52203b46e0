"""The page where a company's people say where its own system is told that something waits."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from grievance import clock, outward
from grievance.access import Person
from grievance.accounts import company_tokens, company_webhooks
from grievance.deadlines.lengths import length
from grievance.forms.fields import BadInput, Refused
from grievance.views import rate_limit
from grievance.views.account.sign_in import me
from grievance.views.pages import Page
from grievance.views.sent_twice import shows_a_secret

bp = Blueprint("company_webhooks", __name__)


def _of_a_company() -> Person:
    """Default deny: an admitted person of a company, and nobody else."""
    if not company_tokens.may_have(me()):
        abort(403)
    return me()


@bp.get("/webhooks")
@login_required
def show() -> Page:
    return _page(_of_a_company())


def _page(
    person: Person, secret: str = "", errors: dict[str, str] | None = None, sentence: str = "", status: int = 200,
    of: str = "",
) -> Page:  # fmt: skip
    """`of`: the webhook that the secret or the errors are about; else they are about a new one."""
    wrong = errors or {}
    page = render_template(
        "account/company_webhooks.html", me=person, lines=company_webhooks.of_company(person), secret=secret, of=of,
        errors=wrong, sentence=sentence, url=request.form.get("url", "") if wrong or sentence else "",
        now=clock.now(), most=company_webhooks.MOST, said=company_webhooks.said, seconds=int(outward.WHOLE),
        tolerance=company_webhooks.TOLERANCE, both=length(company_webhooks.BOTH),
        given_up=length(company_webhooks.GIVEN_UP),
    )  # fmt: skip
    return page, status


@bp.post("/webhooks")
@login_required
def make() -> Page:
    """The secret is in this answer and nowhere else."""
    person = _of_a_company()
    if seconds := rate_limit.for_account(person.account_id):
        return _page(person, sentence=rate_limit.sentence_at_sign_in(seconds), status=429)
    try:
        name, secret = company_webhooks.make(person, request.form.get("url", ""), request.form.get("password", ""))
    except BadInput as bad:
        return _page(person, errors=bad.errors, status=422)
    except Refused as refused:
        return _page(person, sentence=refused.sentence, status=409)
    shows_a_secret()
    return _page(person, secret, of=name)


@bp.post("/webhooks/<webhook_id>/secret")
@login_required
def renew(webhook_id: str) -> Page:
    """As `make`."""
    person = _of_a_company()
    if seconds := rate_limit.for_account(person.account_id):
        return _page(person, sentence=rate_limit.sentence_at_sign_in(seconds), status=429)
    try:
        secret = company_webhooks.renew(person, webhook_id, request.form.get("password", ""))
    except BadInput as bad:
        return _page(person, errors=bad.errors, status=422, of=webhook_id)
    except Refused as refused:
        return _page(person, sentence=refused.sentence, status=409)
    shows_a_secret()
    return _page(person, secret, of=webhook_id)


@bp.post("/webhooks/<webhook_id>/test")
@login_required
def test(webhook_id: str) -> Page:
    person = _of_a_company()
    try:
        company_webhooks.test(person, webhook_id)
    except Refused as refused:
        return _page(person, sentence=refused.sentence, status=409)
    flash(_("A test is on its way. Look at this page again a little later."))
    return redirect(url_for(".show"), 303)


@bp.post("/webhooks/<webhook_id>/on")
@login_required
def turn_on(webhook_id: str) -> Page:
    person = _of_a_company()
    try:
        company_webhooks.turn_on(person, webhook_id)
    except Refused as refused:
        return _page(person, sentence=refused.sentence, status=409)
    flash(_("Messages go there again from now on. Those of before are not sent again: look at your list of cases."))
    return redirect(url_for(".show"), 303)


@bp.post("/webhooks/<webhook_id>/end")
@login_required
def end(webhook_id: str) -> Page:
    company_webhooks.end(_of_a_company(), webhook_id)
    flash(_("It is removed. Nothing is sent there any more."))
    return redirect(url_for(".show"), 303)
