"""What a sweep would do at some time: all of it is done, looked at and taken back, so that nothing has happened."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select

from grievance.extensions import db
from grievance.maintenance.expiry import dying
from grievance.maintenance.sweep import Counts, settle_some
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.record.transaction import unit_of_work


class _TakenBack(Exception):
    """The end of every telling."""


def foretell(now: datetime) -> tuple[Counts, list[str]]:
    """The counts of a sweep at `now`, and a line for each event that it would note. While it is made nobody else
    writes on SQLite; on PostgreSQL its cases are locked."""
    counts, failed, lines = Counts(), set[str](), list[str]()
    try:
        with unit_of_work(effect=False):
            before = db.session.scalar(select(func.max(Event.id))) or 0
            while settle_some(now, counts, failed):
                pass
            lines += [*_told(before), *dying(now)]
            raise _TakenBack
    except _TakenBack:
        counts.failed = len(failed)
    return counts, lines


def _told(before: int) -> Iterator[str]:
    query = select(Case.reference, Event.kind, Event.happened_at, Limit.key).join(Case, Case.id == Event.case_id)
    query = query.outerjoin(Limit, Limit.id == Event.missed_limit_id).where(Event.id > before).order_by(Event.id)
    for reference, kind, at, key in db.session.execute(query):
        yield f"{reference}: {kind}{f' ({key} is missed)' if key else ''}, {at.isoformat(timespec='minutes')}"
