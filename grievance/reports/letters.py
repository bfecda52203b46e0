"""Letters and briefs as PDF, put into words when they are asked for: nothing of them lies on a disk."""

import json
from datetime import datetime
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
from grievance.models.people import Role
from grievance.models.sides import SECRETARIAT
from grievance.models.writing import Letter, Writing
from grievance.record.writings import read_writing
from grievance.reports.answer_view import NOBODY, answer_view, answers_of, people_named
from grievance.reports.casefile import CaseFile, letters_to, open_case_file
from grievance.reports.pdf import typeset
from grievance.workflow import labels, words


def letter_pdf(person: Person, case: Case, letter_id: int) -> bytes:
    """One letter to this person, in the recipient's language. Raises `NoSuchCase` where there is none."""
    letter = next((one for one in letters_to(person, case) if one.id == letter_id), None)
    if letter is None:
        raise NoSuchCase
    with force_locale(_language(person, case)):
        parts = [
            {"title": str(label), "paragraphs": str(text).split("\n")} for label, text in _said(person, case, letter)
        ]
        intro = [str(labels.LETTERS[letter.template])]
        title = _("A letter about complaint %(reference)s", reference=case.reference)
        return _page(title, _dated(person, letter.owed_at), intro, parts)


def _dated(person: Person, at: datetime) -> str:
    """The day of a letter by its reader's clock; to staff and companies with the place of that clock."""
    on = clock.reader_day(at, person.zone)
    return days.full_date(on) if person.side == "complainant" else days.day_there(on, clock.reader_zone(person.zone))


def _language(person: Person, case: Case) -> str:
    if person.role == Role.COMPANY and case.company:
        return case.company.language
    return case.language if person.side == "complainant" else "en"


def _said(person: Person, case: Case, letter: Letter) -> list[tuple[Label, Any]]:
    """What was answered with the event that owes the letter, and the words, as far as this person may read them."""
    event, keys = db.session.get_one(Event, letter.event_id), opened(person, case)
    not_noted = Writing.event_id.is_(None) & (Writing.written_at == event.happened_at)  # of an older version
    query = select(Writing).where(
        Writing.case_id == case.id, Writing.step == event.kind, (Writing.event_id == event.id) | not_noted
    )
    readable = [row for row in db.session.scalars(query) if keys.can_open(row.compartment, row.n)]
    written = [(row.step, read_writing(keys, row)) for row in readable]
    words = [(step, {name: text for name, text in says.items() if isinstance(text, str)}) for step, says in written]
    return [*_plainly(person, case, event), *(pair for step, says in words for pair in answer_view(step, says))]


def _plainly(person: Person, case: Case, event: Event) -> list[tuple[Label, str]]:
    facts = json.loads(event.facts)
    names = people_named([(event.kind, facts)]) if person.side == SECRETARIAT else NOBODY
    return answers_of(person, case, event.kind, event.happened_at, facts, names)


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
        return _page(title, _dated(person, clock.now()), [], parts)


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
