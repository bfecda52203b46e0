"""Whether the site was reachable: marks that the web process leaves, and the outages between them.

A company that could not reach the site on its last day gets that time again (docs/decisions/0008).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from grievance import clock
from grievance.extensions import db
from grievance.models.heartbeat import Heartbeat
from grievance.record.transaction import once, unit_of_work

OUTAGE = timedelta(hours=1)
"""A silence that is longer is an outage; a shorter one is a restart."""


def beat(now: datetime) -> None:
    """A web process that beats by itself is there: its run goes on, or begins after an outage."""
    with unit_of_work():
        _extend_or_begin(now)


def touch(now: datetime) -> None:
    """A request came through, which ends an outage, too. It never leaves the first mark of all: where no process
    beats by itself, a night without visitors would look like an outage."""
    with unit_of_work() as session:
        if session.scalar(select(func.count()).select_from(Heartbeat)):
            _extend_or_begin(now)


def _extend_or_begin(now: datetime) -> None:
    """A clock that was wrong for a while leaves a run in the future: it is not this one's."""
    here = select(Heartbeat).where(Heartbeat.began_at <= now + OUTAGE, Heartbeat.last_at >= now - OUTAGE)
    run = db.session.scalars(here.order_by(Heartbeat.last_at.desc()).limit(1).with_for_update()).one_or_none()
    if run is None:
        db.session.add(Heartbeat(began_at=now, last_at=now))
    elif run.last_at < now:
        run.last_at = now


@dataclass(frozen=True)
class Silence:
    """`length`: how long the site was out of reach, from a day's beginning on, past its end where the outage went on.
    `lasts`: since before the day's end, and still."""

    length: timedelta
    lasts: bool


def silence(since: datetime, until: datetime, now: datetime) -> Silence | None:
    """The outages between two moments; None where they come to an hour or less, or where nothing is known."""
    now = min(now, clock.now())  # of a time that is not yet, nobody knows whether it will be silent
    touched = [(max(a, since), b) for a, b in _outages(now) if a < until and b > since]
    within = sum((min(b, until) - a for a, b in touched), timedelta())
    if within <= OUTAGE:
        return None
    return Silence(sum((b - a for a, b in touched), timedelta()), touched[-1][1] == now >= until)


def is_known(at: datetime) -> bool:
    """Whether any mark was left by then: where no process beats by itself, none is."""
    return any(began <= at for began, _last in once("heartbeats", _runs))


def _runs() -> list[tuple[datetime, datetime]]:
    query = select(Heartbeat.began_at, Heartbeat.last_at).order_by(Heartbeat.began_at)
    return [(began, last) for began, last in db.session.execute(query)]


def _outages(now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From the last mark of each run to the first of the next; after the last run, to `now`."""
    known: datetime | None = None
    for began, last in once("heartbeats", _runs):
        if began > now:
            break
        if known and began - known > OUTAGE:
            yield known, began
        known = max(known or last, last)
    if known and now - known > OUTAGE:
        yield known, now
