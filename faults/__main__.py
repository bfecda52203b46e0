"""`python -m faults SCENARIO [--database sqlite|postgresql]`: break one thing, and print what became of it."""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from faults.kills import kills
from faults.office import scratch
from faults.soak import soak

RESULTS = Path(__file__).parent / "results"


def words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("scenario", choices=("kills", "soak"))
    parser.add_argument("number", nargs="?", type=int, help="of kills (200)")
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--minutes", type=int, default=60, help="of soak")
    parser.add_argument("--rate", type=float, default=3.0, help="requests a second of soak")
    return parser.parse_args()


def run(said: argparse.Namespace, database: str) -> dict[str, Any]:
    with scratch(database) as office:
        soaks = said.scenario == "soak"
        result = soak(office, said.minutes, said.rate) if soaks else kills(office, said.number or 200)
    return {"scenario": said.scenario, "database": database, "at": time.strftime("%Y-%m-%d"), **result}


def main() -> None:
    said, good = words(), True
    for database in ("sqlite", "postgresql") if said.database == "both" else (said.database,):
        result = run(said, database)
        good = good and result["good"]
        path = RESULTS / f"{said.scenario}-{database}.json"
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
        for name, value in result.items():
            if name != "minutes":
                print(f"{name:>28}  {value}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
