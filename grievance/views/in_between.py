"""The page in between: before a company reads words of hers, somebody is asked whether they show who she is.

The words travel in the form from page to page, as on every page that shows them once more: no page is kept by a
browser (`no-store`), none needs a script, and where the session ends in between they come back with the sign-in. What
looks like a name is marked by the words alone. Nobody's key opens anything for it.
"""

from typing import Any

from flask import flash, render_template, request
from flask_babel import gettext as _

from grievance import clock
from grievance.access import Person
from grievance.forms.fields import clean
from grievance.models.case import Case
from grievance.models.sides import COMPLAINANT, SECRETARIAT
from grievance.redaction.identity_leaks import Warned, marked, warn
from grievance.views import step_addresses
from grievance.workflow import company_reads, step_drafts, steps
from grievance.workflow.row import Row
from grievance.workflow.visibility import version_for

ANSWER = "company_reads"
"""What is answered: the digest of the words that may go, or `secretariat`."""


def is_open(person: Person, case: Case, row: Row, raw: dict[str, Any]) -> bool:
    """Whether a company would read words that nobody was asked about. What stands against the step is said first, so
    that nobody looks through what cannot go. Raises `BadInput`, `Refused`."""
    answered = request.form.get(ANSWER)
    values = clean(row.asks, raw) if company_reads.may_reach(row) else {}
    words = company_reads.of(row, values)
    if not words or answered in (SECRETARIAT, company_reads.digest(words)):
        return False
    steps.refuse_answers(row, person, case, values)
    return True


def page(person: Person, case: Case, row: Row, raw: dict[str, Any], back: str, action: str = "") -> str:
    """The words as the company would read them, what looks like a name in them, and three answers."""
    words = company_reads.of(row, clean(row.asks, raw))
    company = case.company.name if case.company else ""
    found = {name: warn(said, words.values(), (), clock.office_today().year, known=company)
             for name, said in words.items()}  # fmt: skip
    to, hers = action or step_addresses.at(back, row.step), person.side == COMPLAINANT
    return render_template(
        "in_between.html", row=row, case=case, raw=raw, back=back, action=to, typing=to if hers else "", hers=hers,
        shown=[(field.label, marked(words[field.name], found[field.name]))
               for field in row.asks if field.name in words],
        warned=_each_once(found), digest=company_reads.digest(words), asked=company_reads.ASKED,
        message=company_reads.becomes_a_message(row), answer=ANSWER, version=version_for(person, case),
    )  # fmt: skip


def _each_once(found: dict[str, list[Warned]]) -> list[str]:
    return list(dict.fromkeys(one.words for warned in found.values() for one in warned))


def for_the_office(person: Person, row: Row, raw: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The step that is taken instead where she chose that only the Secretariat reads it; None where she did not."""
    if request.form.get(ANSWER) != SECRETARIAT or not company_reads.of(row, raw):
        return None
    return company_reads.for_the_office(row, person, raw)


def say_what_was_done(person: Person, reference: str, row: Row, raw: dict[str, Any]) -> None:
    """That the company learns nothing, and that a step of which only the words went is not taken."""
    if not company_reads.becomes_a_message(row):
        return
    if step_drafts.may_save(person):
        step_drafts.throw_away(person, reference, step_drafts.slot(row.step, raw))
    flash(_("The Secretariat has your words, as a message. The company does not. Not done: %(step)s.", step=row.title))
