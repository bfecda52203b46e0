"""Backups taken while people file complaints, each restored and examined:
`python -m bench.backups [--postgresql] [--times 10]`.

The commands are run as an office runs them, each in a process of its own. A complaint counts as acknowledged once its
receipt is there; whatever was acknowledged before a backup began must open, by its receipt, where it is restored.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from bench.ground import ROOT, Postgresql, Sqlite, ground
from config import load_config
from grievance import clock, create_app, demonstration
from grievance.accounts.receipts import person_with
from grievance.crypto.keyring import new_entry
from grievance.extensions import db
from grievance.intake import filing
from grievance.maintenance.backup import canary

CLERKS = 3
MOST = 3000
"""Complaints in all: the load is bounded."""
FIRST = 30
"""Acknowledged before the first backup, and between one and the next."""
COLUMNS = ("backup s", "MB", "cases", "before", "opened", "restore s", "doctor", "record", "canary", "drill")


@dataclass
class Office:
    """Where an office is, and the receipts that it has shown."""

    env: dict[str, str]
    app: Flask
    receipts: list[str] = field(default_factory=list)


def office_at(url: str, folder: Path, secrets: dict[str, str]) -> Office:
    folder.mkdir(mode=0o700)
    env = {**secrets, "DATABASE_URL": url, "FILES_URL": (folder / "files").as_uri()}
    env["PINS_FILE"] = str(folder / "pins.json")
    return Office(env, create_app(load_config(env)))


def flask(office: Office, *words: str) -> tuple[float, int, str]:
    """A command in its own process: seconds, exit code, what it said."""
    begin = time.perf_counter()
    command = [str(Path(sys.executable).with_name("flask")), "--app", "wsgi", *words]
    done = subprocess.run(command, env={**os.environ, **office.env}, cwd=ROOT, capture_output=True, text=True)
    return time.perf_counter() - begin, done.returncode, done.stdout + done.stderr


def _clerk(office: Office, stop: threading.Event) -> None:
    """Files complaints, every third with a photo's worth of bytes, until it is stopped."""
    with office.app.app_context():
        raw = {"account": demonstration.ACCOUNT, "company": demonstration.larkfield(), "could_harm": "no"}
        while not stop.is_set() and len(office.receipts) < MOST:
            third = len(office.receipts) % 3 == 0
            files = [demonstration.upload("gate.txt", b"The gate at night. " * 50_000)] if third else []
            filed = filing.file_complaint({**raw, "files": files}, filing.new_secret(), "en")
            office.receipts.append(filed.code)


@contextmanager
def load(office: Office) -> Iterator[None]:
    stop = threading.Event()
    clerks = [threading.Thread(target=_clerk, args=(office, stop)) for _ in range(CLERKS)]
    for clerk in clerks:
        clerk.start()
    try:
        yield
    finally:
        stop.set()
        for clerk in clerks:
            clerk.join()


def one_round(office: Office, place: Office, file: Path, known: canary.Canary) -> list[str]:
    """A backup under load, then its restore: the cells of a row."""
    begin, deadline = len(office.receipts), time.monotonic() + 120
    with load(office):
        while len(office.receipts) < begin + FIRST and time.monotonic() < deadline:
            time.sleep(0.05)
        before = list(office.receipts)
        seconds, code, said = flask(office, "backup", str(file))
    if code:
        raise RuntimeError(said)
    shutil.copy(office.env["PINS_FILE"], place.env["PINS_FILE"])  # as an office moves to another machine
    restoring, code, said = flask(place, "restore", str(file))
    if code:
        raise RuntimeError(said)
    with place.app.app_context():
        opened = sum(person_with(receipt) is not None for receipt in before)
        cases = db.session.execute(db.text("SELECT count(*) FROM cases")).scalar()
        alive = not canary.faults(known)
        db.session.remove()
        db.engine.dispose()
    checks = [flask(place, *words)[1] for words in (("doctor",), ("record", "verify"))]
    drilled = flask(office, "drill", str(file))[1]
    good = ["whole" if ok else "BROKEN" for ok in (not checks[0], not checks[1], alive, not drilled)]
    size = file.stat().st_size / 1e6
    return [f"{seconds:.1f}", f"{size:.1f}", str(cases), str(len(before)), str(opened), f"{restoring:.1f}", *good]


def fresh(here: Sqlite | Postgresql, number: int) -> Iterator[str]:
    """The addresses of so many empty databases."""
    for each in range(number):
        here.create(f"backups_{each}")
        yield here.url(f"backups_{each}")


def main() -> None:
    words = sys.argv[1:]
    times = int(words[words.index("--times") + 1]) if "--times" in words else 10
    kind = "postgresql" if "--postgresql" in words else "sqlite"
    with tempfile.TemporaryDirectory() as name, ground(kind, name) as here:
        folder, bad = Path(name), 0
        secrets = {"SECRET_KEYS": new_entry(), "PEPPER": new_entry(), "HTTPS": "0"}
        secrets["CANARY_FILE"] = str(folder / "canary.json")
        urls = fresh(here, times + 1)
        office = office_at(next(urls), folder / "office", secrets)
        with office.app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            demonstration.make_cast()
            known = canary.ensure(folder / "canary.json", clock.now())
        print("".join(f"{column:>10}" for column in COLUMNS))
        for number, url in enumerate(urls, 1):
            place = office_at(url, folder / f"place{number}", secrets)
            row = one_round(office, place, folder / f"{number}.backup", known)
            bad += "BROKEN" in row or row[3] != row[4]
            print("".join(f"{cell:>10}" for cell in row), flush=True)
            shutil.rmtree(folder / f"place{number}")
            (folder / f"{number}.backup").unlink()
        print(f"{times - bad} of {times} backups restored whole.")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
