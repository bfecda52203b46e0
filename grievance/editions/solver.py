"""HiGHS, asked for a register: as few or as many as there can be in a sum, or with as little hidden as possible.

What comes back is only a proposal. `witnesses.adds_up` looks at it without a solver before it counts.
"""

from collections.abc import Iterator, Mapping, Sequence

import highspy
import numpy as np

from grievance.editions.network import Network
from grievance.editions.register import Cell
from grievance.editions.sums import Vector

ENDLESS = float(highspy.kHighsInf)
NEAR = 1e-6
SECONDS = 1.0
"""For the question which cells cost least to hide; where it has no answer by then, how the numbers change least is
asked, which is quick and hides a little more."""
NEARBY = 12
"""By how much a cell that becomes hidden may differ in the witness: a witness moves a cell by five or so, and on its
way no cell by much more. A small number makes the question quick."""
MANY = 150
"""Cells that could be hidden above which only the quick question is asked."""


class Solver:
    """One network with its rules; bounds change from question to question.

    `ranges`: for each cell, at least and at most, None where there is no bound: what is shown is both.
    """

    def __init__(self, net: Network, ranges: Mapping[Cell, tuple[int, int | None]]) -> None:
        self.net = net
        self.rows = {cell: len(net.rules) + n for n, cell in enumerate(net.cells)}
        self.ranges = dict(ranges)
        self.size = len(net.pieces)
        self.highs = _model(net, self.ranges)

    def set_range(self, cell: Cell, least: int, most: int | None) -> None:
        self.ranges[cell] = (least, most)
        self.highs.changeRowBounds(self.rows[cell], float(least), ENDLESS if most is None else float(most))

    def hold(self, least: Vector, held: Vector) -> None:
        """At least so many in each piece, and where `held` no more: what somebody knows."""
        upper = np.where(held, least.astype(float), ENDLESS)
        places = np.arange(self.size, dtype=np.int32)
        self.highs.changeColsBounds(self.size, places, least.astype(float), upper)

    def extreme(self, weights: Vector) -> Vector | None:
        """A register in which the weighted sum is least; None where there is none at all."""
        places = np.arange(self.size, dtype=np.int32)
        self.highs.changeColsCost(self.size, places, weights.astype(float))
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return _whole(np.array(self.highs.getSolution().col_value))

    def to_hide(
        self, target: Vector, least: int, most: int | None, losses: Mapping[Cell, float], bounds: tuple[Vector, Vector]
    ) -> Iterator[tuple[list[Cell], Vector]]:
        """Which of the cells in `losses` to hide with little loss so that there is a register with between `least` and
        `most` in the sum of these pieces; and that register. One proposal after the other, the best first."""
        ways = (self._fewest, self._least_change) if len(losses) <= MANY else (self._least_change,)
        for way in ways:
            highs = self._asked(target, least, most, bounds)
            if (found := way(highs, losses)) is not None:
                yield found

    def _asked(self, target: Vector, least: int, most: int | None, bounds: tuple[Vector, Vector]) -> highspy.Highs:
        highs = _model(self.net, self.ranges)
        low, held = bounds
        upper = np.where(held, low.astype(float), ENDLESS)
        highs.changeColsBounds(self.size, np.arange(self.size, dtype=np.int32), low.astype(float), upper)
        places = target.astype(np.int32)
        highs.addRow(float(least), ENDLESS if most is None else float(most), len(places), places, np.ones(len(places)))
        return highs

    def _fewest(self, highs: highspy.Highs, losses: Mapping[Cell, float]) -> tuple[list[Cell], Vector] | None:
        """With the least loss: each cell has a switch, and is what is shown unless that is 1."""
        for n in range(self.size):
            highs.changeColIntegrality(n, highspy.HighsVarType.kInteger)
        for n, (cell, loss) in enumerate(losses.items()):
            self._switched(highs, cell, self.size + n, loss)
        highs.setOptionValue("time_limit", SECONDS)
        highs.setOptionValue("mip_rel_gap", 0.1)
        highs.run()
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        found = np.array(highs.getSolution().col_value)
        return [cell for n, cell in enumerate(losses) if found[self.size + n] > 0.5], _rounded(found[: self.size])

    def _switched(self, highs: highspy.Highs, cell: Cell, switch: int, loss: float) -> None:
        value = self._opened(highs, cell)
        highs.addVar(0.0, 1.0)
        highs.changeColCost(switch, loss)
        highs.changeColIntegrality(switch, highspy.HighsVarType.kInteger)
        places = self.net.cells[cell]
        columns = np.array([*places, switch], dtype=np.int32)
        for bound, low, high in ((-NEARBY, -ENDLESS, float(value)), (min(value, NEARBY), float(value), ENDLESS)):
            highs.addRow(low, high, len(columns), columns, np.array([*[1.0] * len(places), float(bound)]))

    def _least_change(self, highs: highspy.Highs, losses: Mapping[Cell, float]) -> tuple[list[Cell], Vector] | None:
        """With the least change, by the loss of each cell: a flow of least cost, and so whole numbers again."""
        for n, (cell, loss) in enumerate(losses.items()):
            value = self._opened(highs, cell)
            more, fewer = self.size + 2 * n, self.size + 2 * n + 1
            highs.addVar(0.0, ENDLESS)
            highs.addVar(0.0, float(value))
            for column in (more, fewer):
                highs.changeColCost(column, loss)
            places = self.net.cells[cell]
            columns = np.array([*places, more, fewer], dtype=np.int32)
            highs.addRow(float(value), float(value), len(columns), columns, np.array([*[1.0] * len(places), -1.0, 1.0]))
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = _whole(np.array(highs.getSolution().col_value))
        if found is None:
            return None
        register = found[: self.size]
        differs = [cell for cell in losses if sum(register[list(self.net.cells[cell])]) != self.ranges[cell][0]]
        return differs, register

    def _opened(self, highs: highspy.Highs, cell: Cell) -> int:
        """The row of a cell without bounds; and what the cell shows."""
        highs.changeRowBounds(self.rows[cell], 0.0, ENDLESS)
        return self.ranges[cell][0]


def _model(net: Network, ranges: Mapping[Cell, tuple[int, int | None]]) -> highspy.Highs:
    lines: list[tuple[Mapping[int, int], float, float]] = [(rule, float(n), float(n)) for rule, n in net.rules]
    for cell, places in net.cells.items():
        least, most = ranges.get(cell, (0, None))
        lines.append((dict.fromkeys(places, 1), float(least), ENDLESS if most is None else float(most)))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(net.pieces), len(lines)
    lp.col_cost_ = np.zeros(lp.num_col_)
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.full(lp.num_col_, ENDLESS)
    lp.row_lower_, lp.row_upper_ = np.array([one[1] for one in lines]), np.array([one[2] for one in lines])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.cumsum([0, *(len(one[0]) for one in lines)]).astype(np.int32)
    lp.a_matrix_.index_ = np.array([n for one in lines for n in one[0]], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([float(n) for one in lines for n in one[0].values()])
    highs: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for option, value in _QUIET:
        highs.setOptionValue(option, value)
    highs.passModel(lp)
    return highs


_QUIET: Sequence[tuple[str, bool | str | int]] = (
    ("output_flag", False), ("threads", 1), ("random_seed", 1), ("solver", "simplex"),
)  # fmt: skip


def _whole(found: Vector) -> Vector | None:
    """None where it is no whole number: the network has whole-number corners, so that is a solver's failure."""
    rounded = _rounded(found)
    return rounded if bool(np.all(np.abs(found - rounded) < NEAR)) else None


def _rounded(found: Vector) -> Vector:
    return np.rint(found).astype(np.int64)
