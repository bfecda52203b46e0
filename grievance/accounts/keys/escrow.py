"""The way back for a company of which nobody has the key any more: Secretariat and custodians keep half of it each.

Neither half says anything by itself. Each is handed to somebody of the company who waits, sealed to that person's own
key; who has both opens the company's key. Nobody of the office ever has more than their half.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, delete, exists, func, select

from grievance import clock
from grievance.access import Person
from grievance.accounts import fingerprints
from grievance.accounts.keys import log, own_keys
from grievance.accounts.keys.party_keys import OFFICE_PARTIES, office_keys
from grievance.accounts.keys.shares import give_share, held_seeds
from grievance.crypto import envelopes
from grievance.crypto.sealing import CannotOpen, place
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused
from grievance.models.people import Account, AccountStatus, EscrowGrant, EscrowHalf, Party, PartyKind, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work

HOLDERS = {Role.APPROVER: PartyKind.SECRETARIAT, Role.CUSTODIAN: PartyKind.CUSTODIANS}
"""Who hands over the half of which party."""
_DAMAGED = _l("The two halves do not make the company's key. Tell whoever runs the server.")


@dataclass(frozen=True)
class Stranded:
    """Somebody of a company who waits, and of whose colleagues nobody has its key. `handed`: who has handed their half
    over."""

    id: int
    name: str
    email: str
    company: str
    handed: frozenset[PartyKind]

    @property
    def whole(self) -> bool:
        return self.handed == set(OFFICE_PARTIES)


def half_place(half: EscrowHalf) -> bytes:
    return place("escrow-half", half.holder.value, half.party_id, half.opens)


def _grant_place(half: EscrowHalf, account_id: int) -> bytes:
    return place("escrow-grant", half.id, account_id)


def deposit(party: Party, key_id: str, seed: bytes) -> None:
    """Both halves of a company's seed, each sealed to its party. Part of the caller's transaction, which has locked the
    company's. Raises `Refused` where the office's keys are not complete."""
    for (kind, key), half in zip(office_keys().items(), envelopes.split(seed), strict=True):
        row = EscrowHalf(id=secrets.token_hex(16), party_id=party.id, opens=key_id, holder=kind, key_id=key.key_id)
        row.sealed = envelopes.seal_to(key.public_key, half, half_place(row))
        db.session.add(row)


def forget(party: Party, key_id: str) -> None:
    """The halves of a key that opens nothing any more. Part of the caller's transaction."""
    halves = (EscrowHalf.party_id == party.id) & (EscrowHalf.opens == key_id)
    _void(halves)
    db.session.execute(delete(EscrowHalf).where(halves))


def try_to_deposit(party: Party, key_id: str, seed: bytes) -> None:
    """`deposit`, unless the office's keys are not complete: whoever of the company signs in next tries again."""
    with suppress(Refused):
        deposit(party, key_id, seed)


def ensure(by: Person) -> None:
    """Whoever of a company signs in sees to it that its key is kept, once both parties of the office have keys."""
    if by.company_id is None or by.party_seed is None or is_deposited(by.party_id):
        return
    with unit_of_work(effect=False) as session, suppress(Refused):
        party = session.get_one(Party, by.party_id, with_for_update=True)
        kept = set(session.scalars(select(EscrowHalf.opens).where(EscrowHalf.party_id == party.id)))
        for key_id, seed in held_seeds(by, party).items():
            if key_id not in kept:
                deposit(party, key_id, seed)


def is_deposited(party_id: int | None) -> bool:
    """Whether both halves of the company's key of now are there."""
    of_now = select(Party.key_id).where(Party.id == party_id, Party.key_id.in_(whole()))
    return db.session.scalar(of_now) is not None


def whole() -> Select[str]:
    """The identifiers of the companies' keys of which both halves are kept."""
    return select(EscrowHalf.opens).group_by(EscrowHalf.opens).having(func.count() == len(OFFICE_PARTIES))


def has_gaps(party: Party, keys: set[str | None]) -> bool:
    """For `doctor`: half of a key alone, or halves of a key that is none of these."""
    query = select(EscrowHalf.opens, func.count()).where(EscrowHalf.party_id == party.id).group_by(EscrowHalf.opens)
    return any(opens not in keys or number != len(OFFICE_PARTIES) for opens, number in db.session.execute(query))


def stranded(by: Person) -> list[Stranded]:
    """Those whom whoever looks can help: for an approver and for custodians all, for who waits oneself."""
    if by.party_seed is None:
        return _stranded(Account.id == by.account_id)
    return _stranded() if by.role in HOLDERS else []


def _stranded(*among: ColumnElement[bool]) -> list[Stranded]:
    query = select(Account).join(Party).where(
        Account.role == Role.COMPANY, Account.status == AccountStatus.WAITING, ~_someone_has_the_key(), *among
    )  # fmt: skip
    return [
        Stranded(
            one.id,
            one.name,
            one.email,
            one.party.company.name if one.party.company else "",
            _handed(one.id),
        )
        for one in db.session.scalars(query.order_by(Account.name, Account.id))
    ]


def _someone_has_the_key() -> ColumnElement[bool]:
    colleague = Account.__table__.alias()
    return exists().where(colleague.c.party_id == Account.party_id, colleague.c.status == AccountStatus.ACTIVE.value)


def _handed(account_id: int) -> frozenset[PartyKind]:
    query = select(EscrowHalf.holder).join(EscrowGrant).where(EscrowGrant.account_id == account_id)
    return frozenset(db.session.scalars(query))


def has_handed(by: Person, account_id: int) -> bool:
    """Whether the half of whoever looks is with this person already."""
    return HOLDERS.get(by.role) in _handed(account_id)


def hand_over(by: Person, account_id: int, typed: str) -> None:
    """One's own party's half of a company's key, to somebody of the company who waits. `typed`: the fingerprint of this
    person's own key, as they read it out. Raises `Refused`, `BadInput`."""
    holder, now = HOLDERS.get(by.role), clock.now()
    if holder is None or by.party_seed is None:
        raise Refused(_("Only an approver and a custodian hand over the halves of a company's key."))
    own_keys.confirm(by)
    with unit_of_work() as session:
        account = _locked(account_id)
        if account.public_key is None or not _stranded(Account.id == account.id):
            raise Refused(_("This person is not waiting, or has colleagues who can admit them."))
        fingerprints.check(typed, account)
        halves = _halves(account, EscrowHalf.holder == holder)
        if not halves:
            raise Refused(_("No half of this company's key is kept here."))
        if holder in _handed(account.id):
            return
        for half in halves:
            secret = _opened(by.seed_for(half.key_id), half.sealed, half_place(half))
            sealed = envelopes.seal_to(log.own_key(account), secret, _grant_place(half, account.id))
            session.add(EscrowGrant(account_id=account.id, half_id=half.id, sealed=sealed))
        facts, signed_by = own_keys.of_account(account), own_keys.by_person(by)
        chain.append(None, "escrow_opened", by, now, now, facts, signed_by=signed_by)


def open_key(by: Person) -> None:
    """Whoever was handed both halves opens the company's key, and has a share of it. What was handed to others of the
    company is void: they are admitted by this person now. Halves that lay in two hands are good for one time: the key
    is to be changed. Raises `Refused`."""
    now = clock.now()
    with unit_of_work() as session:
        account = _locked(by.account_id)
        found = _stranded(Account.id == account.id)
        if not found or not found[0].whole or by.own_seed is None:
            raise Refused(_("Both halves must be handed over before you can open the key."))
        seeds = _joined(account, by.own_seed)
        if account.party.key_id not in seeds:
            raise Refused(_DAMAGED)
        session.add_all(give_share(account.party, account, key_id, seed) for key_id, seed in seeds.items())
        account.status, account.party.exposed_since = AccountStatus.ACTIVE, now
        _void(EscrowHalf.party_id == account.party_id)
        facts, signed_by = own_keys.let_in(account, account.party, by, seeds[account.party.key_id])
        chain.append(None, "joined_by_escrow", by, now, now, facts, signed_by=signed_by)


def _joined(account: Account, own_seed: bytes) -> dict[str, bytes]:
    """The seeds of the company's keys by their identifiers, those of which both halves were handed over and fit."""
    halves: dict[str, list[bytes]] = {}
    for grant in db.session.scalars(select(EscrowGrant).where(EscrowGrant.account_id == account.id)):
        secret = _opened(own_seed, grant.sealed, _grant_place(grant.half, account.id))
        halves.setdefault(grant.half.opens, []).append(secret)
    seeds = {key_id: envelopes.join(*both) for key_id, both in halves.items() if len(both) == len(OFFICE_PARTIES)}
    return {key_id: seed for key_id, seed in seeds.items() if envelopes.key_id(envelopes.public_of(seed)) == key_id}


def _opened(seed: bytes, sealed: bytes, where: bytes) -> bytes:
    try:
        return envelopes.open_with(seed, sealed, where)
    except CannotOpen:
        raise Refused(_DAMAGED) from None


def take_back(account: Account) -> None:
    """What was handed to somebody whose own key is a new one opens nothing for them."""
    db.session.execute(delete(EscrowGrant).where(EscrowGrant.account_id == account.id))


def _void(halves: ColumnElement[bool]) -> None:
    db.session.execute(delete(EscrowGrant).where(EscrowGrant.half_id.in_(select(EscrowHalf.id).where(halves))))


def _locked(account_id: int | None) -> Account:
    """The account, with its party locked before it, as everybody locks them."""
    account = db.session.get(Account, account_id or 0)
    if account is None:
        raise Refused(_("This person is not waiting, or has colleagues who can admit them."))
    db.session.get_one(Party, account.party_id, with_for_update=True)
    db.session.refresh(account, with_for_update=True)
    return account


def _halves(account: Account, *among: ColumnElement[bool]) -> list[EscrowHalf]:
    return list(db.session.scalars(select(EscrowHalf).where(EscrowHalf.party_id == account.party_id, *among)))
