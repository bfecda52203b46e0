"""The custodians' pages: requests to open an identity, without a word of the case."""

from flask import Blueprint, abort, render_template, request, url_for
from flask_login import login_required

from grievance.access import NoSuchCase, find_case
from grievance.desk.new_marks import looked
from grievance.models.case import Case
from grievance.models.keys import OPEN_FOR
from grievance.models.people import Role
from grievance.reports import meanwhile, stuck
from grievance.reports.identities import counts_by_officer, requests_for
from grievance.reports.office_waits import office_waits
from grievance.views.account.sign_in import me
from grievance.views.pages import Page, came_second, press_step, show_step, somebody_looks

bp = Blueprint("custodian", __name__)


@bp.before_request
@login_required
def _only_custodians() -> None:
    """Default deny: an admitted custodian, and nobody else."""
    if me().role != Role.CUSTODIAN or me().party_seed is None:
        abort(403)


@bp.get("")
def show_requests() -> Page:
    requests, new_only = requests_for(me()), request.args.get("show") == "unseen"
    shown = [one for one in requests if one.new or not new_only]
    return render_template(
        "desk/requests.html", requests=shown, number=len(requests), new=sum(one.new for one in requests),
        new_only=new_only, counted=counts_by_officer(), open_for=OPEN_FOR,
        to_name=[one for one in stuck.waiting(me()).notices if one.names],
        office_waits=office_waits(me()),
    )  # fmt: skip


def _action(reference: str, step: str) -> str:
    return url_for(".press", reference=reference, step=step)


def _asked_about(reference: str) -> Case:
    """Once another custodian has decided the request, the case is no more to be seen here than before it."""
    try:
        return find_case(me(), reference)
    except NoSuchCase:
        if said := meanwhile.of_request(me(), reference):
            came_second(said, url_for(".show_requests"))
        raise


@bp.get("/cases/<reference>/steps/<step>")
def step(reference: str, step: str) -> Page:
    """To look at one request is what ends its being new: the list alone shows all of them at once."""
    looked(me(), _asked_about(reference).id, ends=somebody_looks())
    return show_step(me(), reference, step, url_for(".show_requests"), action=_action(reference, step))


@bp.post("/cases/<reference>/steps/<step>")
def press(reference: str, step: str) -> Page:
    _asked_about(reference)
    return press_step(me(), reference, step, url_for(".show_requests"), action=_action(reference, step))
