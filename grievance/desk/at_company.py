"""A company's own desk: what it calls a case, who of it is in charge, and notes that only its people read.

Nothing here is a step of the procedure: no chain of a case, no letter and no page of anybody else says that there is
something.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, select

from grievance import clock
from grievance.access import Person, find_case, visible
from grievance.at_company import own_words
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, clean
from grievance.models.at_company import CaseAtCompany, CompanyWords, Kept
from grievance.models.case import Case, Conflict
from grievance.models.people import Account, AccountStatus, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow.recusal import readers

LONGEST = 5_000
"""Characters of a note."""
REFERENCE = Field("own_reference", _l("Your own reference"), Kind.LINE, required=False, help=_l(
    "What your company calls this case. Only your people read it: leave out who may have complained."))  # fmt: skip
NOTE = Field("note", _l("A new note"), missing=_l("Write the note."))
NOBODY = 0
"""Among the choices of who is in charge, and in an address."""


@dataclass(frozen=True)
class AtCompany:
    """A case as its company keeps it. `name`: of who is in charge; empty where nobody is, or who was has left or may
    not see the case. `account_id`: 0 then. `reference`: its own; empty where it gave none."""

    reference: str = ""
    account_id: int = NOBODY
    name: str = ""
    is_damaged: bool = False


@dataclass(frozen=True)
class Note:
    """`text`: None where it does not open."""

    id: str
    by: str
    at: datetime
    text: str | None


def _has_somebody(company_id: int | None) -> ColumnElement[bool]:
    """Whether somebody is in charge of a case at this company: named, still there, and allowed to see it."""
    return exists().where(CaseAtCompany.case_id == Case.id, CaseAtCompany.company_id == company_id, *_is_there())


def _is_there() -> tuple[ColumnElement[bool], ...]:
    away = exists().where(Conflict.case_id == CaseAtCompany.case_id, Conflict.account_id == CaseAtCompany.in_charge)
    away = away.correlate(CaseAtCompany)
    there = and_(Account.id == CaseAtCompany.in_charge, Account.status == AccountStatus.ACTIVE,
                 Account.party.has(company_id=CaseAtCompany.company_id))  # fmt: skip
    return exists().where(there).correlate(CaseAtCompany), ~away


def of_cases(person: Person, case_ids: Iterable[str]) -> dict[str, AtCompany]:
    """By case, in one statement; those of which nothing is kept are left out."""
    mine = (CaseAtCompany.company_id == person.company_id, CaseAtCompany.case_id.in_(list(case_ids)))
    named = select(Account.name).where(Account.id == CaseAtCompany.in_charge, *_is_there()).correlate(CaseAtCompany)
    rows = db.session.execute(select(CaseAtCompany, named.scalar_subquery()).where(*mine))
    return {row.case_id: _kept(person, row, name) for row, name in rows}


def _kept(person: Person, row: CaseAtCompany, name: str | None) -> AtCompany:
    says = own_words.opened(person, row)
    account_id = row.in_charge or NOBODY if name else NOBODY
    return AtCompany((says or {}).get("reference", ""), account_id, name or "", row.sealed is not None and says is None)


def of_case(person: Person, case: Case) -> AtCompany:
    return of_cases(person, [case.id]).get(case.id, AtCompany())


def with_whom(person: Person, who: int) -> ColumnElement[bool]:
    """For the cases of a company: this account is in charge, or nobody (`NOBODY`)."""
    if who == NOBODY:
        return ~_has_somebody(person.company_id)
    theirs = (CaseAtCompany.in_charge == who, CaseAtCompany.company_id == person.company_id)
    return Case.id.in_(select(CaseAtCompany.case_id).where(*theirs, *_is_there()))


def people(person: Person) -> list[tuple[int, str]]:
    """Who of the company may be in charge of something, by name."""
    ours = (Account.role == Role.COMPANY, Account.status == AccountStatus.ACTIVE, Account.party_id == person.party_id)
    return [(row.id, row.name) for row in
            db.session.execute(select(Account.id, Account.name).where(*ours).order_by(Account.name))]  # fmt: skip


def keep(person: Person, reference: str, raw: Mapping[str, Any]) -> None:
    """Its own reference and who is in charge, as the form says them. Raises `BadInput`, `NoSuchCase`."""
    own, who = clean((REFERENCE,), raw).get("own_reference", ""), str(raw.get("who", NOBODY))
    with unit_of_work() as session:
        case = find_case(person, reference, lock=True)
        if who != str(NOBODY) and who not in {str(one.id) for one in readers(case)}:
            raise BadInput({"who": _("Choose somebody who can see this case.")})
        mine = (CaseAtCompany.case_id == case.id, CaseAtCompany.company_id == person.company_id)
        row = session.scalars(select(CaseAtCompany).where(*mine)).one_or_none() or _new(person, case)
        row.in_charge = int(who) or None
        if own != (own_words.opened(person, row) or {}).get("reference", ""):
            _name(row, own)
        session.add(row)
        if session.is_modified(row):
            own_words.note(person, clock.now())


def _new(person: Person, case: Case) -> CaseAtCompany:
    return CaseAtCompany(id=chain.new_id(), case_id=case.id, company_id=person.company_id)


def _name(row: CaseAtCompany, own: str) -> None:
    if own:
        own_words.put(row, {"reference": own})
    else:
        row.sealed = row.key_id = row.commit = None


def found(person: Person, text: str) -> list[tuple[str, str]]:
    """The cases whose own reference, or whose reference here, has this text in it: (reference, own reference). All that
    the company named is opened for it: nothing of it lies in the clear."""
    wanted = text.strip().casefold()
    if not wanted:
        return []
    cases = visible(person).outerjoin(
        CaseAtCompany, and_(CaseAtCompany.case_id == Case.id, CaseAtCompany.company_id == person.company_id)
    ).with_only_columns(Case.reference, CaseAtCompany).order_by(Case.received_at.desc(), Case.id)  # fmt: skip
    all_of_them = ((one, (own_words.opened(person, row) or {}).get("reference", "") if row else "")
                   for one, row in db.session.execute(cases))  # fmt: skip
    return [(one, own) for one, own in all_of_them if wanted in own.casefold() or wanted in one.casefold()]


# --- notes -------------------------------------------------------------------------------------------------


def notes(person: Person, case: Case) -> list[Note]:
    """What its people wrote to each other about a case, the newest first."""
    rows = own_words.of_company(person, Kept.NOTE, case.id)
    who = select(Account.id, Account.name).where(Account.id.in_({row.account_id for row in rows}))
    names = {one.id: one.name for one in db.session.execute(who)} if rows else {}
    return [Note(row.id, names[row.account_id], row.written_at, (own_words.opened(person, row) or {}).get("note"))
            for row in reversed(rows)]  # fmt: skip


def write(person: Person, reference: str, raw: Mapping[str, Any]) -> None:
    """A note on a case. Raises `BadInput`, `NoSuchCase`."""
    text = clean((NOTE,), raw)["note"]
    if len(text) > LONGEST:
        raise BadInput({"note": _("This is too long: write at most %(number)s characters.", number=LONGEST)})
    now = clock.now()
    with unit_of_work() as session:
        case = find_case(person, reference, lock=True)
        row = CompanyWords(id=chain.new_id(), company_id=person.company_id, case_id=case.id, kind=Kept.NOTE,
                           account_id=person.account_id, written_at=now)  # fmt: skip
        own_words.put(row, {"note": text})
        session.add(row)
        own_words.note(person, now)


def take_away(person: Person, reference: str, note_id: str) -> None:
    """A note is gone; said twice, it was gone the first time. Raises `NoSuchCase`."""
    with unit_of_work() as session:
        case = find_case(person, reference, lock=True)
        mine = (CompanyWords.id == note_id, CompanyWords.case_id == case.id,
                CompanyWords.company_id == person.company_id)  # fmt: skip
        row = session.scalars(select(CompanyWords).where(*mine)).one_or_none()
        if row:
            session.delete(row)
            own_words.note(person, clock.now())
