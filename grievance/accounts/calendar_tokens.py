"""The address of a calendar that another program reads: made, ended and looked up. Each change is noted on the office's
chain: who, never what."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.crypto.hashes import sha256
from grievance.extensions import db
from grievance.models.people import Account, AccountStatus, Company, Party
from grievance.record import chain
from grievance.record.transaction import unit_of_work


def has_calendar(person: Person) -> bool:
    """Whether an address of this person's calendar works now."""
    return db.session.get_one(Account, person.account_id).calendar_hash is not None


def make_calendar(person: Person) -> str:
    """A new address's token: 32 random bytes, shown once and stored only as a hash. An earlier one dies."""
    token = secrets.token_urlsafe(32)
    _set_calendar(person, sha256(token), "calendar_made")
    return token


def end_calendar(person: Person) -> None:
    """The address stops working at once."""
    _set_calendar(person, None, "calendar_ended")


def _set_calendar(person: Person, digest: str | None, kind: str) -> None:
    now = clock.now()
    with unit_of_work() as session:
        account = session.get_one(Account, person.account_id, with_for_update=True)
        if digest == account.calendar_hash:  # switched off already
            return
        account.calendar_hash = digest
        chain.append(None, kind, person, now, now, {"account": account.id})


@dataclass(frozen=True)
class Reader:
    """Whose calendar it is: a person without any key, and the language in which they read."""

    person: Person
    language: str


def calendar_reader(token: str) -> Reader | None:
    """The active person whose calendar has this token; None for an unknown one and for who left. All cost the same:
    one hash and one look at its index, which says nothing of how near a guess came."""
    query = select(Account, Party.company_id, Company.zone).join(Party, Party.id == Account.party_id)
    query = query.outerjoin(Company, Company.id == Party.company_id)
    query = query.where(Account.calendar_hash == sha256(token), Account.status == AccountStatus.ACTIVE)
    if (found := db.session.execute(query).one_or_none()) is None:
        return None
    account, company_id, zone = found
    person = Person(account.role, account.id, account.name, account.party_id, company_id, zone=zone or "")
    return Reader(person, account.language)
