"""Letters that are printed: on the association's paper, and apart from it the page for a plain envelope."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from grievance import clock
from grievance.access import NoSuchCase, Person, opened
from grievance.deadlines import days
from grievance.extensions import speaking
from grievance.forms.fields import Refused
from grievance.intake import opening
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.sides import COMPANY
from grievance.reports import directions, fonts
from grievance.reports.directions import Quoted
from grievance.reports.pdf import typeset
from grievance.site import site_name
from grievance.workflow import custody, post
from grievance.workflow import letter_texts as say
from grievance.workflow.post import Written

TEMPLATES = frozenset({say.POSTED.template, say.LETTER_TO_COMPANY.template})
"""Letters of the procedure that are such a letter."""


def one_of(case: Case, letter_id: str) -> Written:
    """Raises `NoSuchCase` where this case has no such letter."""
    found = next((one for one in post.written(case) if one.id == letter_id and not case.erased_at), None)
    if found is None:
        raise NoSuchCase
    return found


def letter_paper(person: Person, case: Case, letter: Written) -> bytes:
    """A letter that was written, as it is printed. Raises `NoKey` for whoever is not of the Secretariat."""
    says = {**letter.facts, **post.words_of(opened(person, case), letter.id)}
    return as_printed(case, says, letter.day)


def as_printed(case: Case, says: Mapping[str, Any], on: date | None = None) -> bytes:
    """A PDF of the answers of *write a letter*, in the letter's language; what is not answered yet is left empty.
    `on`: the day of the letter, today where nobody says it."""
    language = str(says.get("language") or case.language)
    with speaking(language):
        data = {
            "title": _("Information"), "lang": language,
            "subject": Quoted(says.get("subject") or ""), "site": site_name(), "from": _from(language),
            "about": _about(case, on),
            "sides": _sides(says, language),
        }  # fmt: skip
        return typeset("on_paper", data)


def as_told(case: Case, says: Mapping[str, Any], on: date) -> tuple[str, str, list[str], list[dict[str, Any]]]:
    """The same for a page: its subject, its day, what it is about, and the letter with what it was translated from.
    Each side stands in its own language."""
    language = str(says.get("language") or case.language)
    with speaking(language):
        day, *about = _about(case, on)
        return Quoted(says.get("subject") or ""), day, about, _sides(says, language)


def _about(case: Case, on: date | None) -> list[str]:
    return [days.full_date(on or clock.office_today()), _("Our reference: %(reference)s", reference=case.reference)]


def _from(language: str) -> list[str]:
    """Where the association is, and how it is reached, as its contact in this language says."""
    office = opening.contact(language)
    if office is None:
        return []
    return [Quoted(line) for line in (*office.address.split("\n"), office.telephone, office.mail) if line]


def _sides(says: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """The letter, and beside it the original, each in its language and from its side."""
    letter, original = str(says.get("text") or ""), str(says.get("original") or "")
    if not original:
        return [_side("", letter, language)]
    first = str(says.get("original_language") or language)
    with speaking(first):
        heading = _("The original")
    return [_side(str(_("Translation")), letter, language), _side(str(heading), original, first)]


def _side(title: str, text: str, language: str) -> dict[str, Any]:
    paragraphs = [Quoted(one) for one in text.split("\n") if one.strip()]
    direction = directions.of_language(language)
    return {"title": title, "paragraphs": paragraphs, "lang": language, "direction": direction,
            "fonts": fonts.families(language)}  # fmt: skip


# --- the envelope ------------------------------------------------------------------------------------------


def label(lines: list[str], language: str) -> bytes:
    """The page for an envelope: these lines and nothing else."""
    with speaking(language):
        return typeset("label", {"title": _("Address"), "lang": language, "lines": [*map(Quoted, lines)]})


def her_label(person: Person, case: Case) -> bytes:
    """The address that she wrote herself, for the officer to whom a grant is open. Raises `Refused`: also where she
    wrote a newer one since, which the grant does not open."""
    newest = post.her_address(case)
    entries = custody.read(person, case, clock.now())
    text = next((one.text for one in entries if one.id == newest and one.whose == Role.COMPLAINANT), "")
    if not text:
        raise Refused(_("The complainant wrote a newer address since the grant. Ask a custodian again."))
    return label(_lines(text), case.language)


def company_label(person: Person, case: Case, letter: Written) -> bytes:
    """Its registered address, as the letter has it. Raises `Refused` where it has none, or the letter goes nowhere."""
    if letter.too_late:
        raise Refused(_("This letter is not sent: it was for the earlier company."))
    text = str(post.words_of(opened(person, case), letter.id).get("address", ""))
    if letter.addressee != COMPANY or not text:
        raise Refused(_("This letter has no address of the company: write it anew, with the address."))
    return label(_lines(text), case.company.language if case.company else "en")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
