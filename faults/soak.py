"""An hour of mixed work at a steady rate: does memory stay flat, does anything fail, does the outbox grow?"""

import statistics
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from faults.check import check
from faults.crowd import Crowd, at_work
from faults.databases import children, free_port
from faults.kills import progress
from faults.office import Office
from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.writing import Letter
from grievance.notify.outbox import MAILED

FLAT = 0.10
CHANGED = 409
"""Two people wrote on one case at once, and the second was shown that it changed: no error, but the rule."""


class Letterbox:
    """Takes every mail, and counts."""

    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:
        self.taken += 1
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[tuple[Letterbox, int]]:
    box, port = Letterbox(), free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield box, port
    finally:
        server.stop()


def soak(office: Office, minutes: int = 60, rate: float = 3.0) -> dict[str, Any]:
    """Complainants file, upload, follow and write, an officer looks and steps, the worker sweeps and mails. Each
    minute two cases come in that are a week old, so that the sweep has something to miss. Web processes are not made
    anew after so many requests, as they are in daily work: a leak must show."""
    with mail_server() as (box, port):
        office.settings["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        office.start_web("--max-requests", "0")
        office.start_worker()
        samples: list[dict[str, Any]] = []
        filed = 0
        with at_work(office.port, clients=6, filing=0.25, rate=rate) as crowd, office.inside():
            began = time.monotonic()
            for minute in range(1, minutes + 1):
                filed += _due_cases(2)
                time.sleep(max(0.0, began + 60 * minute - time.monotonic()))
                samples.append(_sample(office, crowd, minute, box))
                progress("minutes", minute, minutes, samples[-1]["web_rss"])
        outcome = check(office, crowd.ledger, before=filed)
        told = summary(samples)
        good = outcome.good and told["flat"] and not told["errors"]
        return {"minutes": samples, **told, **outcome.as_dict(), "good": good, "seen": dict(crowd.ledger.seen)}


def _due_cases(number: int) -> int:
    for _ in range(number):
        demonstration.file_one(clock.now() - timedelta(days=9))
    db.session.remove()
    return number


def memory(pid: int) -> tuple[float, float]:
    """MiB of a process: resident, and its own part of what is shared."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return tuple(round(int(lines[key].split()[0]) / 1024, 1) for key in ("Rss", "Pss"))  # type: ignore[return-value]


def _sample(office: Office, crowd: Crowd, minute: int, box: Letterbox) -> dict[str, Any]:
    if office.web is None or office.worker is None:
        raise RuntimeError("nothing runs")
    web = [memory(pid) for pid in children(office.web.pid)]
    now, ledger = time.time(), crowd.ledger
    with ledger.lock:
        recent = [one for one in ledger.times if one[0] > now - 60]
    db.session.rollback()
    waiting = select(func.count(), func.min(func.coalesce(Letter.counts_from, Letter.owed_at))).where(
        Letter.recipient.in_(MAILED), Letter.sent_at.is_(None)
    )
    outbox, oldest = db.session.execute(waiting).one()
    return {
        "minute": minute, "web_rss": [rss for rss, _pss in web], "web_pss": [pss for _rss, pss in web],
        "worker_rss": memory(office.worker.pid)[0], "requests": len(recent),
        "errors": dict(Counter(str(status) for *_rest, status in recent if status >= 400 and status != CHANGED)),
        "changed": sum(status == CHANGED for *_rest, status in recent),
        "milliseconds": percentiles([seconds for _at, _what, seconds, _status in recent]),
        "outbox": outbox, "outbox_waits_seconds": round((clock.now() - oldest).total_seconds()) if oldest else 0,
        "mails": box.taken,
        "cases": db.session.scalar(select(func.count()).select_from(Case)),
    }  # fmt: skip


def percentiles(seconds: list[float]) -> dict[str, int]:
    if len(seconds) < 2:
        return {}
    cuts = statistics.quantiles(seconds, n=100)
    return {f"p{n}": round(cuts[n - 1] * 1000) for n in (50, 95, 99)}


def summary(samples: list[dict[str, Any]]) -> dict[str, Any]:
    """The median of the last third against that of the first: memory, and the outbox."""
    third = max(1, len(samples) // 3)
    first, last = samples[:third], samples[-third:]

    def growth(measure: str) -> float:
        was, now = (statistics.median(_total(one[measure]) for one in part) for part in (first, last))
        return round(now / was - 1, 3) if was else float(now)

    grown = {"web": growth("web_rss"), "worker": growth("worker_rss")}
    return {
        "memory_grown": grown, "flat": all(one <= FLAT for one in grown.values()),
        "letter_waited_at_most_seconds": max(one["outbox_waits_seconds"] for one in samples),
        "outbox_first_and_last_third": [max(one["outbox"] for one in part) for part in (first, last)],
        "requests": sum(one["requests"] for one in samples),
        "errors": sum(sum(one["errors"].values()) for one in samples),
    }  # fmt: skip


def _total(measure: float | list[float]) -> float:
    return sum(measure) if isinstance(measure, list) else measure
