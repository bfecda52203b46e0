"""Which public key of a party is sealed to now: looked up, locked against a rotation, and held against the key log."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select

from grievance.accounts.keys import log
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


@dataclass(frozen=True)
class _Found:
    """A party's key as the database has it, and where the key log ended at that moment."""

    kind: PartyKind
    key: PartyKey
    company_id: int | None
    head: str

    def is_sound(self) -> bool:
        """Whether the log vouches for it. What does not fit is looked at once more: whoever waited for the lock may
        have been given a newer row."""
        key, public = self.key, self.key.public_key
        if key.key_id != envelopes.key_id(public):
            return False
        who = (key.party_id, self.kind, self.company_id, public)
        return any(said().is_of_party(*who) for said in (self._log, log.again))

    def is_confirmed(self) -> bool:
        """Whether it is older than the log, or an approver has typed its fingerprint."""
        known = log.known().parties.get(self.key.party_id)
        return known is None or known.from_before or known.confirmed

    def _log(self) -> log.Known:
        return log.with_head(self.head)


class Closed(Refused):
    """No complaint can be received: nothing can be sealed, or the office was not opened yet."""


def party_key(kind: PartyKind) -> PartyKey:
    """The Secretariat's or the custodians' key. One that the key log does not vouch for is refused: a swapped public
    key in the database would let its owner read every new complaint. Part of the caller's transaction."""
    return _sound(kind, _keys_of(_keys(Party.kind == kind)))


OfficeKeys = dict[PartyKind, PartyKey]


def office_keys() -> OfficeKeys:
    """`party_key` of both, looked up and locked once in a unit of work however much is sealed in it."""
    return once("keys of the office", _sound_keys_of_office)


def _sound_keys_of_office() -> OfficeKeys:
    found = _found(db.session.connection().execute(_OF_OFFICE))
    return {kind: _sound(kind, found) for kind in OFFICE_PARTIES}


def office_can_seal() -> str:
    """Empty; or why not, as a sentence. It locks nothing: it is asked before a page is shown."""
    found = _keys_of(_of(Party.kind.in_(OFFICE_PARTIES)))
    try:
        for kind in OFFICE_PARTIES:
            _sound(kind, found)
    except Closed as reason:
        return reason.sentence
    return ""


def _sound(kind: PartyKind, found: list[_Found]) -> PartyKey:
    """Raises `Closed` for a key that is not there, or is another's. A second party of the same kind is nobody's."""
    keys = [one for one in found if one.kind == kind]
    if not keys:
        raise Closed(_("Complaints cannot be received yet: the keys of this office are not complete."))
    if len(keys) > 1 or not keys[0].is_sound():
        raise Closed(_("Complaints cannot be received now: a key of this office is not the one that it should be."))
    return keys[0].key


def company_key(company_id: int | None) -> PartyKey:
    """The company's key; the condition of a hand-over found before that it has one. Raises `Refused` for one that the
    key log does not vouch for."""
    found = _keys_of(_keys(Party.company_id == company_id))
    if not found:
        raise LookupError("nobody of the company has signed in yet")
    if not found[0].is_sound():
        raise Refused(
            _("The key of this company in the database is not the one that the record vouches for. Nothing was sealed"
              " to it. Tell whoever runs the server.")
        )  # fmt: skip
    if not found[0].is_confirmed():
        raise Refused(_("Nobody has confirmed the key of this company yet. An approver calls the company and types its"
                        " fingerprint, at People."))  # fmt: skip
    return found[0].key


_Keys = Select[PartyKind, int, str | None, bytes | None, int | None, str | None]


def _keys(which: ColumnElement[bool]) -> _Keys:
    """Under a lock that a rotation waits for: what is sealed to the old key is there before its last batch."""
    return _of(which).with_for_update(read=True)


def _of(which: ColumnElement[bool]) -> _Keys:
    """With where the key log ends, so that a filing asks no question more."""
    columns = (Party.kind, Party.id, Party.key_id, Party.public_key, Party.company_id, log.HEAD.scalar_subquery())
    return select(*columns).where(which).order_by(Party.id)


_OF_OFFICE = _keys(Party.kind.in_(OFFICE_PARTIES))


def _keys_of(query: _Keys) -> list[_Found]:
    return _found(db.session.execute(query))


def _found(rows: Iterable[Any]) -> list[_Found]:
    return [
        _Found(kind, PartyKey(number, key_id, public), company_id, head or "")
        for kind, number, key_id, public, company_id, head in rows
        if public and key_id
    ]
