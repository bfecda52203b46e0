"""The company's desk: what was referred to it, and nothing else."""

from flask import Blueprint, abort, render_template
from flask_login import login_required

from grievance.access import find_case
from grievance.models.people import Role
from grievance.reports.casefile import open_case_file
from grievance.reports.queue import counts, queue
from grievance.views.account import me
from grievance.views.pages import Page, asked, press_keep, press_step, show_file, show_letter, show_step
from grievance.workflow import steps
from grievance.workflow.identity import shared_with

bp = Blueprint("company", __name__, url_prefix="/company")


@bp.before_request
@login_required
def _only_companies() -> None:
    """Default deny: an admitted person of a company, and nobody else."""
    if me().role != Role.COMPANY or me().party_seed is None:
        abort(403)


def _back(reference: str) -> str:
    return f"/company/cases/{reference}"


@bp.get("")
def show_queue() -> Page:
    wanted = asked()
    return render_template(
        "desk/queue.html", queue=queue(me(), wanted), counts=counts(me(), ("open", "overdue", "soon")), wanted=wanted,
        base="/company", choices={}, typed="",
    )  # fmt: skip


@bp.get("/cases/<reference>")
def case(reference: str) -> Page:
    found = find_case(me(), reference)
    return render_template(
        "desk/case.html", file=open_case_file(me(), found), rows=steps.choices_now(me(), found), proposals=[],
        back=_back(found.reference), told=shared_with(me(), found),
    )  # fmt: skip


@bp.get("/cases/<reference>/files/<file_id>")
def one_file(reference: str, file_id: str) -> Page:
    return show_file(me(), reference, file_id, _back(reference))


@bp.get("/cases/<reference>/letters/<int:letter_id>.pdf")
def letter(reference: str, letter_id: int) -> Page:
    return show_letter(me(), reference, letter_id)


@bp.get("/cases/<reference>/steps/<step>")
def step(reference: str, step: str) -> Page:
    return show_step(me(), reference, step, _back(reference))


@bp.post("/cases/<reference>/steps/<step>")
def press(reference: str, step: str) -> Page:
    return press_step(me(), reference, step, _back(reference))


@bp.post("/cases/<reference>/steps/<step>/draft")
def keep(reference: str, step: str) -> Page:
    return press_keep(me(), reference, step, _back(reference))
