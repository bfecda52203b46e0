"""`python -m bench.search CASES`: how large the index is, how fast it is made and merged, and how long a search takes
at the server but for the database, on generated cases of eight languages (`tests.search.cases`).

Sealed blocks lie in memory in place of the database's rows: what is measured is reading the sealed contents, choosing
the blocks, opening and reading them, and joining by case. The numbers are of the machine that they were made on.
"""

import os
import sys
import time
from collections.abc import Iterator
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

from grievance.maintenance.indexing import uncollected
from grievance.search import asking, merging
from grievance.search.query import parsed
from grievance.search.segment import KEY, Reader, Writer, entries_of
from grievance.search.store import Facts, Segment
from tests.search.cases import Office

BATCH = 300
"""Writings of a segment as a search makes it."""
MERGED = 6400
QUERIES = 240


class Stored:
    """A segment as the database has it."""

    def __init__(self, number: int, facts: Facts, entries: Any, whose: list[bytes]) -> None:
        self.number, self.facts, self.key = number, facts, os.urandom(KEY)
        writer = Writer(self.key, facts.room)
        self.blocks = list(writer.blocks(entries, whose))
        self.contents, self.words = writer.contents(), writer.words

    def opened(self) -> Segment:
        return Segment(self.number, self.facts, Reader(self.key, self.contents, self.words))


def run(cases: int) -> Iterator[str]:
    office = Office(cases)
    clear = sum(len(text.encode()) for _case, text in office.texts)
    yield f"{cases:,} cases, {len(office.texts):,} writings, {clear / 1e6:.1f} MB of clear text"
    begun, own = time.perf_counter(), time.process_time()
    small = []
    for at in range(0, len(office.texts), BATCH):
        with uncollected():
            some = office.documents(at, BATCH)
            facts = Facts(len(some), sum(one.volume for one in some))
            small.append(Stored(at + 1, facts, entries_of(some), [one.whose for one in some]))
    yield f"made: {_rates(clear, begun, own)}; {_size(small) / clear:.2f} of it"
    yield from _asked(office, small, "as made")
    begun, own = time.perf_counter(), time.process_time()
    merged = _merged(small)
    yield f"merged: {_rates(clear, begun, own)}; {_size(merged) / clear:.2f} of it"
    yield from _asked(office, merged, "merged")


def _rates(clear: int, begun: float, own: float) -> str:
    """By the clock, and by the processor time of this process: the machine may have others to serve."""
    by_clock, by_processor = (clear / took / 1e6 for took in (time.perf_counter() - begun, time.process_time() - own))
    return f"{by_clock:.2f} MB/s of clear text, {by_processor:.2f} of processor time, load {os.getloadavg()[0]:.1f}"


def _size(stored: list[Stored]) -> int:
    return sum(sum(map(len, one.blocks)) + len(one.contents) for one in stored)


def _merged(small: list[Stored]) -> list[Stored]:
    found = []
    for at in range(0, len(small), MERGED // BATCH):
        some = small[at : at + MERGED // BATCH]
        facts = Facts(sum(one.facts.documents for one in some), sum(one.facts.volume for one in some))
        with _fetching(some):
            parts, kept = merging.numbered([one.opened() for one in some])
            found.append(Stored(at + 1, facts, merging.entries(parts), kept))
    return found


def _fetching(stored: list[Stored]) -> Any:
    by_number = {one.number: one for one in stored}

    def fetch(wanted: dict[int, tuple[Segment, set[int]]]) -> None:
        for number, (segment, blocks) in wanted.items():
            for block in blocks - segment.blocks.keys():
                segment.blocks[block] = segment.reader.open(block, by_number[number].blocks[block])

    return patch.multiple(merging, fetch=fetch, db=_NoDatabase())


class _NoDatabase:
    class session:
        info = {"later": None}


def _asked(office: Office, stored: list[Stored], name: str) -> Iterator[str]:
    with _fetching(stored), patch.object(asking, "fetch", merging.fetch):
        times: dict[str, list[float]] = {}
        for number, typed in enumerate(office.queries(QUERIES)):
            kind = ("words", "words", "words", "beginnings", "phrases", "phrases")[number % 6]
            begun = time.perf_counter()
            asking.ask(parsed(typed), [one.opened() for one in stored])
            times.setdefault(kind, []).append((time.perf_counter() - begun) * 1000)
    for kind, took in times.items():
        most = quantiles(took, n=20)[-1]
        yield f"{name}, {len(stored)} segments, {kind}: {median(took):.1f} ms, 95 in 100: {most:.1f}"


if __name__ == "__main__":
    for line in run(int(sys.argv[1]) if len(sys.argv) > 1 else 2000):
        print(line, flush=True)
