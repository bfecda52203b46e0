"""Publishing the members' facts: proposed by somebody of the Secretariat, published by an approver who is another."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from grievance.access import may_administer
from grievance.companies import editions, published
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused
from grievance.reports.member_pages import measure
from grievance.views.account.sign_in import me
from grievance.views.addresses import number
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page

bp = Blueprint("publishing", __name__, url_prefix="/admin")
bp.before_request(members_only)
KINDS: dict[str, Label] = {
    "joined": _l("new in the list"),
    "gone": _l("no longer in the list"),
    "membership": _l("membership"),
    "tier": _l("tier"),
    "certificate": _l("certificate"),
    "measures": _l("measures of the Board"),
    "other": _l("other facts"),
}
LABELS: dict[str, Label] = {
    "name": _l("Name"),
    "trade_names": _l("Trade names"),
    "country": _l("Country"),
    "works_in": _l("Other countries in which its people guard"),
    "membership": _l("Membership"),
    "tier": _l("How far it is"),
    "services": _l("What it offers"),
    "standard": _l("Certified by which standard"),
    "standard_named": _l("The standard's name, where it is another one"),
    "certified_by": _l("Certified by whom"),
    "certified_from": _l("The certificate is good from"),
    "certified_until": _l("The certificate is good until"),
    "certify_by": _l("On its path: to be certified by"),
    "grievance_at": _l("Where people reach its own grievance mechanism"),
    "grievance_languages": _l("Languages of its own grievance mechanism"),
    "history": _l("Its history"),
    "measures": _l("Measures in force, once nobody can appeal any more"),
}


@bp.get("/members")
def show() -> Page:
    return _page()


def _page(sentence: str = "", status: int = 200) -> Page:
    """What is published, what waits and what differs: all of it before anybody decides."""
    newest, waits = editions.newest(), editions.waiting()
    public = newest.facts if newest else []
    last = waits.facts if waits else public
    page = render_template(
        "admin/publish.html", newest=newest, waits=waits, mine=waits is not None and editions.proposed_by(me(), waits),
        proposed=list(published.differences(public, waits.facts)) if waits else [],
        since=list(published.differences(last, published.now(public))), may_change=may_administer(me()),
        kinds=KINDS, labels=LABELS, measure=measure, sentence=sentence,
    )  # fmt: skip
    return page, status


@bp.post("/members")
def decide() -> Page:
    try:
        flash(_decided(request.form.get("answer", ""), request.form.get("seen", 0, type=number)))
    except Refused as refused:
        return _page(refused.sentence, 409)
    return redirect(url_for(".show"), 303)


def _decided(answer: str, seen: int) -> str:
    if answer == "publish":
        editions.publish(me(), seen)
        return str(_("Published: everybody reads it now."))
    if answer == "refuse":
        editions.refuse(me(), seen)
        return str(_("Not published. What everybody reads stays as it is."))
    editions.propose(me())
    return str(_("Proposed. An approver who is another person publishes it."))
