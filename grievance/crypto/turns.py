"""Taking turns at work that needs much memory."""

from collections.abc import Callable
from threading import BoundedSemaphore
from types import TracebackType


class Turns:
    """As many at once as were given, in this process; the others wait.

    `changed` may be set to a function that is told "running" or "waiting", and by how many that number changed.
    """

    def __init__(self, at_once: int) -> None:
        self._free = BoundedSemaphore(at_once)
        self.changed: Callable[[str, int], None] = _nobody

    def __enter__(self) -> None:
        self.changed("waiting", 1)
        try:
            self._free.acquire()
        finally:
            self.changed("waiting", -1)
        self.changed("running", 1)

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._free.release()
        self.changed("running", -1)


def _nobody(_what: str, _by: int) -> None:
    """Nobody watches."""
