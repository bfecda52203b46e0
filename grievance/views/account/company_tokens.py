"""The page where a company's people make and end the tokens of their programs."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from grievance.access import Person
from grievance.accounts import company_tokens
from grievance.forms.fields import BadInput, Refused
from grievance.views import faces, rate_limit
from grievance.views.account.sign_in import me
from grievance.views.addresses import at_site
from grievance.views.pages import Page
from grievance.views.sent_twice import shows_a_secret

bp = Blueprint("company_tokens", __name__)


def _of_a_company() -> Person:
    """Default deny: an admitted person of a company, and nobody else."""
    if not company_tokens.may_have(me()):
        abort(403)
    return me()


@bp.get("/programs")
@login_required
def show() -> Page:
    return _page(_of_a_company())


def _page(
    person: Person, token: str = "", errors: dict[str, str] | None = None, sentence: str = "", status: int = 200
) -> Page:
    described = at_site("company_api.description") if faces.is_served(faces.COMPANY_API) else ""
    page = render_template(
        "account/company_tokens.html", me=person, lines=company_tokens.of_company(person), token=token,
        errors=errors or {}, sentence=sentence, name=request.form.get("name", "") if errors or sentence else "",
        most=company_tokens.NAME, address=described,
    )  # fmt: skip
    return page, status


@bp.post("/programs")
@login_required
def make() -> Page:
    """The token is in this answer and nowhere else."""
    person = _of_a_company()
    if seconds := rate_limit.for_account(person.account_id):
        return _page(person, sentence=rate_limit.sentence_at_sign_in(seconds), status=429)
    try:
        token = company_tokens.make(person, request.form.get("name", ""), request.form.get("password", ""))
    except BadInput as bad:
        return _page(person, errors=bad.errors, status=422)
    except Refused as refused:
        return _page(person, sentence=refused.sentence, status=409)
    shows_a_secret()
    return _page(person, token)


@bp.post("/programs/<token_id>/end")
@login_required
def end(token_id: str) -> Page:
    company_tokens.end(_of_a_company(), token_id)
    flash(_("It has ended. A program that still has it is refused."))
    return redirect(url_for(".show"), 303)
