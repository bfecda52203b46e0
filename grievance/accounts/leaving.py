"""Leaving a party: one person cuts the access at once; a second one, or three days, make it for good (file 3, "People's
keys", "Vouched for"). Until then a colleague can take the cut back, and who was cut is admitted anew.

The party's key is rotated afterwards, in the session of somebody who stays (`rotation`).
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, delete, func, select
from sqlalchemy.orm import defer

from grievance import clock
from grievance.access import CLOCK, Person
from grievance.accounts import beside, code_mails, exposure, hands, waits, who_could
from grievance.accounts.keys import escrow, log, log_two_people, own_keys, recovery
from grievance.accounts.people import never_accepted
from grievance.accounts.roles import ROLES, invites, manages_elsewhere
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused
from grievance.models.account_waits import AccountWait, Began, Ended
from grievance.models.case import Case, Respondent, State
from grievance.models.company_token import CompanyToken
from grievance.models.desk import PLAIN, NewMark
from grievance.models.keys import AccountSession, AppCode, IdentityGrant, IdentityRequest
from grievance.models.passkey import Passkey
from grievance.models.people import Absence, Account, AccountStatus, Party, PartyShare, Role
from grievance.record import chain
from grievance.record.letters import LetterText, LetterTo, owe_letters
from grievance.record.transaction import mark_for_officer, unit_of_work

UNASSIGNED = LetterText("unassigned", _l("The officer has left, and the case waits for another."))
UNASSIGNED_LETTERS = (LetterTo("approver", UNASSIGNED), LetterTo("officer", UNASSIGNED))


def may_manage(by: Person, account: Account) -> bool:
    """Who may say of somebody that they have left, or give them a new invitation: an approver for the Secretariat
    and for companies, a custodian for custodians, a company's people for their own."""
    return account.status != AccountStatus.LEFT and _decides_about(by, account)


def may_bring_back(by: Person, account: Account) -> bool:
    """Who may invite somebody again who has left: whoever could say that they left."""
    return account.status == AccountStatus.LEFT and _decides_about(by, account)


def _decides_about(by: Person, account: Account) -> bool:
    if by.party_seed is None:
        return False
    ours = by.party_id == account.party_id and by.role in ROLES[account.role].managed_by
    return ours or account.role in manages_elsewhere(by.role) or _invited(by, account)


def _invited(by: Person, account: Account) -> bool:
    """Whoever may invite somebody puts the invitation right as long as nobody has accepted it."""
    elsewhere = by.role == Role.APPROVER and account.role in invites(by.role)
    return elsewhere and never_accepted(account)


def leave(by: Person, account_id: int) -> None:
    """Mark somebody as having left: what they hold of the party's key, sessions and open grants are gone, their cases
    wait for another officer. Their own key and password stay until it is for good, and sign nobody in.

    The account stays as the name on the record; what they proposed can still be decided. Raises `Refused`.
    """
    while not _leave(by, account_id):
        pass  # they were given a case meanwhile: once more, with that one


def _leave(by: Person, account_id: int) -> bool:
    """False, and nothing done, where they were given a case between the locks of their cases and their own: to lock
    that one now could make this and a step on it wait for each other."""
    now = clock.now()
    with unit_of_work() as session:
        theirs = cases_of(account_id)
        party, account = locked_account(by, account_id)
        if session.scalar(select(func.count(Case.id)).where(beside.works_on(account_id))) != len(theirs):
            return False
        not_the_last(account, party)
        if cut(account, now):
            party.exposed_since = party.exposed_since or now
        account.status, account.head = AccountStatus.LEFT, False
        account.invitation_hash = account.invitation_expires_at = None
        code_mails.forget(account.id)
        waits.overtake(account, now)
        session.flush()
        led = [case for case in theirs if case.officer_id == account_id]
        hand_back(by, account, led, now)
        facts = {"account": account.id, "cases": len(led)}
        chain.append(None, "left", by, now, now, facts, signed_by=waits.strongly(by))
        if account.public_key is not None:  # behind an invitation that nobody accepted stands nobody
            waits.begin(account, Began.LEFT_FOR_GOOD, by, now)
    return True


def confirm_left(by: Person, wait_id: int) -> None:
    """A second person says so too: it is for good. Raises `Refused`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work():
        account, wait = locked_wait(wait_id, Began.LEFT_FOR_GOOD)
        if not may_confirm_left(by, account, wait):
            raise Refused(_("Another person confirms this than who said that they left."))
        facts = {"account": account.id, "alone": False, "asked_by": wait.began_by, "confirmed_by": by.account_id}
        take_keys(account, now)
        waits.end(wait, Ended.CONFIRMED, by, now)
        chain.append(None, "left_for_good", by, now, now, facts, signed_by=waits.strongly(by))


def may_confirm_left(by: Person, account: Account, wait: AccountWait) -> bool:
    """Whoever could have said it, and did not."""
    return is_a_second(by, wait) and may_bring_back(by, account)


def is_a_second(by: Person, wait: AccountWait) -> bool:
    """Whether this is another person than who began it and whom it is about, who was there when it began and is of
    another hand: nobody lets in a second person of their own making."""
    another = waits.a_second(by, wait) and not hands.are_one(by.account_id, wait.began_by)
    return another and log_two_people.was_there(log.known().state, by.account_id, wait.account_id)


def end_three_days(now: datetime) -> None:
    """The clock: whom nobody took back for three days has left for good. One at a time, each once."""
    for wait_id in list(db.session.scalars(waits.DUE, {"now": now})):
        with unit_of_work(), suppress(Refused):  # decided by somebody at this moment
            account, wait = locked_wait(wait_id, Began.LEFT_FOR_GOOD)
            facts = {"account": account.id, "alone": True, "asked_by": wait.began_by}
            take_keys(account, now)
            waits.end(wait, Ended.ALONE, None, now)
            chain.append(None, "left_for_good", CLOCK, wait.due_at, now, facts)


def take_back(by: Person, wait_id: int) -> None:
    """A colleague says that somebody has not left: with their own password and key they wait to be admitted again, by
    somebody else where there is one. Raises `Refused`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work():
        account, wait = locked_wait(wait_id, Began.LEFT_FOR_GOOD)
        if not may_take_back(by, account):
            raise Refused(_("You cannot take this back."))
        waits.end(wait, Ended.OBJECTED, by, now)
        account.invited_by = by.account_id
        account.status = AccountStatus.WAITING if account.wrapped_seed else AccountStatus.INVITED
        exposure.less(account.party, wait)
        chain.append(None, "leaving_taken_back", by, now, now, {"account": account.id}, signed_by=waits.strongly(by))


def may_take_back(by: Person, account: Account) -> bool:
    """Whoever could say that they left, and any colleague who has the same key, of the office those of its other party
    too: one person alone must not be able to shut the others out."""
    office = by.role in waits.OFFICE_ROLES and account.role in waits.OFFICE_ROLES
    theirs = by.party_seed is not None and (office or by.party_id == account.party_id)
    return (theirs and by.account_id != account.id) or may_bring_back(by, account)


LOCKED = (
    select(Account)
    .where(Account.id == bindparam("account_id"))
    .options(*(defer(column) for column in (Account.password, Account.wrapped_seed, Account.calendar_hash)))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
"""Without what opens somebody's own key: the worker takes it away and never reads it."""


def locked_wait(wait_id: int, *what: Began) -> tuple[Account, AccountWait]:
    """What waits, with party and account locked before it, in the order in which everybody locks them. Raises
    `Refused` where it is over, or another matter."""
    found = db.session.get(AccountWait, wait_id)
    if found is None or found.what not in what:
        raise Refused(_("This was decided already."))
    party_id = db.session.scalar(select(Account.party_id).where(Account.id == found.account_id))
    db.session.get_one(Party, party_id, with_for_update=True)
    account = db.session.scalars(LOCKED, {"account_id": found.account_id}).one()
    db.session.refresh(found, with_for_update=True)
    if found.ended is not None:
        raise Refused(_("This was decided already."))
    return account, found


def of_companies(companies: Collection[int]) -> Select[str]:
    """The cases that are, or were, about one of these companies, as long as they are kept."""
    theirs = select(Respondent.case_id).where(Respondent.company_id.in_(companies))
    return select(Case.id).where(Case.id.in_(theirs) | Case.company_id.in_(companies), Case.erased_at.is_(None))


def cases_of(account_id: int, companies: Collection[int] = ()) -> list[Case]:
    """The cases that somebody has or is beside on, and all of these companies, locked before their party, as every step
    does."""
    wanted = beside.works_on(account_id)
    if companies:
        wanted |= Case.id.in_(of_companies(companies))
    cases = select(Case).where(wanted).order_by(Case.id)
    return list(db.session.scalars(cases.with_for_update(of=Case)))


def hand_back(by: Person, account: Account, cases: list[Case], now: datetime) -> None:
    """Their cases wait for another officer; where nobody is left who could act, the next move is owed. Nobody stands in
    for them, nor they for anybody."""
    named = (Absence.account_id == account.id) | (Absence.stand_in_id == account.id)
    for absence in db.session.scalars(select(Absence).where(named)):
        db.session.delete(absence)
    beside.hand_back(by, account, now)
    for case in cases:
        case.officer_id = None
        case.version += 1
        event = chain.append(case, "unassigned", by, now, now, {"account": account.id})
        owe_letters(case, event, UNASSIGNED_LETTERS, {})
        mark_for_officer(event, None, PLAIN)
        if case.state != State.CLOSED and who_could.lacking(case):
            deadlines.open_unless_open(case, Deadline.NEXT_MOVE, now)
            deadlines.queue(case)
    db.session.execute(delete(NewMark).where(NewMark.account_id == account.id))


def locked_account(by: Person | None, account_id: int, *, back: bool = False) -> tuple[Party, Account]:
    """The party and the account, in the order in which everybody locks them. `back`: also of somebody who has left."""
    account = db.session.get(Account, account_id)
    if account is None or not _may(by, account, back):
        raise Refused(_("You cannot change this person's account."))
    party = db.session.get_one(Party, account.party_id, with_for_update=True)
    db.session.refresh(account, with_for_update={"key_share": True})
    if account.status == AccountStatus.LEFT and not back:
        raise Refused(_("This person has left already."))
    if not _may(by, account, back):  # they accepted the invitation meanwhile
        raise Refused(_("You cannot change this person's account."))
    return party, account


def _may(by: Person | None, account: Account, back: bool) -> bool:
    return by is None or may_manage(by, account) or (back and may_bring_back(by, account))


def is_the_only_one(account: Account) -> bool:
    members = select(func.count()).where(Account.party_id == account.party_id, Account.status == AccountStatus.ACTIVE)
    return account.status == AccountStatus.ACTIVE and db.session.scalar(members) == 1


def not_the_last(account: Account, party: Party) -> None:
    """To cut somebody off is never refused, also the last approver; but the last key of all would take every complaint
    with it: there must be another, or a way back. Raises `Refused`."""
    if is_the_only_one(account) and not _has_a_way_back(party):
        raise Refused(_("Nobody else of their party has a key: nothing could be read any more. Admit another first, or"
                        " make a recovery code."))  # fmt: skip


def _has_a_way_back(party: Party) -> bool:
    return escrow.is_deposited(party.id) if party.company_id else recovery.paper_of(party.id) is not None


def take_keys(account: Account, now: datetime) -> bool:
    """Everything by which this person could read; says whether they held the party's key.

    The public key stays until another takes its place: by it the record knows who could have read something.
    """
    account.password = account.wrapped_seed = None
    db.session.execute(delete(AppCode).where(AppCode.account_id == account.id))
    db.session.execute(delete(Passkey).where(Passkey.account_id == account.id))
    return cut(account, now)


def cut(account: Account, now: datetime) -> bool:
    """The same, but for the password and the person's own key, with which they stay somebody; says the same."""
    session = db.session
    account.calendar_hash = None
    escrow.take_back(account)
    session.execute(delete(AccountSession).where(AccountSession.account_id == account.id))
    session.execute(delete(CompanyToken).where(CompanyToken.account_id == account.id))
    asked = select(IdentityRequest.id).where(IdentityRequest.asked_by == account.id, IdentityRequest.expires_at > now)
    session.execute(delete(IdentityGrant).where(IdentityGrant.request_id.in_(asked)))
    held = session.execute(delete(PartyShare).where(PartyShare.account_id == account.id))
    return bool(held.rowcount)  # type: ignore[attr-defined]
