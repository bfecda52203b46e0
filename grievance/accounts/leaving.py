"""Leaving a party, and coming back with a new password: what somebody held is gone at once (file 3, "People's keys").
Who comes back after they left, or with another role, is admitted anew.

The party's key is rotated afterwards, in the session of somebody who stays (`rotation`).
"""

from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, delete, func, select

from grievance import clock
from grievance.access import CLOCK, Person
from grievance.accounts import who_could
from grievance.accounts.keys import escrow, recovery
from grievance.accounts.people import correct_address, give_code, never_accepted
from grievance.accounts.roles import ROLES, invites, manages_elsewhere
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused
from grievance.models.case import Case, Respondent, State
from grievance.models.desk import PLAIN, NewMark
from grievance.models.keys import AccountSession, IdentityGrant, IdentityRequest
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
    """Mark somebody as having left: keys, sessions and open grants are gone, their cases wait for another officer.

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
        party, account = _locked(by, account_id)
        if session.scalar(select(func.count()).where(Case.officer_id == account_id)) != len(theirs):
            return False
        not_the_last(account, party)
        if _take_keys(account, now):
            party.exposed_since = party.exposed_since or now
        account.status, account.head = AccountStatus.LEFT, False
        account.invitation_hash = account.invitation_expires_at = None
        session.flush()
        hand_back(by, account, theirs, now)
        chain.append(None, "left", by, now, now, {"account": account.id, "cases": len(theirs)})
    return True


def of_companies(companies: Collection[int]) -> Select[str]:
    """The cases that are, or were, about one of these companies, as long as they are kept."""
    theirs = select(Respondent.case_id).where(Respondent.company_id.in_(companies))
    return select(Case.id).where(Case.id.in_(theirs) | Case.company_id.in_(companies), Case.erased_at.is_(None))


def cases_of(account_id: int, companies: Collection[int] = ()) -> list[Case]:
    """The cases that somebody has, and all of these companies, locked before their party, as every step does."""
    wanted = Case.officer_id == account_id
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


def reset(by: Person | None, account_id: int, code: str = "", email: str = "") -> str:
    """A new invitation for an account whose password is forgotten, whose invitation got lost, or whose person left and
    comes back; returns its code.

    It gives a new key pair, which opens nothing until another member admits it. Where nobody else has the key, a
    company's lies in escrow; of the office, who asks must show the recovery `code` first: with the last share goes the
    last hope that the old password is found. `by`: None only from the command line. `email`: where the
    invitation went to a wrong address, the right one. Raises `Refused`, `BadInput`.
    """
    now = clock.now()
    with unit_of_work():
        party, account = _locked(by, account_id, back=True)
        if by and email and email != account.email:
            correct_address(by, account, email)
        if _is_the_only_one(account):
            _show_a_way_back(party, code)
        kind = "came_back" if account.status == AccountStatus.LEFT else "invited_again"
        _take_keys(account, now)
        account.status = AccountStatus.INVITED
        invitation = give_code(account, by)
        chain.append(None, kind, by or CLOCK, now, now, {"account": account.id})
    return invitation


def _show_a_way_back(party: Party, code: str) -> None:
    if party.company_id and escrow.is_deposited(party.id):
        return
    if not party.company_id and code:
        recovery.check(party, code)
        return
    raise Refused(
        _(
            "Nobody else of their party has a key: with a new password nothing could be read any more."
            " Look for the old password, or first admit another person."
        )
    )


def _locked(by: Person | None, account_id: int, *, back: bool = False) -> tuple[Party, Account]:
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


def _is_the_only_one(account: Account) -> bool:
    members = select(func.count()).where(Account.party_id == account.party_id, Account.status == AccountStatus.ACTIVE)
    return account.status == AccountStatus.ACTIVE and db.session.scalar(members) == 1


def not_the_last(account: Account, party: Party) -> None:
    """To cut somebody off is never refused, also the last approver; but the last key of all would take every complaint
    with it: there must be another, or a way back. Raises `Refused`."""
    if _is_the_only_one(account) and not _has_a_way_back(party):
        raise Refused(_("Nobody else of their party has a key: nothing could be read any more. Admit another first, or"
                        " make a recovery code."))  # fmt: skip


def _has_a_way_back(party: Party) -> bool:
    return escrow.is_deposited(party.id) if party.company_id else recovery.paper_of(party.id) is not None


def _take_keys(account: Account, now: datetime) -> bool:
    """Everything by which this person could read; says whether they held the party's key.

    The public key stays until another takes its place: by it the record knows who could have read something.
    """
    account.password = account.wrapped_seed = None
    return cut(account, now)


def cut(account: Account, now: datetime) -> bool:
    """The same, but for the password and the person's own key, with which they stay somebody; says the same."""
    session = db.session
    account.calendar_hash = None
    escrow.take_back(account)
    session.execute(delete(AccountSession).where(AccountSession.account_id == account.id))
    asked = select(IdentityRequest.id).where(IdentityRequest.asked_by == account.id, IdentityRequest.expires_at > now)
    session.execute(delete(IdentityGrant).where(IdentityGrant.request_id.in_(asked)))
    held = session.execute(delete(PartyShare).where(PartyShare.account_id == account.id))
    return bool(held.rowcount)  # type: ignore[attr-defined]
