"""Tokens of hotlines: proposed by one person of the Secretariat, made by another, shown once, ended by either.

A token opens nothing: it holds no key. It says from which hotline a call comes (docs/decisions/0102-by-telephone.md).
"""

import secrets
from collections.abc import Iterable

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.accounts import hands
from grievance.crypto.hashes import sha256
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.hotline import Hotline
from grievance.models.people import SECRETARIAT_ROLES, Account
from grievance.record import chain
from grievance.record.transaction import unit_of_work

PREFIX = "ght_"
"""What a token begins with: whoever finds one in a file knows what it is."""
NAME = 60
"""Characters of a name."""


def listed() -> list[Hotline]:
    """Every hotline, the newest first."""
    return list(db.session.scalars(select(Hotline).order_by(Hotline.proposed_on.desc(), Hotline.name)))


def names_of(found: Iterable[Hotline]) -> dict[int, str]:
    """By the number of an account, who proposed one of these or made its token."""
    numbers = {number for one in found for number in (one.proposed_by, one.made_by) if number}
    return {one.id: one.name for one in db.session.scalars(select(Account).where(Account.id.in_(numbers)))}


def name_of(hotline_id: str) -> str:
    """What the office calls it; it is never taken away."""
    return db.session.scalars(select(Hotline.name).where(Hotline.id == hotline_id)).one()


def propose(by: Person, name: str) -> None:
    """It waits for a second person. Raises `BadInput`, `Refused`."""
    _only_the_office(by)
    name = " ".join(name.split())
    if not name:
        raise BadInput({"name": _("Say which hotline it is for.")})
    if len(name) > NAME:
        raise BadInput({"name": _("This is too long: write at most %(number)s characters.", number=NAME)})
    with unit_of_work() as session:
        hotline = Hotline(id=chain.new_id(), name=name, proposed_by=by.account_id, proposed_on=clock.office_today())
        session.add(hotline)
        _note(by, "hotline_proposed", hotline)


def may_make(by: Person, hotline: Hotline) -> bool:
    """Somebody else than who proposed it; an office of one may allow itself both."""
    return hotline.proposed_by != by.account_id or bool(current_app.config["ALLOW_SOLO"])


def make(by: Person, hotline_id: str) -> str:
    """The token: it is in the answer and nowhere else. Raises `Refused`."""
    _only_the_office(by)
    token = PREFIX + secrets.token_urlsafe(32)
    with unit_of_work():
        hotline = _locked(hotline_id)
        if hotline is None or hotline.made_on or hotline.ended_on:
            raise Refused(_("This was decided meanwhile. Look at the page again."))
        if not may_make(by, hotline):
            raise Refused(_("Somebody who did not propose it makes the token."))
        hotline.digest, hotline.made_by, hotline.made_on = sha256(token), by.account_id, clock.office_today()
        _note(by, "hotline_made", hotline, hotline.proposed_by)
    return token


def end(by: Person, hotline_id: str) -> None:
    """It works no more, or is not made any more; anybody of the Secretariat. Raises `Refused`."""
    _only_the_office(by)
    with unit_of_work():
        hotline = _locked(hotline_id)
        if hotline is None or hotline.ended_on:
            raise Refused(_("This was decided meanwhile. Look at the page again."))
        hotline.digest, hotline.ended_on, hotline.ended_by = None, clock.office_today(), by.account_id
        _note(by, "hotline_ended", hotline)


def known(token: str) -> Hotline | None:
    """The hotline of a token that works; the day is noted on which it came."""
    hotline = db.session.scalars(select(Hotline).where(Hotline.digest == sha256(token))).one_or_none()
    if hotline is None or hotline.made_by is None or hotline.ended_on:
        return None
    if hotline.used_on != (today := clock.office_today()):
        with unit_of_work(effect=False) as session:
            session.get_one(Hotline, hotline.id).used_on = today
    return hotline


def _locked(hotline_id: str) -> Hotline | None:
    return db.session.get(Hotline, hotline_id, with_for_update=True, populate_existing=True)


def _only_the_office(by: Person) -> None:
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("Only admitted people of the Secretariat do this."))


def _note(by: Person, kind: str, hotline: Hotline, *others: int) -> None:
    now = clock.now()
    db.session.flush()
    chain.append(None, kind, by, now, now, {"hotline": hotline.id, **hands.mark(by, *others)})
