"""A scratch installation: its folder, its environment, and the real servers, which can be killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from flask import Flask

from config import load_config
from faults.databases import KINDS, Postgres, Sqlite, free_port
from faults.disks import small_disk
from grievance import create_app, demonstration
from grievance.crypto.keyring import new_entry
from grievance.extensions import db

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
STARTS_WITHIN = 60


class Office:
    """An office with its cast (grievance/demonstration.py), behind gunicorn on a free port."""

    def __init__(self, folder: Path, database: Sqlite | Postgres, logs: Path) -> None:
        self.folder, self.database, self.logs, self.port = folder, database, logs, free_port()
        self.files = folder / "files"
        self.program, self.server = ROOT, "wsgi:app"
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self.settings = {
            "SECRET_KEYS": new_entry(), "PEPPER": new_entry(), "HTTPS": "0", "TRUSTED_PROXIES": "1",
            "DATABASE_URL": database.url, "FILES_URL": self.files.as_uri(), "FLASK_APP": "wsgi",
            "PINS_FILE": str(folder / "pins.json"),
            "TMPDIR": str(folder / "arriving"), "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # as deploy/ has it
        }  # fmt: skip
        (folder / "arriving").mkdir(exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(self.program), **self.settings}

    @contextmanager
    def inside(self) -> Iterator[Flask]:
        """The product's own code on this installation's data, in this process."""
        app = create_app(load_config(self.settings))
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()

    @classmethod
    def beside(cls, other: "Office", program: Path) -> "Office":
        """Another version of the program on the same data: the folder that it lies in."""
        office = cls(other.folder, other.database, other.logs)
        office.settings, office.program = other.settings, program
        return office

    def prepare(self) -> None:
        """Tables, companies and people."""
        self.flask("db", "upgrade")
        with self.inside():
            demonstration.make_cast()

    def flask(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """A command of the product, as the office's machine would run it."""
        done = subprocess.run(
            [BIN / "flask", *words], env=self.environment, cwd=self.program, capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise RuntimeError(f"flask {' '.join(words)}: {done.stdout}{done.stderr}")
        return done

    def begin(self, name: str, program: str, *words: str) -> subprocess.Popen[bytes]:
        """A program that runs beside this one, at the head of a group of its own; what it says is in a log."""
        with (self.logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [BIN / program, *words],
                env=self.environment,
                cwd=self.program,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_web(self, *options: str, wait: bool = True) -> None:
        """gunicorn with the product's own configuration; returns when it answers. One that still runs is killed."""
        self.kill_web()
        words = ("--bind", f"127.0.0.1:{self.port}", "--log-level", "error", *options, self.server)
        self.web = self.begin("web", "gunicorn", *words)
        if wait:
            self.wait_for("/healthz")

    def wait_for(self, path: str, within: float = STARTS_WITHIN) -> None:
        end = time.monotonic() + within
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5):
                    return
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.03)
        raise RuntimeError(f"{path} does not answer: see {self.logs}/web.log")

    def start_worker(self) -> None:
        self.worker = self.begin("worker", "flask", "worker")

    def kill_web(self) -> None:
        """`kill -9` of the master and all its workers at once."""
        self.end(self.web)

    def kill_worker(self) -> None:
        self.end(self.worker)

    @staticmethod
    def end(process: subprocess.Popen[bytes] | None) -> None:
        """`kill -9` of a program and all that it started, and of nothing else."""
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=30)

    def stop(self) -> None:
        """The polite way, for everything that runs."""
        self.stop_programs()
        self.database.stop()

    def stop_programs(self) -> None:
        for process in (self.web, self.worker):
            if process is not None and process.poll() is None:
                process.terminate()
                _wait(process)

    def log(self, name: str = "web") -> str:
        path = self.logs / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def ready(self) -> dict[str, object]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=30) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as refused:
            return dict(json.load(refused))


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)


@contextmanager
def scratch(kind: str, disk: int = 0, prepare: bool = True) -> Iterator[Office]:
    """A fresh office on this kind of database; everything ends and is removed with it. `disk`: megabytes of a disk of
    its own for everything but PostgreSQL, as if that had a machine of its own. `prepare`: with tables and people.
    Raises `Skipped` where no disk may be mounted."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        with small_disk(folder / "disk", disk) if disk else nullcontext():
            place = folder / "disk" if disk else folder
            office = Office(place, KINDS[kind]((place if kind == "sqlite" else folder) / "database"), folder)
            try:
                office.database.start()
                if prepare:
                    office.prepare()
                yield office
            finally:
                office.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
