"""`python -m bench.sought sqlite|postgresql CASES`: search over sealed words through a real database, as the desk's
page asks it (`reports.word_search`): how fast the index is made, how large it is, how long a search takes, also while
another process merges, how long another writer waits then, and how much a process grows.

The cases are those of `tests.search.cases`. Their rows are written directly, sealed by the product's own functions:
what is measured is the index. Beside each figure stands the machine's load of that minute.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import func, insert, select, text

from bench.ground import Env, environment, ground
from bench.prepare import application
from grievance import clock, demonstration
from grievance.access import Person, envelope_place
from grievance.accounts.keys.party_keys import party_key
from grievance.crypto.compartments import CaseKeys, Compartment, commit
from grievance.crypto.envelopes import seal_to
from grievance.extensions import db
from grievance.maintenance import indexing
from grievance.models.case import Case, Channel
from grievance.models.keys import SecretariatEnvelope
from grievance.models.people import PartyKind
from grievance.models.search import SearchBlock, SearchSegment
from grievance.models.writing import Writing
from grievance.record.transaction import unit_of_work
from grievance.record.writings import seal_writing
from grievance.reports import searchable
from grievance.reports.word_search import Among, find_words
from grievance.search import asking, merging, store
from grievance.search.query import parsed
from tests.search.cases import Office

QUERIES, AT_ONCE = 240, 500
KINDS = ("words", "words", "words", "beginnings", "phrases", "phrases")


def run(kind: str, cases: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, ground(kind, folder) as base:
        base.create("sought")
        env = environment(base.url("sought"), folder)
        with application(env):
            upgrade(directory="migrations")
            noor, office = demonstration.make_cast()["Noor"], Office(cases)
            begun = time.perf_counter()
            _write(noor, office)
            took = time.perf_counter() - begun
            yield f"{kind}, {cases:,} cases, {len(office.texts):,} writings, written in {took:.0f} s{_load()}"
            yield from _made(noor, sum(len(words.encode()) for _case, words in office.texts))
            before, queries = _resident(), list(office.queries(QUERIES))
            yield from _asked(noor, queries, "a search")
            yield from _index_alone(noor, queries)
            yield f"resident memory: {_resident() - before:+.1f} MB by these searches{_load()}"
            yield from _while_merging(noor, queries, env)


def _load() -> str:
    return f" (load {os.getloadavg()[0]:.1f})"


def _resident() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


# --- making ------------------------------------------------------------------------------------------------


def _write(noor: Person, office: Office) -> None:
    """The rows of all cases, the first one the oldest."""
    now, key = clock.now(), party_key(PartyKind.SECRETARIAT)
    rows: dict[Any, list[dict[str, Any]]] = {Case: [], SecretariatEnvelope: [], Writing: []}
    for number, texts in groupby(office.texts, lambda one: one[0]):
        master, at = os.urandom(32), now - timedelta(minutes=10_000_000 - number)
        case = Case(id=secrets.token_hex(16), reference=f"C{number:09}", handovers=0, channel=Channel.WEB,
                    language="en", received_at=at, version=1)  # fmt: skip
        keys = CaseKeys.from_master(master)
        sealed = seal_to(key.public_key, master, envelope_place("secretariat", case.id))
        rows[Case].append(_row(case))
        rows[SecretariatEnvelope].append(
            {"case_id": case.id, "key_id": key.key_id, "sealed": sealed, "commit": commit(master)}
        )
        for _case, words in texts:
            writing = seal_writing(case, noor, keys, at, Compartment.CORRESPONDENCE, "file", {"account": words})
            db.session.expunge(writing)
            rows[Writing].append(_row(writing))
        if len(rows[Case]) == AT_ONCE:
            _insert(rows)
    _insert(rows)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _row(new: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(new).items() if name in new.__table__.c}


def _insert(rows: dict[Any, list[dict[str, Any]]]) -> None:
    with unit_of_work(effect=False) as session:
        for table, some in rows.items():
            if some:
                session.execute(insert(table), some)
            some.clear()


def _made(noor: Person, clear: int) -> Iterator[str]:
    made = merged = own = 0.0
    while ids := searchable.newest_waiting(indexing.PRESS):
        for at in range(0, len(ids), indexing.CASES):
            begun, processor = time.perf_counter(), time.process_time()
            indexing.index_cases(noor, ids[at : at + indexing.CASES])
            made += time.perf_counter() - begun
            own += time.process_time() - processor
            begun = time.perf_counter()
            if due := merging.due(noor):
                merging.merge(due, rest=lambda _seconds: None)
                merged += time.perf_counter() - begun
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    size = db.session.scalar(select(func.sum(func.length(SearchBlock.sealed)))) or 0
    size += db.session.scalar(select(func.sum(func.length(SearchSegment.contents)))) or 0
    segments = db.session.scalar(select(func.count(SearchSegment.id)))
    rate, by_processor, all_of_it = (clear / took / 1e6 for took in (made, own, made + merged))
    yield f"made, with opening the writings: {rate:.2f} MB/s of clear text ({by_processor:.2f} of own processor time)"
    yield f"made and merged: {all_of_it:.2f} MB/s{_load()}"
    yield f"{segments} segments, {size / 1e6:.1f} MB, {size / clear:.2f} of {clear / 1e6:.1f} MB of clear text"


# --- asking ------------------------------------------------------------------------------------------------


def _asked(noor: Person, queries: list[str], name: str) -> Iterator[str]:
    """As the page asks: with rights, filters, and the sentences of the first page."""
    yield from _timed(lambda typed: find_words(noor, typed, Among()), queries, name)


def _index_alone(noor: Person, queries: list[str]) -> Iterator[str]:
    """Without rights and sentences: the segments' keys, the blocks, and the join by case."""
    yield from _timed(lambda typed: asking.ask(parsed(typed), store.open_segments(noor)), queries, "the index alone")


def _timed(ask: Callable[[str], Any], queries: list[str], name: str) -> Iterator[str]:
    """Milliseconds of the clock, and in brackets of this process's own processor time, which other load lengthens
    less."""
    times: dict[str, list[tuple[float, float]]] = {}
    for number, typed in enumerate(queries):
        begun, own = time.perf_counter(), time.process_time()
        ask(typed)
        took = (time.perf_counter() - begun) * 1000, (time.process_time() - own) * 1000
        times.setdefault(KINDS[number % 6], []).append(took)
        db.session.rollback()
    for kind, both in times.items():
        (middle, most), (own_middle, own_most) = map(_two, zip(*both, strict=True))
        yield (f"{name}, {kind}: {middle:.1f} ({own_middle:.1f}) ms, 95 in 100: {most:.1f} ({own_most:.1f}){_load()}")


def _two(took: Sequence[float]) -> tuple[float, float]:
    """The median, and what 95 in 100 keep to."""
    return median(took), quantiles(took, n=20)[-1]


# --- beside a merge ----------------------------------------------------------------------------------------


def _while_merging(noor: Person, queries: list[str], env: Env) -> Iterator[str]:
    """Another process makes one of all segments, and a third writes one row again and again."""
    others = [_other(env, what) for what in ("merge", "write")]
    for other in others:
        if other.stdout:
            other.stdout.readline()
    asked = 0
    while others[0].poll() is None:
        yield from _asked(noor, queries[:60], "while another process merges, a search")
        asked += 1
    for other in others:
        yield f"{other.communicate('')[0].strip()}; asked {asked} times meanwhile{_load()}"


def _other(env: Env, what: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.sought", what]
    return subprocess.Popen(
        command, env={**os.environ, **env}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _merge() -> None:
    merging.SIZES, merging.TOGETHER = (10**9,), 2  # type: ignore[misc, assignment]
    noor = demonstration.signed_in("Noor")
    print("ready", flush=True)
    begun, done = time.perf_counter(), True
    if some := merging.due(noor):
        done = merging.merge(some)
    print(f"merged {len(some)} segments in {time.perf_counter() - begun:.1f} s with its pauses: {done}", flush=True)


def _writing() -> None:
    """A row of its own, until nobody reads what it says, at most ten minutes."""
    print("ready", flush=True)
    waited, until = list[float](), time.monotonic() + 600
    case_id = db.session.scalar(select(Case.id).limit(1))
    parent = os.getppid()
    while time.monotonic() < until and not _over() and os.getppid() == parent:
        begun = time.perf_counter()
        with unit_of_work(effect=False) as session:
            session.execute(text("UPDATE cases SET suspended = suspended WHERE id = :id"), {"id": case_id})
        waited.append((time.perf_counter() - begun) * 1000)
        time.sleep(0.01)
    p95 = quantiles(waited, n=20)[-1]
    print(f"another writer: {len(waited)} writes, 95 in 100 within {p95:.1f} ms, the longest {max(waited):.1f} ms")


def _over() -> bool:
    """Whether the one that began this has closed its end."""
    import select as ready

    return bool(ready.select([sys.stdin], [], [], 0)[0])


if __name__ == "__main__":
    if sys.argv[1] in ("merge", "write"):
        with application(dict(os.environ)):
            _merge() if sys.argv[1] == "merge" else _writing()
    else:
        for line in run(sys.argv[1], int(sys.argv[2])):
            print(line, flush=True)
