"""A case at its company, with what the company keeps of it for itself."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, url_for

from grievance.access import find_case
from grievance.desk import at_company
from grievance.desk.new_marks import looked
from grievance.enquiries import threads
from grievance.reports.company_page import open_company_page
from grievance.reports.news import news
from grievance.reports.queue import Queue
from grievance.views.account.sign_in import me
from grievance.views.pages import Page, somebody_looks
from grievance.workflow.custody import disclosed_to
from grievance.workflow.visibility import note_opened


def case_page(
    reference: str, raw: Mapping[str, Any] | None = None, errors: Mapping[str, str] | None = None, status: int = 200
) -> Page:
    """`raw`: what was typed of what the company keeps, where something was wrong with it."""
    here = somebody_looks()
    found = find_case(me(), reference)
    found = note_opened(me(), found) if here else found
    first = looked(me(), found.id, ends=here)
    page, kept = open_company_page(me(), found), at_company.of_case(me(), found)
    said = {"own_reference": kept.reference, "who": str(kept.account_id), **(raw or {})}
    shown = render_template(
        "company/case.html", page=page, file=page.file, back=url_for("company.case", reference=found.reference),
        told=disclosed_to(me(), found), news=news(me(), page.file, first), kept=kept,
        notes=at_company.notes(me(), found), asks=at_company, said=said, errors=errors or {},
    )  # fmt: skip
    return shown, status


def kept_lines(queue: Queue) -> dict[str, Any]:
    """For a company's queue: what it keeps of the cases of this page, and its people."""
    return {
        "kept": at_company.of_cases(me(), [line.case.id for line in queue.lines]),
        "people": at_company.people(me()),
        "answers_came": threads.number_of_news(me()),
    }
