"""A company asks the Secretariat, the Secretariat answers, and either may go on. Each text is sealed twice, once to
each side's key; the office's chain vouches for all of it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, ScalarSelect, false, func, select, update

from grievance import clock
from grievance.access import NoSuchCase, Person, envelope_place
from grievance.accounts.keys.party_keys import PartyKey, company_key, party_key
from grievance.concerns import told
from grievance.crypto.committed import open_committed, seal_committed
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, clean
from grievance.models.enquiry import Enquiry, EnquiryReader, EnquiryWords
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Company, Party, PartyKind, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work

LONGEST = 5_000
"""Characters of one text."""
MOST = 100
"""So many threads a list shows, the newest first."""
QUESTION = Field("words", _l("Your question"), missing=_l("Write your question."), help=_l(
    "About anything but one of your cases: what belongs to a case is written in that case."))  # fmt: skip
MORE = Field("words", _l("Your message"), missing=_l("Write your message."))


@dataclass(frozen=True)
class Said:
    """`text`: None where it does not open. `by`: who wrote it; empty for a company of what the office wrote."""

    of_office: bool
    by: str
    at: datetime
    text: str | None


@dataclass(frozen=True)
class Line:
    enquiry: Enquiry
    company: str
    begins: str


def _seen_by(person: Person) -> ColumnElement[bool]:
    """The Secretariat sees all of them, a company its own, and nobody else any."""
    if person.party_seed is None:
        return false()
    if person.role in SECRETARIAT_ROLES:
        return Enquiry.id.is_not(None)
    return Enquiry.company_id == person.company_id if person.role == Role.COMPANY else false()


def _reader(person: Person) -> EnquiryReader:
    return EnquiryReader.COMPANY if person.role == Role.COMPANY else EnquiryReader.SECRETARIAT


def one(person: Person, enquiry_id: str, *, lock: bool = False) -> Enquiry:
    """Raises `NoSuchCase`: there is none, or it is not for this person."""
    query = select(Enquiry).where(Enquiry.id == enquiry_id, _seen_by(person))
    found = db.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NoSuchCase
    return found


# --- writing -----------------------------------------------------------------------------------------------


def ask(by: Person, raw: Mapping[str, Any]) -> str:
    """A new question of a company; returns its id. Raises `BadInput`, `Refused`."""
    text, now = _checked(QUESTION, raw), clock.now()
    if by.role != Role.COMPANY or by.party_seed is None:
        raise NoSuchCase
    with unit_of_work() as session:
        enquiry = Enquiry(id=chain.new_id(), company_id=by.company_id, asked_by=by.account_id, asked_at=now,
                          last_at=now, waits=True)  # fmt: skip
        session.add(enquiry)
        _write(by, enquiry, text, now)
        return enquiry.id


def go_on(by: Person, enquiry_id: str, raw: Mapping[str, Any]) -> None:
    """More of either side. Raises `BadInput`, `NoSuchCase`, `Refused`."""
    text, now = _checked(MORE, raw), clock.now()
    with unit_of_work():
        enquiry = one(by, enquiry_id, lock=True)
        enquiry.waits = by.role == Role.COMPANY
        enquiry.news, enquiry.last_at = not enquiry.waits, now
        _write(by, enquiry, text, now)
        if not enquiry.waits:
            told.owe_to(_people_of(enquiry), now)


def settle(by: Person, enquiry_id: str) -> None:
    """It needs no answer, says somebody of the Secretariat; said twice, it was said the first time."""
    now = clock.now()
    with unit_of_work():
        enquiry = one(by, enquiry_id, lock=True)
        if by.role in SECRETARIAT_ROLES and enquiry.waits:
            enquiry.waits = False
            chain.append(None, "enquiry_settled", by, now, now, {"enquiry": enquiry.id, "company": enquiry.company_id})


def _checked(field: Field, raw: Mapping[str, Any]) -> str:
    text = str(clean((field,), raw)["words"])
    if len(text) > LONGEST:
        raise BadInput({"words": _("This is too long: write at most %(number)s characters.", number=LONGEST)})
    return text


def _write(by: Person, enquiry: Enquiry, text: str, now: datetime) -> None:
    keys = {
        EnquiryReader.SECRETARIAT: party_key(PartyKind.SECRETARIAT),
        EnquiryReader.COMPANY: company_key(enquiry.company_id),
    }
    for reader, key in keys.items():
        db.session.add(_sealed(by, enquiry, reader, key, text, now))
    kind = "enquiry_asked" if by.role == Role.COMPANY else "enquiry_answered"
    chain.append(None, kind, by, now, now, {"enquiry": enquiry.id, "company": enquiry.company_id})


def _sealed(
    by: Person, enquiry: Enquiry, reader: EnquiryReader, key: PartyKey, text: str, now: datetime
) -> EnquiryWords:
    row_id = chain.new_id()
    sealed, commit = seal_committed(key.public_key, text.encode(), envelope_place("enquiry", row_id))
    return EnquiryWords(
        id=row_id, enquiry_id=enquiry.id, reader=reader, of_office=by.role != Role.COMPANY, account_id=by.account_id,
        written_at=now, sealed=sealed, key_id=key.key_id, commit=commit,
    )  # fmt: skip


def _people_of(enquiry: Enquiry) -> set[int]:
    query = select(Account.id).join(Party, Party.id == Account.party_id)
    theirs = (Party.company_id == enquiry.company_id, Account.role == Role.COMPANY)
    return set(db.session.scalars(query.where(*theirs, Account.status == AccountStatus.ACTIVE)))


# --- reading -----------------------------------------------------------------------------------------------


def said(person: Person, enquiry: Enquiry) -> list[Said]:
    """The thread as this person's side has it, the oldest first."""
    mine = (EnquiryWords.enquiry_id == enquiry.id, EnquiryWords.reader == _reader(person))
    texts = select(EnquiryWords, Account.name).join(Account, Account.id == EnquiryWords.account_id)
    rows = db.session.execute(texts.where(*mine).order_by(EnquiryWords.written_at, EnquiryWords.id))
    hidden = person.role == Role.COMPANY
    return [
        Said(row.of_office, "" if hidden and row.of_office else name, row.written_at, _opened(person, row))
        for row, name in rows
    ]


def _opened(person: Person, row: EnquiryWords) -> str | None:
    with suppress(CannotOpen):
        where = envelope_place("enquiry", row.id)
        return open_committed(person.seed_for(row.key_id), row.sealed, where, row.commit).decode()
    return None


def lines(person: Person) -> list[Line]:
    """The newest threads, those that wait for the Secretariat first; each with its first words."""
    query = select(Enquiry, Company.name).join(Company, Company.id == Enquiry.company_id).where(_seen_by(person))
    rows = db.session.execute(query.order_by(Enquiry.waits.desc(), Enquiry.last_at.desc()).limit(MOST)).all()
    ids = [enquiry.id for enquiry, _name in rows]
    texts = select(EnquiryWords).where(EnquiryWords.enquiry_id.in_(ids), EnquiryWords.reader == _reader(person))
    newest_first = db.session.scalars(texts.order_by(EnquiryWords.written_at.desc(), EnquiryWords.id)) if ids else ()
    first = {row.enquiry_id: row for row in newest_first}
    return [Line(enquiry, name, _opened(person, first[enquiry.id]) or "") for enquiry, name in rows]


def number_waiting() -> ScalarSelect[int]:
    """Questions that the Secretariat has not answered."""
    return select(func.count()).select_from(Enquiry).where(Enquiry.waits).scalar_subquery()


def number_of_news(person: Person) -> int:
    """Answers that nobody of this person's company has opened."""
    mine = (Enquiry.company_id == person.company_id, Enquiry.news)
    return db.session.scalar(select(func.count()).select_from(Enquiry).where(*mine)) or 0


def looked(person: Person, enquiry: Enquiry) -> None:
    """Somebody of the company opened it: it is news no more."""
    if person.role == Role.COMPANY and enquiry.news:
        with unit_of_work(effect=False) as session:
            session.execute(update(Enquiry).where(Enquiry.id == enquiry.id).values(news=False))


def company_of(enquiry: Enquiry) -> str:
    return db.session.get_one(Company, enquiry.company_id).name
