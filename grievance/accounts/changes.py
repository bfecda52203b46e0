"""What two people change about an account: who is the head of the office, and what somebody is.

One approver (of custodians, a custodian) proposes it, another approver confirms it; where there is no other approver, a
custodian does. Keys follow the role: what somebody held of a party that they leave is gone at once, and that party's
key is to be changed; of the new party they wait to be admitted.
"""

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from grievance import clock
from grievance.access import Person, may_administer
from grievance.accounts import beside, hands, leaving, waits, who_could
from grievance.accounts.keys import log, own_keys
from grievance.accounts.keys.shares import give_share
from grievance.accounts.people import party_query
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Refused
from grievance.models.case import Case, Conflict
from grievance.models.desk import NewMark, StepDraft
from grievance.models.people import Account, AccountChange, AccountStatus, Change, Party, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work


def may_propose_head(by: Person, account: Account) -> bool:
    """Another approver who is there and has the key may become the head."""
    fits = account.role == Role.APPROVER and account.status == AccountStatus.ACTIVE and not account.head
    return may_administer(by) and fits


def propose_head(by: Person, account_id: int) -> None:
    """Raises `Refused`."""
    account = db.session.get(Account, account_id)
    if account is None or not may_propose_head(by, account):
        raise Refused(_("The head of the office is an approver who is admitted. Only an approver proposes another."))
    _propose(by, AccountChange(account_id=account_id, what=Change.HEAD))


def may_propose_role(by: Person, account: Account) -> bool:
    """Who decides about this person: an approver, or of custodians a custodian; a company's people do not."""
    another = by.role == Role.APPROVER and account.role == Role.CUSTODIAN
    return by.role in (Role.APPROVER, Role.CUSTODIAN) and leaving.may_manage(by, account) and not another


def propose_role(by: Person, account_id: int, role: Role, company_id: int | None = None) -> None:
    """Raises `Refused`, `BadInput`."""
    account = db.session.get(Account, account_id)
    if account is None or not may_propose_role(by, account):
        raise Refused(_("You cannot change this person's account."))
    company_id = company_id if role == Role.COMPANY else None
    party = db.session.scalars(party_query(role, company_id)).one_or_none()
    if party is None:
        raise BadInput({"company": _("Choose a company from the list.")})
    if (role, party.id) == (account.role, account.party_id):
        raise BadInput({"role": _("This is what they are already.")})
    _may_go(account)
    _somebody_stays(account, role)
    _propose(by, AccountChange(account_id=account_id, what=Change.ROLE, role=role, company_id=company_id))


def _may_go(account: Account) -> None:
    if account.head:
        raise Refused(_("This is the head of the office. First make another approver the head."))


def _propose(by: Person, change: AccountChange) -> None:
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work() as session:
        session.get_one(Account, change.account_id, with_for_update={"key_share": True})  # of two at once, one waits
        waits = select(AccountChange.id).where(
            AccountChange.account_id == change.account_id, AccountChange.what == change.what,
            AccountChange.decided_at.is_(None),
        )  # fmt: skip
        if session.scalars(waits).first():
            raise Refused(_("This was proposed already, and waits for another person."))
        change.proposed_by, change.proposed_at = by.account_id or 0, now
        change.to_mail, change.mail_at = _told(change, by), now
        session.add(change)
        session.flush()
        kind, signed_by = f"{change.what}_proposed", own_keys.by_person(by)
        chain.append(None, kind, by, now, now, _facts(change), signed_by=signed_by)


def _told(change: AccountChange, by: Person) -> list[int]:
    """Everybody of the office, and whom it is about, as far as they can sign in; not who did it."""
    theirs = Account.role.in_(waits.OFFICE_ROLES) | (Account.id == change.account_id)
    query = select(Account.id).where(Account.status == AccountStatus.ACTIVE, theirs, Account.id != by.account_id)
    return list(db.session.scalars(query.order_by(Account.id)))


def _facts(change: AccountChange) -> dict[str, int | str]:
    facts: dict[str, int | str] = {"account": change.account_id}
    return facts | ({"role": change.role.value} if change.role else {})


def waiting(by: Person) -> list[AccountChange]:
    """What waits to be confirmed: for the Secretariat and the custodians to see."""
    if by.party_seed is None or by.role == Role.COMPANY:
        return []
    query = select(AccountChange).where(AccountChange.decided_at.is_(None)).order_by(AccountChange.proposed_at)
    return list(db.session.scalars(query.options(joinedload(AccountChange.account))))


def may_confirm(by: Person, change: AccountChange) -> bool:
    """Another approver; where there is none besides who proposed it and whom it is about, a custodian. Nobody decides
    what they would become themselves."""
    concerned = {change.proposed_by, change.account_id}
    if by.party_seed is None or by.account_id in concerned:
        return False
    return by.role == Role.APPROVER or (by.role == Role.CUSTODIAN and not _others(Role.APPROVER, concerned))


def _others(role: Role, but: set[int]) -> bool:
    """Whether there is somebody else of this role who has the key."""
    others = who_could.holders().where(Account.role == role, Account.id.not_in(but))
    return db.session.execute(others.limit(1)).first() is not None


def _still_proposed(change: AccountChange) -> None:
    """A confirmation takes two people: who proposed it must be one still, who could propose it now."""
    role = Role.CUSTODIAN if change.account.role == Role.CUSTODIAN else Role.APPROVER
    proposer = who_could.holders().where(Account.id == change.proposed_by, Account.role == role)
    if db.session.execute(proposer).first() is None:
        raise Refused(_("Who proposed this could not propose it any more. Refuse it; then it can be proposed again."))


def decide(by: Person, change_id: int, confirm: bool) -> None:
    """Confirm or refuse a change. On confirmation it is done, and looked at again. Raises `Refused`, `BadInput`."""
    known = db.session.get(AccountChange, change_id)
    if known is None:
        raise Refused(_("This was decided already."))
    own_keys.confirm(by)
    while not _decide(by, change_id, known.account_id, confirm):
        pass  # they were given a case meanwhile: once more, with that one


def _decide(by: Person, change_id: int, account_id: int, confirm: bool) -> bool:
    """False, and nothing done, where they were given a case between the locks of their cases and their own."""
    now = clock.now()
    with unit_of_work() as session:
        shut = _crossed(change_id)
        cases = leaving.cases_of(account_id, shut)
        change, account = _locked(change_id, account_id)
        works_on = select(Case.id).where(beside.works_on(account_id))
        if not {case.id for case in cases}.issuperset(session.scalars(works_on)):
            return False
        if change.decided_at:
            raise Refused(_("This was decided already."))
        if not may_confirm(by, change):
            raise Refused(
                _("Another approver must confirm this, whom it is not about; where there is none, a custodian.")
            )
        if confirm:
            _still_proposed(change)
        change.decided_by, change.decided_at, change.confirmed = by.account_id, now, confirm
        change.to_mail = [] if confirm else sorted({change.proposed_by, change.account_id} - {by.account_id})
        change.mail_at = now if change.to_mail else None
        signed_by = own_keys.by_person(by)
        facts = {**_facts(change), "proposed_by": change.proposed_by, **hands.mark(by, change.proposed_by)}
        if confirm and change.role:
            seed = _give_role(by, change, change.role, account, cases, shut)
            more, signed_by = own_keys.moved(account, by, seed)
            facts |= more
        elif confirm:
            _make_head(account)
        kind = f"{change.what}_{'changed' if confirm else 'refused'}"
        chain.append(None, kind, by, now, now, facts, signed_by=signed_by)
    return True


def _locked(change_id: int, account_id: int) -> tuple[AccountChange, Account]:
    """The parties before the account, as everybody locks them."""
    session = db.session
    change, account = session.get_one(AccountChange, change_id), session.get_one(Account, account_id)
    proposer = session.get_one(Account, change.proposed_by)
    parties = {account.party_id, proposer.party_id}
    if change.role and (party := session.scalars(party_query(change.role, change.company_id)).one_or_none()):
        parties.add(party.id)
    session.scalars(select(Party).where(Party.id.in_(parties)).order_by(Party.id).with_for_update()).all()
    session.refresh(account, with_for_update={"key_share": True})
    session.refresh(change, with_for_update=True)
    return change, account


def _make_head(account: Account) -> None:
    if account.role != Role.APPROVER or account.status != AccountStatus.ACTIVE:
        raise Refused(_("This person is no approver any more, or has no key. Refuse it."))
    for former in db.session.scalars(select(Account).where(Account.head)):
        former.head = False
    db.session.flush()  # one head at any moment, says the database
    account.head = True
    db.session.flush()


def _give_role(
    by: Person, change: AccountChange, role: Role, account: Account, cases: list[Case], shut: set[int]
) -> bytes | None:
    """Returns the seed of the new party, where it has none before."""
    if account.status == AccountStatus.LEFT:
        raise Refused(_("This person has left. Refuse it, or bring them back first."))
    _may_go(account)
    _somebody_stays(account, role)
    former, party = account.party, db.session.scalars(party_query(role, change.company_id)).one()
    seed = _move(account, former, party, change) if party.id != former.id else None
    account.role = role
    db.session.flush()
    leaving.hand_back(by, account, [case for case in cases if case.officer_id == account.id], clock.now())
    if shut:
        _shut_out(by, account, cases, shut)
    return seed


def sides_crossed(change: AccountChange) -> set[int]:
    """The company on whose other side somebody comes to be: which they leave, or else which they join."""
    was, will = change.account.party.company_id, change.company_id
    return {one for one in (was or will,) if one and was != will}


def _crossed(change_id: int) -> set[int]:
    change = db.session.get_one(AccountChange, change_id)
    return sides_crossed(change) if change.what == Change.ROLE else set()


def _shut_out(by: Person, account: Account, cases: list[Case], companies: set[int]) -> None:
    """Whoever was of one side judges no case of it from the other, nor reads there what this side wrote: in each case
    of the company that is kept, also in one that it lost, they have a conflict of interest from now on."""
    now, theirs = clock.now(), leaving.of_companies(companies)
    known = set(db.session.scalars(select(Conflict.case_id).where(Conflict.account_id == account.id)))
    about = set(db.session.scalars(theirs)) - known
    for case in (case for case in cases if case.id in about):
        db.session.add(Conflict(case_id=case.id, account_id=account.id))
        case.version += 1
        chain.append(case, "side_changed", by, now, now, {"account": account.id})
    for kind in (StepDraft, NewMark):
        db.session.execute(delete(kind).where(kind.account_id == account.id, kind.case_id.in_(about)))


def would_be_shut_out(change: AccountChange) -> int:
    """In how many cases a change of role makes a conflict of interest."""
    if change.what != Change.ROLE or not (companies := sides_crossed(change)):
        return 0
    return db.session.scalar(select(func.count()).select_from(leaving.of_companies(companies).subquery())) or 0


def _somebody_stays(account: Account, role: Role) -> None:
    """The office's own choice must leave somebody who proposes, and somebody who approves."""
    leaves = account.role if account.role != role and account.status == AccountStatus.ACTIVE else None
    if leaves in LAST_ONE and not _others(leaves, {account.id}):
        raise Refused(LAST_ONE[leaves])


LAST_ONE = {
    Role.OFFICER: _l("This is the last officer: nobody could take a case on any more. Admit another first."),
    Role.APPROVER: _l("This is the last approver: nothing could be approved any more. Admit another first."),
}


def _move(account: Account, former: Party, party: Party, change: AccountChange) -> bytes | None:
    """To another party: the share of the old key is cut as if they had left, and nobody of the new one has admitted
    them yet. The first of a party makes its key, as whoever accepts the first invitation does."""
    leaving.not_the_last(account, former)
    own = log.own_key(account) if account.public_key else None
    now = clock.now()
    if leaving.cut(account, now):
        former.exposed_since = former.exposed_since or now
    db.session.flush()
    account.party_id, account.invited_by = party.id, change.proposed_by
    db.session.flush()
    if account.status == AccountStatus.INVITED:
        return None
    account.status = AccountStatus.WAITING
    if party.public_key is not None:
        return None
    pair = own_keys.make_party_key(party)
    db.session.add(give_share(party, account, party.key_id or "", pair.seed, own))
    account.status = AccountStatus.ACTIVE
    party.unconfirmed_since = now if party.company_id else None
    return pair.seed
