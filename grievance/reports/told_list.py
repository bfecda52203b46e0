"""What was told to whom, as one list: letters of the procedure, messages, letters on paper, and whom a mail called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.sides import COMPANY, COMPLAINANT
from grievance.models.writing import Letter
from grievance.record.letters import FORMER_COMPANY
from grievance.reports.casefile import letters_to
from grievance.reports.on_paper import TEMPLATES
from grievance.workflow import labels, letter_texts, post
from grievance.workflow.post import Written

OUTSIDE = (COMPLAINANT, COMPANY, FORMER_COMPANY)
BOARD = "board"
TO_WHOM: dict[str, Label] = {
    COMPLAINANT: _l("The complainant"), COMPANY: _l("The company"), FORMER_COMPANY: _l("An earlier company"),
    BOARD: _l("The Board"),
}  # fmt: skip
TO_THE_BOARD = "ask_board"
MESSAGES = frozenset({letter_texts.MESSAGE.template, letter_texts.FILES.template})


@dataclass(frozen=True)
class Line:
    """One thing that was told. `kind`: what it is; `said`: what it says first; `pdf`: the name of its letter as a PDF;
    `posted_on`: of a letter on paper, on which day it was put into the post; `mailed_on`: the day on which the mail
    that there is something to read was done with, which says nothing of it; None where none was owed, or is still."""

    day: date
    to: str
    kind: Label
    said: Label
    pdf: str = ""
    posted_on: date | None = None
    mailed_on: date | None = None

    @property
    def to_whom(self) -> Label:
        return TO_WHOM[self.to]


def told_list(person: Person, case: Case) -> list[Line]:
    """All that was told outside the office, the newest first; its words open by their links, to whom they may."""
    sent = {(one.sent_at, one.addressee): one for one in post.written(case) if one.sent_at is not None}
    letters = [_line(one, sent) for one in [*_of_former(case), *letters_to(person, case)] if one.recipient in OUTSIDE]
    return sorted([*letters, *_to_the_board(case)], key=lambda line: line.day, reverse=True)


def _line(letter: Letter, sent: Mapping[tuple[datetime, str], Written]) -> Line:
    paper = sent.get((letter.owed_at, letter.recipient)) if letter.template in TEMPLATES else None
    mailed = clock.office_day(letter.sent_at) if letter.sent_at and letter.recipient == COMPANY else None
    name = letter.name if letter.recipient != FORMER_COMPANY else ""
    return Line(
        clock.office_day(letter.owed_at), letter.recipient, _kind(letter), labels.LETTERS[letter.template], name,
        paper.posted_on if paper else None, mailed,
    )  # fmt: skip


def _kind(letter: Letter) -> Label:
    if letter.template in TEMPLATES:
        return _l("Letter on paper")
    return _l("Message") if letter.template in MESSAGES else _l("Letter of the procedure")


def _of_former(case: Case) -> list[Letter]:
    query = select(Letter).where(Letter.case_id == case.id, Letter.recipient == FORMER_COMPANY)
    return list(db.session.scalars(query))


def _to_the_board(case: Case) -> list[Line]:
    query = select(Event.happened_at).where(Event.chain == case.id, Event.kind == TO_THE_BOARD)
    asked, words = _l("What is put to the Board"), labels.HAPPENED[TO_THE_BOARD]
    return [Line(clock.office_day(at), BOARD, asked, words) for at in db.session.scalars(query)]
