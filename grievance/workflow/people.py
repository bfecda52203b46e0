"""People and their keys: the office, invitations, admission to a party's key, signing in."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import CLOCK, Person
from grievance.crypto import envelopes, passwords
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal
from grievance.extensions import db
from grievance.models.keys import AccountSession, Setting
from grievance.models.people import Account, AccountStatus, Company, Party, PartyKind, PartyShare, Role
from grievance.workflow import record
from grievance.workflow.fields import BadInput, Refused
from grievance.workflow.transaction import unit_of_work

IDLE, LONGEST, INVITED_FOR = timedelta(minutes=30), timedelta(hours=8), timedelta(days=14)
SHORTEST_PASSWORD = 12


def sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create_office() -> None:
    """The two parties of the office and the salt of its receipts; made once, changes nothing the second time."""
    with unit_of_work() as session:
        for kind in (PartyKind.SECRETARIAT, PartyKind.CUSTODIANS):
            if session.scalars(select(Party).where(Party.kind == kind)).one_or_none() is None:
                session.add(Party(kind=kind))
        if session.get(Setting, "receipt_salt") is None:
            session.add(Setting(name="receipt_salt", value=secrets.token_hex(16)))


def party_of(kind: PartyKind) -> Party:
    """The Secretariat or the custodians. Where configuration pins its key, another one is refused: a swapped
    public key in the database would let its owner read every new complaint."""
    party = db.session.scalars(select(Party).where(Party.kind == kind)).one_or_none()
    pinned = current_app.config["PARTY_KEYS"].get(kind.value)
    if party is None or party.public_key is None or party.key_id != envelopes.key_id(party.public_key):
        raise Refused(_("Complaints cannot be received yet: the keys of this office are not complete."))
    if pinned and party.key_id != pinned:
        raise Refused(_("Complaints cannot be received now: a key of this office is not the one that it should be."))
    return party


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
    record.append(None, "company_added", by, clock.now(), clock.now(), {**(facts or {}), "company": company.id})


def invite(by: Person | None, email: str, name: str, role: Role, company_id: int | None = None) -> str:
    """An account that waits for its person; returns the invitation's code, which is stored only as a hash.

    `by`: an approver (for the office and for companies), a custodian (for custodians), a company user (for the
    own company); None only from the command line. Raises `Refused`, `BadInput`.
    """
    email, name = email.strip().lower(), name.strip()
    if not 1 <= len(name) <= 120 or not (3 <= len(email) <= 200 and "@" in email):
        raise BadInput({"email": _("Write a name and an e-mail address.")})
    _may_invite(by, role, company_id)
    code, now = secrets.token_urlsafe(24), clock.now()
    with unit_of_work() as session:
        if session.scalars(select(Account).where(Account.email == email)).one_or_none():
            raise BadInput({"email": _("There is an account with this address.")})
        party = session.scalars(_party_query(role, company_id)).one_or_none()
        if party is None:
            raise BadInput({"email": _("Choose a company from the list.")})
        account = Account(
            email=email,
            name=name,
            role=role,
            party_id=party.id,
            invitation_hash=sha256(code),
            invitation_expires_at=now + INVITED_FOR,
            created_at=now,
        )
        session.add(account)
        session.flush()
        record.append(None, "invited", by or CLOCK, now, now, {"account": account.id, "role": role.value})
    return code


def _party_query(role: Role, company_id: int | None):  # type: ignore[no-untyped-def]
    if role == Role.COMPANY:
        return select(Party).where(Party.company_id == company_id)
    kind = PartyKind.CUSTODIANS if role == Role.CUSTODIAN else PartyKind.SECRETARIAT
    return select(Party).where(Party.kind == kind)


_INVITES = {
    Role.APPROVER: (Role.OFFICER, Role.APPROVER, Role.COMPANY, Role.CUSTODIAN),
    Role.CUSTODIAN: (Role.CUSTODIAN,),
    Role.COMPANY: (Role.COMPANY,),
}


def may_invite(by: Person) -> tuple[Role, ...]:
    """The roles that this person may invite; none before being admitted."""
    return _INVITES.get(by.role, ()) if by.party_seed else ()


def companies(by: Person) -> list[Company]:
    """The companies whose people this person may invite."""
    query = select(Company).order_by(Company.name)
    if by.role == Role.COMPANY:
        query = query.where(Company.id == by.company_id)
    elif by.role != Role.APPROVER:
        return []
    return list(db.session.scalars(query))


def _may_invite(by: Person | None, role: Role, company_id: int | None) -> None:
    if by is None:
        return
    if role not in may_invite(by) or (by.role == Role.COMPANY and company_id != by.company_id):
        raise Refused(_("You cannot invite this person."))


def invited(code: str) -> Account:
    """The account that an invitation's code belongs to. Raises `Refused` where it is used, too old or unknown."""
    account = db.session.scalars(select(Account).where(Account.invitation_hash == sha256(code))).one_or_none()
    if account is None or account.invitation_expires_at is None or account.invitation_expires_at <= clock.now():
        raise Refused(_("This invitation was used already or is too old. Ask for a new one."))
    return account


def accept(code: str, password: str) -> None:
    """Make the person's key pair under the password. The first of a party makes the party's key; the others
    wait until a member admits them. Raises `Refused`, `BadInput`."""
    if not SHORTEST_PASSWORD <= len(password) <= 200:
        raise BadInput({"password": _("Use at least %(number)s characters.", number=SHORTEST_PASSWORD)})
    invited(code)
    password_record, wrapping = passwords.enrol(password)
    pair, now = envelopes.new_key_pair(), clock.now()
    with unit_of_work() as session:
        account = invited(code)
        party = session.get_one(Party, account.party_id, with_for_update=True)
        account.password, account.public_key = password_record.to_json(), pair.public
        account.wrapped_seed = seal(wrapping, pair.seed, _seed_place(account))
        account.invitation_hash = account.invitation_expires_at = None
        account.status = AccountStatus.WAITING
        if party.public_key is None:
            party_pair = envelopes.new_key_pair()
            party.public_key, party.key_id = party_pair.public, envelopes.key_id(party_pair.public)
            _share(party, account, party_pair.seed)
        person = Person(account.role, account.id)
        record.append(None, "accepted", person, now, now, {"account": account.id, "party_key": party.key_id})


def _seed_place(account: Account) -> bytes:
    return place("account-seed", account.id)


def _share(party: Party, account: Account, party_seed: bytes) -> None:
    if account.public_key is None or party.key_id is None:
        raise LookupError("both need their keys first")
    sealed = envelopes.seal_to(account.public_key, party_seed, place("party-share", party.id, account.id))
    db.session.add(PartyShare(party_id=party.id, account_id=account.id, key_id=party.key_id, sealed=sealed))
    account.status = AccountStatus.ACTIVE


def admit(by: Person, account_id: int) -> None:
    """Give a waiting member of one's own party a share of its key. Raises `Refused`."""
    now = clock.now()
    with unit_of_work() as session:
        account = session.get(Account, account_id, with_for_update=True)
        if account is None or account.party_id != by.party_id or by.party_seed is None:
            raise Refused(_("You cannot admit this person."))
        if account.status != AccountStatus.WAITING:
            raise Refused(_("This person is not waiting to be admitted."))
        _share(session.get_one(Party, account.party_id), account, by.party_seed)
        record.append(None, "admitted", by, now, now, {"account": account.id})


def waiting(by: Person) -> list[Account]:
    """The members of one's own party who wait to be admitted."""
    query = select(Account).where(Account.party_id == by.party_id, Account.status == AccountStatus.WAITING)
    return list(db.session.scalars(query.order_by(Account.name)))


# --- signing in --------------------------------------------------------------------------------------------

_NOBODY = passwords.PasswordRecord("00" * 16, "00" * 32)


def _unlocked(email: str, password: str) -> tuple[Account, bytes] | None:
    """The account and its seed where both fit. An unknown address costs the same time as a wrong password."""
    query = select(Account).where(Account.email == email.strip().lower()[:200])
    account = db.session.scalars(query).one_or_none()
    stored = account.password if account and account.status != AccountStatus.LEFT else None
    wrapping = passwords.unlock(password[:200], passwords.PasswordRecord(**stored) if stored else _NOBODY)
    if account is None or wrapping is None or account.wrapped_seed is None:
        return None
    return account, open_sealed(wrapping, account.wrapped_seed, _seed_place(account))


def sign_in(email: str, password: str) -> str | None:
    """A new session's secret for the cookie, or None. The row holds the seed under a key from that secret."""
    found = _unlocked(email, password)
    if found is None:
        return None
    account_id, seed = found[0].id, found[1]
    secret, now = secrets.token_urlsafe(32), clock.now()
    with unit_of_work() as session:
        sealed = seal(_session_key(secret), seed, place("session", account_id))
        session.add(
            AccountSession(
                secret_hash=sha256(secret), account_id=account_id, sealed_seed=sealed, started_at=now, seen_at=now
            )
        )
    return secret


def _session_key(secret: str) -> bytes:
    return derive(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4)), "session")


def person_of(secret: str) -> Person | None:
    """Who is signed in with this secret, with the keys opened; None where the session is unknown or over."""
    row = db.session.get(AccountSession, sha256(secret))
    now = clock.now()
    if row is None or row.seen_at <= now - IDLE or row.started_at <= now - LONGEST:
        return None
    account = db.session.get_one(Account, row.account_id)
    if account.status == AccountStatus.LEFT:
        return None
    try:
        seed = open_sealed(_session_key(secret), row.sealed_seed, place("session", account.id))
    except (CannotOpen, ValueError):
        return None
    if row.seen_at <= now - timedelta(minutes=1):
        _touch(row.secret_hash, now)
        account = db.session.get_one(Account, account.id)
    return _person(account, seed)


def _touch(secret_hash: str, now: datetime) -> None:
    with unit_of_work() as session:
        row = session.get(AccountSession, secret_hash)
        if row:
            row.seen_at = now


def _person(account: Account, seed: bytes) -> Person:
    share = db.session.scalars(select(PartyShare).where(PartyShare.account_id == account.id)).one_or_none()
    party_seed = None
    if share:
        party_seed = envelopes.open_with(seed, share.sealed, place("party-share", share.party_id, account.id))
    return Person(
        role=account.role,
        account_id=account.id,
        name=account.name,
        party_id=account.party_id,
        company_id=account.party.company_id,
        party_seed=party_seed,
        own_seed=seed,
    )


def sign_out(secret: str) -> None:
    with unit_of_work() as session:
        row = session.get(AccountSession, sha256(secret))
        if row:
            session.delete(row)
