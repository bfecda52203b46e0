"""Who on the spot may send: a password for the app on their phone, made and ended by an officer.

It sends, and reads the blank form and nothing else: whoever takes the phone away finds no complaint with it.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.accounts.new_case import ALPHABET
from grievance.crypto.hashes import sha256
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.field import FieldToken
from grievance.models.people import SECRETARIAT_ROLES
from grievance.record import chain
from grievance.record.transaction import unit_of_work

USER = "field"
"""What is typed as the user name: apps ask for one."""
GROUPS, GROUP = 4, 5
"""Of characters: 31 ** 20 is 99 bits, and it is typed on a small keyboard."""
NAME = 60
MOST = 200
WHO = Field("name", _l("Who sends with it?"), Kind.LINE, missing=_l("Say who it is for."),
            help=_l("What the office calls this person. Each person on the spot has a password of their own, so that"
                    " it can be ended when a phone is lost."))  # fmt: skip


def make(by: Person, raw: Mapping[str, Any]) -> str:
    """A new password for one person's phone: it is in the answer and nowhere else. Raises `BadInput`, `Refused`."""
    name = str(clean((WHO,), raw)["name"])
    if len(name) > NAME:
        raise BadInput({"name": _("This is too long: write at most %(number)s characters.", number=NAME)})
    _must_be_of_the_office(by)
    typed = ["".join(secrets.choice(ALPHABET) for _n in range(GROUP)) for _group in range(GROUPS)]
    now = clock.now()
    with unit_of_work() as session:
        token = FieldToken(id=chain.new_id(), name=name, digest=_digest("".join(typed)), made_by=by.account_id,
                           made_at=now)  # fmt: skip
        session.add(token)
        chain.append(None, "field_token_made", by, now, now, {"token": token.id, "name": name})
    return "-".join(typed)


def end(by: Person, token_id: str) -> None:
    """It sends no more, from now on. Changes nothing where it had ended. Raises `Refused`."""
    _must_be_of_the_office(by)
    now = clock.now()
    with unit_of_work() as session:
        token = session.get(FieldToken, token_id, with_for_update=True)
        if token is None or token.ended_at:
            return
        token.ended_at, token.ended_by = now, by.account_id
        chain.append(None, "field_token_ended", by, now, now, {"token": token.id})


def _must_be_of_the_office(by: Person) -> None:
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("Only the Secretariat does this."))


def listed() -> list[FieldToken]:
    """Those that work, by name."""
    good = select(FieldToken).where(FieldToken.ended_at.is_(None))
    return list(db.session.scalars(good.order_by(FieldToken.name, FieldToken.id).limit(MOST)))


def _digest(typed: str) -> str:
    """However it was typed: in small letters, with spaces or without dashes."""
    return sha256("".join(one for one in typed.upper() if one in ALPHABET))


def known(typed: str) -> FieldToken | None:
    """Whose password this is; None for one that is unknown or was ended."""
    good = FieldToken.ended_at.is_(None)
    return db.session.scalars(select(FieldToken).where(FieldToken.digest == _digest(typed), good)).one_or_none()
