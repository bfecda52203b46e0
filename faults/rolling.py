"""An upgrade that nobody notices: two web processes behind a proxy are replaced one after the other, under load."""

import csv
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from faults.check import count_cases, report
from faults.crowd import at_work
from faults.databases import free_port
from faults.disks import Skipped
from faults.ledger import Ledger
from faults.office import ROOT, Office
from faults.tomorrow import of_tomorrow
from faults.versions import older_version, unpack

SECONDS = 8
READY_WITHIN = 90
SETTLES = 2
"""Seconds that a request may be on its way to a process which the proxy sends nothing new."""
HAPROXY = """
global
  maxconn 500
  stats socket {folder}/proxy.sock mode 600 level admin
defaults
  mode http
  timeout connect 5s
  timeout client 120s
  timeout server 120s
frontend all
  bind 127.0.0.1:{port}
  default_backend web
backend web
  balance roundrobin
  option redispatch
  option httpchk GET /healthz
  server a 127.0.0.1:{a} check inter 2s fall 5
  server b 127.0.0.1:{b} check inter 2s fall 5
"""


class Places:
    """Two places for a web process, by name, behind one proxy; and one for a worker."""

    def __init__(self, office: Office) -> None:
        self.office, self.port = office, free_port()
        self.ports = {"a": free_port(), "b": free_port()}
        self.there: dict[str, Office] = {}

    @contextmanager
    def open(self, program: Path) -> Iterator[None]:
        """Both with this version, and the proxy before them."""
        path = self.office.logs / "proxy.cfg"
        path.write_text(HAPROXY.format(folder=self.office.logs, port=self.port, **self.ports))
        if not (haproxy := shutil.which("haproxy")):
            raise Skipped("HAProxy is not here.")
        self.worker = Office.beside(self.office, program)
        proxy: subprocess.Popen[bytes] | None = None
        try:
            self.worker.start_worker()
            for name in self.ports:
                self.start(name, program)
            proxy = subprocess.Popen([haproxy, "-f", str(path), "-db"], start_new_session=True)
            _wait_for(self.port)
            yield
        finally:
            for one in (self.worker, *self.there.values()):
                one.stop_programs()
            Office.end(proxy)

    def start(self, name: str, program: Path) -> None:
        """Returns when it is ready for everybody."""
        web = self.there[name] = Office.beside(self.office, program)
        web.port = self.ports[name]
        web.start_web()
        for _each in range(READY_WITHIN):
            if web.ready()["ready"]:
                return
            time.sleep(1)
        raise RuntimeError(f"{program} is not ready: {web.ready()}")

    def replace(self, name: str, program: Path) -> None:
        """The proxy sends it nothing new; it ends what it has begun; the other version takes its place."""
        self._tell(f"set server web/{name} state drain")
        time.sleep(SETTLES)
        self.there[name].stop_programs()
        self.start(name, program)
        self._tell(f"set server web/{name} state ready")
        for _each in range(READY_WITHIN):
            if self._state(name) == "UP":
                return
            time.sleep(1)
        raise RuntimeError(f"The proxy sends {name} nothing: {self._state(name)}")

    def _state(self, name: str) -> str:
        """What the proxy thinks of it, by its own checks: `UP` is more than "ready", which is only what it was told."""
        lines = csv.DictReader(self._tell("show stat").removeprefix("# ").splitlines())
        return next(one["status"] for one in lines if (one["pxname"], one["svname"]) == ("web", name))

    def _tell(self, words: str) -> str:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.office.logs / "proxy.sock"))
            line.sendall(f"{words}\n".encode())
            return b"".join(iter(lambda: line.recv(4096), b"")).decode()


def rolling(office: Office, seconds: int = SECONDS, old: str = "") -> dict[str, Any]:
    """From `old` (a commit; by default the last one with fewer migrations) to this version, and on to one of tomorrow
    with a migration more that expands and one that contracts. `seconds`: of work between two changes."""
    commit = old or older_version()
    before, tomorrow = unpack(commit, office.logs / "old"), of_tomorrow(office.logs / "tomorrow")
    office.settings["WEB_CONCURRENCY"] = "1"
    office.files.mkdir(exist_ok=True)
    for words in (("db", "upgrade"), ("demo",), ("sweep",)):
        Office.beside(office, before).flask(*words)
    cases, places, steps = count_cases(office), Places(office), dict[str, float]()
    with places.open(before):
        with at_work(places.port, clients=3, pause=0.2) as crowd:
            time.sleep(seconds)
            steps["today's tables"] = time.time()
            roll(places, ROOT, seconds)
            steps["today's version serves"] = time.time()
            roll(places, tomorrow, seconds)
            steps["tomorrow's version serves"] = time.time()
            places.worker.flask("db", "upgrade", "--contract")
            time.sleep(seconds)
        places.worker.flask("sweep")
        fits = _is_ready(office)
        told = report(places.there["a"], crowd.ledger, before=cases, old=commit)
    return _told(crowd.ledger, steps, fits, told)


def _told(ledger: Ledger, steps: dict[str, float], fits: bool, told: dict[str, Any]) -> dict[str, Any]:
    seen = errors(ledger)
    again = sum(what == "sign in" for _at, what, _seconds, _status in ledger.times) - 1
    begun = ledger.times[0][0] if ledger.times else 0.0
    refused = [f"after {at - begun:.1f} s: {what}, {status}" for at, what, _seconds, status in ledger.times
               if status >= 400]  # fmt: skip
    changed = {name: round(at - begun, 1) for name, at in steps.items()}
    served = {name: sum(at > since for at, *_more in ledger.times) for name, since in steps.items()}
    good = bool(told["good"] and not seen and again <= 0 and not fits)
    return {"requests": len(ledger.times), "requests after": served, "seconds until": changed, "refused": refused,
            "errors": seen, "signed in again": again,
            "this version takes itself for ready after tomorrow's contraction": fits, **told, "good": good}  # fmt: skip


def _is_ready(office: Office) -> bool:
    """Of this version, on what tomorrow's took something from."""
    office.start_web()
    migrated = office.ready()["migrated"]
    office.stop_programs()
    return bool(migrated)


def roll(places: Places, program: Path, seconds: int) -> None:
    """As docs/operations.md says it: the worker ends, the tables grow, then one process after the other."""
    places.worker.stop_programs()
    Office.beside(places.office, program).flask("db", "upgrade")
    time.sleep(seconds)
    for name in places.ports:
        places.replace(name, program)
        time.sleep(seconds)
    places.worker = Office.beside(places.office, program)
    places.worker.start_worker()


def errors(ledger: Ledger) -> dict[str, int]:
    """What a person saw and must not see because of an upgrade. That somebody else wrote on the case is none."""
    return {said: times for said, times in ledger.seen.items() if not said.startswith("409")}


def _wait_for(port: int) -> None:
    for _each in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise Skipped("HAProxy does not start here.")
