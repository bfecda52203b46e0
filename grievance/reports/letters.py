"""Letters as PDF, put into words when they are asked for: nothing of them lies on a disk."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import NoSuchCase, Person, opened
from grievance.deadlines import days
from grievance.extensions import Label, db, page_language, speaking
from grievance.extensions import lazy_gettext as _l
from grievance.intake import opening
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import CompanyEnvelope
from grievance.models.people import Party, Role
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.models.writing import Letter, Writing
from grievance.record.writings import read_writing
from grievance.reports import on_paper, other_doors
from grievance.reports.answer_view import answer_view, answers_of, people_named, plain_answers, read_of
from grievance.reports.casefile import FROM_THE_OFFICE, letters_to
from grievance.reports.directions import Quoted, copied_wrong
from grievance.reports.owed import owed
from grievance.reports.pdf import typeset
from grievance.site import site_name
from grievance.workflow import labels
from grievance.workflow.readers import HANDED, TOLD

COPY_FROM_THE_PAGE = _l(
    "This letter is a page, too. Copy its words from there: what is copied from this file can come out wrong."
)
"""What somebody copies out of a PDF of typst's is wrong in each reader that was tried (findings/)."""


@dataclass(frozen=True)
class Told:
    """What a letter says, in its language: the same on paper and on a page. `parts` have a title and paragraphs each;
    `outside`: what the file calls itself, or ""."""

    language: str
    title: str
    dated: str
    intro: list[str]
    parts: list[dict[str, Any]]
    outside: str = ""


def letter_pdf(person: Person, case: Case, name: str) -> bytes:
    """One letter to this person, or one that the Secretariat looks at as its recipient reads it: in their language,
    with the words that their keys open. Raises `NoSuchCase` where there is none."""
    letter = _found(person, case, name)
    if written := _written(person, case, letter):
        return on_paper.as_printed(case, *written)
    told = _told(person, case, letter)
    with speaking(told.language):
        also = str(COPY_FROM_THE_PAGE) if copied_wrong([told.title, told.intro, told.parts]) else ""
        return page(told.title, told.dated, told.intro, told.parts, outside=told.outside, as_page=also)


def letter_told(person: Person, case: Case, name: str) -> Told:
    """The same for a page. Raises `NoSuchCase`."""
    letter = _found(person, case, name)
    if written := _written(person, case, letter):
        says, day = written
        return Told(str(says.get("language") or case.language), *on_paper.as_told(case, says, day))
    return _told(person, case, letter)


def _found(person: Person, case: Case, name: str) -> Letter:
    letter = next((one for one in letters_to(person, case) if one.name == name), None)
    if letter is None:
        raise NoSuchCase
    return letter


def _told(person: Person, case: Case, letter: Letter) -> Told:
    language = _language(person, letter, case)
    with speaking(language):
        parts = [{"title": str(label), "paragraphs": _lines(text)} for label, text in _said(person, case, letter)]
        intro = [str(labels.LETTERS[letter.template])]
        title, dated = _("A letter about complaint %(reference)s", reference=case.reference), _dated(letter, case)
        if letter.recipient != COMPLAINANT:
            return Told(language, title, dated, intro, parts)
        more = [*other_doors.in_letter(case, letter.template), *_to_ask(case)]
        return Told(language, title, dated, intro, [*parts, *more], str(_("Information")))


def _lines(text: Any) -> list[str]:
    """An answer in its lines: words that somebody wrote stay known as such."""
    lines = str(text).split("\n")
    return [Quoted(line) for line in lines] if isinstance(text, Quoted) else lines


def _written(person: Person, case: Case, letter: Letter) -> tuple[dict[str, Any], date] | None:
    """Of a letter on the association's paper: its answers, for whose keys open it, and its day. None where it is no
    such letter, or no words are there. Raises `NoKey` for anybody else."""
    if letter.template not in on_paper.TEMPLATES:
        return None
    event = db.session.get_one(Event, letter.event_id)
    words = select(Writing).where(Writing.event_id == event.id, Writing.step == event.kind)
    found = db.session.scalars(words).one_or_none()
    if found is None or case.erased_at or not (which := json.loads(event.facts).get("letter")):
        return None
    written = on_paper.one_of(case, which)
    return {**written.facts, **read_writing(opened(person, case), found)}, written.day


def _to_ask(case: Case) -> list[dict[str, Any]]:
    """How the office is reached, at the end of each letter to her."""
    office = opening.contact(case.language)
    if office is None:
        return []
    address = [Quoted(line) for line in office.address.split("\n")]
    lines = [line for line in (office.telephone, office.hours, office.mail, *address) if line]
    return [{"title": _("You can reach us here:"), "paragraphs": [*lines, _("You need not say your name.")]}]


def _dated(letter: Letter, case: Case) -> str:
    """The day of a letter by its recipient's clock; to staff and companies with the place of that clock."""
    zone = case.company.zone if letter.recipient == COMPANY and case.company else ""
    on = clock.reader_day(letter.owed_at, zone)
    return days.full_date(on) if letter.recipient == COMPLAINANT else days.day_there(on, clock.reader_zone(zone))


def _language(person: Person, letter: Letter, case: Case) -> str:
    """Of who reads it: each of a company's people in their own; the office looks at the one that the company reads."""
    if person.role == Role.COMPANY:
        return person.language or "en"
    if letter.recipient == COMPANY and case.company:
        return case.company.language
    return case.language if letter.recipient == COMPLAINANT else "en"


def _said(person: Person, case: Case, letter: Letter) -> list[tuple[Label, Any]]:
    """What was answered with the event that owes the letter, and the words, as far as its recipient and this person
    may read them."""
    event, keys = db.session.get_one(Event, letter.event_id), opened(person, case)
    not_noted = Writing.event_id.is_(None) & (Writing.written_at == event.happened_at)  # of an older version
    query = select(Writing).where(
        Writing.case_id == case.id, Writing.step == event.kind, (Writing.event_id == event.id) | not_noted
    )
    theirs = _opened_by(letter, case)
    rows = db.session.scalars(query)
    readable = [row for row in rows if keys.can_open(row.compartment, row.n, row.epoch) and theirs(row)]
    reader = Role(letter.recipient) if letter.recipient in FROM_THE_OFFICE else person.role
    written = [(row.step, read_of(reader, row.step, read_writing(keys, row))) for row in readable]
    words = [(step, {name: text for name, text in says.items() if isinstance(text, str)}) for step, says in written]
    quoted = [(label, Quoted(text)) for step, says in words for label, text in answer_view(step, says)]
    return [*_plainly(person, case, letter, event), *quoted]


def _plainly(person: Person, case: Case, letter: Letter, event: Event) -> list[tuple[Label, str]]:
    """To both sides what they may read of it, also where the Secretariat looks at their letter."""
    facts = json.loads(event.facts)
    if letter.recipient in FROM_THE_OFFICE:
        due = owed(case, letter.recipient, event.kind, facts)
        return [*due, *plain_answers(case, letter.recipient, event.kind, facts)]
    names = people_named([(event.kind, facts)])
    return owed(case, person.side, event.kind, facts) + answers_of(
        person, case, event.kind, event.happened_at, facts, names
    )


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


def page(
    title: str,
    dated: str,
    intro: list[str],
    parts: list[dict[str, Any]],
    outside: str = "",
    pictures: Sequence[dict[str, str]] = (),
    as_page: str = "",
) -> bytes:
    """A letter or a brief: `parts` have a title and paragraphs each. `outside`: what the file calls itself, where
    whoever finds it on a phone must not learn what it is. `pictures`: SVG each, with `alt`, which stands below it.
    `as_page`: that it is a page, too."""
    data = {
        "title": title, "lang": page_language() or "en", "site": site_name(),
        "date": dated, "intro": intro, "parts": parts, "pictures": list(pictures),
        "as_page": as_page,
        **({"outside": outside} if outside else {}),
    }  # fmt: skip
    return typeset("letter", data)
