"""The company's desk: what was referred to it, and nothing else."""

from collections.abc import Callable, Iterator

from flask import Blueprint, flash, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from grievance.access import Person
from grievance.accounts import company_webhooks
from grievance.companies.export_log import note_export
from grievance.reports import members
from grievance.reports.exports import as_csv, as_json, exported
from grievance.reports.last_letters import last_letter, last_letters
from grievance.reports.office_waits import office_waits
from grievance.reports.queue import queue
from grievance.reports.queue_asked import FOR_COMPANIES
from grievance.reports.queue_counts import MOST, NOBODYS, counts
from grievance.views import readings
from grievance.views.account.sign_in import me
from grievance.views.company.case_page import case_page, kept_lines
from grievance.views.company.doors import companies_only
from grievance.views.letter_page import show_letter_page
from grievance.views.pages import (
    Page,
    asked,
    press_keep,
    press_step,
    show_file,
    show_letter,
    show_step,
    to_keep,
)
from grievance.workflow.former import confirm_destroyed
from grievance.workflow.letter_texts import WRONG_COMPANY

bp = Blueprint("company", __name__)
bp.before_request(companies_only)


bp.after_request(readings.count)


def _back(reference: str) -> str:
    return url_for(".case", reference=reference)


@bp.get("")
def show_queue() -> Page:
    wanted = asked()
    found = queue(me(), wanted)
    certificate, near = members.certificate_of(me())
    numbers = counts(me(), (*FOR_COMPANIES[:-1], NOBODYS))
    return render_template(
        "company/queue.html", queue=found, wanted=wanted, base=url_for(".show_queue"), choices={},
        typed="", without_anybody=numbers.pop(NOBODYS), most=MOST, counts=numbers, ended=last_letters(me()),
        office_waits=office_waits(me()),
        certificate=certificate, certificate_near=near, webhooks=company_webhooks.to_look_at(me()),
        **kept_lines(found),
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
    return case_page(reference)


@bp.get("/cases/<reference>/files/<file_id>")
def one_file(reference: str, file_id: str) -> Page:
    return show_file(me(), reference, file_id, _back(reference))


@bp.get("/cases/<reference>/letters/<letter_id>")
def letter_page(reference: str, letter_id: str) -> Page:
    return show_letter_page(me(), reference, letter_id, _back(reference))


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
