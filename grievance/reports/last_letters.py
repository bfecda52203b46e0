"""What a company that was handed a complaint by mistake still reads of it: that it must destroy its copies.

It holds no keys of the case any more, so that the letter is sealed to the company's own key.
"""

from dataclasses import dataclass
from datetime import datetime

from grievance.access import NoSuchCase, Person, envelope_place
from grievance.crypto.envelopes import open_with
from grievance.extensions import db
from grievance.models.case import Case, Respondent
from grievance.workflow.former import lost


@dataclass(frozen=True)
class LastLetter:
    """`words`: what the Secretariat wrote with it; empty in a list. `confirmed_at`: when the company said that its
    copies are destroyed."""

    reference: str
    at: datetime
    words: str
    confirmed_at: datetime | None


def last_letters(person: Person) -> list[LastLetter]:
    """To this person's company, the newest first, without a word of them."""
    return [_letter(case, row, "") for row, case in db.session.execute(lost(person))]


def last_letter(person: Person, reference: str) -> LastLetter:
    """The newest of a case, with its words. Raises `NoSuchCase`."""
    found = db.session.execute(lost(person).where(Case.reference == reference)).first()
    if found is None:
        raise NoSuchCase
    row, case = found
    return _letter(case, row, _words(person, row))


def _words(person: Person, row: Respondent) -> str:
    if row.notice is None or row.notice_key_id is None:
        return ""
    place = envelope_place("notice", row.case_id, row.n)
    return open_with(person.seed_for(row.notice_key_id), row.notice, place).decode()


def _letter(case: Case, row: Respondent, words: str) -> LastLetter:
    return LastLetter(case.reference, row.ended_at or row.named_at, words, row.confirmed_at)
