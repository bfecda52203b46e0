"""The people whom somebody may see: who they are, and what may be done about each by whoever looks."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from grievance import clock
from grievance.access import Person
from grievance.accounts import absence, changes, code_mails, waits
from grievance.accounts.changes import may_propose_head, may_propose_role
from grievance.accounts.leaving import may_bring_back, may_manage
from grievance.accounts.people import never_accepted
from grievance.accounts.roles import manages_elsewhere
from grievance.extensions import db
from grievance.models.mailbox import CodeMail, Mailbox
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Company, Party, Role


@dataclass(frozen=True)
class Member:
    """`state`: of the account, or "away" until a day. `manage`: whoever looks may end it or invite it again; `back`:
    bring it back after it ended; `to_head`, `to_role`: propose it as the head of the office, or another role for it.
    `corrects`: its address, as nobody accepted the invitation.
    `refused_since`: the mail server takes nothing for this address. `link`: of somebody who is invited, where the link
    is, and whether that `needs` somebody; `sent`: when it went."""

    id: int
    name: str
    email: str
    role: str
    state: str
    until: date | None
    manage: bool
    back: bool
    head: bool
    to_head: bool
    to_role: bool
    corrects: bool
    refused_since: datetime | None = None
    link: str = ""
    needs: bool = False
    sent: datetime | None = None


def print_command(email: str) -> str:
    """What whoever runs the server does where there is no mail."""
    return f"flask people invite-again --email {email}"


def members(by: Person) -> dict[str, list[Member]]:
    """One's own party, and for an approver each company's people too: by the company's name, "" for one's own."""
    query = select(Account).join(Party).options(joinedload(Account.party).joinedload(Party.company))
    theirs = Account.party_id == by.party_id
    theirs |= Account.role.in_(manages_elsewhere(by.role))
    if by.role == Role.APPROVER:  # whom they may have invited, until the custodians have them
        invited = (Account.status == AccountStatus.INVITED, Account.public_key.is_(None))
        theirs |= and_(Account.role == Role.CUSTODIAN, *invited)
    until = {one.account_id: one.last_day for one in absence.away(clock.now())}
    found: dict[str, list[Member]] = {"": []}
    accounts = sorted(db.session.scalars(query.where(theirs)), key=_order)
    refused, gone_lately = _refused(), waits.cut_lately()
    links = code_mails.of({one.id for one in accounts if one.status == AccountStatus.INVITED})
    for account in accounts:
        group = _group(by, account)
        member = _member(by, account, until.get(account.id))
        member = replace(member, back=member.back and account.id not in gone_lately)
        if account.status == AccountStatus.INVITED:
            link, needs = _link_of(account, links.get(account.id))
            mail = links.get(account.id)
            member = replace(member, link=link, needs=needs, sent=mail.sent_at if mail and not link else None)
        found.setdefault(group, []).append(replace(member, refused_since=refused.get((account.id, account.email))))
    return found


def _link_of(account: Account, mail: CodeMail | None) -> tuple[str, bool]:
    """Where the link of an invitation is, and whether somebody is to do something about it."""
    good = account.invitation_expires_at is not None and account.invitation_expires_at > clock.now()
    if not good:
        return _("The invitation is too old: send it again."), True
    if mail is None:
        if code_mails.go_out():
            return _("The link did not go by mail."), False
        return _("No mail is set up here. Whoever runs the server prints the link and gives it to them alone:"
                 " %(command)s", command=print_command(account.email)), True  # fmt: skip
    if mail.refused_at:
        return _("The mail server takes no mail for this address: correct it."), True
    if mail.sent_at:
        return "", False
    if mail.again_at is None:
        return _("The mail with the link did not go: send it again."), True
    return (_("The mail with the link does not go out just now. It is tried again.") if mail.tries
            else _("The mail with the link is on its way.")), False  # fmt: skip


def _group(by: Person, account: Account) -> str:
    if by.role != Role.APPROVER or account.role in SECRETARIAT_ROLES:
        return ""
    return account.party.company.name if account.party.company else str(_("Custodians who were invited"))


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
    return Member(
        account.id, account.name, account.email, role, state, until, may_manage(by, account),
        may_bring_back(by, account), account.head, may_propose_head(by, account),
        may_propose_role(by, account) and not account.head, never_accepted(account),
    )  # fmt: skip


def one(by: Person, account_id: int) -> Member | None:
    """A person of whom this one may say that they have left, or come back; None for everybody else."""
    account = db.session.get(Account, account_id)
    about = account and (may_manage(by, account) or may_bring_back(by, account))
    return _member(by, account, None) if account and about else None


@dataclass(frozen=True)
class ChangeLine:
    """What waits to be confirmed about whom; `role` and `company` are empty for a new head. `shut_out`: of how many
    cases it shuts them out, because they go to the other side."""

    id: int
    what: str
    name: str
    role: str
    company: str
    by: str
    confirms: bool
    shut_out: int


def changes_waiting(by: Person) -> list[ChangeLine]:
    """What two people change about an account, as far as one of them proposed it; `confirms`: whoever looks decides."""
    found = changes.waiting(by)
    names = _names(Account, {one.proposed_by for one in found})
    companies = _names(Company, {one.company_id for one in found if one.company_id})
    return [
        ChangeLine(one.id, one.what.value, one.account.name, one.role.value if one.role else "",
                   companies.get(one.company_id or 0, ""), names.get(one.proposed_by, ""), changes.may_confirm(by, one),
                   changes.would_be_shut_out(one))
        for one in found
    ]  # fmt: skip


def _names(kind: type[Account] | type[Company], ids: set[int]) -> dict[int, str]:
    query = select(kind.id, kind.name).where(kind.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)} if ids else {}
