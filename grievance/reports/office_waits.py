"""What of the office's own affairs waits for this person: who is to be admitted, what two people change, a holiday that
was said to be wrong, and a key to be changed. No mail speaks of these, so that the start page does."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import ngettext
from sqlalchemy import ScalarSelect, false, func, select, true
from sqlalchemy.orm import aliased

from grievance import clock
from grievance.access import Person
from grievance.accounts.people import others_of
from grievance.accounts.waits import OFFICE_ROLES
from grievance.extensions import db
from grievance.models.account_waits import AccountWait
from grievance.models.people import (
    SECRETARIAT_ROLES,
    Account,
    AccountChange,
    AccountStatus,
    CalendarProposal,
    Company,
    Party,
    PartyShare,
    Role,
)
from grievance.models.writing import Holiday


@dataclass(frozen=True)
class OfficeWait:
    """`endpoint`: the page where it is decided."""

    sentence: str
    endpoint: str


def office_waits(by: Person) -> list[OfficeWait]:
    """Only what whoever looks may decide. One query."""
    counted = (_to_admit(by), _to_confirm(by), _wrong_holidays(by), _exposed_key(by), _calendars(by), _second(by),
               _company_keys(by), _to_vouch(by))  # fmt: skip
    return list(_said(*db.session.execute(select(*counted)).one()))


def _said(
    admit: int, confirm: int, holidays: int, keys: int, calendars: int, second: int, companies: int, vouch: int
) -> Iterator[OfficeWait]:
    people = "people.everybody"
    if admit:
        yield OfficeWait(ngettext("%(num)d person waits to be admitted", "%(num)d people wait to be admitted", admit),
                         people)  # fmt: skip
    if confirm:
        yield OfficeWait(ngettext("%(num)d change of a role waits to be confirmed",
                                  "%(num)d changes of a role wait to be confirmed", confirm), people)  # fmt: skip
    if holidays:
        yield OfficeWait(ngettext("%(num)d holiday was said to be wrong", "%(num)d holidays were said to be wrong",
                                  holidays), "admin.holidays")  # fmt: skip
    if keys:
        yield OfficeWait(ngettext("Your key is to be changed", "Your keys are to be changed", keys), "people.keys")
    if calendars:
        yield OfficeWait(ngettext("%(num)d calendar of a company is to be confirmed",
                                  "%(num)d calendars of companies are to be confirmed", calendars),
                         "company_calendars.everything")  # fmt: skip
    if second:
        yield OfficeWait(ngettext("%(num)d person's access waits for a second person",
                                  "The access of %(num)d people waits for a second person", second),
                         people)  # fmt: skip
    if companies:
        yield OfficeWait(ngettext("The key of %(num)d company is to be confirmed",
                                  "The keys of %(num)d companies are to be confirmed", companies), people)  # fmt: skip
    if vouch:
        yield OfficeWait(ngettext("%(num)d person of the other party waits for its recovery code",
                                  "%(num)d people of the other party wait for its recovery code", vouch),
                         people)  # fmt: skip


def _to_admit(by: Person) -> ScalarSelect[int]:
    """As `people.may_admit`: whom somebody invited, another admits, unless there is no other."""
    waits = (Account.party_id == by.party_id, Account.status == AccountStatus.WAITING)
    mine = Account.invited_by.is_distinct_from(by.account_id) | ~others_of(by.party_id, by.account_id, Account.id)
    return select(func.count()).select_from(Account).where(*waits, mine).scalar_subquery()


def _to_confirm(by: Person) -> ScalarSelect[int]:
    """As `changes.may_confirm`: another approver, and a custodian where there is none."""
    held = select(PartyShare.account_id)
    approvers = select(Account.id).where(
        Account.role == Role.APPROVER, Account.status == AccountStatus.ACTIVE, Account.id.in_(held),
        Account.id.not_in((AccountChange.proposed_by, AccountChange.account_id)),
    )  # fmt: skip
    decides = {Role.APPROVER: true(), Role.CUSTODIAN: ~approvers.correlate(AccountChange).exists()}
    query = select(func.count()).select_from(AccountChange).where(AccountChange.decided_at.is_(None))
    query = query.where(AccountChange.proposed_by != by.account_id, AccountChange.account_id != by.account_id)
    return query.where(decides.get(by.role, false())).scalar_subquery()


def _wrong_holidays(by: Person) -> ScalarSelect[int]:
    query = select(func.count()).select_from(Holiday).where(Holiday.wrong_by.is_not(None))
    another = Holiday.wrong_by != by.account_id if by.role in SECRETARIAT_ROLES else false()
    return query.where(another).scalar_subquery()


def _exposed_key(by: Person) -> ScalarSelect[int]:
    exposed = (Party.id == by.party_id, Party.exposed_since.is_not(None))
    return select(func.count()).select_from(Party).where(*exposed).scalar_subquery()


def _calendars(by: Person) -> ScalarSelect[int]:
    """As `calendars.confirm`: by an approver who did not propose it."""
    waits = select(CalendarProposal.company_id).where(CalendarProposal.decided_at.is_(None))
    mine = waits.where(CalendarProposal.proposed_by == by.account_id)
    query = select(func.count()).select_from(Company)
    query = query.where(Company.calendar_confirmed_at.is_(None) | Company.id.in_(waits), Company.id.not_in(mine))
    return query.where(true() if by.role == Role.APPROVER else false()).scalar_subquery()


def _second(by: Person) -> ScalarSelect[int]:
    """As `waits.sees`: who may confirm it or object to it; not who began it, before one is enough."""
    query = select(func.count()).select_from(AccountWait).join(Account, Account.id == AccountWait.account_id)
    about = Account.role.in_(OFFICE_ROLES) | (Account.role == Role.COMPANY if by.role == Role.APPROVER else false())
    mine = AccountWait.began_by.is_distinct_from(by.account_id) | (AccountWait.due_at <= clock.now())
    return query.where(AccountWait.ended.is_(None), about, mine).scalar_subquery()


def _company_keys(by: Person) -> ScalarSelect[int]:
    query = select(func.count()).select_from(Party).where(Party.unconfirmed_since.is_not(None))
    return query.where(true() if by.role == Role.APPROVER else false()).scalar_subquery()


def _to_vouch(by: Person) -> ScalarSelect[int]:
    """As `vouching.to_vouch`."""
    colleague = aliased(Account)
    left = select(colleague.id).where(colleague.party_id == Account.party_id, colleague.status == AccountStatus.ACTIVE)
    waits = (Account.status == AccountStatus.WAITING, Account.party_id != by.party_id, Account.role.in_(OFFICE_ROLES))
    unheard = (Account.vouched_key.is_(None), Party.key_id.is_not(None), ~left.exists())
    query = select(func.count()).select_from(Account).join(Party, Party.id == Account.party_id)
    return query.where(*waits, *unheard).scalar_subquery()
