"""The names of companies that came with an old register: an officer confirms each, says that it is another company's,
or that it is nobody's. Until then the public does not see it."""

import hashlib
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from grievance import clock
from grievance.access import Person
from grievance.companies import imported
from grievance.companies.companies import find_company
from grievance.extensions import db
from grievance.forms.fields import Refused, clean_text
from grievance.models.case import Case, Ended
from grievance.models.people import SECRETARIAT_ROLES, Company
from grievance.models.register import LIVING, WAITING, Found, RegisterName
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.workflow import respondents

PAGE = 50


@dataclass(frozen=True)
class Name:
    """A name at which nobody has looked. `alike`: companies whose name begins with the same word."""

    company: Company
    cases: int
    alike: list[tuple[int, str]]


def folded(name: str) -> str:
    """A name of a company as it is compared: blanks and capitals make no other company."""
    return " ".join(clean_text(name).casefold().split())


def name_key(name: str) -> str:
    """By what a name is known again that is nobody's, and is not kept: 64 hexadecimal digits."""
    return hashlib.sha256(f"register name\x1f{folded(name)}".encode()).hexdigest()


def number_waiting() -> int:
    return db.session.scalar(select(func.count()).select_from(Company).where(WAITING)) or 0


def waiting() -> list[Name]:
    """Those of most cases first, a page of them."""
    cases = func.count(Case.id)
    query = select(Company, cases).outerjoin(Case, Case.company_id == Company.id).where(WAITING)
    query = query.group_by(Company.id).order_by(cases.desc(), Company.name).limit(PAGE)
    rows = db.session.execute(query).all()
    known = [(c.id, c.name) for c in living() if c.id not in {company.id for company, _count in rows}]
    return [Name(company, count, _alike(company, known)) for company, count in rows]


def living() -> list[Company]:
    return list(db.session.scalars(select(Company).where(LIVING).order_by(Company.name)))


def _alike(company: Company, known: list[tuple[int, str]]) -> list[tuple[int, str]]:
    first = folded(company.name).split()[:1]
    return [one for one in known if folded(one[1]).split()[:1] == first][:3]


# --- what an officer finds ---------------------------------------------------------------------------------


def confirm(by: Person, company_id: int) -> None:
    """It is a company of this name. Raises `Refused`."""
    _may(by)
    with unit_of_work():
        _note(by, _looked_at(company_id), Found.CONFIRMED)


def merge(by: Person, company_id: int, other_id: int) -> int:
    """It is another company's name: its cases are about that one. Returns how many. Raises `Refused`."""
    _may(by)
    now = clock.now()
    with unit_of_work():
        company, other = _looked_at(company_id), find_company(other_id, lock=True)
        if other.id == company.id or not _lives(other):
            raise Refused(_("Choose another company from the list."))
        moved = _cases_of(company)
        for case in moved:
            respondents.name(case, other.id, now)
            _tell(by, case, Found.MERGED)
        db.session.flush()
        if other.calendar_confirmed_at:
            imported.settle(by, other, now)
        _note(by, company, Found.MERGED, other)
    return len(moved)


def nobody(by: Person, company_id: int) -> int:
    """No company is called so, it may be somebody's own name: its cases name none, and the name is gone; a later import
    knows it again by its hash. Returns how many. Raises `Refused`."""
    _may(by)
    now = clock.now()
    with unit_of_work():
        company = _looked_at(company_id)
        cases = _cases_of(company)
        for case in cases:
            if case.respondent:
                respondents.end(case, case.respondent, now, Ended.CORRECTED)
            case.company_id = None
            _tell(by, case, Found.NOBODY)
        key, company.name = name_key(company.name), f"{company.id}: nobody"
        _note(by, company, Found.NOBODY, key=key)
    return len(cases)


def _may(by: Person) -> None:
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("Only the Secretariat looks at the names of an earlier register."))


def _looked_at(company_id: int) -> Company:
    company = find_company(company_id, lock=True)
    if db.session.scalar(select(Company.id).where(WAITING, Company.id == company.id)) is None:
        raise Refused(_("Somebody has looked at this name already."))
    return company


def _lives(company: Company) -> bool:
    return db.session.scalar(select(Company.id).where(LIVING, Company.id == company.id)) is not None


def _cases_of(company: Company) -> list[Case]:
    """Raises `Refused` where something of one went to it: then it is no mere name."""
    query = select(Case).where(Case.company_id == company.id).with_for_update(of=Case).order_by(Case.id)
    cases = list(db.session.scalars(query))
    if handed := next((case for case in cases if case.with_company), None):
        raise Refused(_("Case %(reference)s was handed to this company. Confirm the name.", reference=handed.reference))
    return cases


def _tell(by: Person, case: Case, found: Found) -> None:
    now = clock.now()
    case.version += 1
    chain.append(case, "register_company", by, now, now, {"found": found.value, "company": case.company_id})


def _note(by: Person, company: Company, found: Found, other: Company | None = None, key: str | None = None) -> None:
    now = clock.now()
    company.version += 1
    db.session.add(
        RegisterName(company_id=company.id, found=found, same_as_id=other.id if other else None, key=key,
                     by_id=by.account_id, at=now)
    )  # fmt: skip
    facts = {"company": company.id, "found": found.value} | ({"same_as": other.id} if other else {})
    chain.append(None, "register_name", by, now, now, facts)
