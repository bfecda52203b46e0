"""`kill -9` of the worker in the middle of its sweeps."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select

from faults.check import left_over
from faults.kills import chance, progress
from faults.office import Office
from grievance import clock, demonstration
from grievance.crypto import receipt_codes
from grievance.extensions import db
from grievance.intake import filing
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.writing import Letter

ENDS_WITHIN = 120
LATE = 14
"""Days after which the seven to acknowledge are over, on whichever day off they would have ended."""


@contextmanager
def quick_receipts() -> Iterator[None]:
    """Filing without the slow derivation, where thousands of cases are needed whose receipts nobody will use."""
    with patch.object(receipt_codes, "stretch", lambda code, salt: hashlib.sha256(salt + code.encode()).digest()):
        yield


def fill(number: int, days: int = 0) -> None:
    """So many complaints, filed so many days ago."""
    at = clock.now() - timedelta(days=days)
    raw = {"account": demonstration.ACCOUNT, "company": demonstration.larkfield(), "could_harm": "no",
           "share_account": "yes"}  # fmt: skip
    with quick_receipts():
        for done in range(number):
            filing.file_complaint(raw, filing.new_secret(), "en", now=at)
            progress("cases", done + 1, number)


def worker_kills(office: Office, number: int = 20, cases: int = 2000) -> dict[str, Any]:
    """Complaints that nobody looked at for two weeks wait for the sweep. The worker is killed again and again while it
    settles them, and started again; at the end it may finish. Each miss must be one event with its letters, once."""
    with office.inside():
        fill(cases, days=LATE)
        due = _due()
    for turn in range(number):
        office.start_worker()
        _sweeping(office)
        time.sleep(chance.uniform(0.0, 0.4))
        office.kill_worker()
        progress("kills of the worker", turn + 1, number)
    office.flask("sweep")
    with office.inside():
        missed, noted, letters = counts()
        left = _due()
    faults = [
        f"flask {' '.join(words)}: {done.stdout[:400]}"
        for words in (("doctor",), ("record", "verify"))
        if (done := office.flask(*words, check=False)).returncode
    ]
    good = missed == noted == letters == cases and not left and not faults
    return {"kills": number, "due before": due, "due after": left, "missed": missed, "events of it": noted,
            "letters of it": letters, "faults": faults, "files left over": left_over(office), "good": good}  # fmt: skip


def _sweeping(office: Office) -> None:
    """Wait until the worker has settled something, so that the kill hits it at work, or until nothing is left."""
    with office.inside():
        before, end = _due(), time.monotonic() + ENDS_WITHIN
        while before and _due() == before and time.monotonic() < end:
            time.sleep(0.01)


def _due() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Limit).where(Limit.wake_at <= clock.now())) or 0


def counts() -> tuple[int, int, int]:
    """Missed limits L1, their events, and the alerts to the approver that they owe."""
    missed = select(func.count()).select_from(Limit).where(Limit.key == "L1", Limit.missed_at.is_not(None))
    noted = select(func.count()).select_from(Event).where(Event.kind == "limit_missed")
    letters = select(func.count()).select_from(Letter).where(Letter.template == "alert")
    return tuple(db.session.scalar(one) or 0 for one in (missed, noted, letters))  # type: ignore[return-value]
