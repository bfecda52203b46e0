"""What the clock does with what companies owe on the road of a concern: it warns, and says on which day a day passed.

Called by the sweep, safe with any number of workers, and twice: each row is locked, and done once."""

import logging
from datetime import datetime

from sqlalchemy import select

from grievance import logs
from grievance.access import CLOCK
from grievance.concerns import limits, told
from grievance.concerns.row import COMPANY, OFFICER
from grievance.concerns.table import ROWS
from grievance.extensions import db
from grievance.models.concern import Concern, ConcernItem, ConcernLimit, Stands
from grievance.record import chain
from grievance.record.transaction import savepoint, unit_of_work

log = logging.getLogger("grievance.workflow.sweep")
MOST = 200
"""Rows at a time; what is left comes a minute later."""
MISSED = {limits.ACTION: "action_missed", limits.GROUNDS: "grounds_unanswered", limits.APPEAL: "appeal_lapsed"}
TELLS = {
    "concern_warned": COMPANY,
    "action_missed": COMPANY | OFFICER,
    "grounds_unanswered": ROWS["grounds_unanswered"].tells,
    "appeal_lapsed": COMPANY,
}
"""Whom a mail says that something waits."""


def is_due(now: datetime) -> bool:
    """One question of an index; nothing is locked."""
    return db.session.scalar(select(ConcernLimit.id).where(ConcernLimit.wake_at <= now).limit(1)) is not None


def run(now: datetime) -> int:
    """Settle what is due; how many rows that were. A bad one does not stop the rest, and is named."""
    with unit_of_work():
        query = select(ConcernLimit, ConcernItem).join(ConcernItem, ConcernItem.id == ConcernLimit.item_id)
        query = query.where(ConcernLimit.wake_at <= now).order_by(ConcernLimit.wake_at, ConcernLimit.id).limit(MOST)
        rows = db.session.execute(query.with_for_update(of=(ConcernItem, ConcernLimit), skip_locked=True)).all()
        return sum(_alone(limit, item, now) for limit, item in rows)


def _alone(limit: ConcernLimit, item: ConcernItem, now: datetime) -> bool:
    try:
        with savepoint():
            _settle(limit, item, now)
        return True
    except Exception as fault:  # any fault of one must leave the others their due
        log.error("the clock failed for one concern: %s", type(fault).__name__, extra=logs.fault(fault))
        return False


def settle(item: ConcernItem | None, now: datetime) -> None:
    """No race with the clock: before a step is taken, what has passed is settled exactly as the sweep would. Part of
    the caller's unit of work, which holds the item."""
    for limit in limits.of(item) if item else ():
        if limit.wake_at and limit.wake_at <= now:
            _settle(limit, item, now)  # type: ignore[arg-type]


def _settle(limit: ConcernLimit, item: ConcernItem, now: datetime) -> None:
    """After an outage warnings that nobody can use any more are not made up for: the miss alone is said, on its day."""
    if now >= limit.due_at:
        limit.missed_at, limit.wake_at = limit.due_at, None
        if limit.key == limits.GROUNDS and item.state == Stands.HEARING:
            item.state = Stands.HEARD
        _say(MISSED[limit.key], limit, item, limit.due_at, now)
        return
    due = max(one for one in (limit.warn_first_at, limit.warn_last_at) if one and one <= now)
    limit.warned += 1
    limit.wake_at = limits.next_wake(limit, now)
    _say("concern_warned", limit, item, due, now)


def _say(kind: str, limit: ConcernLimit, item: ConcernItem, happened_at: datetime, now: datetime) -> None:
    facts = {"concern": item.concern_id, "item": item.id, "limit": limit.key, "due_on": limit.due_on.isoformat()}
    chain.append(None, kind, CLOCK, happened_at, now, facts)
    told.owe(db.session.get_one(Concern, item.concern_id), TELLS[kind], now)
