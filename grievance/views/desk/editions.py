"""The office's page for the public figures: an edition is proposed, looked at as the public would see it, approved."""

from functools import partial

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance import clock
from grievance.crypto.sealing import CannotOpen
from grievance.desk import editions
from grievance.forms.fields import Refused
from grievance.reports import making_editions, public_figures
from grievance.reports.public_counts import TOLD_FOR
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page

bp = Blueprint("editions", __name__, url_prefix="/editions")
bp.before_request(members_only)
YEARS_BACK = 3


@bp.get("")
def show() -> Page:
    return _page("")


def _page(sentence: str, typed: str = "") -> str:
    found = editions.of_the_office()
    return render_template(
        "desk/editions.html", waiting=[one for one in found if one.approved is None],
        public=[one for one in found if one.approved], periods=_periods(), sentence=sentence, typed=typed,
        may_approve=partial(editions.may_approve, me()), seconds=current_app.config["EDITION_SECONDS"],
    )  # fmt: skip


def _periods() -> list[str]:
    """Years and quarters that are over and not public yet, the newest first."""
    today = clock.office_today()
    years = range(today.year, today.year - YEARS_BACK, -1)
    slugs = [slug for year in years for slug in (str(year), *(f"{year}-{quarter}" for quarter in (4, 3, 2, 1)))]
    ends = {slug: making_editions.end_of(slug) for slug in slugs}
    return [slug for slug in slugs if (end := ends[slug]) and end < today and not editions.is_public(slug)]


@bp.post("")
def propose() -> Page:
    slug = request.form.get("period", "")
    try:
        edition_id = editions.propose(me(), making_editions.make(me(), slug))
    except Refused as refused:
        return _page(refused.sentence, slug), 409
    except CannotOpen:
        return _page(_("What an earlier edition counted cannot be opened. It is not issued."), slug), 409
    flash(_("It waits for an approver. This is what the public would see."))
    return redirect(url_for(".one", edition_id=edition_id), 303)


@bp.get("/<edition_id>")
def one(edition_id: str) -> Page:
    return _one(edition_id, "")


def _one(edition_id: str, sentence: str) -> str:
    found = editions.one(edition_id)
    if found is None or found.approved is False:
        abort(404)
    return render_template(
        "desk/edition.html", row=found, edition=public_figures.shown(found.content), sentence=sentence,
        may_approve=editions.may_approve(me(), found), told_for=TOLD_FOR.days,
    )  # fmt: skip


@bp.post("/<edition_id>/decide")
def decide(edition_id: str) -> Page:
    approved = request.form.get("outcome") == "approve"
    try:
        editions.decide(me(), edition_id, approved)
    except Refused as refused:
        return _page(refused.sentence), 409
    except CannotOpen:
        return _page(_("What was counted for it cannot be opened. Propose it again.")), 409
    flash(_("It is public from now on.") if approved else _("It was refused. Nothing of it is public."))
    return redirect(url_for(".show"), 303)
