"""`kill -9` of the web process, at random moments during filing and uploading."""

import random
import sys
import time
from typing import Any

from faults.check import count_cases, report
from faults.crowd import Crowd, at_work
from faults.office import Office

ANSWERS = 4
chance = random.SystemRandom()


def kills(office: Office, number: int = 200, clients: int = 5) -> dict[str, Any]:
    """gunicorn's master and workers are killed at once and started again, `number` times, while clients file, upload,
    write and step. What was not answered they send once more, with the same secret."""
    before = count_cases(office)
    office.start_web()
    down, began = [], time.monotonic()
    with at_work(office.port, clients) as crowd:
        time.sleep(4)  # the first forms ripen
        for turn in range(number):
            _at_work(crowd)
            time.sleep(chance.uniform(0, 0.8))
            office.kill_web()
            killed = time.monotonic()
            office.start_web()
            down.append(time.monotonic() - killed)
            progress("kills", turn + 1, number, crowd.ledger.seen["connection broken"])
    return report(
        office, crowd.ledger, before, kills=number, seconds=round(time.monotonic() - began),
        **{"seconds down, each": round(sum(down) / len(down), 2)},
    )  # fmt: skip


def _at_work(crowd: Crowd) -> None:
    """Wait until some requests were answered since the start: a kill must hit people at work, however slow the machine
    is just now."""
    before, end = len(crowd.ledger.times), time.monotonic() + 10
    while len(crowd.ledger.times) < before + ANSWERS and time.monotonic() < end:
        time.sleep(0.02)


def progress(what: str, done: int, of: int, more: object = "") -> None:
    if sys.stderr.isatty() or done % max(1, of // 10) == 0:
        print(f"\r{what}: {done} of {of} {more}   ", end="" if done < of else "\n", file=sys.stderr, flush=True)
