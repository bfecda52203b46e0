"""The pages that officers wait for, over HTTP, at each number of cases: the queue, its filters, a case, a search."""

import math
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from bench.prepare import Data, Run
from bench.results import Figure, Target
from bench.served import Client, served, token_of
from bench.stories import MESSAGES
from bench.yardsticks import Job, hello, rounds
from grievance.reports.queue_asked import SHOWS

EACH, FEW = 40, 8
FILTERS = [*(f"show={name}" for name in SHOWS), "company=1", "officer=1", "state=escalated", "severity=medium"]
Level = Callable[[list[float]], float]


def p95(values: list[float]) -> float:
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def measure(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The figures "queue", "filters", "case", "search", "complainant" and "company"."""
    with ExitStack() as stack:
        h = Client(stack.enter_context(served(run.largest.env, "bench.hello:app")).port)
        desks = {one.cases: Client(stack.enter_context(served(one.env)).port).sign_in() for one in run.data}
        if "queue" in names:
            yield from _queue(run, desks, h)
        if "filters" in names:
            yield from _filters(run, desks)
        if "case" in names:
            title = f"case page with {MESSAGES} sealed messages"
            most = 12 if run.kind == "postgresql" else 10
            yield from _page(run, desks, h, "case", title, lambda one: f"/desk/cases/{one.messages}", most)
        if "complainant" in names:
            hers = {one.cases: Client(desks[one.cases].port).follow(one.followed.code) for one in run.data}
            yield from _page(run, hers, h, "complainant", "the complainant's page", lambda _one: "/follow/case", 8)
        if "company" in names:
            theirs = {one.cases: Client(desks[one.cases].port).sign_in("Victor") for one in run.data}
            yield from _page(run, theirs, h, "company", "the company's page",
                             lambda one: f"/company/cases/{one.followed.reference}", 8)  # fmt: skip
        if "search" in names:
            yield from _search(run, desks, h)


def _asking(client: Client, path: str, level: Level, expected: int = 200, times: int = EACH) -> Job:
    return lambda: level([client.get(path, expected).seconds * 1000 for _ in range(times)])


def _search(run: Run, desks: dict[int, Client], h: Client) -> Iterator[Figure]:
    jobs = {str(one.cases): _finding(desks[one.cases], one.messages) for one in run.data}
    found = rounds(run.rounds, {"H": hello(h, 2 * FEW), **jobs})
    for size in desks:
        yield Figure("search", "search by reference", run.kind, size, "ms", found[str(size)], "H", found["H"])


def _finding(client: Client, reference: str) -> Job:
    sent = {"q": reference, "csrf_token": token_of(client.get("/desk").body.decode())}
    return lambda: _median([client.post("/desk/search", sent).seconds * 1000 for _ in range(2 * FEW)])


def _queue(run: Run, desks: dict[int, Client], h: Client) -> Iterator[Figure]:
    jobs = {str(size): _asking(desk, "/desk", p95) for size, desk in desks.items()}
    found = rounds(run.rounds, {"H": hello(h, EACH), **jobs})
    least = run.data[0].cases
    for size in desks:
        title, values = "the officer's queue, 95th percentile", found[str(size)]
        yield Figure("queue", title, run.kind, size, "ms", values, "H", found["H"],
                     Target("ratio", "most", 12 if run.kind == "postgresql" else 9))  # fmt: skip
        if size != least:
            title = f"the same, beside {least:,} cases"
            yield Figure("queue growth", title, run.kind, size, "ms", values, f"at {least:,}", found[str(least)],
                         Target("ratio", "most", 1.2))  # fmt: skip


def _filters(run: Run, desks: dict[int, Client]) -> Iterator[Figure]:
    """Of all filters the one that grew most, by each one's fastest round: among so many, a slow one would be the worst
    by chance. Beside the smallest number of cases at which its page has as many lines: one of fifty costs more than one
    of two, however many cases there are."""
    jobs = {
        f"{query} {size}": _asking(desk, f"/desk?{query}", statistics.median, times=FEW)
        for query in FILTERS
        for size, desk in desks.items()
    }
    found = rounds(run.rounds, jobs)
    shown = {(query, size): lines(desk, query) for query in FILTERS for size, desk in desks.items()}
    for size in list(desks)[1:]:
        base = {query: min(s for s in desks if shown[query, s] == shown[query, size]) for query in FILTERS}
        growth = {query: min(found[f"{query} {size}"]) / min(found[f"{query} {base[query]}"]) for query in FILTERS}
        worst = max(growth, key=lambda query: growth[query])
        title = f"of the queue's {len(FILTERS)} filters the one that grows most"
        note = f"{worst}, {shown[worst, size]} lines on both pages"
        yield Figure("filters", title, run.kind, size, "ms", found[f"{worst} {size}"], f"at {base[worst]:,}",
                     found[f"{worst} {base[worst]}"], Target("ratio", "most", 1.2), note)  # fmt: skip


def lines(desk: Client, query: str) -> int:
    """How many cases this page shows."""
    rows = desk.get(f"/desk?{query}").body.partition(b"<tbody")[2].partition(b"</tbody")[0]
    return rows.count(b'<a class="ref"')


_median = statistics.median


def _page(
    run: Run, desks: dict[int, Client], h: Client, name: str, title: str, path: Callable[[Data], str],
    most: float | None = None,
) -> Iterator[Figure]:  # fmt: skip
    jobs = {str(one.cases): _asking(desks[one.cases], path(one), _median, times=2 * FEW) for one in run.data}
    found = rounds(run.rounds, {"H": hello(h, 2 * FEW), **jobs})
    target = Target("ratio", "most", most) if most else None
    for size in desks:
        yield Figure(name, title, run.kind, size, "ms", found[str(size)], "H", found["H"], target)
