"""All registers that there could be, as a network in which each complaint is a unit that flows.

In a block it flows from its topic through its outcome, its company and how that one handled it to its country; in its
year through one class of days after the other; and what is not counted flows on to the next year. Because no table
crosses what does not follow each other on this way, any whole-number flow is a register, and any register is a flow:
pieces with the same outcome (or company, or year) can be put together in any order. A cell is a sum of pieces.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from grievance.editions.register import CLASSES, HANDLED, HANDLING, Cell, Counted, Domain, Register, block_of
from grievance.editions.sums import Sums, Vector
from grievance.editions.tables import COUNTED, COUNTED_YEAR, WAITING, years_of

Piece = tuple[Any, ...]


@dataclass
class Network:
    """`pieces`: the variables, each with its place. `rules`: sums of pieces that are the same in every register, with
    what they come to. `cells`: the pieces of each cell. `lines`: a sum and the cells of which it is the sum."""

    first: int
    pieces: dict[Piece, int] = field(default_factory=dict)
    rules: list[tuple[dict[int, int], int]] = field(default_factory=list)
    cells: dict[Cell, tuple[int, ...]] = field(default_factory=dict)
    lines: list[tuple[Cell, tuple[Cell, ...]]] = field(default_factory=list)

    def place(self, *piece: Any) -> int:
        return self.pieces.setdefault(piece, len(self.pieces))

    def cell(self, cell: Cell, pieces: Iterable[int]) -> Cell:
        self.cells[cell] = tuple(pieces)
        return cell

    def same(self, one: Iterable[int], other: Iterable[int]) -> None:
        self.rules.append((dict.fromkeys(one, 1) | dict.fromkeys(other, -1), 0))

    def ways(self, row: Counted) -> list[int]:
        """The pieces of one complaint."""
        block = block_of(row.year, self.first)
        named: list[Piece] = [
            ("counted", row.year),
            ("topic", block, row.topic, row.outcome),
            ("outcome", block, row.outcome, row.company),
            ("company", block, row.company, row.country),
            *((what, block, row.company, handled) for what, handled in zip(HANDLED, row.handled, strict=True)),
            *(("days", row.year, what, days) for what, days in zip(HANDLING, row.days, strict=True)),
        ]
        return [self.pieces[piece] for piece in named if piece in self.pieces]

    def flow(self, rows: Iterable[Counted], waiting: Mapping[int, int]) -> Vector:
        """These complaints, and so many that wait at the end of a year."""
        found = np.zeros(len(self.pieces), dtype=np.int64)
        for row in rows:
            for place in self.ways(row):
                found[place] += 1
        for year, number in waiting.items():
            found[self.pieces["waiting", year]] += number
        return found

    @cached_property
    def numbers(self) -> Sums:
        """Of a whole network: the sums of its cells, in their order."""
        return Sums(self.cells.values())

    def keeps_the_rules(self, register: Vector) -> bool:
        plus, minus = self._sides
        return bool(np.all(plus.of(register) - minus.of(register) == [number for _rule, number in self.rules]))

    @cached_property
    def _sides(self) -> tuple[Sums, Sums]:
        plus, minus = ([[n for n, one in rule.items() if one == sign] for rule, _n in self.rules] for sign in (1, -1))
        return Sums(plus), Sums(minus)


def network(register: Register, blocks: Mapping[int, Domain]) -> Network:
    """For the years that have an edition, and for each closed block with what there can be in it."""
    net = Network(register.first)
    last = max(register.totals)
    years = range(register.first, last + 1)
    for year in years:
        _year(net, year)
    for year, total in register.totals.items():
        until = [net.place("counted", one) for one in years if one <= year]
        rest = net.place("waiting", year)
        net.cell(Cell(WAITING, year), (rest,))
        net.rules.append((dict.fromkeys((*until, rest), 1), total))
    for block, domain in blocks.items():
        _block(net, block, domain)
    return net


def _year(net: Network, year: int) -> None:
    counted = net.place("counted", year)
    whole = net.cell(Cell(COUNTED_YEAR, year), (counted,))
    for what in HANDLING:
        parts = {days: net.place("days", year, what, days) for days in CLASSES}
        net.same(parts.values(), (counted,))
        cells = tuple(net.cell(Cell(what, year, (days,)), (place,)) for days, place in parts.items())
        net.lines.append((whole, cells))


def _block(net: Network, block: int, domain: Domain) -> None:
    counted = [net.place("counted", year) for year in years_of(block)]
    whole = net.cell(Cell(COUNTED, block), counted)
    net.lines.append((whole, tuple(Cell(COUNTED_YEAR, year) for year in years_of(block))))
    topics = {(a, b): net.place("topic", block, a, b) for a in domain.topics for b in domain.outcomes}
    outcomes = {(a, b): net.place("outcome", block, a, b) for a in domain.outcomes for b in domain.works_in}
    companies = {
        (a, b): net.place("company", block, a, b) for a, where in domain.works_in.items() for b in sorted(where)
    }
    net.same(topics.values(), counted)
    for outcome in domain.outcomes:
        net.same(_having(topics, 1, outcome), _having(outcomes, 0, outcome))
    for company in domain.works_in:
        net.same(_having(outcomes, 1, company), _having(companies, 0, company))
    countries = sorted({b for _a, b in companies})
    sides = {
        "topic": (topics, 0, domain.topics), "outcome": (topics, 1, domain.outcomes),
        "company": (companies, 0, tuple(domain.works_in)), "country": (companies, 1, tuple(countries)),
    }  # fmt: skip
    sums: dict[tuple[str, str], Cell] = {}
    for table, (arcs, side, names) in sides.items():
        for name in names:
            sums[table, name] = net.cell(Cell(table, block, (name,)), _having(arcs, side, name))
        net.lines.append((whole, tuple(sums[table, name] for name in names)))
    for what, classes in HANDLED.items():
        _handled(net, what, block, {(a, b): net.place(what, block, a, b) for a in domain.works_in for b in classes}, {
            company: (sums["company", company], _having(companies, 0, company)) for company in domain.works_in
        })  # fmt: skip
    crossed = {"topic_outcome": topics, "company_outcome": {(b, a): place for (a, b), place in outcomes.items()}}
    for table, arcs in crossed.items():
        _crossed(net, table, block, arcs, sums)


def _handled(
    net: Network, what: str, block: int, arcs: Mapping[tuple[str, str], int],
    of_each: Mapping[str, tuple[Cell, list[int]]],
) -> None:  # fmt: skip
    """How each company handled what it was told of. `of_each`: its cell and its pieces. There is no sum over companies:
    it would cross what does not follow each other."""
    cells = {ends: net.cell(Cell(f"company_{what}", block, ends), (place,)) for ends, place in arcs.items()}
    for company, (whole, pieces) in of_each.items():
        net.same(_having(arcs, 0, company), pieces)
        net.lines.append((whole, tuple(cell for ends, cell in cells.items() if ends[0] == company)))


def _having(arcs: Mapping[tuple[str, str], int], side: int, name: str) -> list[int]:
    return [place for ends, place in arcs.items() if ends[side] == name]


def _crossed(
    net: Network, table: str, block: int, arcs: Mapping[tuple[str, str], int], sums: Mapping[tuple[str, str], Cell]
) -> None:
    cells = {ends: net.cell(Cell(table, block, ends), (place,)) for ends, place in arcs.items()}
    for side, name_of in enumerate(table.split("_")):
        for name in dict.fromkeys(ends[side] for ends in arcs):
            line = tuple(cell for ends, cell in cells.items() if ends[side] == name)
            net.lines.append((sums[name_of, name], line))
