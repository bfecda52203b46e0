"""Filing a complaint over HTTP, one client and sixteen; and what the form weighs on the wire."""

import gzip
import os
import re
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from bench.prepare import Run
from bench.results import Figure, Target
from bench.served import Client, Form, complaint, file, served
from bench.yardsticks import Job, durable_commit, filing_alone, filings_a_second, hello, rounds, timed

EACH, MANY, PATIENCE = 12, 16, 3.2
"""Filings of a round by one client; clients at once; and seconds that a person needs at least to fill in the form."""
MOST = {"sqlite": 1.2, "postgresql": 1.25}
"""Times K, one durable commit and H that a filing by one client may take."""
OF_THE_DERIVATIONS = 0.8
"""The share of what the derivations alone allow that sixteen clients are to reach."""


def measure(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The figures "filing", "filing 16" and "form"."""
    with ExitStack() as stack:
        h = Client(stack.enter_context(served(run.largest.env, "bench.hello:app")).port)
        clients = {one.cases: Client(stack.enter_context(served(one.env)).port) for one in run.data}
        if "form" in names:
            yield _form(clients[run.data[0].cases])
        forms = {size: complaint(client) for size, client in clients.items()}
        time.sleep(PATIENCE)
        if "filing" in names:
            yield from _one(run, clients, forms, h)
        if "filing 16" in names:
            yield _many(run, clients[run.largest.cases], forms[run.largest.cases])


def _one(run: Run, clients: dict[int, Client], forms: dict[int, Form], h: Client) -> Iterator[Figure]:
    def filing(size: int) -> Job:
        return lambda: statistics.median([file(clients[size], forms[size]).seconds * 1000 for _ in range(EACH)])

    commit = durable_commit(run.ground)
    jobs: dict[str, Job] = {
        "K": lambda: statistics.median(timed(filing_alone, EACH)),
        "commit": lambda: statistics.median(timed(commit, EACH)),
        "H": hello(h, EACH),
    }
    found = rounds(run.rounds, {**jobs, **{str(size): filing(size) for size in clients}})
    yard = [sum(each) for each in zip(found["K"], found["commit"], found["H"], strict=True)]
    parts = ", ".join(f"{name} {statistics.median(found[name]):.1f}" for name in jobs)
    for size in clients:
        yield Figure("filing", "filing a complaint, 1 client", run.kind, size, "ms", found[str(size)],
                     "K + commit + H", yard, Target("ratio", "most", MOST[run.kind]), f"in ms: {parts}")  # fmt: skip


def _many(run: Run, client: Client, form: Form) -> Figure:
    def sixteen() -> float:
        with ThreadPoolExecutor(MANY) as pool:
            begin = time.perf_counter()
            list(pool.map(lambda _turn: file(client, form), range(4 * MANY)))
            return 4 * MANY / (time.perf_counter() - begin)

    found = rounds(run.rounds, {"filings": sixteen, "K": filings_a_second})
    allowed = statistics.median(found["K"])
    note = f"the derivations alone allow {allowed:.0f} a second on {os.cpu_count()} cores"
    target = Target("ratio", "least", OF_THE_DERIVATIONS)
    return Figure("filing 16", "filing a complaint, 16 clients", run.kind, run.largest.cases, "a second",
                  found["filings"], "K", found["K"], target, note)  # fmt: skip


# --- the form ----------------------------------------------------------------------------------------------


def _form(client: Client) -> Figure:
    """All questions on one page, the heaviest way to file; its first page alone is in the note."""
    (whole, answers, squeezed, script), (first, *_rest) = (
        _wire(client, "/complain?step=all"),
        _wire(client, "/complain"),
    )
    note = f"{answers} answers, {'a script is offered and not needed' if script else 'no script'}"
    if squeezed:
        note += f"; {squeezed} of them as a proxy's gzip sends them, because the program did not compress them"
    note += f"; asked one thing a page it begins with {first:.1f} kB"
    return Figure("form", "the form over the wire, and all it loads", "–", 0, "kB", [whole],
                  target=Target("value", "most", 14), note=note)  # fmt: skip


def _wire(client: Client, path: str) -> tuple[float, int, int, bool]:
    """kB of head and body of a page and of all that it loads, for a browser that takes compressed answers; how many
    answers those are, how many of them the program did not compress, and whether there is a script among them."""
    plain = client.get(path).body.decode()
    loaded = re.findall(r'<(?:link[^>]* rel="stylesheet"[^>]* href|script[^>]* src|img[^>]* src)="(/[^"]+)"', plain)
    size, squeezed = 0, 0
    for one in (path, *loaded):
        answer = client.get(one, Accept_Encoding="gzip, br, zstd")
        size += answer.size
        if "Content-Encoding" not in answer.headers:
            squeezed += 1
            size += len(gzip.compress(answer.body, 6)) - len(answer.body)
    return size / 1000, 1 + len(loaded), squeezed, "<script" in plain
