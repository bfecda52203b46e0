"""Who is away, and who stands in: their mail, their queue, and what the record says of it.

Nobody gets a key or a right by it: a stand-in has the same role, and who proposed something still does not approve it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from grievance import clock
from grievance.access import Person
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Field, Kind, Refused, clean
from grievance.models.case import Case
from grievance.models.people import SECRETARIAT_ROLES, Absence, Account, AccountStatus
from grievance.record import chain
from grievance.record.transaction import unit_of_work

ASKS = (
    Field("first_day", _l("The first day on which you are away"), Kind.DATE),
    Field("last_day", _l("The last day on which you are away"), Kind.DATE),
    Field("stand_in", _l("Who stands in for you"), Kind.OFFICER),
)

_HOLDS = (Absence.first_day <= bindparam("day"), Absence.last_day >= bindparam("day"))
_NAMES = (joinedload(Absence.account), joinedload(Absence.stand_in))
_AWAY = select(Absence).where(*_HOLDS).options(*_NAMES).order_by(Absence.last_day)
_STANDS_IN_FOR = (
    select(Absence.account_id).where(Absence.stand_in_id == bindparam("stand_in"), *_HOLDS).order_by(Absence.account_id)
)


def may_be_away(person: Person) -> bool:
    return person.role in SECRETARIAT_ROLES and person.party_seed is not None


def colleagues(person: Person) -> list[tuple[str, str]]:
    """Who may stand in for this person: (value, name) of the others with the same role."""
    return _may_stand_in(db.session.get_one(Account, person.account_id))


def _may_stand_in(account: Account) -> list[tuple[str, str]]:
    others = select(Account).where(Account.role == account.role, Account.status == AccountStatus.ACTIVE)
    query = others.where(Account.party_id == account.party_id, Account.id != account.id).order_by(Account.name)
    return [(str(one.id), one.name) for one in db.session.scalars(query)]


def announce(person: Person, raw: Mapping[str, Any]) -> None:
    """Say from when to when one is away and who stands in; it takes the place of what was said before.

    Raises `BadInput`, `Refused`.
    """
    if not may_be_away(person):
        raise Refused(_("This is for people of the Secretariat."))
    _keep(person, db.session.get_one(Account, person.account_id), clean(ASKS, raw))


def _keep(by: Person, account: Account, values: Mapping[str, Any]) -> None:
    """Raises `BadInput`."""
    now, first, last = clock.now(), date.fromisoformat(values["first_day"]), date.fromisoformat(values["last_day"])
    if last < first:
        raise BadInput({"last_day": _("The last day must be the same day as the first, or later.")})
    if last < clock.office_day(now):
        raise BadInput({"last_day": _("The last day is over already.")})
    if values["stand_in"] not in dict(_may_stand_in(account)):
        raise BadInput({"stand_in": _("Choose one of the answers in the list.")})
    stand_in = int(values["stand_in"])
    with unit_of_work() as session:
        overlaps = (Absence.first_day <= last, Absence.last_day >= first)
        if session.scalars(select(Absence).where(Absence.account_id == stand_in, *overlaps)).first():
            raise BadInput({"stand_in": _("This person is away themselves at that time.")})
        session.merge(Absence(account_id=account.id, stand_in_id=stand_in, first_day=first, last_day=last))
        facts: dict[str, Any] = {"stand_in": stand_in, "first_day": first.isoformat(), "last_day": last.isoformat()}
        if account.id == by.account_id:
            chain.append(None, "away", by, now, now, facts)
        else:
            chain.append(None, "away_for", by, now, now, {**facts, "account": account.id})


def come_back(person: Person) -> None:
    """Back earlier than said, or not away after all. Changes nothing where nothing was said."""
    now = clock.now()
    with unit_of_work() as session:
        known = session.get(Absence, person.account_id)
        if known:
            session.delete(known)
            chain.append(None, "back", person, now, now)


# --- the head, for somebody else ---------------------------------------------------------------------------

WHO = Field("who", _l("Who is away"), Kind.OFFICER)
ASKS_OF_HEAD = (
    WHO,
    replace(ASKS[0], label=_l("The first day on which they are away")),
    replace(ASKS[1], label=_l("The last day on which they are away")),
    replace(ASKS[2], label=_l("Who stands in"), help=_l("Somebody with the same role.")),
)


def leads(person: Person) -> bool:
    """Whether this person is the head of the office, admitted: who alone says that another is away."""
    return may_be_away(person) and db.session.get_one(Account, person.account_id).head


def others(person: Person) -> list[tuple[str, str]]:
    """Who of the Secretariat can be said to be away by this person: (value, name)."""
    there = (Account.role.in_(SECRETARIAT_ROLES), Account.status == AccountStatus.ACTIVE)
    query = select(Account).where(*there, Account.id != person.account_id).order_by(Account.name)
    return [(str(one.id), one.name) for one in db.session.scalars(query)] if leads(person) else []


def stand_ins(by: Person, who: str) -> list[tuple[str, str]]:
    """Who may stand in for this one of the `others`: (value, name). Raises `BadInput`, `Refused`."""
    return _may_stand_in(_another(by, who))


def announce_for(by: Person, raw: Mapping[str, Any]) -> None:
    """The head says that somebody else is away: ill, or on the way. Raises `BadInput`, `Refused`."""
    values = clean(ASKS_OF_HEAD, raw)
    _keep(by, _another(by, values["who"]), values)


def bring_back(by: Person, who: str) -> None:
    """The head says that somebody else is back. Raises `BadInput`, `Refused`."""
    account, now = _another(by, who), clock.now()
    with unit_of_work() as session:
        known = session.get(Absence, account.id)
        if known:
            session.delete(known)
            chain.append(None, "back_for", by, now, now, {"account": account.id})


def _another(by: Person, who: str) -> Account:
    if not leads(by):
        raise Refused(_("The head of the office says this."))
    if who not in dict(others(by)):
        raise BadInput({"who": _("Choose one of the answers in the list.")})
    return db.session.get_one(Account, int(who))


def announced() -> list[Absence]:
    """Whoever is away or will be, with the names of both."""
    known = select(Absence).where(Absence.last_day >= clock.office_today()).options(*_NAMES)
    return list(db.session.scalars(known.order_by(Absence.first_day, Absence.account_id)))


def own(person: Person) -> Absence | None:
    """What this person said, as long as it is not over."""
    known = db.session.get(Absence, person.account_id)
    return known if known and known.last_day >= clock.office_today() else None


def away(now: datetime) -> list[Absence]:
    """Who is away now, with the names of both."""
    return list(db.session.scalars(_AWAY, _on(now)))


def who_is_away(now: datetime) -> set[int]:
    """The same as numbers of accounts: the worker asks too, and reads no whole account."""
    return set(db.session.scalars(select(Absence.account_id).where(*_HOLDS), _on(now)))


def stand_in_of(account_id: int | None, now: datetime) -> tuple[bool, int | None]:
    """Whether this person is away now, and who stands in: nobody, where that person is away too."""
    known = {one.account_id: one.stand_in_id for one in db.session.scalars(select(Absence).where(*_HOLDS), _on(now))}
    stand_in = known.get(account_id) if account_id else None
    return stand_in is not None, None if stand_in in known else stand_in


def stands_in_for(person: Person, now: datetime) -> list[int]:
    """Those whose cases this person looks after now."""
    return list(db.session.scalars(_STANDS_IN_FOR, {"stand_in": person.account_id, **_on(now)}))


def facts_of(person: Person, case: Case, now: datetime) -> dict[str, Any]:
    """What the record says of a step by a stand-in on a case of somebody who is away."""
    if person.role not in SECRETARIAT_ROLES or case.officer_id in (None, person.account_id):
        return {}
    return {"stands_in_for": case.officer_id} if case.officer_id in stands_in_for(person, now) else {}


def _on(now: datetime) -> dict[str, date]:
    return {"day": clock.office_day(now)}
