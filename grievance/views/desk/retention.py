"""Cases whose time of keeping ends: what she said of each, and what two people now erase."""

from flask import Blueprint, render_template

from grievance.deadlines.lengths import length
from grievance.models.people import Role
from grievance.reports.retention import MOST, lines
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page
from grievance.workflow.keeping import ASKED_BEFORE

bp = Blueprint("retention", __name__, url_prefix="/retention")
bp.before_request(members_only)


@bp.get("")
def show() -> Page:
    found = lines(me())
    over, soon = ([one for one in found[:MOST] if one.over is which] for which in (True, False))
    return render_template(
        "desk/retention.html",
        over=over,
        soon=soon,
        proposes=me().role == Role.OFFICER,
        asked=length(ASKED_BEFORE),
        most=MOST if len(found) > MOST else 0,
    )
