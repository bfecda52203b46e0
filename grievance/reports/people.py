"""The people whom somebody may see: who they are, and what may be done about each by whoever looks."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grievance import clock
from grievance.access import Person
from grievance.accounts import absence
from grievance.accounts.leaving import may_manage
from grievance.accounts.roles import manages_elsewhere
from grievance.extensions import db
from grievance.models.mailbox import Mailbox
from grievance.models.people import Account, AccountStatus, Party, Role


@dataclass(frozen=True)
class Member:
    """`state`: of the account, or "away" until a day. `manage`: whoever looks may end it or invite it again.
    `refused_since`: the mail server takes nothing for this address."""

    id: int
    name: str
    email: str
    role: str
    state: str
    until: date | None
    manage: bool
    refused_since: datetime | None = None


def members(by: Person) -> dict[str, list[Member]]:
    """One's own party, and for an approver each company's people too: by the company's name, "" for one's own."""
    query = select(Account).join(Party).options(joinedload(Account.party).joinedload(Party.company))
    theirs = Account.party_id == by.party_id
    theirs |= Account.role.in_(manages_elsewhere(by.role))
    until = {one.account_id: one.last_day for one in absence.away(clock.now())}
    found: dict[str, list[Member]] = {"": []}
    accounts = sorted(db.session.scalars(query.where(theirs)), key=_order)
    refused = _refused()
    for account in accounts:
        company = account.party.company
        group = company.name if company and by.role == Role.APPROVER else ""
        member = _member(by, account, until.get(account.id))
        found.setdefault(group, []).append(replace(member, refused_since=refused.get((account.id, account.email))))
    return found


def _refused() -> dict[tuple[int, str], datetime | None]:
    """Since when, by account and address: a new address of theirs is not the one that is refused."""
    query = select(Mailbox.account_id, Mailbox.address, Mailbox.refused_since)
    return {row[:2]: row.refused_since for row in db.session.execute(query.where(Mailbox.refused_since.is_not(None)))}


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
