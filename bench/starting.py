"""From `make run` to the first page, where everything is installed and the demonstration is there already."""

import compileall
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.ground import ROOT
from bench.prepare import Run
from bench.results import Figure, Target
from bench.served import Client

LONGEST = 600
"""Seconds: the first start makes the demonstration."""


def measure(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The figure "start". The first start makes the database and is not counted."""
    if "start" not in names:
        return
    with TemporaryDirectory(dir=run.ground.folder) as folder:
        here = _beside(Path(folder))
        took = [_started(here) for _time in range(run.rounds + 1)][1:]
    note = "the demonstration on SQLite, with its worker; `bin/run`, as `make run` calls it"
    yield Figure("start", "start of make run to the first page", "sqlite", 0, "s", took,
                 target=Target("value", "most", 3), note=note)  # fmt: skip


def _beside(folder: Path) -> Path:
    """The program by links, compiled as `make` leaves it, with an `instance` of its own."""
    compileall.compile_dir(ROOT / "grievance", quiet=1)
    for one in ROOT.iterdir():
        if one.name not in ("instance", ".git"):
            (folder / one.name).symlink_to(one)
    (folder / "instance").mkdir()
    return folder


def _started(here: Path) -> float:
    """Seconds from the command to the last byte of the home page."""
    with _running(here) as (process, client):
        begin = time.perf_counter()
        while process.poll() is None and time.perf_counter() - begin < LONGEST:
            try:
                client.get("/", Host=f"localhost:{client.port}")  # a browser that asks 127.0.0.1 is led there first
            except OSError:
                time.sleep(0.02)
            else:
                return time.perf_counter() - begin
    raise RuntimeError("the program did not start")


@contextmanager
def _running(here: Path) -> Iterator[tuple[subprocess.Popen[bytes], Client]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"PORT": str(port), "DATABASE_URL": f"sqlite:///{here}/instance/grievance.sqlite",
           "FILES_URL": f"file://{here}/instance/files", "PINS_FILE": f"{here}/instance/pins.json",
           "FLASK_APP": "wsgi"}  # fmt: skip
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(["bash", "bin/run"], cwd=here, env={**os.environ, **own}, stdout=quiet, stderr=quiet,
                               start_new_session=True)  # fmt: skip
    try:
        yield process, Client(port)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)
