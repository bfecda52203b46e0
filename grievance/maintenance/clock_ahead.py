"""What a clock that ran ahead leaves behind: times that are still to come, and a record without signatures.

A machine whose clock was wrong for a minute, or a sweep for another time, writes what nobody can take back.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, select

from grievance.extensions import db
from grievance.maintenance.expiry import EACH, LAST_CHECKPOINT
from grievance.maintenance.health import LAST_SWEEP, OLDEST_SWEEP
from grievance.models.case import UNSIGNED, Case
from grievance.models.event import Checkpoint, Event
from grievance.models.keys import Setting

LATE = 3 * EACH
"""After so long without a checkpoint, while the clock runs, something keeps it from signing."""
SKEW = timedelta(minutes=5)
"""Clocks of two machines differ by less."""


def noted_ahead(now: datetime) -> Iterator[str]:
    """What was written with a time that is still to come, each with how far ahead it is: nothing stands still for it,
    and somebody must know."""
    ahead = now + SKEW
    signed = db.session.scalar(select(func.max(Checkpoint.taken_at)).where(Checkpoint.taken_at > ahead))
    if signed:
        yield f"A checkpoint says that it was signed at {_time(signed)}, which is still to come: a clock ran ahead."
    events, last = db.session.execute(
        select(func.count(), func.max(Event.recorded_at)).where(Event.recorded_at > ahead)
    ).one()
    if events:
        yield f"{events} events say that they were noted at a time still to come, the last at {_time(last)}."


def unsigned(now: datetime) -> Iterator[str]:
    """The clock runs, the record went on, and nothing signs it. (That the clock stands still is said elsewhere.)"""
    swept = db.session.scalar(select(Setting.value).where(Setting.name == LAST_SWEEP))
    last = db.session.scalar(LAST_CHECKPOINT)
    if not swept or not last or abs(now - datetime.fromisoformat(swept)) > OLDEST_SWEEP:
        return
    waiting = db.session.scalar(select(func.count()).select_from(Case).where(UNSIGNED))
    if waiting and abs(now - last) >= LATE:
        yield f"The record of {waiting} cases went on, and no checkpoint signs it: the last says {_time(last)}."


def _time(at: datetime) -> str:
    return at.isoformat(timespec="minutes")
