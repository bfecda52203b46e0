"""What a company that was handed a complaint by mistake still reads of it: that it must destroy its copies.

It holds no keys of the case any more, so that the letter is sealed to the company's own key.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from grievance.access import NoSuchCase, Person, envelope_place
from grievance.crypto.committed import open_committed
from grievance.extensions import db
from grievance.models.case import Case, Respondent
from grievance.models.people import Company
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
    return open_committed(person.seed_for(row.notice_key_id), row.notice, place, row.notice_commit).decode()


def _letter(case: Case, row: Respondent, words: str) -> LastLetter:
    return LastLetter(case.reference, row.ended_at or row.named_at, words, row.confirmed_at)


@dataclass(frozen=True)
class Former:
    """A company that lost this case: since when, and when it confirmed that its copies are destroyed."""

    company: str
    ended_at: datetime | None
    confirmed_at: datetime | None


def former_companies(case: Case) -> list[Former]:
    """For the Secretariat: those that had the case by mistake, the newest first."""
    if not case.handed_before:
        return []
    query = select(Company.name, Respondent.ended_at, Respondent.confirmed_at).join(
        Respondent, Respondent.company_id == Company.id
    )
    theirs = query.where(Respondent.case_id == case.id, Respondent.notice.is_not(None))
    return [Former(*row) for row in db.session.execute(theirs.order_by(Respondent.n.desc()))]
