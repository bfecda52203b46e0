"""What a sweep would do at some time: all of it is done, looked at and taken back, so that nothing has happened."""

import json
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
    """In the order of time; of what is not missed the event itself says which limit it is about."""
    query = select(Case.reference, Event.kind, Event.happened_at, Limit.key, Event.facts)
    query = query.join(Case, Case.id == Event.chain).outerjoin(Limit, Limit.id == Event.missed_limit_id)
    query = query.where(Event.id > before).order_by(Event.happened_at, Event.chain, Event.seq)
    for reference, kind, at, missed, facts in db.session.execute(query):
        about = f"{missed} is missed" if missed else json.loads(facts).get("limit", "")
        yield f"{reference}: {kind}{f' ({about})' if about else ''}, {at.isoformat(timespec='minutes')}"
