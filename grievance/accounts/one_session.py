"""One session for each account: who signs in again is signed out elsewhere, and is told so if that was still open."""

from datetime import datetime, timedelta

from flask import g
from sqlalchemy import delete

from grievance.access import Person
from grievance.extensions import db
from grievance.models.keys import AccountSession
from grievance.record.transaction import unit_of_work

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)


def begin(new: AccountSession, now: datetime) -> None:
    """The new session takes the place of the account's others. Part of the caller's unit of work."""
    others = delete(AccountSession).where(AccountSession.account_id == new.account_id)
    unwatched = {"synchronize_session": False}
    ended = db.session.execute(
        others.returning(AccountSession.started_at, AccountSession.seen_at), execution_options=unwatched
    )
    g.former_session_ended = any(row.seen_at > now - IDLE and row.started_at > now - LONGEST for row in ended.all())
    db.session.add(new)


def ended_another() -> bool:
    """Whether this request's sign-in ended a session that was still open."""
    return bool(g.get("former_session_ended"))


def end_all(person: Person) -> None:
    """Sign out everywhere: whatever session of this account there is."""
    with unit_of_work(effect=False) as session:
        session.execute(delete(AccountSession).where(AccountSession.account_id == person.account_id))
