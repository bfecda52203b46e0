"""The port of the figures, and the figures of several processes as one.

gunicorn's processes write their numbers into small files of one folder, `PROMETHEUS_MULTIPROC_DIR`, which
gunicorn.conf.py makes; its master adds them up when asked.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_BURYING = Lock()
"""Nobody counts while a process that ended is added to those that are gone: it would be counted twice."""


class _Together:
    """All processes, those that are gone included."""

    def __init__(self) -> None:
        self.files = MultiProcessCollector(None)  # type: ignore[no-untyped-call]

    def collect(self) -> Iterator[Metric]:
        with _BURYING:
            yield from self.files.collect()  # type: ignore[no-untyped-call]


def serve_together(port: int, host: str) -> None:
    """In gunicorn's master, which has no figures of its own. The thread ends with the process."""
    registry = CollectorRegistry()
    registry.register(_Together())
    start_http_server(port, host, registry)


def serve(port: int, host: str) -> None:
    """In a process that counts for itself, like the worker; with the process's memory and open files."""
    start_http_server(port, host)


def bury(pid: int) -> None:
    """Keep the counts of a process that ended, in one file for all of them: workers are made anew again and again, and
    a folder that grows with each would be read whole each time."""
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    with _BURYING:
        mark_process_dead(pid)  # type: ignore[no-untyped-call]
        for kind in ("counter", "histogram"):
            if (ended := folder / f"{kind}_{pid}.db").exists():
                _add(ended, folder / f"{kind}_gone.db")


def _add(ended: Path, gone: Path) -> None:
    total: Any = MmapedDict(str(gone))  # type: ignore[no-untyped-call]
    for key, value, at, _position in MmapedDict.read_all_values_from_file(str(ended)):  # type: ignore[no-untyped-call]
        total.write_value(key, total.read_value(key)[0] + value, at)
    total.close()
    ended.unlink()
