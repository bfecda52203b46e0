"""Cases whose time of keeping ends: what she said of each, and what two people now erase."""

from flask import Blueprint, abort, render_template
from flask_login import login_required

from grievance.deadlines.lengths import length
from grievance.models.people import SECRETARIAT_ROLES, Role
from grievance.reports.retention import lines
from grievance.views.account.sign_in import me
from grievance.views.pages import Page
from grievance.workflow.keeping import ASKED_BEFORE

bp = Blueprint("retention", __name__, url_prefix="/retention")


@bp.before_request
@login_required
def _only_the_secretariat() -> None:
    """Default deny: an admitted member of the Secretariat, and nobody else."""
    if me().role not in SECRETARIAT_ROLES or me().party_seed is None:
        abort(403)


@bp.get("")
def show() -> Page:
    found = lines(me())
    over, soon = ([one for one in found if one.over is which] for which in (True, False))
    return render_template(
        "desk/retention.html", over=over, soon=soon, proposes=me().role == Role.OFFICER, asked=length(ASKED_BEFORE)
    )
