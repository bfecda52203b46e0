"""From `make run`, installed and with data, to its first page; in a folder of its own, which has the same program."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.ground import ROOT
from bench.prepare import Run
from bench.results import Figure, Target
from bench.served import Client

PATIENCE = 300.0
"""Seconds until a start has failed; the first one makes the demonstration."""
OWN = ("instance", ".git", "bin")


def measure(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The figure "start"."""
    if "start" not in names:
        return
    folder = Path(run.ground.folder) / "installed"
    _same_program(folder)
    _start(folder)  # makes the keys and the demonstration
    took = [_start(folder) for _time in range(run.rounds)]
    yield Figure("start", "`make run`, installed, to the first page", "sqlite", 0, "s", took,
                 target=Target("value", "most", 3))  # fmt: skip


def _same_program(folder: Path) -> None:
    """All of the program but what a run keeps."""
    folder.mkdir()
    shutil.copytree(ROOT / "bin", folder / "bin")
    for one in ROOT.iterdir():
        if one.name not in OWN:
            (folder / one.name).symlink_to(one)


def _start(folder: Path) -> float:
    """Seconds until a page is there."""
    begin = time.perf_counter()
    with _running(folder) as (port, process):
        while time.perf_counter() - begin < PATIENCE and process.poll() is None:
            try:
                Client(port).get("/")
            except OSError:
                time.sleep(0.02)
            else:
                return time.perf_counter() - begin
    raise RuntimeError("`make run` did not serve a page")


@contextmanager
def _running(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_URL", "SECRET_KEYS"))}
    process = subprocess.Popen(
        ["bash", "bin/run"], cwd=folder, env={**kept, "PORT": str(port), "FLASK_APP": "wsgi"},
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield port, process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)
