"""What the database keeps beside what it follows from, made again: a change of it alone shows here."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.maintenance.clock_ahead import SKEW
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.workflow.overdue import LOOK_AGAIN

_RUNNING = (Limit.met_at.is_(None), Limit.stopped_at.is_(None), Limit.missed_at.is_(None), Limit.paused_at.is_(None))
_WITH_CASE = select(Limit, Case.reference).join(Case, Case.id == Limit.case_id).where(*_RUNNING).order_by(Limit.id)


def faults(now: datetime) -> Iterator[str]:
    """A sentence for each."""
    yield from _asleep_too_long(now)
    yield from _waits()


def _asleep_too_long(now: datetime) -> Iterator[str]:
    """Promise 2: the clock looks at a limit when it ends, at the latest. The clock that said when to look again may go
    a little before this one."""
    soon = now + LOOK_AGAIN + SKEW
    late = (Limit.wake_at > func.coalesce(Limit.waits_until, Limit.due_at), Limit.wake_at > soon)
    for limit, reference in db.session.execute(_WITH_CASE.where(*late)):
        yield f"{reference}: the clock would look at {limit.key} only after its end."


def _waits() -> Iterator[str]:
    """How long the clock waits for a decision on more time follows from the day on which the limit is due."""
    waiting = _WITH_CASE.where(Limit.waits_until.is_not(None)).execution_options(yield_per=1000)
    for limit, reference in db.session.execute(waiting):
        if deadlines.waits_until(limit) != limit.waits_until:
            yield f"{reference}: {limit.key} waits for a decision until another day than its end gives."
