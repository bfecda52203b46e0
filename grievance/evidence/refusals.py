"""Why there is no clean copy: a closed list that parent and child share, and their limits."""

import signal
from enum import StrEnum

LARGEST = 25 * 1024 * 1024  # bytes, of the file and of its copy
PIXELS = 50_000_000
"""A copy has fewer: a larger picture is scaled down."""
MOST_PIXELS = 100_000_000
"""More are not decoded, but of a JPEG, which can be decoded at an eighth of its size."""
MOST_OF_A_JPEG = 400_000_000
MINUTES = 60
"""A copy of sound or video ends there."""


class Reason(StrEnum):
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    TIME = "time"
    NOT_CLEANABLE = "not_cleanable"
    LOCKED = "locked"
    MACROS = "macros"
    UNKNOWN_PART = "unknown_part"
    NOTHING_LEFT = "nothing_left"
    FAILED = "failed"
    MANY = "many"
    """So much came at once that there was no time left for this file (`record/files.py`)."""


EXIT = dict(
    enumerate(Reason, start=10)
)  # what the child's exit code says; any other means that the child itself failed
EXIT |= {-signal.SIGXCPU: Reason.TIME, -signal.SIGKILL: Reason.TOO_LARGE}  # the machine's last resort is out of memory


class CannotClean(Exception):
    """There is no clean copy; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
