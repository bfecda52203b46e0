"""The evidence log of a case, and the chain of custody of its files as a PDF. Both are counted as readings."""

from flask import Blueprint, abort, render_template, url_for

from grievance.access import find_case
from grievance.reports.custody_paper import custody_pdf
from grievance.reports.evidence_log import evidence_log
from grievance.views import readings
from grievance.views.account.sign_in import me
from grievance.views.desk.doors import members_only
from grievance.views.pages import Page, taken_away

bp = Blueprint("evidence", __name__, url_prefix="/cases/<reference>/evidence")
bp.before_request(members_only)
bp.after_request(readings.count)


def _back(reference: str) -> str:
    return url_for("desk.case", reference=reference)


@bp.get("")
def show(reference: str) -> Page:
    found = find_case(me(), reference)
    return render_template("desk/_evidence.html", log=evidence_log(me(), found), case=found, back=_back(reference))


@bp.get("/custody.pdf")
def all_files(reference: str) -> Page:
    found = find_case(me(), reference)
    return taken_away(
        me(), found, custody_pdf(evidence_log(me(), found)), "custody", url_for(".show", reference=reference)
    )


@bp.get("/<file_id>/custody.pdf")
def one_file(reference: str, file_id: str) -> Page:
    found = find_case(me(), reference)
    log = evidence_log(me(), found, file_id).only(file_id)
    if log is None:
        abort(404)
    return taken_away(me(), found, custody_pdf(log), "custody", url_for(".show", reference=reference))
