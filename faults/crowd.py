"""Many clients at work at once, each on a thread of its own, at a bounded rate."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from faults.complainants import Complainants
from faults.ledger import Complaint, GaveUp, Ledger
from faults.officers import Officer

MENDED_WITHIN = 120
"""Seconds after the end in which what was begun must still be answered."""
chance = random.SystemRandom()


class Crowd:
    """`clients` threads of complainants and one officer. `pause`: mean seconds between two things of one client;
    `filing`: which part of what complainants do is filing; `rate`: requests a second of all together, 0 for any."""

    def __init__(
        self, port: int, clients: int = 5, pause: float = 0.05, filing: float = 0.6, rate: float = 0,
        ledger: Ledger | None = None,
    ) -> None:  # fmt: skip
        self.ledger, self.port, self.pause, self.filing = ledger or Ledger(), port, pause, filing
        self.ledger.gap = 1 / rate if rate else 0
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._guarded, args=(self._complain,)) for _ in range(clients)]
        self.threads.append(threading.Thread(target=self._guarded, args=(self._officiate,)))

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def finish(self) -> None:
        """Nothing new; what was begun is sent until it is answered."""
        self.ledger.deadline = time.monotonic() + MENDED_WITHIN
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except GaveUp:
            self.ledger.given_up += 1
        except Exception as fault:  # a client that stumbles is a finding, not the end of the run
            self.ledger.wrong.append(f"a client could not go on: {type(fault).__name__} {fault}")

    def _rest(self) -> bool:
        return self.over.wait(chance.uniform(0, 2 * self.pause))

    def _known(self) -> Complaint | None:
        recent = self.ledger.complaints[-200:]
        return chance.choice(recent) if recent else None

    def _complain(self) -> None:
        people = Complainants(self.ledger, self.port)
        while not self._rest():
            known = self._known()
            if known is None or chance.random() < self.filing:
                chance.choice((people.send_form, people.send_form, people.begin_pages, people.file_by_api))()
            else:
                chance.choice((people.write, people.write_by_api, people.read))(known)
        while people.forms:  # what was begun is sent, too
            if people.forms[0].ripe:
                people.send_form()
            else:
                time.sleep(0.2)

    def _officiate(self) -> None:
        noor = Officer(self.ledger, self.port)
        noor.sign_in()
        while not self._rest():
            noor.queue()
            if self.ledger.unattended:
                complaint = self.ledger.unattended.popleft()
                noor.find(complaint)
                noor.acknowledge(complaint)
                noor.write(complaint)


@contextmanager
def at_work(port: int, clients: int = 5, pause: float = 0.05, **more: Any) -> Iterator[Crowd]:
    """A crowd that works while the block runs, and has finished when it ends."""
    crowd = Crowd(port, clients, pause, **more)
    crowd.start()
    try:
        yield crowd
    finally:
        crowd.finish()
