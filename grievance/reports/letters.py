"""Letters and briefs as PDF, put into words when they are asked for: nothing of them lies on a disk."""

from collections.abc import Callable
from typing import Any

from flask import current_app
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import NoSuchCase, Person, opened
from grievance.deadlines import days
from grievance.extensions import Label, db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import CompanyEnvelope
from grievance.models.people import Party
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.models.writing import Letter, Writing
from grievance.record.writings import read_writing
from grievance.reports.answer_view import answer_view
from grievance.reports.casefile import CaseFile, letters_to, open_case_file
from grievance.reports.pdf import typeset
from grievance.workflow import labels, words
from grievance.workflow.readers import HANDED, TOLD


def letter_pdf(person: Person, case: Case, letter_id: int) -> bytes:
    """One letter to this person, or one that the Secretariat looks at as its recipient reads it: in their language,
    with the words that their keys open. Raises `NoSuchCase` where there is none."""
    letter = next((one for one in letters_to(person, case) if one.id == letter_id), None)
    if letter is None:
        raise NoSuchCase
    with force_locale(_language(letter, case)):
        parts = [
            {"title": str(label), "paragraphs": str(text).split("\n")} for label, text in _said(person, case, letter)
        ]
        intro = [str(labels.LETTERS[letter.template])]
        title = _("A letter about complaint %(reference)s", reference=case.reference)
        return _page(title, _dated(letter, case), intro, parts)


def _dated(letter: Letter, case: Case) -> str:
    """The day of a letter by its recipient's clock; to staff and companies with the place of that clock."""
    zone = case.company.zone if letter.recipient == COMPANY and case.company else ""
    on = clock.reader_day(letter.owed_at, zone)
    return days.full_date(on) if letter.recipient == COMPLAINANT else days.day_there(on, clock.reader_zone(zone))


def _language(letter: Letter, case: Case) -> str:
    if letter.recipient == COMPANY and case.company:
        return case.company.language
    return case.language if letter.recipient == COMPLAINANT else "en"


def _said(person: Person, case: Case, letter: Letter) -> list[tuple[Label, Any]]:
    """What was written with the event that owes the letter, as far as its recipient and this person open it."""
    event, keys = db.session.get_one(Event, letter.event_id), opened(person, case)
    not_noted = Writing.event_id.is_(None) & (Writing.written_at == event.happened_at)  # of an older version
    query = select(Writing).where(
        Writing.case_id == case.id, Writing.step == event.kind, (Writing.event_id == event.id) | not_noted
    )
    theirs = _opened_by(letter, case)
    readable = [row for row in db.session.scalars(query) if keys.can_open(row.compartment, row.n) and theirs(row)]
    written = [(row.step, read_writing(keys, row)) for row in readable]
    words = [(step, {name: text for name, text in says.items() if isinstance(text, str)}) for step, says in written]
    return [pair for step, says in words for pair in answer_view(step, says)]


def _opened_by(letter: Letter, case: Case) -> Callable[[Writing], bool]:
    """Whether the recipient's own keys open a writing, where the Secretariat looks at a letter with keys to all."""
    if letter.recipient == COMPLAINANT:
        return lambda row: row.compartment in TOLD
    if letter.recipient != COMPANY:
        return lambda row: True
    query = select(CompanyEnvelope.n).join(Party, Party.id == CompanyEnvelope.party_id)
    handed = set(
        db.session.scalars(query.where(CompanyEnvelope.case_id == case.id, Party.company_id == case.company_id))
    )
    return lambda row: row.compartment in HANDED and row.n in handed


def brief_pdf(person: Person, case: Case) -> bytes:
    """The case for the Board: facts, what happened, remedies and the dossier; never an account or an identity."""
    file = open_case_file(person, case)
    dossier = [text for w in file.writings if w.step == "ask_board" for _label, text in w.fields]
    with force_locale("en"):
        parts = [
            {"title": _("Facts"), "paragraphs": _facts(case)},
            {"title": _("The dossier"), "paragraphs": [line for text in dossier for line in text.split("\n")]},
            {"title": _("Remedies"), "paragraphs": _remedies(file)},
            {"title": _("What happened so far"), "paragraphs": _happened(file)},
        ]
        parts = [part for part in parts if part["paragraphs"]]
        title = _("A brief on complaint %(reference)s", reference=case.reference)
        return _page(title, days.day_there(clock.office_today(), clock.office_zone()), [], parts)


def _facts(case: Case) -> list[str]:
    company = case.company.name if case.company else "–"
    return [
        f"{_('Company')}: {company}",
        f"{_('State')}: {words.STATES[case.state.value]}",
        f"{_('Severity')}: {words.SEVERITIES[case.severity.value] if case.severity else '–'}",
        f"{_('Received on')}: {days.day_there(clock.office_day(case.received_at), clock.office_zone())}",
    ]


def _remedies(file: CaseFile) -> list[str]:
    return [f"{one.number}. {one.kind}: {words.REMEDY[one.status]}" for one in file.remedies]


def _happened(file: CaseFile) -> list[str]:
    known = [one for one in reversed(file.timeline) if one.kind in labels.HAPPENINGS]
    return [f"{days.full_date(clock.office_day(e.at))}: {labels.happened(e.kind, e.role, '')}" for e in known]


def _page(title: str, dated: str, intro: list[str], parts: list[dict[str, Any]]) -> bytes:
    locale = get_locale()
    data = {
        "title": title, "lang": locale.language if locale else "en", "site": current_app.config["SITE_NAME"],
        "date": dated, "intro": intro, "parts": parts,
    }  # fmt: skip
    return typeset("letter", data)
