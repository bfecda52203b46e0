"""The people whom somebody may see: who they are, and what may be done about each by whoever looks."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grievance import clock
from grievance.access import Person
from grievance.accounts import absence
from grievance.accounts.leaving import may_manage
from grievance.accounts.roles import manages_elsewhere
from grievance.extensions import db
from grievance.models.people import Account, AccountStatus, Party, Role


@dataclass(frozen=True)
class Member:
    """`state`: of the account, or "away" until a day. `manage`: whoever looks may end it or invite it again."""

    id: int
    name: str
    email: str
    role: str
    state: str
    until: date | None
    manage: bool


def members(by: Person) -> dict[str, list[Member]]:
    """One's own party, and for an approver each company's people too: by the company's name, "" for one's own."""
    query = select(Account).join(Party).options(joinedload(Account.party).joinedload(Party.company))
    theirs = Account.party_id == by.party_id
    theirs |= Account.role.in_(manages_elsewhere(by.role))
    until = {one.account_id: one.last_day for one in absence.away(clock.now())}
    found: dict[str, list[Member]] = {"": []}
    accounts = sorted(db.session.scalars(query.where(theirs)), key=_order)
    for account in accounts:
        company = account.party.company
        group = company.name if company and by.role == Role.APPROVER else ""
        found.setdefault(group, []).append(_member(by, account, until.get(account.id)))
    return found


def _order(account: Account) -> tuple[str, bool, str]:
    company = account.party.company
    return (company.name if company else "", account.status == AccountStatus.LEFT, account.name)


def _member(by: Person, account: Account, until: date | None) -> Member:
    state = "away" if until else account.status.value
    role = account.role.value
    return Member(account.id, account.name, account.email, role, state, until, may_manage(by, account))


def one(by: Person, account_id: int) -> Member | None:
    """A person of whom this one may say that they have left; None for everybody else."""
    account = db.session.get(Account, account_id)
    return _member(by, account, None) if account and may_manage(by, account) else None
