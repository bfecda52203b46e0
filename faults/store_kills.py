"""`kill -9` of a volume server of the object store, while complainants upload and download."""

import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from faults.crowd import Crowd
from faults.disks import Skipped
from faults.kills import chance, progress
from faults.office import Office
from faults.outages import during
from faults.stores import KEY_ID, SECRET, SeaweedFS, program, until

AWAY, BACK = 15, 10
"""Seconds for which a volume server is dead, and after which the next one dies."""


def store_kills(office: Office, number: int = 10) -> dict[str, Any]:
    """The files lie in a SeaweedFS that keeps each twice, on two of its three volume servers. One of them is killed and
    begun again, `number` times; web processes and worker go on."""
    without: list[float] = []

    def kill(crowd: Crowd) -> None:
        for turn in range(number):
            time.sleep(chance.uniform(0, 2))
            name = chance.choice(store.volumes)
            store.kill(name)
            killed = time.time()
            time.sleep(AWAY)
            store.begin_again(name)
            time.sleep(BACK)
            without.append(_until_a_file(crowd, killed))
            progress("kills of a volume server", turn + 1, number)

    with _in_a_bucket(office) as store:
        office.prepare()
        office.start_worker()
        result = during(office, kill, kills=number)
    median, longest = round(statistics.median(without), 1), round(max(without), 1)
    return {**result, "no complaint with files was acknowledged for, seconds": {"median": median, "longest": longest}}


def _until_a_file(crowd: Crowd, since: float) -> float:
    """Seconds until somebody was told that a complaint with files has come in."""
    ends = [one.at for one in crowd.ledger.complaints if one.digests and one.at > since]
    return min(ends, default=time.time()) - since


@contextmanager
def _in_a_bucket(office: Office) -> Iterator[SeaweedFS]:
    """Its files lie in a bucket from now on. Raises `Skipped` where there is no SeaweedFS."""
    if not shutil.which(program("weed")):
        raise Skipped("SeaweedFS is not installed.")
    (folder := office.logs / "store").mkdir()
    store = SeaweedFS(folder)
    try:
        until(lambda: store.ask("PUT", "/files") == 200, "the bucket")
        until(lambda: store.ask("PUT", "/files/first", body=b"1") == 200, "room for a file")
        office.settings |= {
            "FILES_URL": "s3://files/office", "FILES_ENDPOINT": store.access.endpoint, "FILES_KEY_ID": KEY_ID,
            "FILES_SECRET": SECRET, "ERASURES": str(office.folder / "erasures.jsonl"),
        }  # fmt: skip
        yield store
    finally:
        office.stop_programs()
        store.end()
