"""`make bench`, or `python -m bench` with options: every figure of the table in docs/performance.md, beside yardsticks
measured in the same run."""

import tempfile
from collections.abc import Iterator

import click

from bench import filing, memory, pages, report, results, starting, statements, sweeping, uploads, walk
from bench.ground import ground
from bench.prepare import Run, prepare
from bench.profiles import profile
from bench.results import Figure

NAMES = ("filing", "filing 16", "form", "queue", "filters", "case", "search", "complainant", "company", "start",
         "file", "file sealed", "file memory", "memory", "sign-ins", "sweep idle", "sweep", "two sweeps", "statements",
         "walk")  # fmt: skip
ONCE = frozenset({"form", "walk", "start"})
"""No database changes what a page weighs, and a start is measured on SQLite."""


def _numbers(_context: object, _parameter: object, value: str) -> list[int]:
    try:
        sizes = sorted(int(one.replace("_", "")) for one in value.split(","))
    except ValueError:
        raise click.BadParameter("numbers with commas between them, like 1000,10000") from None
    if sizes[0] < 200:
        raise click.BadParameter("200 cases at least")
    return sizes


def _names(_context: object, _parameter: object, value: str | None) -> frozenset[str]:
    asked = frozenset(one.strip() for one in value.split(",")) if value else frozenset[str]()
    if unknown := asked - set(NAMES):
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: there are {', '.join(NAMES)}")
    return asked


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option("--cases", default="1000,10000", show_default=True, callback=_numbers, help="Up to 1000000.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(2, 50))
@click.option("--due", type=click.IntRange(10), help="Cases that each round of the sweep has to do.")
@click.option("--only", default=",".join(NAMES), callback=_names, help=f"Some of: {', '.join(NAMES)}.")
@click.option("--folder", type=click.Path(exists=True, file_okay=False), help="Where the databases are made.")
@click.option("--profile", "profiled", callback=_names, help="Say where the time of these goes instead, and keep it.")
def main(
    database: str, cases: list[int], rounds: int, due: int | None, only: frozenset[str], folder: str | None,
    profiled: frozenset[str],
) -> None:  # fmt: skip
    """Measure, and say it as a table. Where everything was measured on both databases, bench/results.json,
    docs/performance.md and its picture are written anew."""
    facts, figures = results.machine(), list[Figure]()
    for kind in ["sqlite", "postgresql"] if database == "both" else [database]:
        with tempfile.TemporaryDirectory(dir=folder) as here, ground(kind, here) as made:
            run = prepare(made, cases, rounds, due)
            facts |= made.facts()
            if profiled:
                for name in sorted(profiled):
                    click.echo(profile(run, name))
                continue
            for figure in _measured(run, only):
                click.echo(results.line(figure), err=True)
                figures.append(figure)
            only -= ONCE
    if figures:
        click.echo(results.table(figures))
    if {figure.database for figure in figures} >= {"sqlite", "postgresql"} and only >= set(NAMES) - ONCE:
        results.save(figures, facts)
    if results.RESULTS.exists():
        kept, measured_on = results.load()
        report.write(kept, measured_on)  # a profile that was kept shows too
        if sentence := results.outdated(measured_on):
            click.echo(sentence, err=True)


def _measured(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The sweep comes last, because it changes what is there."""
    if {"filing", "filing 16", "form"} & names:
        yield from filing.measure(run, names)
    if {"queue", "filters", "case", "search", "complainant", "company"} & names:
        yield from pages.measure(run, names)
    yield from uploads.measure(run, names)
    yield from memory.measure(run, names)
    yield from walk.measure(run, names)
    yield from starting.measure(run, names)
    if "statements" in names:
        yield from statements.measure(run.ground)
    yield from sweeping.measure(run, names)


if __name__ == "__main__":
    main()
