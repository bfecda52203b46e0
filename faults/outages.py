"""What the servers stand on goes away under them and comes back: the database, the files, the disk, the right time."""

import shutil
import time
from collections.abc import Callable
from typing import Any

from faults.check import report
from faults.crowd import Crowd, at_work
from faults.databases import Postgres
from faults.disks import Skipped, frozen, mount
from faults.kills import chance, progress
from faults.office import Office

WARM_UP = 5


def during(
    office: Office, fault: Callable[[Crowd], None], mend: Callable[[], object] = lambda: None, **more: Any
) -> dict[str, Any]:
    """A crowd works, the fault comes and goes, the crowd finishes what it began, and everything is checked. `mend`:
    what is put right only when nobody works any more."""
    office.start_web()
    with at_work(office.port, pause=0.1) as crowd:
        time.sleep(WARM_UP)
        fault(crowd)
        time.sleep(WARM_UP)
    mend()
    return report(office, crowd.ledger, **more)


def postgres_kills(office: Office, number: int = 10) -> dict[str, Any]:
    """`kill -9` of PostgreSQL and all its processes at random moments, and its start from the log, while the web
    processes go on."""
    server = office.database
    if not isinstance(server, Postgres):
        raise Skipped("SQLite has no server that could be killed.")

    def kill(crowd: Crowd) -> None:
        for turn in range(number):
            time.sleep(chance.uniform(0.5, 2))
            server.kill()
            server.start()
            progress("kills of PostgreSQL", turn + 1, number)

    return during(office, kill, kills=number)


def database_away(office: Office, seconds: int = 60) -> dict[str, Any]:
    """PostgreSQL is stopped for a time and started again; web and worker go on."""
    server = office.database
    if not isinstance(server, Postgres):
        raise Skipped("SQLite has no server that could be away.")

    def away(crowd: Crowd) -> None:
        server.stop()
        time.sleep(seconds)
        server.start()

    office.start_worker()
    return during(office, away, seconds=seconds)


def files_away(office: Office, seconds: int = 10) -> dict[str, Any]:
    """The folder of the files is gone, and comes back: first no folder at all, then an empty one in its place, as
    under a disk that is not mounted."""
    hidden = office.files.with_name("unmounted")

    def vanish(crowd: Crowd) -> None:
        office.files.rename(hidden)
        time.sleep(seconds / 2)
        office.files.mkdir(exist_ok=True)
        time.sleep(seconds / 2)
        shutil.rmtree(office.files)  # whatever was put there would be hidden under the mount
        hidden.rename(office.files)

    return during(office, vanish, seconds=seconds)


def full_disk(office: Office, seconds: int = 10) -> dict[str, Any]:
    """The disk that holds files, uploads that arrive and, on SQLite, the database is full to the last byte, and is
    emptied again."""
    ballast = office.folder / "ballast"

    def fill(crowd: Crowd) -> None:
        end = time.monotonic() + seconds
        with ballast.open("wb", buffering=0) as file:
            while time.monotonic() < end:  # what the program frees is taken, too
                try:
                    file.write(bytes(4096))
                except OSError:
                    time.sleep(0.05)
        ballast.unlink()

    return during(office, fill, seconds=seconds)


def read_only_disk(office: Office, seconds: int = 10) -> dict[str, Any]:
    """The disk turns read-only, as after an error; the web processes are started anew on it, because a disk with
    files open for writing cannot be switched from outside."""

    def freeze(crowd: Crowd) -> None:
        office.kill_web()
        frozen(office.folder)
        office.start_web()
        time.sleep(seconds)
        office.kill_web()
        mount("-o", "remount,rw", str(office.folder))
        office.start_web()

    return during(office, freeze, seconds=seconds)


def clock_back(office: Office, seconds: int = 15) -> dict[str, Any]:
    """The clock is set back by an hour while people work, and put right when they have finished. The servers run behind
    `faults/clockwork.py`, which reads by how much the clock is wrong."""
    wrong = office.folder / "clock"
    wrong.write_text("0")
    office.server = "faults.clockwork:app"
    office.settings |= {"CLOCK_FILE": str(wrong), "FLASK_APP": "faults.clockwork"}
    office.start_worker()

    def set_back(_crowd: Crowd) -> None:
        wrong.write_text("-3600")
        time.sleep(seconds)

    return during(office, set_back, lambda: wrong.write_text("0"), seconds=seconds)
