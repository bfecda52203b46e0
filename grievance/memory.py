"""The memory of a process that holds keys is its own: no other process of its user reads it, and no core file does."""

import ctypes
from contextlib import suppress

_SET_DUMPABLE, _GET_DUMPABLE = 4, 3  # PR_SET_DUMPABLE and PR_GET_DUMPABLE of prctl.h


def keep_to_itself() -> None:
    """Nobody but root may attach to this process or read its `/proc/…/mem` and `environ`. It holds for forks, too; what
    is started by exec, such as the child that cleans files, begins anew and holds no key. Linux alone knows this."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def is_kept() -> bool:
    with suppress(AttributeError, OSError):
        return int(ctypes.CDLL(None).prctl(_GET_DUMPABLE, 0, 0, 0, 0)) == 0
    return False
