"""Whom a mail about a letter goes to, and when: once a day where nothing presses."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from grievance import clock
from grievance.accounts import absence, beside, who_could
from grievance.deadlines.dates import beginning_of
from grievance.deadlines.kinds import CALLED_SOON
from grievance.extensions import db
from grievance.models.case import Case, Conflict, Respondent
from grievance.models.keys import CompanyEnvelope
from grievance.models.limit import Limit
from grievance.models.mailbox import Mailbox
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Company, Party, Role
from grievance.models.sides import COMPANY
from grievance.models.writing import Letter
from grievance.record.letters import COLLEAGUE, FORMER_COMPANY, PROPOSER, named

MAILED = {
    "officer": frozenset({Role.OFFICER}),
    "approver": frozenset({Role.APPROVER}),
    "custodian": frozenset({Role.CUSTODIAN}),
    "company": frozenset({Role.COMPANY}),
    FORMER_COMPANY: frozenset({Role.COMPANY}),
    PROPOSER: SECRETARIAT_ROLES,
    COLLEAGUE: SECRETARIAT_ROLES,
}
"""Which roles read a letter to a recipient. A complainant's letters wait on the case's page."""
MORNING, PRESSED, COMMITTED = timedelta(hours=7), timedelta(hours=3), timedelta(minutes=5)
"""When the next day's mail goes; how long it waits where a date is near (docs/decisions/0023-one-mail-a-day.md); and
what is older than this when a mail goes was there to be seen by whoever got it."""


@dataclass(frozen=True)
class Reader:
    """Whom a mail goes to: an account, its address, the language and the clock that it reads by."""

    id: int
    email: str
    language: str
    role: Role
    zone: str = ""


def readers(letter: Letter, now: datetime) -> list[int]:
    """Who reads it: the case's officer, or who stands in, or those beside, or all of that role, or the people
    of the company that has keys of the case, or who proposed it, or whom it names; nobody with a conflict, and nobody
    who cannot sign in."""
    case = db.session.get_one(Case, letter.case_id)
    roles = or_(*(who_could.mailed(role, case.id) for role in sorted(MAILED[letter.recipient])))
    query = select(Account.id).where(roles, Account.status == AccountStatus.ACTIVE)
    if letter.recipient == "company":
        query = query.where(Account.party_id.in_(_holding(case.id)))
    if letter.recipient == FORMER_COMPANY:
        query = query.where(Account.party_id.in_(_lost_the_case(letter)))
    query = query.where(Account.id.not_in(select(Conflict.account_id).where(Conflict.case_id == case.id)))
    found = list(db.session.scalars(query.order_by(Account.id)))
    if letter.recipient == COLLEAGUE:
        return [one for one in found if one in named(letter.facts)]
    if letter.recipient == PROPOSER and letter.facts["proposed_by"] in found:
        return [letter.facts["proposed_by"]]
    return _of_the_case(case, found, now) if letter.recipient in ("officer", PROPOSER) else found


def _of_the_case(case: Case, found: list[int], now: datetime) -> list[int]:
    away, stand_in = absence.stand_in_of(case.officer_id, now)
    reader = stand_in if away else case.officer_id
    if reader in found:
        return [reader]
    return [one for one in beside.here(case.id, now) if one in found] or found


def _lost_the_case(letter: Letter) -> Select[int]:
    """The company that the letter is about: it holds no keys any more by which it could be found."""
    theirs = (Respondent.case_id == letter.case_id, Respondent.n == letter.facts["respondent"])
    return select(Party.id).join(Respondent, Respondent.company_id == Party.company_id).where(*theirs)


def is_void(letter: Letter) -> bool:
    """To a company that holds no keys to the case any more, or to a colleague who may not see it or has left: they are
    told nothing, and nobody else need be found for it."""
    if letter.recipient == COLLEAGUE:
        shut_out = select(Conflict.account_id).where(Conflict.case_id == letter.case_id)
        stay = (Account.status != AccountStatus.LEFT, Account.role.in_(SECRETARIAT_ROLES), Account.id.not_in(shut_out))
        return not db.session.scalars(select(Account.id).where(Account.id.in_(named(letter.facts)), *stay)).first()
    return letter.recipient == "company" and not db.session.scalars(_holding(letter.case_id)).first()


def _holding(case_id: str) -> Select[int]:
    return select(CompanyEnvelope.party_id).where(CompanyEnvelope.case_id == case_id)


def described(account_ids: Collection[int]) -> dict[int, Reader]:
    """By their number: where each gets mail, and by which clock."""
    query = select(Account.id, Account.email, Account.language, Account.role, Company.zone).join(
        Party, Party.id == Account.party_id
    )
    query = query.outerjoin(Company, Company.id == Party.company_id).where(Account.id.in_(account_ids))
    return {row.id: Reader(*row[:4], row.zone or "") for row in db.session.execute(query.order_by(Account.id))}


def mailboxes(account_ids: Collection[int]) -> dict[int, Mailbox]:
    query = select(Mailbox).where(Mailbox.account_id.in_(account_ids))
    return {one.account_id: one for one in db.session.scalars(query)}


def pressed(case_ids: Iterable[str], now: datetime) -> set[str]:
    """The cases in which a company owes something within the days that are called soon."""
    running = (Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.missed_at.is_(None))
    near = (Limit.paused_at.is_(None), Limit.owed_by == COMPANY, Limit.due_at > now, Limit.due_at <= now + CALLED_SOON)
    return set(db.session.scalars(select(Limit.case_id).where(Limit.case_id.in_(set(case_ids)), *running, *near)))


def goes_at(reader: Reader, mailed_at: datetime | None, now: datetime, near: bool) -> datetime:
    """When the next mail may go to this person: now, or where one went today, on the next morning of their own. A
    company with a date that is near waits three hours at most."""
    zone = clock.reader_zone(reader.zone)
    if mailed_at is None or clock.day(mailed_at, zone) != clock.day(now, zone):
        return now
    if near and reader.role == Role.COMPANY:
        return max(now, mailed_at + PRESSED)
    return beginning_of(clock.day(now, zone) + timedelta(days=1), zone) + MORNING


def was_seen(told_at: datetime, mailed_at: datetime | None) -> bool:
    """Whether it could be seen already when that mail went, which said that something waits."""
    return mailed_at is not None and told_at <= mailed_at - COMMITTED
