"""`make bench`, or `python -m bench` with options: every figure of the table in docs/performance.md, beside yardsticks
measured in the same run."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from bench import filing, memory, pages, results, sweeping, uploads
from bench.ground import ground
from bench.prepare import Run, prepare
from bench.results import Figure

NAMES = ("filing", "filing 16", "form", "queue", "filters", "case", "search", "file", "file sealed", "file memory",
         "memory", "sign-ins", "sweep idle", "sweep", "two sweeps")  # fmt: skip


def _numbers(_context: object, _parameter: object, value: str) -> list[int]:
    try:
        sizes = sorted(int(one.replace("_", "")) for one in value.split(","))
    except ValueError:
        raise click.BadParameter("numbers with commas between them, like 1000,10000") from None
    if sizes[0] < 200:
        raise click.BadParameter("200 cases at least")
    return sizes


def _names(_context: object, _parameter: object, value: str | None) -> frozenset[str]:
    asked = frozenset(one.strip() for one in value.split(",")) if value else frozenset(NAMES)
    if unknown := asked - set(NAMES):
        raise click.BadParameter(f"{', '.join(sorted(unknown))}: there are {', '.join(NAMES)}")
    return asked


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option("--cases", default="1000,10000", show_default=True, callback=_numbers, help="Up to 1000000.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(2, 50))
@click.option("--due", type=click.IntRange(10), help="Cases that each round of the sweep has to do.")
@click.option("--only", callback=_names, help=f"Some of: {', '.join(NAMES)}.")
@click.option("--folder", type=click.Path(exists=True, file_okay=False), help="Where the databases are made.")
def main(
    database: str, cases: list[int], rounds: int, due: int | None, only: frozenset[str], folder: str | None
) -> None:
    """Measure, and say it as a table."""
    kinds = ["sqlite", "postgresql"] if database == "both" else [database]
    figures: list[Figure] = []
    for kind in kinds:
        with tempfile.TemporaryDirectory(dir=folder) as here, ground(kind, here) as made:
            for figure in _measured(prepare(made, cases, rounds, due), only):
                click.echo(f"{time.perf_counter():.0f} " + " | ".join(figure.cells()))
                figures.append(figure)
    click.echo(results.table(figures))
    results.save(figures, results.machine(), Path("bench/results.json"))


def _measured(run: Run, names: frozenset[str]) -> Iterator[Figure]:
    """The sweep comes last, because it changes what is there."""
    if {"filing", "filing 16", "form"} & names:
        yield from filing.measure(run, names)
    if {"queue", "filters", "case", "search"} & names:
        yield from pages.measure(run, names)
    yield from uploads.measure(run, names)
    yield from memory.measure(run, names)
    yield from sweeping.measure(run, names)


if __name__ == "__main__":
    main()
