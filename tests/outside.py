"""Changes by somebody who can write to the database and does not use the program; and short ways to what the program
does at more length."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import scoped_session

from grievance import clock
from grievance.access import CLOCK, Person
from grievance.accounts import receipts
from grievance.extensions import UtcDateTime, db
from grievance.models.case import Case, Conflict
from grievance.models.desk import NewMark
from grievance.models.held import HeldBack
from grievance.models.keys import Holder
from grievance.record import chain
from grievance.record.transaction import unit_of_work


@contextmanager
def from_outside() -> Iterator[scoped_session[Any]]:
    """What is changed inside is committed, and no event of the record speaks of it."""
    db.session.rollback()
    yield db.session
    db.session.commit()


def a_release_came() -> None:
    """As if the hour had come at which the companies are told what she did; the clock stays where it is."""
    with unit_of_work() as session:
        session.execute(delete(HeldBack))
        session.execute(update(NewMark).where(NewMark.since > clock.now()).values(since=clock.now()))


def another_receipt(case: Case, by: Person, code: str, holder: Holder, at: datetime) -> None:
    """One more receipt of a case, which whoever has one makes; the record says so."""
    with unit_of_work() as session:
        known = session.get_one(Case, case.id)
        opens = receipts.with_new_seed(by.complainant_key or b"")
        made = receipts.receipt_envelope(known, opens, receipts.receipt_keys(code), holder, at)
        chain.append(known, "second_code", by, at, at, receipts.named(made))


def shut_out(case: Case, account_id: int) -> None:
    """Somebody must not see a case any more, and the record says so."""
    with unit_of_work() as session:
        known, now = session.get_one(Case, case.id), clock.now()
        session.add(Conflict(case_id=known.id, account_id=account_id))
        chain.append(known, "side_changed", CLOCK, now, now, {"account": account_id})


def moments() -> dict[str, list[datetime]]:
    """By the name of its column, every moment that the database holds."""
    found = {}
    for table in db.metadata.sorted_tables:
        for column in (one for one in table.c if isinstance(one.type, UtcDateTime)):
            found[str(column)] = list(db.session.scalars(select(column).where(column.is_not(None))))
    return found
