"""Which public key of a party is sealed to now: looked up, locked against a rotation, and held against its pin."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select

from grievance.accounts.keys.shares import rotation_of
from grievance.crypto import envelopes
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.people import Party, PartyKind
from grievance.record.transaction import once

OFFICE_PARTIES = (PartyKind.SECRETARIAT, PartyKind.CUSTODIANS)


@dataclass(frozen=True)
class PartyKey:
    """The public key that is sealed to now, and whose it is."""

    party_id: int
    key_id: str
    public_key: bytes


class Closed(Refused):
    """No complaint can be received: nothing can be sealed, or the office was not opened yet."""


def party_key(kind: PartyKind) -> PartyKey:
    """The Secretariat's or the custodians' key. Where configuration pins it, another one is refused: a swapped
    public key in the database would let its owner read every new complaint. While a rotation waits for the pin to
    be changed, the old key goes on. Part of the caller's transaction."""
    return _sound(kind, _keys_of(_keys(Party.kind == kind)).get(kind))


def office_keys() -> dict[PartyKind, PartyKey]:
    """`party_key` of both, looked up and locked once in a unit of work however much is sealed in it."""
    found = once("keys of the office", lambda: _keys_of(_OF_OFFICE))
    return {kind: _sound(kind, found.get(kind)) for kind in OFFICE_PARTIES}


def office_can_seal() -> str:
    """Empty; or why not, as a sentence. It locks nothing: it is asked before a page is shown."""
    found = _keys_of(_of(Party.kind.in_(OFFICE_PARTIES)))
    try:
        for kind in OFFICE_PARTIES:
            _sound(kind, found.get(kind))
    except Closed as reason:
        return reason.sentence
    return ""


def _sound(kind: PartyKind, key: PartyKey | None) -> PartyKey:
    """Raises `Closed` for a key that is not there, is another's, or is not the pinned one."""
    if key is None or key.key_id != envelopes.key_id(key.public_key):
        raise Closed(_("Complaints cannot be received yet: the keys of this office are not complete."))
    pinned = current_app.config["PARTY_KEYS"].get(kind.value, key.key_id)
    if pinned == key.key_id:
        return key
    before = rotation_of(key.party_id)
    if before and pinned == before.old_key_id == envelopes.key_id(before.old_public_key):
        return PartyKey(key.party_id, before.old_key_id, before.old_public_key)
    raise Closed(_("Complaints cannot be received now: a key of this office is not the one that it should be."))


def company_key(company_id: int | None) -> PartyKey:
    """The company's key; the condition of a hand-over found before that it has one."""
    key = _keys_of(_keys(Party.company_id == company_id)).get(PartyKind.COMPANY)
    if key is None:
        raise LookupError("nobody of the company has signed in yet")
    return key


_Keys = Select[PartyKind, int, str | None, bytes | None]


def _keys(which: ColumnElement[bool]) -> _Keys:
    """Under a lock that a rotation waits for: what is sealed to the old key is there before its last batch."""
    return _of(which).with_for_update(read=True)


def _of(which: ColumnElement[bool]) -> _Keys:
    return select(Party.kind, Party.id, Party.key_id, Party.public_key).where(which).order_by(Party.id)


_OF_OFFICE = _keys(Party.kind.in_(OFFICE_PARTIES))


def _keys_of(query: _Keys) -> dict[PartyKind, PartyKey]:
    rows = db.session.execute(query)
    return {kind: PartyKey(number, key_id, public) for kind, number, key_id, public in rows if public and key_id}
