"""Tokens of companies: made and ended by its people, and looked up by a program that comes with one.

A token wraps its company's key, and a signing key of its own that the key log certifies. The log says whether it works;
a row opens with the token, or not at all.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, select

from grievance import clock
from grievance.access import Person
from grievance.accounts.keys import log, log_state, log_tokens, own_keys, pins
from grievance.accounts.sessions import is_password_of
from grievance.crypto import envelopes, signing
from grievance.crypto.hashes import sha256
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.company_token import CompanyToken
from grievance.models.people import Account, AccountStatus, Company, Party, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work

PREFIX = "gct_"
"""What a token begins with: whoever finds one in a file knows what it is, and programs that look for secrets, too."""
NAME = 60
"""Characters of a name."""
MOST = 20
"""Tokens of one company that work."""


@dataclass(frozen=True)
class Line:
    """One token that works. `maker`: who made it. `name`: empty where the database has no row of it any more."""

    id: str
    account_id: int
    maker: str
    name: str
    made_on: date | None
    used_on: date | None


def may_have(person: Person) -> bool:
    """An admitted person of a company, and nobody else: the Secretariat has none."""
    return person.role == Role.COMPANY and person.party_seed is not None


def of_company(person: Person) -> list[Line]:
    """The tokens of this person's company that the log says work, the oldest first."""
    good = _good(person.party_id)
    rows = {row.id: row for row in db.session.scalars(select(CompanyToken).where(CompanyToken.id.in_(good)))}
    names = {one.id: one.name for one in db.session.scalars(select(Account).where(Account.id.in_(good.values())))}
    lines = [_line(name, number, names.get(number, ""), rows.get(name)) for name, number in good.items()]
    return sorted(lines, key=lambda one: (one.made_on or date.min, one.name, one.id))


def _good(party_id: int | None) -> dict[str, int]:
    """By the identifier of each token that works, whose it is."""
    tokens = log.known().state.tokens.items()
    return {name: number for number, theirs in tokens for name, one in theirs.items()
            if one.until is None and one.party_id == party_id}  # fmt: skip


def _line(token_id: str, account_id: int, maker: str, row: CompanyToken | None) -> Line:
    if row is None:
        return Line(token_id, account_id, maker, "", None, None)
    return Line(token_id, account_id, maker, row.name, row.made_on, row.used_on)


def make(person: Person, name: str, password: str) -> str:
    """A new token, in the name of who makes it: it is in the answer and nowhere else. The password is asked for once
    more: a session that somebody left open makes nothing that lasts. Raises `BadInput`, `Refused`."""
    name = " ".join(name.split())[:NAME]
    if not name:
        raise BadInput({"name": _("Say which program it is for.")})
    if not is_password_of(person, password):
        raise BadInput({"password": _("This is not your password.")})
    own_keys.confirm(person)
    if len(_good(person.party_id)) >= MOST:
        raise Refused(_("Your company has %(number)s of them. End one that is not needed first.", number=MOST))
    secret, seed, now = secrets.token_urlsafe(32), secrets.token_bytes(32), clock.now()
    with unit_of_work() as session:
        party = session.get_one(Party, person.party_id, with_for_update=True)
        account = session.get_one(Account, person.account_id, with_for_update={"key_share": True})
        held = envelopes.key_id(envelopes.public_of(person.party_seed or b""))
        if not may_have(person) or account.status != AccountStatus.ACTIVE or party.key_id != held:
            raise Refused(_("The key was changed at this moment. Please try again."))
        row = _row(person, name, PREFIX + secret, seed)
        session.add(row)
        public = signing.public_of(seed)
        facts = log_tokens.stated(account.id, party.id, row.id, public) | log_state.brought(public)
        chain.append(None, "token_made", person, now, now, facts, signed_by=own_keys.by_person(person))
    return PREFIX + secret


def _row(person: Person, name: str, token: str, seed: bytes) -> CompanyToken:
    token_id = chain.new_id()
    sealed = seal(_key(token), (person.party_seed or b"") + seed, _place(token_id))
    return CompanyToken(
        id=token_id, account_id=person.account_id, party_id=person.party_id, name=name,
        digest=sha256(token), sealed=sealed, made_on=clock.office_day(clock.now()), used_on=None,
    )  # fmt: skip


def _key(token: str) -> bytes:
    return derive(token.encode(), "company-token")


def _place(token_id: str) -> bytes:
    return place("company-token", token_id)


def end(person: Person, token_id: str) -> None:
    """It works no more, from now on. Anybody of the company. Changes nothing where it had ended. Raises `Refused`."""
    if not may_have(person):
        raise Refused(_("Only an admitted person of the company does this."))
    own_keys.confirm(person)
    now = clock.now()
    with unit_of_work() as session:
        row = session.get(CompanyToken, token_id, with_for_update=True)
        account_id = _good(person.party_id).get(token_id)
        if account_id is None:
            return
        if row is not None:
            session.delete(row)
            session.flush()
        facts = {"account": account_id, "party": person.party_id, "token": token_id}
        chain.append(None, "token_ended", person, now, now, facts, signed_by=own_keys.by_person(person))


# --- who comes with one ------------------------------------------------------------------------------------

_KNOWN = (
    select(CompanyToken, Account.name.label("maker"), Account.status, Account.role, Party.key_id.label("now"),
           Party.company_id, Company.zone, log.HEAD.scalar_subquery().label("head"))
    .join(Account, Account.id == CompanyToken.account_id)
    .join(Party, (Party.id == CompanyToken.party_id) & (Party.id == Account.party_id))
    .join(Company, Company.id == Party.company_id)
)  # fmt: skip


def person_with(token: str) -> Person | None:
    """Whoever made the token, with the company's key and the token's own; None for one that does not work: unknown,
    ended, of somebody who left, or from before the company's key was changed. All cost the same question."""
    found = db.session.execute(_KNOWN.where(CompanyToken.digest == sha256(token))).one_or_none()
    if found is None or found.status != AccountStatus.ACTIVE or found.role != Role.COMPANY:
        return None
    try:
        both = open_sealed(_key(token), found.CompanyToken.sealed, _place(found.CompanyToken.id))
    except CannotOpen:
        return None
    party_seed, seed = both[:-32], both[-32:]
    if not _works(found, party_seed, seed):
        return None
    row = found.CompanyToken
    _used(row.id, row.used_on)
    return Person(
        Role.COMPANY, row.account_id, found.maker, row.party_id, found.company_id, party_seed=party_seed,
        own_seed=seed, zone=found.zone or "",
    )  # fmt: skip


def _works(found: Row[Any], party_seed: bytes, seed: bytes) -> bool:
    """Whether the log has this token with this key, and the company's key that lies in it."""
    known, row = log.with_head(found.head or pins.NO_ENTRY), found.CompanyToken
    public = envelopes.public_of(party_seed)
    held = known.state.tokens.get(row.account_id, {}).get(row.id)
    if known.broken or held is None or held.party_id != row.party_id or envelopes.key_id(public) != found.now:
        return False
    of_party = known.parties.get(row.party_id, log_state.OfParty())
    is_now = of_party.key == signing.digest(public) and of_party.company_id == found.company_id
    return is_now and log_tokens.is_good(known.state, row.account_id, row.id, signing.public_of(seed))


def _used(token_id: str, before: date | None) -> None:
    """The day on which it came last: one that nobody uses is seen."""
    today = clock.office_day(clock.now())
    if before == today:
        return
    with unit_of_work(effect=False) as session:
        if row := session.get(CompanyToken, token_id):
            row.used_on = today
