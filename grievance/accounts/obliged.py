"""Who is to have a passkey: asked at each sign-in for some days (`[passkeys]` of procedure.toml), and shown
nothing else after that.

Approvers and custodians first, then officers; companies as the office decides (`PASSKEYS_REQUIRED`). Who has a device
without what a passkey needs has the code of an app in its place: a gate, and no lock.
"""

from datetime import datetime
from enum import StrEnum

from flask import current_app
from sqlalchemy import func, select

from grievance.deadlines.rows import timetable
from grievance.extensions import db
from grievance.models.keys import AppCode, Setting
from grievance.models.passkey import Passkey
from grievance.models.people import Account, AccountStatus

SINCE = "passkeys_since"
"""A setting: when this office came to a version that has passkeys."""


class Standing(StrEnum):
    """`NONE`: nothing is asked. `ASKED`: it can be passed over. `OBLIGED`: only enrolment is shown."""

    NONE = "none"
    ASKED = "asked"
    OBLIGED = "obliged"


def standing(account: Account, now: datetime) -> Standing:
    """Of somebody who is signed in."""
    if account.role.value not in current_app.config["PASSKEYS_REQUIRED"] or has_one(account.id):
        return Standing.NONE
    return Standing.OBLIGED if now >= obliged_from(account) else Standing.ASKED


def obliged_from(account: Account) -> datetime:
    """Until when enrolment can be passed over."""
    row = db.session.get(Setting, SINCE)
    since = max(account.created_at, datetime.fromisoformat(row.value)) if row else account.created_at
    return since + timetable().passed_over_for


def has_one(account_id: int) -> bool:
    """Whether they have a passkey, which may wait still, or an app for codes."""
    return any(db.session.scalar(select(kind.account_id).where(kind.account_id == account_id).limit(1)) is not None
               for kind in (Passkey, AppCode))  # fmt: skip


def without_one() -> int:
    """How many people who are to have one have none, nor an app for codes."""
    roles = current_app.config["PASSKEYS_REQUIRED"]
    people = select(func.count()).where(Account.status == AccountStatus.ACTIVE, Account.role.in_(roles))
    gates = (select(AppCode.account_id), select(Passkey.account_id))
    return db.session.scalar(people.where(*(Account.id.not_in(gate) for gate in gates))) or 0


def all_enrolled(party_id: int) -> bool:
    """Whether everybody who has the party's key is behind a passkey, or the code of an app."""
    members = select(Account.id).where(Account.party_id == party_id, Account.status == AccountStatus.ACTIVE)
    gates = (select(AppCode.account_id), select(Passkey.account_id).where(Passkey.sealed.is_not(None)))
    without = members.where(*(Account.id.not_in(gate) for gate in gates))
    return db.session.scalar(without.limit(1)) is None
