"""The office's list of texts that are or become public, as somebody of it sees them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from grievance.access import Person
from grievance.extensions import db
from grievance.in_public import texts
from grievance.models.people import Account, Company
from grievance.models.public_text import PublicText

MOST = 200


@dataclass(frozen=True)
class Shown:
    """`company`: whose reply it is, empty for a lesson. `by`: who wrote it. `warned`: words of it that could show who
    somebody is. `stands`: waits, public or refused."""

    text: PublicText
    company: str
    by: str
    since: datetime
    stands: str
    decides: bool
    takes_back: bool
    warned: list[str]


def of_the_office(person: Person) -> list[Shown]:
    """What waits first, then what is public, then what was refused."""
    query = select(PublicText, Company.name, Account.name).join(Account, Account.id == PublicText.proposed_by)
    query = query.outerjoin(Company, Company.id == PublicText.company_id).where(PublicText.ended_at.is_(None))
    query = query.order_by(PublicText.approved.is_not(None), PublicText.approved.desc(), PublicText.id.desc())
    names = texts.names_of_companies()
    rows = db.session.execute(query.limit(MOST)).all()
    return [_shown(person, text, company or "", by, names) for text, company, by in rows]


def _shown(person: Person, text: PublicText, company: str, by: str, names: list[str]) -> Shown:
    waits = text.approved is None
    others = names if text.company_id is None else [name for name in names if name != company]
    return Shown(
        text, company, by, text.decided_at or text.proposed_at,
        "waits" if waits else "public" if text.approved else "refused",
        waits and texts.decides(person, text), texts.may_take_back(person, text),
        texts.shows((text.title, text.words), others) if waits else [],
    )  # fmt: skip
