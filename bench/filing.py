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
HELP_DESK = 39
"""Complaints a second that a help desk without encryption takes from sixteen clients."""


def measure(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The figures "filing", "filing 16" and "form"."""
    with ExitStack() as stack:
        h = Client(stack.enter_context(served({}, "bench.hello:app")).port)
        clients = {one.cases: Client(stack.enter_context(served(one.env)).port) for one in run.data}
        if "form" in names:
            yield _form(run, clients[run.data[0].cases])
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
                     "K + commit + H", yard, Target("ratio", "most", 1.3), f"in ms: {parts}")  # fmt: skip


def _many(run: Run, client: Client, form: Form) -> Figure:
    def sixteen() -> float:
        with ThreadPoolExecutor(MANY) as pool:
            begin = time.perf_counter()
            list(pool.map(lambda _turn: file(client, form), range(4 * MANY)))
            return 4 * MANY / (time.perf_counter() - begin)

    found = rounds(run.rounds, {"filings": sixteen, "K": filings_a_second})
    allowed = statistics.median(found["K"])
    note = f"the derivations alone allow {allowed:.0f} a second on {os.cpu_count()} cores"
    target = Target("value", "least", HELP_DESK)
    return Figure("filing 16", "filing a complaint, 16 clients", run.kind, run.largest.cases, "a second",
                  found["filings"], "K", found["K"], target, note)  # fmt: skip


# --- the form ----------------------------------------------------------------------------------------------


def _form(run: Run, client: Client) -> Figure:
    """Head and body of the page and of all that it loads, for a browser that takes compressed answers."""
    first = client.get("/complain", Accept_Encoding="gzip, br, zstd")
    plain = client.get("/complain").body.decode()
    loaded = re.findall(r'<(?:link[^>]* rel="stylesheet"[^>]* href|script[^>]* src|img[^>]* src)="(/[^"]+)"', plain)
    answers = [first, *(client.get(path, Accept_Encoding="gzip, br, zstd") for path in loaded)]
    sizes, squeezed = [], 0
    for answer in answers:
        if "Content-Encoding" in answer.headers:
            sizes.append(answer.size)
        else:
            squeezed += 1
            sizes.append(answer.size - len(answer.body) + len(gzip.compress(answer.body, 6)))
    script = "<script" in plain
    note = f"{len(answers)} answers, {'a script is offered' if script else 'no script'}"
    if squeezed:
        note += f"; {squeezed} of them as a proxy's gzip sends them, because the program did not compress them"
    return Figure("form", "the form over the wire, and all it loads", "–", 0, "kB", [sum(sizes) / 1000],
                  target=Target("value", "most", 14), note=note)  # fmt: skip
