"""The companies as the office reads them: what each is, what it was, and which certificates have run out."""

from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.companies import certificates, companies, proposals
from grievance.deadlines import days
from grievance.deadlines.countries import country_name
from grievance.extensions import db
from grievance.forms.choices import LANGUAGES
from grievance.models.case import Case
from grievance.models.people import Company, MembershipSince
from grievance.models.register import LIVING
from grievance.reports.breaches import Counted, of_company
from grievance.workflow import words
from grievance.workflow.row import Row


@dataclass(frozen=True)
class Listed:
    """One line of the list; `since` is empty where nobody wrote it down. `lapses`: what is said of its certificate."""

    company: Company
    country: str
    since: date | None
    expired: bool
    lapses: str


@dataclass(frozen=True)
class Profile:
    """One company; `member_of` and `works_for_it` are companies of the list."""

    company: Company
    country: str
    expired: bool
    history: list[MembershipSince]
    languages: list[str]
    works_in: list[str]
    member_of: Company | None
    works_for_it: list[Company]
    breaches: Counted
    calendar_waits: bool
    heard_in: list[str]
    lapses: str


def listed() -> list[Listed]:
    """All companies by name, in two queries."""
    since: dict[int, date] = {}
    for line in db.session.scalars(select(MembershipSince).order_by(MembershipSince.since)):
        since[line.company_id] = line.since
    companies = db.session.scalars(select(Company).where(LIVING).order_by(Company.name))
    today = clock.office_today()
    return [
        Listed(c, country_name(c.country), since.get(c.id), _expired(c), certificates.warned(c, today))
        for c in companies
    ]


def _expired(company: Company) -> bool:
    """A certificate is good until the end of its day."""
    return bool(company.certified_until and company.certified_until < clock.office_today())


def profile(company_id: int) -> Profile:
    """Raises `NoSuchCompany`."""
    company, names = companies.find_company(company_id), dict(LANGUAGES)
    theirs = select(Company).where(Company.member_of_id == company.id).order_by(Company.name)
    return Profile(
        company,
        country_name(company.country),
        _expired(company),
        companies.history(company),
        [names.get(code, code) for code in (company.language, *company.other_languages)],
        [country_name(code) for code in company.works_in],
        db.session.get(Company, company.member_of_id) if company.member_of_id else None,
        list(db.session.scalars(theirs)),
        of_company(company.id),
        proposals.waits(company.id) is not None,
        [names.get(code, code) for code in company.grievance_languages],
        certificates.warned(company, clock.office_today()),
    )


def certificate_of(person: Person) -> tuple[str, bool]:
    """What somebody of a company reads on their own page about its certificate, and whether that is to stand first;
    empty for everybody else."""
    company = db.session.get(Company, person.company_id) if person.company_id else None
    return (certificates.lapses(company), certificates.is_near(company)) if company else ("", False)


def others(company_id: int | None) -> list[tuple[str, str]]:
    """The companies that this one may work for."""
    query = select(Company).where(LIVING, Company.id != company_id) if company_id else select(Company).where(LIVING)
    return [(str(c.id), c.name) for c in db.session.scalars(query.order_by(Company.name))]


def with_history(row: Row, case: Case) -> Row:
    """The row, with the company's history beside the question what it was when it happened."""
    asks = tuple(replace(f, help=then(case)) if f.name == "membership_then" else f for f in row.asks)
    return replace(row, asks=asks)


def then(case: Case) -> str:
    """What the company of a case was; empty where it has none yet.

    The day of the incident is among the complainant's own words, so that the history is told with the day of filing.
    """
    if case.company is None:
        return ""
    day = clock.office_day(case.received_at)
    known = companies.membership_on(case.company, day)
    told = words.MEMBERSHIP[known.value] if known else _("not known")
    sentences = [_("%(company)s on the day it was filed: %(what)s.", company=case.company.name, what=told)]
    for line in companies.history(case.company):
        since = days.full_date(line.since)
        sentences.append(_("Since %(date)s: %(what)s.", date=since, what=words.MEMBERSHIP[line.membership.value]))
    if case.company.member_of_id:
        name = db.session.get_one(Company, case.company.member_of_id).name
        sentences.append(_("It works as a subcontractor for %(company)s.", company=name))
    return " ".join(str(one) for one in sentences)
