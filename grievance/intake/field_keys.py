"""The pair to which phones seal: proposed by one person of the Secretariat, confirmed by another.

Each confirmed one is a new version of the form. Old private halves are kept: a phone may come back after months.
"""

import base64
from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person, envelope_place
from grievance.accounts.keys import log, log_field_keys
from grievance.accounts.keys.party_keys import Closed, party_key
from grievance.crypto import odk
from grievance.crypto.committed import open_committed, seal_committed
from grievance.crypto.sealing import CannotOpen
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Refused
from grievance.models.field import FieldKey
from grievance.models.people import SECRETARIAT_ROLES, PartyKind
from grievance.record import chain
from grievance.record.transaction import unit_of_work

NOT_VOUCHED = _l("The key for forms is not the one that two people of the Secretariat have confirmed. Ask them.")


def current() -> str:
    """The public half that phones seal to, as a form has it: DER in base64, without the lines of a PEM file, which
    would go into the form unseen. Empty where two people have confirmed none. Raises `Closed` where the database has
    another one than the key log: a form with a stranger's key, or with none, is not given out."""
    known = log.known()
    if known.broken:
        raise Closed(NOT_VOUCHED)
    if not (name := known.state.phone_key):
        return ""
    public = db.session.scalar(select(FieldKey.public).where(FieldKey.id == name)) or b""
    if not log_field_keys.is_good(known.state, name, public):
        raise Closed(NOT_VOUCHED)
    return base64.b64encode(public).decode()


def waiting() -> FieldKey | None:
    return db.session.scalars(select(FieldKey).where(FieldKey.decided_at.is_(None)).limit(1)).one_or_none()


def since() -> FieldKey | None:
    """The one in use."""
    good = select(FieldKey).where(FieldKey.confirmed).order_by(FieldKey.decided_at.desc(), FieldKey.id)
    return db.session.scalars(good.limit(1)).one_or_none()


def propose(by: Person) -> None:
    """A new pair; phones seal to it once somebody else has confirmed it. Raises `Refused`."""
    _must_be_of_the_office(by)
    public, private = odk.new_pair()
    now, number = clock.now(), chain.new_id()
    with unit_of_work() as session:
        if waiting():
            raise Refused(_("A new key waits already for a second person."))
        party = party_key(PartyKind.SECRETARIAT)
        sealed, commit = seal_committed(party.public_key, private, envelope_place("field-key", number))
        key = FieldKey(id=number, public=public, key_id=party.key_id, sealed=sealed, commit=commit,
                       proposed_by=by.account_id, proposed_at=now, confirmed=False)  # fmt: skip
        session.add(key)
        chain.append(None, "field_key_proposed", by, now, now, log_field_keys.stated(number, public))


def decide(by: Person, key_id: str, *, confirm: bool) -> None:
    """By another person than who proposed it; who confirms it has opened it first. Raises `Refused`."""
    _must_be_of_the_office(by)
    now = clock.now()
    with unit_of_work() as session:
        key = session.get(FieldKey, key_id, with_for_update=True)
        if key is None or key.decided_at:
            raise Refused(_("This was decided meanwhile."))
        if confirm and key.proposed_by == by.account_id:
            raise Refused(_("Another person than the one who proposed it confirms it."))
        if confirm and not log_field_keys.is_good(log.known().state, key.id, key.public):
            raise Refused(_("This is not the key that was proposed: it was changed in the database. Refuse it."))
        if confirm and not _is_a_pair(by, key):
            raise Refused(_("Its private half does not open. Nothing that phones seal to it could be read: refuse it."))
        key.decided_at, key.decided_by, key.confirmed = now, by.account_id, confirm
        kind = "field_key_confirmed" if confirm else "field_key_refused"
        chain.append(None, kind, by, now, now, {"key": key.id})


def _must_be_of_the_office(by: Person) -> None:
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("Only the Secretariat does this."))


def _is_a_pair(by: Person, key: FieldKey) -> bool:
    try:
        return odk.public_of(_private(by, key)) == key.public
    except CannotOpen:
        return False


def _private(person: Person, key: FieldKey) -> bytes:
    where = envelope_place("field-key", key.id)
    return open_committed(person.seed_for(key.key_id), key.sealed, where, key.commit)


def private_halves(person: Person) -> Iterator[bytes]:
    """All that this person opens, the newest first."""
    for key in db.session.scalars(select(FieldKey).order_by(FieldKey.proposed_at.desc(), FieldKey.id)):
        try:
            yield _private(person, key)
        except CannotOpen:
            continue
