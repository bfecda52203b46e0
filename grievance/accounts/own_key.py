"""A new own key for a person who is here: with their first passkey, without a removed one, or with a new password.

Who kept a copy of before, and the password of then, opens what was in it, and nothing that is sealed to the new key.
What was sealed to the old key is sealed again in the same unit of work; the old key and the new one sign for it.
"""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute

from grievance.access import Person
from grievance.accounts import app_codes, passkey_facts, passkey_rows, staff_pepper
from grievance.accounts.keys import log, own_keys
from grievance.accounts.keys.log_state import brought
from grievance.accounts.keys.shares import share_place
from grievance.accounts.people import seed_place
from grievance.accounts.unlocking import session_key
from grievance.crypto import envelopes, passkeys, passwords, signing
from grievance.crypto.hashes import sha256
from grievance.crypto.sealing import CannotOpen, place, seal
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.company_token import CompanyToken
from grievance.models.desk import StepDraft
from grievance.models.keys import AccountSession, AppCode, IdentityGrant, IdentityRequest
from grievance.models.passkey import Counts, Passkey
from grievance.models.people import Account, AccountStatus, EscrowGrant, Party, PartyShare
from grievance.record import chain
from grievance.record.events import Signer


@dataclass(frozen=True)
class Column:
    """A column that is sealed to a person's own key: whose rows are theirs, and the place of each."""

    sealed: InstrumentedAttribute[Any]
    theirs: Callable[[int], Any]
    place: Callable[[Any], bytes]


def draft_place(row: StepDraft) -> bytes:
    """The place of the key of words that are kept while their writer writes."""
    return place("step-draft", row.account_id, row.case_id, row.slot)


def grant_place(request_id: str, entry_id: str) -> bytes:
    """The place of the custodians' half of an identity entry's key, for the officer who asked."""
    return place("identity-grant", request_id, entry_id)


def _asked_by(account_id: int) -> Any:
    return IdentityGrant.request_id.in_(select(IdentityRequest.id).where(IdentityRequest.asked_by == account_id))


TO_AN_OWN_KEY = (
    Column(PartyShare.sealed, lambda one: PartyShare.account_id == one,
           lambda row: share_place(row.party_id, row.account_id)),
    Column(StepDraft.sealed_key, lambda one: StepDraft.account_id == one, draft_place),
    Column(IdentityGrant.sealed, _asked_by, lambda row: grant_place(row.request_id, row.entry_id)),
    Column(EscrowGrant.sealed, lambda one: EscrowGrant.account_id == one,
           lambda row: place("escrow-grant", row.half_id, row.account_id)),
)  # fmt: skip
"""Everything that is sealed to one person's own key."""


@dataclass(frozen=True)
class Locked:
    """A new own key and its lock, made before anything is locked in the database: Argon2id takes a while."""

    pair: envelopes.KeyPair
    record: passwords.PasswordRecord
    wrapped: bytes = field(repr=False)
    inner: bytes = field(repr=False)


def lock(account: Account, password: str, *, with_passkey: bool) -> Locked:
    """`with_passkey`: whether it opens with a passkey besides, from now on."""
    pair, inner = envelopes.new_key_pair(), os.urandom(passkeys.INNER) if with_passkey else b""
    record, wrapping = passwords.enrol(password[:200], staff_pepper.newest(account.id), inner)
    if inner:
        record = replace(record, inner=passkeys.keep_inner(pair.seed, inner, account.id).hex())
    return Locked(pair, record, seal(wrapping, pair.seed, seed_place(account)), inner)


def locked_account(person: Person, was: bytes | None) -> Account | None:
    """The account, with its party locked before it, as everybody locks them; None where another password came first, or
    they left. `was`: how their key was locked when it was opened."""
    db.session.get_one(Party, person.party_id, with_for_update=True)
    account = db.session.get_one(
        Account, person.account_id, with_for_update={"key_share": True}, populate_existing=True
    )
    is_here = account.status in (AccountStatus.ACTIVE, AccountStatus.WAITING)
    return account if is_here and account.wrapped_seed == was else None


def renew(person: Person, account: Account, new: Locked, secret: str, rows: Collection[Passkey], now: datetime) -> None:
    """Part of the caller's transaction, which has locked party and account, and compared `rows`: the passkeys that open
    the new key. Every session of before ends but the one of `secret`. Raises `Refused` where the record does not have
    the old key."""
    old = person.own_seed or b""
    if not log.known().is_of_account(account) or envelopes.public_of(old) != account.public_key:
        raise Refused(_("The record does not vouch for your own key. Tell whoever runs the server."))
    _seal_again(account.id, old, new.pair)
    _keep_signs(account, new.pair)
    account.password, account.wrapped_seed = new.record.to_json(), new.wrapped
    for row in rows:
        row.state, row.sealed = Counts.COUNTING, passkeys.seal_inner(
            row.half, new.inner, account.id, row.credential_id
        )  # fmt: skip
    code = _app_code(account.id, old, new.pair.seed, ends=bool(rows))
    _sessions(account.id, secret, new.pair.seed)
    db.session.execute(delete(CompanyToken).where(CompanyToken.account_id == account.id))
    db.session.flush()
    facts = {**own_keys.of_account(account), **passkey_facts.facts(passkey_rows.of(account.id)), "app_code": code,
             **brought(account.sign_key or b"")}  # fmt: skip
    signed_by = (*own_keys.by_person(person), Signer("account", f"{account.id}:new", new.pair.seed, strongly=True))
    chain.append(None, passkey_facts.KEY_CHANGED, person, now, now, facts, signed_by=signed_by)


def _keep_signs(account: Account, pair: envelopes.KeyPair) -> None:
    """What was heard of the old key counts for the new one, which it has signed."""
    heard = account.vouched_key is not None and account.vouched_key == signing.digest(account.public_key or b"")
    account.public_key, account.sign_key = pair.public, signing.public_of(pair.seed)
    if heard:
        account.vouched_key = signing.digest(pair.public)


def _seal_again(account_id: int, old: bytes, new: envelopes.KeyPair) -> None:
    """What the old key does not open is left as it is: nobody can read it."""
    for column in TO_AN_OWN_KEY:
        name = column.sealed.key
        for row in db.session.scalars(select(column.sealed.class_).where(column.theirs(account_id))):
            try:
                text = envelopes.open_with(old, getattr(row, name), column.place(row))
            except CannotOpen:
                continue
            setattr(row, name, envelopes.seal_to(new.public, text, column.place(row)))


def _app_code(account_id: int, old: bytes, new: bytes, *, ends: bool) -> str:
    """The digest of what is sealed of an app from now on; with a passkey nobody is asked for a code any more."""
    row = db.session.get(AppCode, account_id, with_for_update=True)
    if row is None:
        return ""
    if ends:
        db.session.delete(row)
        return ""
    app_codes.seal_again(row, old, new)
    return app_codes.digest_of(row)


def _sessions(account_id: int, secret: str, seed: bytes) -> None:
    """A session of before holds the old key."""
    others = AccountSession.secret_hash != sha256(secret)
    db.session.execute(delete(AccountSession).where(AccountSession.account_id == account_id, others))
    here = db.session.get(AccountSession, sha256(secret))
    if here is not None:
        here.sealed_seed = seal(session_key(secret), seed, place("session", account_id))


def exposed(party_id: int | None, now: datetime) -> None:
    """The party's key is to be changed: the old own key opens a share of it in a copy of before."""
    party = db.session.get_one(Party, party_id)
    party.exposed_since = party.exposed_since or now
