"""The page of observers and auditors: where what they check stands, and what the office itself missed.

Nothing here, and nothing that it leads to, is of a case.
"""

from flask import Blueprint, abort, render_template
from flask_login import login_required

from grievance import clock
from grievance.models.people import Role
from grievance.reports import office_misses
from grievance.reports.office_waits import office_waits
from grievance.views import faces
from grievance.views.account.sign_in import me
from grievance.views.pages import Page

bp = Blueprint("observer", __name__)


@bp.before_request
@login_required
def _only_observers() -> None:
    """Default deny: an admitted observer or auditor, and nobody else."""
    if me().role != Role.OBSERVER or me().party_seed is None:
        abort(403)


@bp.get("")
def show() -> Page:
    return render_template(
        "observer/front.html", misses=office_misses.misses(clock.office_today()), few=office_misses.FEW,
        public_is_here=faces.is_served(faces.PUBLIC), office_waits=office_waits(me()),
    )  # fmt: skip
