"""An edition as it is kept: what the public sees, and what is sealed with it. Both are JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grievance.editions.register import BLOCK, Cell, Counted, Domain
from grievance.editions.tables import OF_COMPANIES

BY_YEAR = "year"
ONLY_SHOWN = frozenset({"company", "country", "topic_outcome", *OF_COMPANIES})
"""Tables that name only what is shown: a list of what is hidden would say what there is."""


@dataclass(frozen=True)
class Kept:
    """What an earlier edition leaves for the next one. `rows`: by the number of the case. `shown`, `hidden`: cells."""

    year: int
    rows: Mapping[str, Counted]
    totals: Mapping[int, int]
    waiting: Mapping[int, Mapping[str, int]]
    begins: int
    blocks: Mapping[int, Domain]
    shown: frozenset[Cell]
    hidden: frozenset[Cell]


def as_json(kept: Kept) -> dict[str, Any]:
    return {
        "year": kept.year, "begins": kept.begins, "totals": sorted(kept.totals.items()),
        "waiting": [[year, sorted(one.items())] for year, one in sorted(kept.waiting.items())],
        "rows": [[number, *_row(row)] for number, row in sorted(kept.rows.items())],
        "blocks": [[block, _domain(domain)] for block, domain in sorted(kept.blocks.items())],
        "shown": sorted(_cell(cell) for cell in kept.shown), "hidden": sorted(_cell(cell) for cell in kept.hidden),
    }  # fmt: skip


def from_json(said: Mapping[str, Any]) -> Kept:
    return Kept(
        said["year"], {number: _read_row(row) for number, *row in said["rows"]},
        dict(said["totals"]), {year: dict(one) for year, one in said["waiting"]}, said["begins"],
        {block: _read_domain(domain) for block, domain in said["blocks"]},
        frozenset(_read_cell(one) for one in said["shown"]), frozenset(_read_cell(one) for one in said["hidden"]),
    )  # fmt: skip


def _row(row: Counted) -> list[Any]:
    return [row.year, row.topic, row.outcome, row.company, row.country, list(row.days), list(row.handled)]


def _read_row(said: Sequence[Any]) -> Counted:
    year, topic, outcome, company, country, *classes = said
    return Counted(year, topic, outcome, company, country, *map(tuple, classes))


def _cell(cell: Cell) -> list[Any]:
    return [cell.table, cell.period, list(cell.key)]


def _read_cell(said: Sequence[Any]) -> Cell:
    return Cell(said[0], said[1], tuple(said[2]))


def _domain(domain: Domain) -> dict[str, Any]:
    works_in = {company: sorted(countries) for company, countries in domain.works_in.items()}
    return {"topics": domain.topics, "outcomes": domain.outcomes, "works_in": works_in}


def _read_domain(said: Mapping[str, Any]) -> Domain:
    works_in = {company: frozenset(countries) for company, countries in said["works_in"].items()}
    return Domain(tuple(said["topics"]), tuple(said["outcomes"]), works_in)


def public_table(
    table: str, period: int, counted: Cell, shown: Mapping[Cell, int], lines: Sequence[tuple[str, ...]]
) -> dict[str, Any]:
    """`lines`: the keys that the table always names. A hidden number is null, whatever it is hidden for."""
    years = 1 if counted.table == "counted_year" else BLOCK
    named = [cell.key for cell in shown if cell.table == table and cell.period == period]
    keys = sorted(named, key=lambda key: (-shown[Cell(table, period, key)], key)) if table in ONLY_SHOWN else lines
    rows = [[list(key), shown.get(Cell(table, period, tuple(key)))] for key in keys]
    return {"key": table, "first": period, "last": period + years - 1, "counted": shown.get(counted), "rows": rows}
