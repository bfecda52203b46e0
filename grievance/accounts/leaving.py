"""Leaving a party, and coming back with a new password: what somebody held is gone at once (file 3, "People's keys").

The party's key is rotated afterwards, in the session of somebody who stays (`rotation`).
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from grievance import clock
from grievance.access import CLOCK, Person
from grievance.accounts.keys import escrow, recovery
from grievance.accounts.people import give_code
from grievance.accounts.roles import ROLES, manages_elsewhere
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused
from grievance.models.case import Case
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
    if by.party_seed is None or account.status == AccountStatus.LEFT:
        return False
    ours = by.party_id == account.party_id and by.role in ROLES[account.role].managed_by
    return ours or account.role in manages_elsewhere(by.role)


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
        cases = select(Case).where(Case.officer_id == account_id).order_by(Case.id)
        theirs = list(session.scalars(cases.with_for_update(of=Case)))  # before the party, as every step does
        party, account = _locked(by, account_id)
        if session.scalar(select(func.count()).where(Case.officer_id == account_id)) != len(theirs):
            return False
        _not_the_last(account, party)
        if _take_keys(account, now):
            party.exposed_since = party.exposed_since or now
        account.status = AccountStatus.LEFT
        account.invitation_hash = account.invitation_expires_at = None
        named = (Absence.account_id == account.id) | (Absence.stand_in_id == account.id)
        session.execute(delete(Absence).where(named))
        for case in theirs:
            case.officer_id = None
            case.version += 1
            event = chain.append(case, "unassigned", by, now, now, {"account": account.id})
            owe_letters(case, event, UNASSIGNED_LETTERS, {})
            mark_for_officer(event, None, PLAIN)
        session.execute(delete(NewMark).where(NewMark.account_id == account.id))
        chain.append(None, "left", by, now, now, {"account": account.id, "cases": len(theirs)})
    return True


def reset(by: Person | None, account_id: int, code: str = "") -> str:
    """A new invitation for an account whose password is forgotten, or whose invitation got lost; returns its code.

    It gives a new key pair, which opens nothing until another member admits it. Where nobody else has the key, a
    company's lies in escrow; of the office, who asks must show the recovery `code` first: with the last share goes the
    last hope that the old password is found. `by`: None only from the command line. Raises `Refused`, `BadInput`.
    """
    now = clock.now()
    with unit_of_work():
        party, account = _locked(by, account_id)
        if _is_the_only_one(account):
            _show_a_way_back(party, code)
        _take_keys(account, now)
        account.status = AccountStatus.INVITED
        invitation = give_code(account, by)
        chain.append(None, "invited_again", by or CLOCK, now, now, {"account": account.id})
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


def _locked(by: Person | None, account_id: int) -> tuple[Party, Account]:
    """The party and the account, in the order in which everybody locks them."""
    account = db.session.get(Account, account_id)
    if account is None or (by is not None and not may_manage(by, account)):
        raise Refused(_("You cannot change this person's account."))
    party = db.session.get_one(Party, account.party_id, with_for_update=True)
    db.session.refresh(account, with_for_update={"key_share": True})
    if account.status == AccountStatus.LEFT:
        raise Refused(_("This person has left already."))
    return party, account


def _is_the_only_one(account: Account) -> bool:
    members = select(func.count()).where(Account.party_id == account.party_id, Account.status == AccountStatus.ACTIVE)
    return account.status == AccountStatus.ACTIVE and db.session.scalar(members) == 1


def _not_the_last(account: Account, party: Party) -> None:
    if _is_the_only_one(account) and not (party.company_id and escrow.is_deposited(party.id)):
        raise Refused(_("Nobody else of their party has a key: nothing could be read any more. Admit another first."))
    approvers = select(func.count()).where(Account.role == Role.APPROVER, Account.status == AccountStatus.ACTIVE)
    last = account.role == Role.APPROVER and db.session.scalar(approvers) == 1
    if last and account.status == AccountStatus.ACTIVE:
        raise Refused(_("This is the last approver: nothing could be approved any more. Admit another first."))


def _take_keys(account: Account, now: datetime) -> bool:
    """Everything by which this person could read; says whether they held the party's key.

    The public key stays until another takes its place: by it the record knows who could have read something.
    """
    session = db.session
    account.password = account.wrapped_seed = account.calendar_hash = None
    escrow.take_back(account)
    session.execute(delete(AccountSession).where(AccountSession.account_id == account.id))
    asked = select(IdentityRequest).where(IdentityRequest.asked_by == account.id, IdentityRequest.expires_at > now)
    for request in session.scalars(asked):
        request.expires_at = now
        session.execute(delete(IdentityGrant).where(IdentityGrant.request_id == request.id))
    held = session.execute(delete(PartyShare).where(PartyShare.account_id == account.id))
    return bool(held.rowcount)  # type: ignore[attr-defined]
