"""`python -m faults SCENARIO [NUMBER] [--database sqlite|postgresql|both]`: break one thing on purpose, and print what
people saw meanwhile and what was there afterwards."""

import argparse
import json
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from faults import (
    before,
    drafts,
    failover,
    hosts,
    kills,
    migrations,
    outages,
    rolling,
    slow,
    soak,
    spread,
    store_kills,
    sweeps,
    taken,
    versions,
)
from faults.disks import Skipped
from faults.office import Office, scratch
from grievance import clock

RESULTS = Path(__file__).parent / "results"
Scenario = Callable[..., dict[str, Any]]
SCENARIOS: dict[str, Scenario] = {
    "kills": kills.kills,
    "worker-kills": sweeps.worker_kills,
    "postgres-kills": outages.postgres_kills,
    "full-disk": outages.full_disk,
    "read-only-disk": outages.read_only_disk,
    "database-away": outages.database_away,
    "files-away": outages.files_away,
    "store-kills": store_kills.store_kills,
    "clock-back": outages.clock_back,
    "two-versions": versions.two_versions,
    "rolling": rolling.rolling,
    "from-before": before.from_before,
    "migration-kills": migrations.migration_kills,
    "slow-lines": slow.slow_lines,
    "slow-parts": slow.slow_parts,
    "unsent-forms": drafts.unsent_forms,
    "failover": failover.failover,
    "taken": taken.taken,
    "soak": soak.soak,
}
ALONE = ("soak", "failover")
"""Those that take an hour."""
ON_A_SMALL_DISK = {"full-disk": 160, "read-only-disk": 256, "unsent-forms": 1024}
"""Megabytes."""
OF_AN_OLDER_VERSION = ("two-versions", "rolling", "from-before")
UNPREPARED = (*OF_AN_OLDER_VERSION, "taken", "store-kills")
"""What makes the office itself: of another version, with further keys, or with its files elsewhere."""
DATABASES = ("sqlite", "postgresql")


def words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument(
        "scenario", choices=(*SCENARIOS, "all"), help="`all` is each but soak and failover, with its own number"
    )
    parser.add_argument(
        "number",
        nargs="?",
        type=int,
        help="of kills, of seconds that something is away, of slow lines, of minutes, or of rounds",
    )
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--rounds", type=int, dest="number", default=argparse.SUPPRESS, help="of failover: its number")
    parser.add_argument(
        "--from", dest="old", help="a commit: the version before, of two-versions, rolling and from-before"
    )
    parser.add_argument("--minutes", type=int, default=60, help="of the soak")
    parser.add_argument("--rate", type=float, default=3.0, help="requests a second of the soak")
    return parser.parse_args()


def run(name: str, database: str, said: argparse.Namespace) -> dict[str, Any]:
    """One scenario on one database, on a fresh office."""
    try:
        with _office(name, database) as office:
            result = _scenario(name, office, said)
    except Skipped as why:
        result = {"skipped": str(why), "good": True}
    return {"scenario": name, "database": database, "on": clock.today("UTC").isoformat(), **result}


def _office(name: str, database: str) -> AbstractContextManager[Office]:
    if name == "failover":
        return spread.clustered(database)
    if name == "taken":
        hosts.own_network()
    return scratch(database, ON_A_SMALL_DISK.get(name, 0), prepare=name not in UNPREPARED)


def _scenario(name: str, office: Office, said: argparse.Namespace) -> dict[str, Any]:
    if name == "soak":
        return soak.soak(office, said.minutes, said.rate)
    more = {"old": said.old} if said.old and name in OF_AN_OLDER_VERSION else {}
    return SCENARIOS[name](office, *([said.number] if said.number else []), **more)


def show(result: dict[str, Any]) -> None:
    print(f"\n{result['scenario']} on {result['database']}: {'good' if result['good'] else 'NOT GOOD'}")
    for name, value in result.items():
        if name == "seen":
            for sentence, times in value.items():
                print(f"  {times:>26} × {sentence}")
        elif name not in ("scenario", "database", "good", "minutes"):
            print(f"  {name:>26}: {value}")


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers end and disks are taken off
    said = words()
    names = [one for one in SCENARIOS if one not in ALONE] if said.scenario == "all" else [said.scenario]
    good = True
    for name in names:
        for database in DATABASES if said.database == "both" else (said.database,):
            result = run(name, database, said)
            RESULTS.mkdir(exist_ok=True)
            text = json.dumps(result, indent=1, ensure_ascii=False)
            (RESULTS / f"{name}-{database}.json").write_text(text + "\n")
            show(result)
            good = good and result["good"]
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
