"""Concerns and measures as numbers, for the public figures: whole totals of a period, without a company in them.

Both ends are moments; the first is in the period, the second is not. Reads columns alone, and needs no key."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from grievance.extensions import db
from grievance.models.concern import Cause, Concern, ConcernItem, Of, Rung, Thing


def opened_by_type(first: datetime, end: datetime) -> dict[Of, int]:
    """How many concerns were opened, of each type; 0 included."""
    return _by_type(Concern.opened_at, first, end)


def closed_by_type(first: datetime, end: datetime) -> dict[Of, int]:
    """How many were closed, of each type; 0 included."""
    return _by_type(Concern.closed_at, first, end)


def _by_type(column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], first: datetime,
             end: datetime) -> dict[Of, int]:  # fmt: skip
    query = select(Concern.kind, func.count()).where(column >= first, column < end).group_by(Concern.kind)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {kind: found.get(kind, 0) for kind in Of}


def measures_by_cause(first: datetime, end: datetime) -> dict[tuple[Rung, Cause], int]:
    """How many measures were taken, by rung and cause; 0 included. One that was lifted on appeal was taken, too."""
    query = select(ConcernItem.rung, ConcernItem.cause, func.count()).where(
        ConcernItem.thing == Thing.MEASURE, ConcernItem.in_force_at >= first, ConcernItem.in_force_at < end
    )
    rows = db.session.execute(query.group_by(ConcernItem.rung, ConcernItem.cause))
    found = {(rung, cause): number for rung, cause, number in rows}
    return {(rung, cause): found.get((rung, cause), 0) for rung in Rung for cause in Cause}
