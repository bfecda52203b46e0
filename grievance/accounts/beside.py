"""Who is beside the one in charge of a case, and how they come off: they have left, must not see it, or lead it now."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from grievance.access import Person
from grievance.accounts import absence
from grievance.extensions import db
from grievance.models.beside import Beside
from grievance.models.case import Case
from grievance.models.people import Account
from grievance.record import chain

OFF = "no_longer_beside"
"""The kind of the event that tells of who has left, or does other work in the office."""


def of(case_id: str) -> list[int]:
    """The accounts that are beside on a case."""
    return list(
        db.session.scalars(select(Beside.account_id).where(Beside.case_id == case_id).order_by(Beside.account_id))
    )


def cases_of(account_id: int | None) -> Select[str]:
    """The cases on which somebody is beside."""
    return select(Beside.case_id).where(Beside.account_id == account_id)


def works_on(account_id: int) -> ColumnElement[bool]:
    """The cases that somebody is in charge of, or beside on."""
    return (Case.officer_id == account_id) | Case.id.in_(cases_of(account_id))


def here(case_id: str, now: datetime) -> list[int]:
    """Of those beside, who is not away now."""
    away = absence.who_is_away(now)
    return [one for one in of(case_id) if one not in away]


def take_off(case_id: str, account_id: int) -> None:
    """Nothing where they are not beside. Part of the caller's transaction, whose event vouches for it."""
    if row := db.session.get(Beside, (case_id, account_id)):
        db.session.delete(row)


def hand_back(by: Person, account: Account, now: datetime) -> None:
    """Somebody leaves, or does other work: they are beside nobody any more. The caller holds the locks of the cases."""
    rows = db.session.execute(
        select(Beside, Case).join(Case, Case.id == Beside.case_id).where(Beside.account_id == account.id)
    )
    for row, case in rows.all():
        db.session.delete(row)
        case.version += 1
        chain.append(case, OFF, by, now, now, {"account": account.id})
