"""A letter as a page: the same words as the PDF, to read and to copy."""

from flask import render_template

from grievance.access import Person, find_case
from grievance.reports.directions import marked, of_language, told_apart
from grievance.reports.letters import letter_told
from grievance.views.pages import Page, not_fitting


def show_letter_page(person: Person, reference: str, letter_id: str, back: str) -> Page:
    """Whom the letter is for reads it; nothing is read out of a case that does not fit its record."""
    case = find_case(person, reference)
    told = letter_told(person, case, letter_id)
    if refused := not_fitting(person, case, back):
        return refused
    direction = of_language(told.language)
    said = told_apart({"title": told.title, "intro": told.intro, "parts": told.parts}, direction)
    return render_template(
        "letter.html", told=told, direction=direction, said=said, marked=marked, back=back,
        file=f"{back}/letters/{letter_id}.pdf",
    )  # fmt: skip
