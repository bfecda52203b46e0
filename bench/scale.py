"""`python -m bench.scale`: what one association and two programmes need, counted from what was measured
(bench/results.json, bench/sizes.json) and from assumptions that stand in the page; writes docs/scale.md."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import results, sizes
from bench.results import Figure, number

PAGE = results.ROOT / "docs" / "scale.md"
YEAR, WORK = 365 * 86_400, 250 * 8 * 3_600
"""Seconds of a year, and those in which an office works."""
KIB, GIB, TIB = 2**10, 2**30, 2**40
MIB = 2**20


@dataclass(frozen=True)
class Assumed:
    """`name`: how the sums call it."""

    name: str
    words: str
    value: float


ASSUMED = (
    Assumed("peak", "the busiest hour beside the average hour, for complaints", 10),
    Assumed("work", "the busiest hour of the office's working time beside its average", 3),
    Assumed("pages", "pages that office and company open for one case, from its arrival to its end", 80),
    Assumed("visits", "pages of the public for one case: the form, and the case's own page", 40),
    Assumed("limits", "time limits of a case that the clock has to act on", 2),
    Assumed("steps", "steps of people in a case, each writing about what a filing writes", 11),
    Assumed("whole", "bytes of a case at its end beside those of bench.sizes, which are on their way", 2),
    Assumed("open", "share of a year's cases that are open at one time", 0.3),
    Assumed("files", "files of a case with their clean copies, in MB", 10),
    Assumed("used", "share of a core that may be busy in the busiest hour", 0.5),
    Assumed("kept", "years for which cases stay", 5),
    Assumed("restore", "MB a second at which a database is copied back", 100),
)
BY = {one.name: one.value for one in ASSUMED}
CASES = {"one association": 300, "a programme": 200_000, "a large programme": 10_000_000}


@dataclass(frozen=True)
class Cost:
    """What was measured: milliseconds of processor, bytes, cases a second."""

    filing: float
    page: float
    public: float
    due: float
    sweep: float
    case: float
    index: float
    log: float
    due_log: float
    process: float
    events: float


def costs(figures: list[Figure], measured: dict[str, Any]) -> Cost:
    """On PostgreSQL. What a request took is taken to be processor all of it, the client's and the database's included;
    a page of the public is taken to cost what a case's page does."""
    found = measured["postgresql"]
    filing, queue, case, sweep = (_largest(figures, one) for one in ("filing", "queue", "case", "sweep"))
    return Cost(filing, (queue + case) / 2, case, 1000 / sweep, sweep, found["bytes"], found["bytes of indexes"],
                found["bytes of log a filing"], found["bytes of log a due case"], _largest(figures, "memory"),
                found["bytes by table"]["events"])  # fmt: skip


def _largest(figures: list[Figure], name: str) -> float:
    """The median at the largest number of cases, on PostgreSQL."""
    those = [one for one in figures if one.name == name and one.database == "postgresql"]
    return max(those, key=lambda one: one.cases).median


@dataclass(frozen=True)
class Need:
    """What so many cases a year need. Cores are those of pages, form and worker with their share of the database."""

    filings: float
    pages: float
    visits: float
    form_cores: float
    page_cores: float
    sweep_share: float
    grown: float
    kept: float
    index: float
    hot: float
    log: float
    files: float
    restore: float
    processes: int

    @property
    def cores(self) -> float:
        return self.form_cores + self.page_cores


def need(cases: int, cost: Cost) -> Need:
    filings, visits = cases / YEAR * BY["peak"], cases * BY["visits"] / YEAR * BY["peak"]
    pages = cases * BY["pages"] / WORK * BY["work"]
    form = (filings * cost.filing + visits * cost.public) / 1000 / BY["used"]
    desk = pages * cost.page / 1000 / BY["used"]
    log = cases * ((1 + BY["steps"]) * cost.log + BY["limits"] * cost.due_log)
    grown = cases * cost.case * BY["whole"]
    kept = grown * BY["kept"]
    return Need(
        filings, pages, visits, form, desk, cases * BY["limits"] / 86_400 / 250 / cost.sweep, grown, kept,
        kept * cost.index / cost.case, cases * BY["open"] * cost.case, log, cases * BY["files"] * 1e6,
        kept / (BY["restore"] * 1e6), max(2, -(-int((form + desk) * 100) // 100)),
    )  # fmt: skip


def size(value: float) -> str:
    for unit, of in (("TiB", TIB), ("GiB", GIB), ("MiB", MIB)):
        if value >= of:
            return f"{number(value / of)} {unit}"
    return f"{number(value / KIB)} KiB"


def lines(needs: dict[str, Need], cost: Cost) -> Iterator[tuple[str, list[str]]]:
    """Each line of the table: what, and its value for each."""
    for words, of in {
        "complaints in the busiest hour, a second": lambda one: number(one.filings),
        "pages of office and companies in their busiest hour, a second": lambda one: number(one.pages),
        "pages of the public in the busiest hour, a second": lambda one: number(one.visits),
        "cores for the public's pages, with their share of the database": lambda one: number(one.form_cores),
        "cores for the office's and companies' pages, likewise": lambda one: number(one.page_cores),
        "share of a day that one worker's sweep works": lambda one: f"{one.sweep_share:.2%}",
        "web processes, at least": lambda one: f"{one.processes:,}",
        "memory of web processes": lambda one: size(one.processes * cost.process * MIB),
        "database: growth a year": lambda one: size(one.grown),
        "database: when the oldest cases begin to go": lambda one: size(one.kept),
        "… its indexes": lambda one: size(one.index),
        "memory of the database that holds all open cases": lambda one: size(one.hot),
        "log of writes (WAL) a year": lambda one: size(one.log),
        "log of writes a second, on average": lambda one: size(one.log / YEAR),
        "files a year": lambda one: size(one.files),
        "hours to copy the database back": lambda one: number(one.restore / 3600),
    }.items():
        yield words, [of(one) for one in needs.values()]


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def where(facts: dict[str, str]) -> str:
    """On which day, and on what."""
    return f"{facts['measured'][:10]}, {facts['processor']}, {facts['cores']} cores, {facts['memory']}"


def page(figures: list[Figure], facts: dict[str, str], measured: dict[str, Any]) -> str:
    cost = costs(figures, measured)
    needs = {f"{name}: {cases:,} a year": need(cases, cost) for name, cases in CASES.items()}
    both = [[name, *(str(measured[kind].get(name, "–")) for kind in ("sqlite", "postgresql"))]
            for name in measured["postgresql"] if name != "bytes by table"]  # fmt: skip
    by_table = sorted(measured["postgresql"]["bytes by table"].items(), key=lambda one: -one[1])
    return TEXT.format(
        assumed=table(["assumption", "called", "value"], [[one.words, one.name, f"{one.value:g}"] for one in ASSUMED]),
        measured=table(["a case, or one time", "SQLite", "PostgreSQL"], both),
        by_table=", ".join(f"{name} {value:,}" for name, value in by_table),
        cases=f"{measured['cases']:,}", sizes_of=measured["machine"]["commit"], results_of=facts["commit"],
        sizes_on=where(measured["machine"]), results_on=where(facts),
        sweep=number(cost.sweep), process=number(cost.process), commit_log=number(cost.log / KIB),
        filing=number(cost.filing), page=number(cost.page), public=number(cost.public),
        needs=table(["", *needs], [[words, *values] for words, values in lines(needs, cost)]),
        breaks=table(["", *needs], [[words, *values] for words, values in breaking(needs, cost)]),
    )  # fmt: skip


def breaking(needs: dict[str, Need], cost: Cost) -> Iterator[tuple[str, list[str]]]:
    """How many times what there is would do: below 1 it breaks."""
    limits = {
        "one machine of 16 cores, half busy": lambda one: 16 / one.cores,
        "one worker, that it sweeps a day's limits within a tenth of the day": lambda one: 0.1 / one.sweep_share,
        "one machine of 256 GiB for the open cases": lambda one: 256 * GIB / one.hot,
        "a database that is copied back within four hours": lambda one: 4 * 3600 / one.restore,
        "one table of events of at most 1 TiB": lambda one: TIB / (one.kept * cost.events / cost.case),
        "files on one disk of 20 TB, for a year": lambda one: 20e12 / one.files,
    }
    for words, of in limits.items():
        yield words, [f"{number(of(one))} ×" if of(one) >= 1 else f"**{of(one):.2f} ×**" for one in needs.values()]


TEXT = (Path(__file__).parent / "scale.md").read_text("utf-8")


def main() -> None:
    figures, facts = results.load()
    PAGE.write_text(page(figures, facts, json.loads(sizes.KEPT.read_text())), "utf-8")


if __name__ == "__main__":
    main()
