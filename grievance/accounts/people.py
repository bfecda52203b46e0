"""People and their keys: the office, invitations, admission to a party's key."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from grievance import clock
from grievance.access import CLOCK, Person
from grievance.accounts import code_mails, fingerprints, let_in_by, new_passwords, staff_pepper
from grievance.accounts.keys import log, own_keys
from grievance.accounts.keys.party_keys import OFFICE_PARTIES
from grievance.accounts.keys.shares import give_share, held_seeds
from grievance.accounts.roles import ROLES, invites
from grievance.addresses import is_address
from grievance.crypto import envelopes, passwords, signing
from grievance.crypto.hashes import sha256
from grievance.crypto.sealing import place, seal
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.account_waits import AccountWait, Began
from grievance.models.keys import Setting
from grievance.models.mailbox import Proves
from grievance.models.people import Account, AccountStatus, Company, Party, PartyKind, PartyShare, Role
from grievance.models.register import LIVING
from grievance.record import chain
from grievance.record.transaction import unit_of_work

INVITED_FOR = timedelta(days=14)


def create_office() -> None:
    """The two parties of the office and the salt of its receipts; made once, changes nothing the second time."""
    now = clock.now()
    log.again()  # an office that begins here is seen from its first entry on: nothing in it is merely believed
    with unit_of_work() as session:
        known = set(session.scalars(select(Party.kind).where(Party.kind.in_(OFFICE_PARTIES))))
        new = [Party(kind=kind) for kind in OFFICE_PARTIES if kind not in known]
        if new:
            session.add_all(new)
            chain.append(None, "office_made", CLOCK, now, now)
        if session.get(Setting, "receipt_salt") is None:
            session.add(Setting(name="receipt_salt", value=secrets.token_hex(16)))


def add_company(company: Company) -> Company:
    """A company, with the party that will hold its key."""
    with unit_of_work():
        enter_company(company)
    return company


def enter_company(company: Company, by: Person = CLOCK, facts: Mapping[str, Any] | None = None) -> None:
    """`add_company` inside the caller's transaction; `facts`: what the record says of it besides."""
    db.session.add(company)
    db.session.flush()
    db.session.add(Party(kind=PartyKind.COMPANY, company_id=company.id))
    chain.append(None, "company_added", by, clock.now(), clock.now(), {**(facts or {}), "company": company.id})


def invite(by: Person | None, email: str, name: str, role: Role, company_id: int | None = None) -> str:
    """An account that waits for its person. Where there is mail, the invitation's code goes there; it is returned for
    the command line alone, which prints it where there is none, and stored only as a hash.

    `by`: an approver (for the office and for companies), a custodian (for custodians), a company user (for the
    own company); None only from the command line. Raises `Refused`, `BadInput`.
    """
    email, name = _address(email), name.strip()
    if not 1 <= len(name) <= 120:
        raise BadInput({"email": _("Write a name of at most %(number)s characters.", number=120)})
    _may_invite(by, role, company_id)
    now = clock.now()
    with unit_of_work() as session:
        if session.scalars(select(Account).where(Account.email == email)).one_or_none():
            raise BadInput({"email": _taken()})
        party = session.scalars(party_query(role, company_id)).one_or_none() or _of_the_first(role)
        if party is None:
            raise BadInput({"email": _("Choose a company from the list.")})
        account = Account(
            email=email,
            name=name,
            role=role,
            party_id=party.id,
            created_at=now,
            language=_first_language(company_id),
            head=role == Role.APPROVER and _is_the_first(role),
        )
        code = give_code(account, by)
        session.add(account)
        session.flush()
        code_mails.owe(account.id, Proves.INVITATION, email, code, now)
        chain.append(None, "invited", by or CLOCK, now, now, {"account": account.id, "role": role.value})
    return code


def _of_the_first(role: Role) -> Party | None:
    """Observers and the Board have a party from their first invitation on; all others have theirs before."""
    if role not in (Role.OBSERVER, Role.BOARD):
        return None
    party = Party(kind=ROLES[role].party)
    db.session.add(party)
    db.session.flush()
    return party


def _first_language(company_id: int | None) -> str:
    """What an account begins with, until its person chooses: their company's."""
    company = db.session.get(Company, company_id) if company_id else None
    return company.language if company else "en"


def _is_the_first(role: Role) -> bool:
    """The first approver, whom `flask init` invites, is the head of the office until two people change it."""
    return db.session.scalars(select(Account.id).where(Account.role == role).limit(1)).first() is None


def _taken() -> str:
    return str(
        _("There is an account with this address. Whoever left is invited again at their name; whoever is to be"
          " something else changes their role there.")
    )  # fmt: skip


def never_accepted(account: Account) -> bool:
    """An invitation that nobody has taken up yet: behind it stands no person who once was here."""
    return account.status == AccountStatus.INVITED and account.public_key is None


def correct_address(by: Person, account: Account, email: str) -> None:
    """Inside the caller's transaction, which makes a new invitation: whoever got the old one must not use it. Only for
    somebody who never accepted one: whose account it is already, one person alone must not lead it to another mailbox.
    Raises `BadInput`, `Refused`."""
    if account.status == AccountStatus.LEFT:
        raise Refused(_("This account belongs to a person who left. Bring them back at the address that it has: once"
                        " they are admitted, they change it themselves."))  # fmt: skip
    if not never_accepted(account):
        raise Refused(_("Whoever has accepted their invitation changes their address themselves."))
    set_address(account, email, by)


def set_address(account: Account, email: str, by: Person, facts: Mapping[str, Any] | None = None) -> None:
    """Inside the caller's transaction; the record says whose, and neither address. Raises `BadInput`."""
    email, now = free_address(account, email), clock.now()
    if email == account.email:
        return
    account.email = email
    chain.append(None, "address_changed", by, now, now, {"account": account.id, **(facts or {})})


def address_of(account_id: int) -> str:
    return db.session.get_one(Account, account_id).email


def free_address(account: Account, email: str) -> str:
    """As it is stored, where nobody else has it. Raises `BadInput`."""
    email = _address(email)
    if email != account.email and db.session.scalars(select(Account.id).where(Account.email == email)).one_or_none():
        raise BadInput({"email": _taken()})
    return email


def _address(email: str) -> str:
    if not is_address(email.strip()):
        raise BadInput({"email": _("Write one e-mail address like name@example.org, without spaces or accents.")})
    return email.strip().lower()


def give_code(account: Account, by: Person | None) -> str:
    """A new invitation for this account; the code is stored only as a hash, and an earlier one is void. Where the
    command line prints it, it stays whose it was."""
    code, account.invited_by = secrets.token_urlsafe(24), by.account_id if by else account.invited_by
    account.invitation_hash, account.invitation_expires_at = sha256(code), clock.now() + INVITED_FOR
    return code


def invitation_link(code: str) -> str:
    """What is sent to whoever is invited. The code stands behind `#`: that part of an address is in no log and no
    request; `STAFF_URL` names the site, never the request, whose host whoever sends it may choose."""
    return f"{current_app.config['STAFF_URL']}/account/invitation#{code}"


def party_query(role: Role, company_id: int | None):  # type: ignore[no-untyped-def]
    """The party whose key people of this role share."""
    if role == Role.COMPANY:
        return select(Party).where(Party.kind == PartyKind.COMPANY, Party.company_id == company_id)
    return select(Party).where(Party.kind == ROLES[role].party)


def may_invite(by: Person) -> tuple[Role, ...]:
    """The roles that this person may invite; none before being admitted."""
    return invites(by.role) if by.party_seed else ()


def companies(by: Person) -> list[Company]:
    """The companies whose people this person may invite."""
    query = select(Company).where(LIVING).order_by(Company.name)
    if by.role == Role.COMPANY:
        query = query.where(Company.id == by.company_id)
    elif by.role != Role.APPROVER:
        return []
    return list(db.session.scalars(query))


def every_company() -> list[Company]:
    """All of them, for whoever may propose that somebody belongs to one."""
    return list(db.session.scalars(select(Company).where(LIVING).order_by(Company.name)))


def _may_invite(by: Person | None, role: Role, company_id: int | None) -> None:
    if by is None:
        return
    if role not in may_invite(by) or (by.role == Role.COMPANY and company_id != by.company_id):
        raise Refused(_("You cannot invite this person."))


def account_of(account_id: int | None) -> Account:
    """Of somebody who is signed in, or whose passkey was shown. Raises `NoResultFound` where it is erased."""
    return db.session.get_one(Account, account_id or 0)


def invited(code: str) -> Account:
    """The account that an invitation's code belongs to. Raises `Refused` where it is used, too old or unknown."""
    account = db.session.scalars(select(Account).where(Account.invitation_hash == sha256(code))).one_or_none()
    if account is None or account.invitation_expires_at is None or account.invitation_expires_at <= clock.now():
        raise Refused(_("This invitation was used already or is too old. Ask for a new one."))
    return account


def still_here(account_id: int | None) -> None:
    """Before somebody is given a case: who has left gets none, and who is leaving at this moment waits for the end of
    the caller's transaction and then finds the case among theirs (`leaving.leave`). After the lock of the case.
    Raises `Refused`."""
    account = db.session.get(Account, account_id, with_for_update={"read": True}, populate_existing=True)
    if account is None or account.status == AccountStatus.LEFT:
        raise Refused(_("This person has left already."))


def accept(code: str, password: str) -> None:
    """Make the person's key pair under the password. The first of a party makes the party's key; the others
    wait until a member admits them. Raises `Refused`, `BadInput`."""
    account = invited(code)
    new_passwords.check(password, account)
    password_record, wrapping = passwords.enrol(password, staff_pepper.newest(account.id))
    pair, now = envelopes.new_key_pair(), clock.now()
    with unit_of_work() as session:
        party = session.get_one(Party, invited(code).party_id, with_for_update=True)
        account = invited(code)  # once more, under the lock: a code works once
        account.password, account.public_key = password_record.to_json(), pair.public
        account.sign_key, party_seed = signing.public_of(pair.seed), None
        account.wrapped_seed = seal(wrapping, pair.seed, seed_place(account))
        account.invitation_hash = account.invitation_expires_at = None
        account.status = AccountStatus.WAITING
        code_mails.forget(account.id)
        if party.public_key is None:
            party_seed = own_keys.make_party_key(party).seed
            session.add(give_share(party, account, party.key_id or "", party_seed, pair.public))
            account.status = AccountStatus.ACTIVE
            party.unconfirmed_since = now if party.company_id else None
        person = Person(account.role, account.id, own_seed=pair.seed)
        facts, signed_by = own_keys.accepted(account, party, person, party_seed)
        chain.append(None, "accepted", person, now, now, facts, signed_by=signed_by)


def seed_place(account: Account) -> bytes:
    return place("account-seed", account.id)


def admit(by: Person, account_id: int, typed: str) -> None:
    """Give a waiting member of one's own party a share of its key, and during a rotation of both. `typed`: the
    fingerprint of their own key, as they read it out. Raises `Refused`, `BadInput`."""
    now = clock.now()
    if by.party_seed is None:
        raise Refused(_("You cannot admit this person."))
    own_keys.confirm(by)
    with unit_of_work() as session:
        party = session.get_one(Party, by.party_id, with_for_update=True)
        account = session.get(Account, account_id, with_for_update=True)
        if account is None or account.party_id != party.id:
            raise Refused(_("You cannot admit this person."))
        if account.status != AccountStatus.WAITING:
            raise Refused(_("This person is not waiting to be admitted."))
        if not may_admit(by, account):
            raise Refused(let_in_by.why_not(by, account))
        fingerprints.check(typed, account)
        for key_id, seed in held_seeds(by, party).items():
            session.add(give_share(party, account, key_id, seed))
        account.status = AccountStatus.ACTIVE
        signed_by = own_keys.by_member(by)
        chain.append(None, "admitted", by, now, now, own_keys.of_account(account), signed_by=signed_by)


def may_admit(by: Person, account: Account) -> bool:
    """One person alone must not become two: who invited, or invited again, does not admit, unless nobody else can.
    Whoever was cut off and could still be taken back counts: else one cuts off the others first."""
    return account.invited_by != by.account_id or not db.session.scalar(
        select(others_of(account.party_id, by.account_id, account.id))
    )


def others_of(party_id: Any, *but: Any) -> ColumnElement[bool]:
    """Whether somebody else of a party has its key, or was cut off and has not left for good yet."""
    other, wait = aliased(Account), aliased(AccountWait)
    has = select(PartyShare.id).where(PartyShare.account_id == other.id, PartyShare.party_id == other.party_id)
    cut = select(wait.id).where(
        wait.account_id == other.id, wait.what == Began.LEFT_FOR_GOOD, wait.ended.is_(None)
    )  # fmt: skip
    here = (other.status == AccountStatus.ACTIVE) & has.exists()
    theirs = select(other.id).where(other.party_id == party_id, other.id.not_in(but))
    return theirs.where(here | cut.exists()).exists()


def waiting(by: Person) -> list[Account]:
    """The members of one's own party who wait to be admitted."""
    query = select(Account).where(Account.party_id == by.party_id, Account.status == AccountStatus.WAITING)
    return list(db.session.scalars(query.order_by(Account.name)))
