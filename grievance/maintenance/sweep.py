"""What the clock does to all cases: safe with any number of processes, and twice."""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import selectinload

from grievance import clock, logs
from grievance.accounts import leaving
from grievance.concerns import clock as concerns_clock
from grievance.deadlines import holidays
from grievance.deadlines.rows import timetable
from grievance.extensions import db
from grievance.intake import field_clock, opening
from grievance.maintenance import retention_clock
from grievance.maintenance.counted_rows import count_rows
from grievance.maintenance.expiry import LAST_CHECKPOINT, is_due, tidy
from grievance.maintenance.health import note_sweep
from grievance.maintenance.traces import empty_log
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.notify import certificates_due, witness
from grievance.record import chain, checkpoint_file, counted, erasures
from grievance.record.files import remove_forgotten
from grievance.record.transaction import let_others_write, savepoint, unit_of_work
from grievance.workflow.alike import settle_alike
from grievance.workflow.overdue import settle

log = logging.getLogger("grievance.workflow.sweep")  # the name that alerts look for, wherever this file lies
BATCH = 500
SWEPT = "swept_at"
"""Where the application keeps when its last sweep ended."""
DUE = (
    select(Case.id)
    .join(Limit, Limit.case_id == Case.id)
    .where(Limit.wake_at <= bindparam("now"), Case.id.not_in(bindparam("failed", expanding=True)))
    .order_by(Limit.wake_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=Case, skip_locked=True)
)
WHOLE = (
    select(Case)
    .where(Case.id.in_(bindparam("ids", expanding=True)))
    .options(selectinload(Case.open_limits), selectinload(Case.company))
)
"""Made once: where nothing is due, making it would take longer than asking it."""


@dataclass
class Counts:
    cases: int = 0
    reminded: int = 0
    missed: int = 0
    escalated: int = 0
    failed: int = 0

    def add(self, done: dict[str, int]) -> None:
        """One more case, with what `settle` did for it; nothing, where another process had done it just before."""
        self.cases += any(done.values())
        for name, number in done.items():
            setattr(self, name, getattr(self, name) + number)

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def sweep(now: datetime, stopping: Callable[[], bool] = lambda: False) -> Counts:
    """Settle every case that has something due at `now`; then tidy up and sign a checkpoint each hour.

    A batch is one transaction. Its cases are settled together; where one of them fails, the batch is taken back and
    each gets a savepoint of its own: a bad case neither stops the rest nor hides (docs/decisions/0010). Cases that
    another process holds are skipped; it settles them. Where `stopping` says so, it ends after the batch; the next
    sweep finds what is left, and until then none has ended.
    """
    counts, failed = Counts(), set[str]()
    _move_what_holidays_move(now, stopping)
    while not stopping() and _batch(now, counts, failed):
        let_others_write()
    counts.failed = len(failed)
    if stopping():
        return counts
    with unit_of_work():
        signed_at, swept, gone, unsaid = tidy(now)
        erased = _note_erasures()
        note_sweep(noted := clock.now())
        if unsaid:
            counted.say(now, timetable().counts_kept)
        opening.note(clock.now())
        hourly = is_due(signed_at, now)
        signed = hourly and _checkpoint(now, _last_sweep(swept))
        concerned = concerns_clock.is_due(now)
    current_app.extensions[SWEPT] = noted
    if signed:
        _keep_outside()
        _forget_files(now)
    if hourly:
        certificates_due.owe(now)
        retention_clock.run(now)
        field_clock.run(now)
        count_rows()
    if concerned:
        concerns_clock.run(now)
    empty_log(asked=signed or erased)
    if gone:
        _end_three_days(now)
    return counts


def _move_what_holidays_move(now: datetime, stopping: Callable[[], bool]) -> None:
    """Before anything is taken for missed. A calendar that fails must not stop the clock."""
    try:
        holidays.go_on_everywhere(now, stopping)
    except Exception as fault:
        log.error("holidays do not move what they move: %s", type(fault).__name__, extra=logs.fault(fault))


def _end_three_days(now: datetime) -> None:
    """Whatever is wrong with somebody's account, the clock goes on with the cases and the mail."""
    try:
        leaving.end_three_days(now)
    except Exception as fault:
        log.error("who left is not gone for good yet: %s", type(fault).__name__, extra=logs.fault(fault))


def _keep_outside() -> None:
    """A disk that is full must not stop the clock; the next checkpoint brings what the file lacks."""
    try:
        checkpoint_file.catch_up()
    except OSError as fault:
        log.error("the file of checkpoints cannot be kept: %s", type(fault).__name__)


def _forget_files(now: datetime) -> None:
    """A folder that is away or read-only must not keep the clock from going on."""
    try:
        remove_forgotten(now)
    except OSError as fault:
        log.warning("forgotten files could not be removed: %s", type(fault).__name__)


def _batch(now: datetime, counts: Counts, failed: set[str]) -> bool:
    with unit_of_work():
        return settle_some(now, counts, failed)


def settle_some(now: datetime, counts: Counts, failed: set[str]) -> bool:
    """A batch, as part of the caller's unit of work; False where nothing is due."""
    ids = _claim(now, failed)
    done = _together(ids, now) if ids else []
    if done is None:
        done = [found for one in ids if (found := _alone(one, now, failed)) is not None]
    for each in done:
        counts.add(each)
    return bool(ids)


def _together(ids: list[str], now: datetime) -> list[dict[str, int]] | None:
    """None where one of them failed, whichever it was: `_alone` finds it, names it, and does the others."""
    try:
        with savepoint():
            done, left = settle_alike(ids, now)
            return done + [settle(case, now) for case in _whole(left)]
    except Exception as fault:  # also one that no case has alone: then nothing else would tell of it
        log.warning("a batch of %s cases is taken back: %s", len(ids), type(fault).__name__, extra=logs.fault(fault))
        return None


def _claim(now: datetime, failed: set[str]) -> list[str]:
    """Up to BATCH cases with something due, the longest due first, locked.

    The index on `wake_at` gives them in this order, so that a batch costs the same however much is due.
    """
    found = db.session.scalars(DUE, {"now": now, "failed": list(failed), "most": BATCH})
    return list(dict.fromkeys(found))


def _whole(ids: list[str]) -> list[Case]:
    """With all that settling them reads, in the order of `ids`."""
    cases = {case.id: case for case in db.session.scalars(WHOLE, {"ids": ids})} if ids else {}
    return [cases[one] for one in ids]


def _alone(case_id: str, now: datetime, failed: set[str]) -> dict[str, int] | None:
    try:
        with savepoint():
            (case,) = _whole([case_id])
            return settle(case, now)
    except Exception as fault:  # any fault of one case must leave the others their due
        log.error("the sweep failed for one case: %s", type(fault).__name__, extra=logs.fault(fault))
        failed.add(case_id)
        return None


def _note_erasures() -> bool:
    """Whether there was any since the last sweep. A list that cannot be read or written must not stop the clock; a
    restore from a backup would need it."""
    try:
        return erasures.settle()
    except (OSError, erasures.Unreadable) as fault:
        log.error("the list of erasures cannot be kept: %s", type(fault).__name__)
        return True


def _last_sweep(stored: str) -> str:
    """The later one of what the database says and what this process remembers: whoever takes checkpoints away would put
    the stored time back, too, and the silence since then would look like a worker that was off. A clock that ran ahead
    is not remembered."""
    own: datetime | None = current_app.extensions.get(SWEPT)
    if own is None or own > clock.now():
        return stored
    try:
        return stored if datetime.fromisoformat(stored) >= own else own.isoformat()
    except (ValueError, TypeError):  # nothing that the program wrote, or nothing at all
        return own.isoformat()


def _checkpoint(now: datetime, swept: str) -> bool:
    """Asked again: of two workers that see that an hour is over, one signs. The other waits in `note_sweep`, which
    comes before and changes a row that both change, and then finds the first one's. So the week's mail is owed once,
    too. No lock on a checkpoint: who may lock it may change it, and nobody may."""
    last = db.session.scalar(LAST_CHECKPOINT)
    if not is_due(last, now):
        return False
    checkpoint = chain.take_checkpoint(now, swept)
    if checkpoint is None:
        log.error("this process has no key for checkpoints that the record names")
        return False
    witness.owe(checkpoint, now)
    return True
