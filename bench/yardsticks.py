"""What a figure is set against, measured in the same minutes: H, K, one durable commit. (F is in `bench.sweeping`.)"""

import os
import secrets
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable

from bench.ground import Postgresql, Sqlite
from bench.served import Client
from grievance.access import envelope_place
from grievance.crypto import receipt_codes
from grievance.crypto.compartments import CaseKeys, Compartment, complainant_key, new_master
from grievance.crypto.envelopes import new_key_pair, seal_to
from grievance.crypto.sealing import place, seal

WORDS = b"The guards at the north gate pushed me when I asked for the wages that we are owed." * 3
PUBLIC = new_key_pair().public
Job = Callable[[], float]


def rounds(number: int, jobs: dict[str, Job]) -> dict[str, list[float]]:
    """Run all jobs once to warm up, then `number` times in turn, so that whatever else the machine does falls on all
    alike."""
    found: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(number + 1):
        for name, job in jobs.items():
            value = job()
            if turn:
                found[name].append(value)
    return found


def timed(job: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each time."""
    took = []
    for _time in range(times):
        begin = time.perf_counter()
        job()
        took.append((time.perf_counter() - begin) * 1000)
    return took


def hello(client: Client, times: int, at: Callable[[list[float]], float] = statistics.median) -> Job:
    """H: milliseconds of a Flask page that says hello, served the same way, asked by the same client."""
    return lambda: at([client.get("/").seconds * 1000 for _ in range(times)])


def filing_alone() -> None:
    """K: the derivation and the sealing that a filing needs, and nothing else."""
    keys = receipt_codes.receipt_keys(receipt_codes.stretch(receipt_codes.make(), b"\0" * 16), b"\0" * 32)
    master, case_id = new_master(), secrets.token_hex(16)
    seal_to(PUBLIC, master, envelope_place("secretariat", case_id))
    seal(keys.wrapping, complainant_key(master), place("receipt", case_id))
    seal(CaseKeys.from_master(master).key(Compartment.CORRESPONDENCE), WORDS, place("writing", case_id))
    seal(secrets.token_bytes(32), b"0" * 20, place("filing", case_id))


def filings_a_second(each: int = 8) -> float:
    """How many K the cores of this machine do in a second, all at work."""
    cores = os.cpu_count() or 1
    threads = [threading.Thread(target=lambda: [filing_alone() for _ in range(each)]) for _ in range(cores)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return cores * each / (time.perf_counter() - begin)


def durable_commit(ground: Sqlite | Postgresql) -> Callable[[], object]:
    """One row of 2 kB, on disk when it returns; on the disk and with the settings of the databases measured."""
    row = (secrets.token_bytes(2048),)
    if isinstance(ground, Sqlite):
        lite = sqlite3.connect(f"{ground.folder}/commits.sqlite", isolation_level=None)
        for sql in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE IF NOT EXISTS t (row BLOB)"):
            lite.execute(sql)
        return lambda: lite.execute("INSERT INTO t VALUES (?)", row)
    import psycopg

    server = psycopg.connect(ground.base, autocommit=True)
    server.execute("CREATE TABLE IF NOT EXISTS t (row BYTEA)")
    return lambda: server.execute("INSERT INTO t VALUES (%s)", row)
