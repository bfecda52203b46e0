"""What whoever runs the machine should know of it: where its system leaves open what the program closes on its side."""

from collections.abc import Iterator
from pathlib import Path

from grievance.evidence import confined

YAMA = Path("/proc/sys/kernel/yama/ptrace_scope")


def notes() -> Iterator[str]:
    """For `flask doctor`, a sentence each. The processes with keys close their memory themselves (`memory.py`)."""
    scope = YAMA.read_text("ascii").strip() if YAMA.exists() else "0"
    if scope == "0":
        yield (
            "A process of this machine may read the memory of another of its user: set kernel.yama.ptrace_scope to 1 or"
            " more. Those that hold keys close theirs."
        )
    if confined.library() is None:
        yield (
            "The child that opens strangers' files is confined without a filter of system calls: install libseccomp"
            " (libseccomp2)."
        )
