"""A one-use code is shown when somebody asks for it, and not with the page of the case."""

from flask import Blueprint, abort, render_template

from grievance.access import find_case
from grievance.desk.handed_codes import note_reading
from grievance.forms.choices import WHOSE
from grievance.reports.casefile import open_case_file
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page

bp = Blueprint("handed_codes", __name__)
bp.before_request(members_only)


@bp.post("/cases/<reference>/codes/<writing_id>")
def read(reference: str, writing_id: str) -> Page:
    """A press and no link: that it was read is written down with who read it."""
    writings = open_case_file(me(), find_case(me(), reference)).writings
    code = next((one for one in writings if one.id == writing_id and one.step == "handover_code"), None)
    if code is None:
        abort(404)
    (_label, digits), (_whose, whose) = code.fields
    note_reading(me(), reference, next(key for key, label in WHOSE if label == whose))
    return render_template("desk/handed_code.html", reference=reference, code=digits, whose=whose)
