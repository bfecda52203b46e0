"""The first key of a company: nothing is handed over to it before an approver has typed its fingerprint.

Who can write to the database could put a key of their own in its place before the company ever answers.
"""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from grievance import clock
from grievance.access import Person
from grievance.accounts import fingerprints, waits
from grievance.accounts.keys import log, own_keys
from grievance.crypto import signing
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.people import Party, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work


def is_stated(party_id: int | None) -> bool:
    """Whether a company's key is from before keys were logged, and no approver has typed its fingerprint yet: it is
    handed over to as before, and not changed: whoever wrote to the database before its people came back could have
    said which it is."""
    known = log.known().parties.get(party_id or 0)
    return known is not None and known.stated


def may_confirm(by: Person) -> bool:
    return by.role == Role.APPROVER and by.party_seed is not None


def unconfirmed(by: Person) -> list[Party]:
    """For an approver, the companies whose key nobody has confirmed yet; for somebody of one, their own."""
    stated = [number for number, one in log.known().parties.items() if one.stated]
    new = Party.unconfirmed_since.is_not(None)
    query = select(Party).where(new | Party.id.in_(stated)).options(joinedload(Party.company))
    query = query.order_by(Party.unconfirmed_since, Party.id)
    if by.party_seed is None or not (by.company_id or may_confirm(by)):
        return []
    return list(db.session.scalars(query.where(Party.id == by.party_id) if by.company_id else query))


def confirm(by: Person, company_id: int, typed: str) -> None:
    """`typed`: the fingerprint of the company's key, as somebody of it reads it out. Raises `Refused`, `BadInput`."""
    now = clock.now()
    if not may_confirm(by):
        raise Refused(_("An approver confirms a company's key."))
    own_keys.confirm(by)
    with unit_of_work() as session:
        party = session.scalars(select(Party).where(Party.company_id == company_id).with_for_update()).one_or_none()
        if party is None or not (party.unconfirmed_since or is_stated(party.id)):
            raise Refused(_("The key of this company is confirmed already."))
        fingerprints.check(typed, party)
        party.unconfirmed_since = None
        facts = {"party": party.id, "company": company_id, "new_party_key": signing.digest(party.public_key or b""),
                 "new_party_sign_key": signing.digest(party.sign_key or b"")}  # fmt: skip
        chain.append(None, "company_key_confirmed", by, now, now, facts, signed_by=waits.strongly(by))
