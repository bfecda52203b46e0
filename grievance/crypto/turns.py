"""Taking turns at work that needs much memory."""

from collections.abc import Callable
from threading import BoundedSemaphore
from types import TracebackType

LONGEST = 8.0
"""Seconds that somebody waits for a turn, unless `Turns.longest` is set to others."""


class NoTurn(Exception):
    """So many work and wait that nobody can say when there is a turn. Nothing was done."""


class Turns:
    """As many at once as were given, in this process; the others wait, and not for ever.

    `longest`: seconds after which whoever waits is sent away by `NoTurn`. `changed` may be set to a function that is
    told "running" or "waiting", and by how many that number changed.
    """

    def __init__(self, at_once: int) -> None:
        self._free = BoundedSemaphore(at_once)
        self.longest = LONGEST
        self.changed: Callable[[str, int], None] = _nobody

    def __enter__(self) -> None:
        self.changed("waiting", 1)
        try:
            has_turn = self._free.acquire(timeout=self.longest)
        finally:
            self.changed("waiting", -1)
        if not has_turn:
            raise NoTurn
        self.changed("running", 1)

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._free.release()
        self.changed("running", -1)


def _nobody(_what: str, _by: int) -> None:
    """Nobody watches."""
