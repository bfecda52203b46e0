"""What was acknowledged to whom, and what people saw instead of it."""

import secrets
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from faults.browser import Answer, Lost


@dataclass
class Complaint:
    """One complaint whose receipt was shown. `words` and `digests` (SHA-256 of files): everything acknowledged in it,
    each word unique in the world; `steps`: what an officer was told is done; `at`: when, in seconds since 1970."""

    reference: str
    receipt: str
    how: str
    words: list[str]
    digests: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    at: float = field(default_factory=time.time)


class GaveUp(Exception):
    """Nothing was acknowledged before the end: nobody was promised anything."""


@dataclass
class Ledger:
    """Shared by all clients. `seen`: how often a person read which sentence, or got no answer at all; `wrong`: answers
    that must not be; `times`: (when, what, seconds, status) of each request that was answered."""

    complaints: list[Complaint] = field(default_factory=list)
    unattended: deque[Complaint] = field(default_factory=deque)
    """Those that no officer of the crowd has taken yet."""
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    times: list[tuple[float, str, float, int]] = field(default_factory=list)
    deadline: float = float("inf")
    given_up: int = 0
    gap: float = 0
    """Seconds between two requests of the whole crowd."""
    lock: Lock = field(default_factory=Lock)
    _next: float = 0

    def note(self, complaint: Complaint) -> None:
        with self.lock:
            self.complaints.append(complaint)
            self.unattended.append(complaint)

    def saw(self, sentence: str) -> None:
        with self.lock:
            self.seen[sentence] += 1

    def ask(self, what: str, request: Callable[[], Answer]) -> Answer:
        """One request, timed. Raises `Lost`. A stack trace, or a page without a sentence, is noted as wrong."""
        self._wait_for_turn()
        began = time.monotonic()
        try:
            answer = request()
        except Lost as lost:
            self.saw(str(lost))
            raise
        with self.lock:
            self.times.append((time.time(), what, time.monotonic() - began, answer.status))
        if answer.status >= 400:
            self.saw(f"{answer.status} {answer.sentence}")
            if not answer.sentence or "Traceback" in answer.text or answer.status in (400, 403, 404, 405, 500):
                self.wrong.append(f"{what}: {answer.status} {answer.sentence}")
        return answer

    def _wait_for_turn(self) -> None:
        with self.lock:
            self._next = max(self._next + self.gap, time.monotonic())
            turn = self._next
        time.sleep(max(0.0, turn - time.monotonic()))

    def persist(self, what: str, request: Callable[[], Answer]) -> Answer:
        """As people do: the same once more until it is answered by something else than "not now"."""
        while True:
            try:
                answer = self.ask(what, request)
            except Lost:
                self.wait()
                continue
            if answer.status < 500 and answer.status != 429:
                return answer
            self.wait()

    def wait(self) -> None:
        """Before another try. Raises `GaveUp` after the end."""
        if time.monotonic() > self.deadline:
            raise GaveUp
        time.sleep(0.3)


def new_word() -> str:
    """A word that nobody ever wrote before, so that it can be counted."""
    return f"word{secrets.token_hex(8)}"
