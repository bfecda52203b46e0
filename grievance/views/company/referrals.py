"""The company's desk: what was referred to it, and nothing else."""

from collections.abc import Callable, Iterator

from flask import Blueprint, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from grievance.access import Person, find_case
from grievance.companies.export_log import note_export
from grievance.desk.new_marks import looked
from grievance.models.people import Role
from grievance.reports.company_page import open_company_page
from grievance.reports.exports import as_csv, as_json, exported
from grievance.reports.last_letters import last_letter, last_letters
from grievance.reports.news import news
from grievance.reports.office_waits import office_waits
from grievance.reports.queue import queue
from grievance.reports.queue_asked import FOR_COMPANIES
from grievance.reports.queue_counts import counts
from grievance.views import readings
from grievance.views.account.sign_in import me
from grievance.views.pages import (
    Page,
    asked,
    press_keep,
    press_step,
    show_file,
    show_letter,
    show_step,
    somebody_looks,
    to_keep,
)
from grievance.workflow.custody import disclosed_to
from grievance.workflow.former import confirm_destroyed
from grievance.workflow.letter_texts import WRONG_COMPANY
from grievance.workflow.visibility import note_opened

bp = Blueprint("company", __name__)


@bp.before_request
@login_required
def _only_companies() -> None:
    """Default deny: an admitted person of a company, and nobody else."""
    if me().role != Role.COMPANY or me().party_seed is None:
        abort(403)


bp.after_request(readings.count)


def _back(reference: str) -> str:
    return url_for(".case", reference=reference)


@bp.get("")
def show_queue() -> Page:
    wanted = asked()
    return render_template(
        "company/queue.html", queue=queue(me(), wanted), wanted=wanted, base=url_for(".show_queue"), choices={},
        typed="", counts=counts(me(), FOR_COMPANIES[:-1]), ended=last_letters(me()), office_waits=office_waits(me()),
    )  # fmt: skip


@bp.post("/export")
def export() -> Page:
    return _export("json", as_json, "application/json")


@bp.post("/export.csv")
def export_dates() -> Page:
    return _export("csv", as_csv, "text/csv")


def _export(form: str, write: Callable[[Person, list[str]], Iterator[str]], mimetype: str) -> Response:
    """A file to keep, under a neutral name, written while it is sent. That it was taken is on record before."""
    person = me()
    case_ids = exported(person)
    note_export(person, form, len(case_ids))
    return to_keep(stream_with_context(write(person, case_ids)), f"export.{form}", mimetype)


@bp.get("/cases/<reference>")
def case(reference: str) -> Page:
    here = somebody_looks()
    found = find_case(me(), reference)
    found = note_opened(me(), found) if here else found
    first = looked(me(), found.id, ends=here)
    page = open_company_page(me(), found)
    return render_template(
        "company/case.html",
        page=page,
        file=page.file,
        back=_back(found.reference),
        told=disclosed_to(me(), found),
        news=news(me(), page.file, first),
    )


@bp.get("/cases/<reference>/files/<file_id>")
def one_file(reference: str, file_id: str) -> Page:
    return show_file(me(), reference, file_id, _back(reference))


@bp.get("/cases/<reference>/letters/<letter_id>.pdf")
def letter(reference: str, letter_id: str) -> Page:
    return show_letter(me(), reference, letter_id, _back(reference))


@bp.get("/cases/<reference>/steps/<step>")
def step(reference: str, step: str) -> Page:
    return show_step(me(), reference, step, _back(reference))


@bp.post("/cases/<reference>/steps/<step>")
def press(reference: str, step: str) -> Page:
    return press_step(me(), reference, step, _back(reference))


@bp.post("/cases/<reference>/steps/<step>/draft")
def keep(reference: str, step: str) -> Page:
    return press_keep(me(), reference, step, _back(reference))


@bp.get("/ended/<reference>")
def ended(reference: str) -> Page:
    """The last word about a complaint that came here by mistake."""
    return render_template(
        "company/ended.html", letter=last_letter(me(), reference), words_of_it=WRONG_COMPANY.words, sentence=""
    )


@bp.post("/ended/<reference>")
def confirm(reference: str) -> Page:
    if request.form.get("destroyed") != "yes":
        page = render_template(
            "company/ended.html", letter=last_letter(me(), reference), words_of_it=WRONG_COMPANY.words,
            sentence=_("Please tick this to go on."),
        )  # fmt: skip
        return page, 422
    confirm_destroyed(me(), reference)
    flash(_("Thank you. It is noted that your copies are destroyed."))
    return redirect(url_for(".show_queue"), 303)
