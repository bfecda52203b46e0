"""Somebody who reads everything shown and computes: each kind of complaint that there could be is an unknown of its
own, and a linear program says how few and how many there can be in a cell. It shares nothing with the
program's network."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import highspy
import numpy as np

from grievance.editions.register import CLASSES, HANDLED, HANDLING, Cell, Counted, Domain, Register

Kind = tuple[Any, ...]
ENDLESS = highspy.kHighsInf
PRIMAL = 4
"""Only what is asked for changes from question to question: the corner before is where the primal simplex goes on."""


@dataclass
class Knowledge:
    """`kinds`: the unknowns. `rows`: sums of them with the least and the most they come to."""

    kinds: list[Kind]
    rows: list[tuple[list[int], float, float]] = field(default_factory=list)
    known: dict[int, int] = field(default_factory=dict)
    alone: set[int] = field(default_factory=set)
    cells: dict[Cell, list[int]] = field(default_factory=dict)

    def of(self, wanted: Callable[[Kind], bool]) -> list[int]:
        return [n for n, kind in enumerate(self.kinds) if wanted(kind)]

    def add(self, places: list[int], least: float, most: float | None = None) -> None:
        self.rows.append((places, least, least if most is None else most))

    def bounds(self, targets: Sequence[tuple[list[int], int]], enough: int = 5) -> list[tuple[float, float]]:
        """Of each target (its unknowns, and what it holds) the fewest and the most seen, beside what is known: the
        corner of all that are left together comes first, and each corner is asked what it says of all."""
        seen = _Seen(self, targets, enough)
        highs = self._model()
        for sign in (1, -1):
            left = len(targets) + 1
            while 0 < len(seen.left(sign)) < left:
                left = len(seen.left(sign))
                seen.look_at(self._corner(highs, seen.cost(sign, seen.left(sign))))
            for n in seen.left(sign):
                if n in seen.left(sign):
                    seen.look_at(self._corner(highs, seen.cost(sign, [n])))
        return list(zip(seen.low.tolist(), seen.high.tolist(), strict=True))

    def _corner(self, highs: highspy.Highs, cost: Any) -> Any:
        highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        highs.run()
        assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal, highs.getModelStatus()
        return np.array(highs.getSolution().col_value)

    def _model(self) -> highspy.Highs:
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("presolve", "off")
        highs.setOptionValue("simplex_strategy", PRIMAL)
        for n in range(len(self.kinds)):
            least = self.known.get(n, 0)
            highs.addVar(float(least), float(least) if n in self.alone else ENDLESS)
        for places, least, most in self.rows:
            highs.addRow(least, most, len(places), np.array(places, dtype=np.int32), np.ones(len(places)))
        return highs


class _Seen:
    """What the corners found so far say of each target. `sign`: 1 for the fewest, -1 for the most."""

    def __init__(self, knowledge: Knowledge, targets: Sequence[tuple[list[int], int]], enough: int) -> None:
        self.size, self.enough = len(knowledge.kinds), enough
        self.places = [np.array(places, dtype=np.int64) for places, _number in targets]
        self.flat = np.concatenate([np.empty(0, dtype=np.int64), *self.places])
        self.owner = np.repeat(np.arange(len(targets)), [len(one) for one in self.places])
        self.known = self._add(np.array([knowledge.known.get(n, 0) for n in range(self.size)], dtype=float))
        self.low, self.high = np.full(len(targets), np.inf), np.full(len(targets), -np.inf)

    def _add(self, corner: Any) -> Any:
        return np.bincount(self.owner, weights=corner[self.flat], minlength=len(self.places))

    def look_at(self, corner: Any) -> None:
        beside = self._add(corner) - self.known
        self.low, self.high = np.minimum(self.low, beside), np.maximum(self.high, beside)

    def left(self, sign: int) -> list[int]:
        return np.flatnonzero(self.low > 1e-6 if sign == 1 else self.high < self.enough - 1e-6).tolist()

    def cost(self, sign: int, targets: Sequence[int]) -> Any:
        return sign * np.bincount(np.concatenate([self.places[n] for n in targets]), minlength=self.size).astype(float)


OF = {
    "topic": lambda kind: (kind[1],), "outcome": lambda kind: (kind[2],), "company": lambda kind: (kind[3],),
    "country": lambda kind: (kind[4],), "topic_outcome": lambda kind: (kind[1], kind[2]),
    "company_outcome": lambda kind: (kind[3], kind[2]), "counted": lambda kind: (),
}  # fmt: skip
YEARLY = {"year": "counted_year", "rest": "waiting"}


def cells_of(kind: Kind) -> list[Cell]:
    """The cells in which such a complaint is counted."""
    if kind[0] in YEARLY:
        return [Cell(YEARLY[kind[0]], kind[1])]
    if kind[0] == "days":
        return [Cell(kind[2], kind[1], (kind[3],))]
    if kind[0] in HANDLED:
        return [Cell(f"company_{kind[0]}", kind[1], kind[2:])]
    return [Cell(table, kind[0], of(kind)) for table, of in OF.items()]


def of_the_public(register: Register, shown: Mapping[Cell, int], blocks: Mapping[int, Domain]) -> Knowledge:
    """All that was ever published."""
    kinds: list[Kind] = []
    years = sorted(register.totals)
    for block, domain in blocks.items():
        pairs = [(company, where) for company, all_of in domain.works_in.items() for where in sorted(all_of)]
        kinds += [(block, a, b, *pair) for a, b, pair in product(domain.topics, domain.outcomes, pairs)]
        kinds += [
            (what, block, company, one)
            for what, classes in HANDLED.items() for company, one in product(domain.works_in, classes)
        ]  # fmt: skip
    kinds += [("days", year, what, days) for year in years for what in HANDLING for days in CLASSES]
    kinds += [(what, year) for what in ("year", "rest") for year in years]
    found = Knowledge(kinds)
    place = {kind: n for n, kind in enumerate(kinds)}
    for n, kind in enumerate(kinds):
        for cell in cells_of(kind):
            found.cells.setdefault(cell, []).append(n)
    highest = len(register.rows) * 2.0
    for year in years:
        found.add([*(place["year", one] for one in years if one <= year), place["rest", year]], register.totals[year])
        for what in HANDLING:
            _as_many(found, [place["days", year, what, days] for days in CLASSES], [place["year", year]], highest)
    for block, domain in blocks.items():
        for what, company in product(HANDLED, domain.works_in):
            how = [place[what, block, company, one] for one in HANDLED[what]]
            _as_many(found, how, found.cells[Cell("company", block, (company,))], highest)
        inside = [place["year", year] for year in years if block <= year < block + 3]
        _as_many(found, found.of(lambda kind, block=block: kind[0] == block), inside, highest)
    for cell, number in shown.items():
        found.add(unknowns(found, cell), number)
    return found


def _as_many(found: Knowledge, one: list[int], other: list[int], highest: float) -> None:
    """Both sums are the same: a slack unknown holds what is left of a large number in each."""
    slack = len(found.kinds)
    found.kinds.append(("slack", slack))
    found.add([*one, slack], highest)
    found.add([*other, slack], highest)


def unknowns(found: Knowledge, cell: Cell) -> list[int]:
    return found.cells[cell]


def kinds_of(row: Counted, first: int) -> set[Kind]:
    block = row.year - (row.year - first) % 3
    days = {("days", row.year, what, days) for what, days in zip(HANDLING, row.days, strict=True)}
    handled = {(what, block, row.company, one) for what, one in zip(HANDLED, row.handled, strict=True)}
    return {(block, row.topic, row.outcome, row.company, row.country), ("year", row.year), *days, *handled}


def who_knows(found: Knowledge, rows: Iterable[Counted], first: int, company: str = "") -> Knowledge:
    """The same with these complaints known; a company has no others."""
    known: dict[int, int] = {}
    place = {kind: n for n, kind in enumerate(found.kinds)}
    for row in rows:
        for kind in kinds_of(row, first) & place.keys():
            known[place[kind]] = known.get(place[kind], 0) + 1
    alone = {
        n for n, kind in enumerate(found.kinds)
        if company and ((len(kind) == 5 and kind[3] == company) or (kind[0] in HANDLED and kind[2] == company))
    }  # fmt: skip
    return Knowledge(found.kinds, found.rows, known, alone, found.cells)


def told(bounds: Sequence[tuple[float, float]], numbers: Sequence[int], most: Sequence[int]) -> list[int]:
    """Which of these small numbers are exact, within 1, or proven not empty. `most`: what the totals allow at all."""
    found = []
    for n, ((low, high), number, all_of) in enumerate(zip(bounds, numbers, most, strict=True)):
        within = number - low <= 1 + 1e-6 and high - number <= 1 + 1e-6 and all_of > number + 1
        if low > 1e-6 or within or (high - low < 1e-6):
            found.append(n)
    return found
