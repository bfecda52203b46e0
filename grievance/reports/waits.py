"""What waits for a second person about somebody's account, and whose key waits to be confirmed or vouched for."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.accounts import leaving, new_address, passkeys, resets, waits
from grievance.accounts.keys import company_keys
from grievance.extensions import db
from grievance.models.account_waits import AccountWait, Began
from grievance.models.people import Account, AccountStatus


@dataclass(frozen=True)
class WaitLine:
    """`over`: the three days have passed, so that one person is enough. `confirms`: whoever looks can do it now;
    `objects`: end it, or take the cut back. `mine`: whoever looks began it; `own`: it is about them."""

    id: int
    what: str
    account_id: int
    name: str
    by: str
    until: datetime
    over: bool
    confirms: bool
    objects: bool
    mine: bool
    own: bool
    wanted: str = ""
    """The new address that waits; of one's own passkey its digits, to be read out."""


def account_waits(by: Person) -> list[WaitLine]:
    """One query beside that for the names."""
    found = waits.open_ones(by)
    ids = {one.began_by for one in found if one.began_by}
    names = {
        row.id: row.name for row in db.session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    }
    return [_line(by, one, names.get(one.began_by or 0, str(_("The command line")))) for one in found]


def _line(by: Person, one: AccountWait, began_by: str) -> WaitLine:
    account, now = one.account, clock.now()
    if one.what == Began.LEFT_FOR_GOOD:
        confirms, objects = leaving.may_confirm_left(by, account, one), leaving.may_take_back(by, account)
    elif one.what == Began.ADDRESS:
        confirms, objects = new_address.may_finish(by, account, one, now), waits.sees(by, account)
    elif one.what == Began.PASSKEY:
        confirms, objects = passkeys.may_confirm(by, account, one), waits.sees(by, account)
    else:
        confirms, objects = resets.may_finish(by, account, one, now), waits.sees(by, account)
    over = now >= one.due_at
    mine, own = by.account_id == one.began_by, by.account_id == account.id
    return WaitLine(
        one.id,
        one.what.value,
        account.id,
        account.name,
        began_by,
        one.due_at,
        over,
        confirms,
        objects,
        mine,
        own,
        passkeys.own_digits(by) if own and one.what == Began.PASSKEY else one.wanted or "",
    )


@dataclass(frozen=True)
class KeyLine:
    """A company whose first key nobody has confirmed yet, and whom to call there."""

    company_id: int
    company: str
    people: list[str]


def company_keys_waiting(by: Person) -> list[KeyLine]:
    """For an approver: what is to be done before anything can be handed over."""
    parties = company_keys.unconfirmed(by) if company_keys.may_confirm(by) else []
    there = _people_of([one.id for one in parties])
    return [KeyLine(one.company.id, one.company.name, there.get(one.id, [])) for one in parties if one.company]


def _people_of(party_ids: list[int]) -> dict[int, list[str]]:
    """Who has the key there and can read its fingerprint out."""
    query = select(Account.party_id, Account.name, Account.email).where(
        Account.party_id.in_(party_ids), Account.status == AccountStatus.ACTIVE
    )
    there: dict[int, list[str]] = {}
    for party_id, name, email in db.session.execute(query.order_by(Account.name)) if party_ids else ():
        there.setdefault(party_id, []).append(f"{name} ({email})")
    return there
