"""Tests run as root in a container and as somebody else on a desk; what differs is tried as an ordinary user, too."""

import os
import shutil

import pytest

NOBODY = 65534
MAY_READ = "-all,+dac_read_search"
"""Python may lie in root's own folder. It gives no right to another process's memory, nor above any limit."""


def as_nobody() -> list[str]:
    """What goes before a command, so that an ordinary user runs it."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv here")
    user = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return ["setpriv", *user, *(f"--{one}={MAY_READ}" for one in ("bounding-set", "inh-caps", "ambient-caps"))]
