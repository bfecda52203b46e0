"""Two versions of the program at once, as during an upgrade: the old one goes on while the tables change under it."""

import subprocess
import tarfile
import time
from pathlib import Path
from typing import Any

from faults.check import count_cases, report
from faults.crowd import at_work
from faults.disks import Skipped
from faults.office import ROOT, Office

SECONDS = 10
MIGRATIONS = "migrations/versions/"


def two_versions(office: Office, seconds: int = SECONDS, old: str = "") -> dict[str, Any]:
    """The old version serves and clients work; the tables are brought to the newest state under it; the new version
    serves beside it, and clients of both file, write and step on the same cases; then the old one ends. `old`: a
    commit; by default the last one with fewer migrations than now."""
    commit = old or older_version()
    before = Office.beside(office, unpack(commit, office.logs / "old"))
    before.flask("db", "upgrade")
    before.flask("demo")
    cases = count_cases(office)
    before.start_web()
    before.start_worker()
    try:
        with at_work(before.port, clients=3, pause=0.2) as crowd:
            time.sleep(seconds)
            office.flask("db", "upgrade")
            office.start_web()
            with at_work(office.port, clients=3, pause=0.2, ledger=crowd.ledger):
                time.sleep(seconds)
        before.stop_programs()
        office.flask("sweep")
        return report(office, crowd.ledger, before=cases, old=commit)
    finally:
        before.stop_programs()


def older_version() -> str:
    """The newest commit that has a part of today's migrations, from the first on. Raises `Skipped`."""
    ours = sorted(path.name for path in (ROOT / MIGRATIONS).glob("0*.py"))
    for changed in _git("log", "--first-parent", "--format=%H", "--", MIGRATIONS).split():
        names = sorted(Path(one).name for one in _git("ls-tree", "--name-only", f"{changed}^", MIGRATIONS).split())
        if names and names == ours[: len(names)] and len(names) < len(ours):
            return f"{changed}^"
    raise Skipped("No older version with fewer migrations is known here.")


def days() -> list[str]:
    """The last commit of each day on which there was one, the oldest first."""
    lines = [line.split() for line in _git("log", "--first-parent", "--reverse", "--format=%cs %H").splitlines()]
    return list(dict(lines).values())


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    except (subprocess.CalledProcessError, FileNotFoundError):
        raise Skipped("The older version is taken from the git history, and there is none here.") from None
    return done.stdout


def unpack(commit: str, folder: Path) -> Path:
    """The program as it was at a commit."""
    archive = folder.with_suffix(".tar")
    _git("archive", "--output", str(archive), commit)
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return folder
