"""What the clock does to all cases: safe with any number of processes, and twice."""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from grievance import clock, logs
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Checkpoint
from grievance.models.keys import AccountSession, Draft, Filing, FollowSession
from grievance.models.limit import Limit
from grievance.workflow import record
from grievance.workflow.files import remove_forgotten
from grievance.workflow.health import note_sweep
from grievance.workflow.identity import forget_expired
from grievance.workflow.kept import forget_old
from grievance.workflow.settle import settle
from grievance.workflow.transaction import unit_of_work

log = logging.getLogger(__name__)
BATCH = 25
PAUSE = 0.05
"""Seconds between two batches on SQLite, whose write lock has no queue: without a gap nobody else ever writes."""


@dataclass
class Counts:
    cases: int = 0
    reminded: int = 0
    missed: int = 0
    escalated: int = 0
    failed: int = 0

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def sweep(now: datetime, stopping: Callable[[], bool] = lambda: False) -> Counts:
    """Settle every case that has something due at `now`; then tidy up and sign a checkpoint each hour.

    A batch is one transaction, each case its own savepoint: a bad case neither stops the rest nor hides.
    Cases that another process holds are skipped; it settles them. Where `stopping` says so, it ends after the batch;
    the next sweep finds what is left, and until then none has ended.
    """
    counts, failed = Counts(), set[str]()
    while not stopping() and _batch(now, counts, failed):
        if db.engine.dialect.name == "sqlite":
            time.sleep(PAUSE)
    counts.failed = len(failed)
    if stopping():
        return counts
    with unit_of_work():
        _tidy(now)
        note_sweep(clock.now())
        if _checkpoint(now):
            remove_forgotten(now)
    return counts


def _batch(now: datetime, counts: Counts, failed: set[str]) -> bool:
    with unit_of_work() as session:
        due = select(Limit.case_id).where(Limit.wake_at <= now)
        query = select(Case).where(Case.id.in_(due), Case.id.not_in(failed)).limit(BATCH)
        cases = list(session.scalars(query.with_for_update(of=Case, skip_locked=True)))
        for case in cases:
            _settle_one(case, now, counts, failed)
    return bool(cases)


def _settle_one(case: Case, now: datetime, counts: Counts, failed: set[str]) -> None:
    case_id = case.id
    try:
        with db.session.begin_nested():
            done = settle(case, now)
    except Exception as fault:  # any fault of one case must leave the others their due
        log.error("the sweep failed for one case: %s", type(fault).__name__, extra=logs.fault(fault))
        failed.add(case_id)
        return
    counts.cases += 1
    for name, number in done.items():
        setattr(counts, name, getattr(counts, name) + number)


def _tidy(now: datetime) -> None:
    """Sessions and shown receipts die on time, also where nobody comes back."""
    session = db.session
    for filing in session.scalars(select(Filing).where(Filing.expires_at <= now, Filing.sealed_receipt.is_not(None))):
        filing.sealed_receipt = None
    forget_expired(now)
    forget_old(now)
    for follow in session.scalars(select(FollowSession).where(FollowSession.seen_at <= now - timedelta(minutes=15))):
        session.delete(follow)
    for draft in session.scalars(select(Draft).where(Draft.expires_at <= now)):
        session.delete(draft)  # its files are forgotten with it: no row names them any more
    old = AccountSession.seen_at <= now - timedelta(minutes=30)
    for signed_in in session.scalars(select(AccountSession).where(old)):
        session.delete(signed_in)


def _checkpoint(now: datetime) -> bool:
    query = select(Checkpoint.taken_at).order_by(Checkpoint.id.desc()).limit(1).with_for_update()
    last = db.session.scalar(query)
    if last is None or last <= now - timedelta(hours=1):
        record.take_checkpoint(now)
        return True
    return False
