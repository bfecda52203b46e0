"""What of an edition is hidden: small cells, cells that one company nearly fills, and more until there are
witnesses."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from grievance.editions.network import Network
from grievance.editions.register import SMALL, Cell
from grievance.editions.solver import Solver
from grievance.editions.sums import Sums, Vector, weights
from grievance.editions.tables import COUNTED, COUNTED_YEAR, CROSS, WAITING
from grievance.editions.witnesses import Observer, Target, Witnesses, adds_up

MARGIN, WHOLE = 4.0, 12.0
"""What it costs to hide a sum over a line, or how many were counted at all, where a cell of a cross table costs 1."""


class CannotBeIssued(Exception):
    """For some small number no other register equals what is shown, whatever of this edition is hidden."""


class Hiding:
    """Hides cells of `new` until each observer has witnesses. `tabled`: cells of tables that earlier editions have, and
    `before` those of them that are shown, for ever. `going_on`: asked before each question that can take long; it
    raises where the time is over."""

    def __init__(
        self, net: Network, truth: Vector, tabled: Iterable[Cell], before: Iterable[Cell], new: Iterable[Cell],
        going_on: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self.net, self.truth, self.going_on = net, truth, going_on
        self.places = {cell: list(places) for cell, places in net.cells.items()}
        self.value = {cell: int(truth[places].sum()) for cell, places in self.places.items()}
        new = set(new)
        known_of = new | set(tabled)
        self.tabled = [cell for cell in net.cells if cell in known_of or cell.table == WAITING]
        self.free = {cell for cell in new if self.value[cell] >= SMALL}
        self.shown = set(before) | self.free
        self.ranges: dict[Cell, tuple[int, int | None]] = {
            cell: (self.value[cell], self.value[cell]) for cell in self.shown
        }
        self.solver = Solver(net, self.ranges)
        self.totals_alone = Solver(net, {})
        self.pools: dict[str, list[Vector]] = {}
        self.allowed: dict[str, dict[tuple[Cell, str], int]] = {}
        self._sought: Sought | None = None

    def hide(self, cells: Iterable[Cell]) -> None:
        for cell in cells:
            self.free.discard(cell)
            self.shown.discard(cell)
            self.ranges.pop(cell, None)
            self.solver.set_range(cell, 0, None)
        self._sought = None

    def hide_dominated(self, companies: Iterable[Observer]) -> None:
        """Cells of which one company holds all but one to four."""
        owns = [one.own for one in companies]
        self.hide([cell for cell in self.free if any(0 < self._unknown(own, cell) < SMALL for own in owns)])

    def _unknown(self, own: Vector, cell: Cell) -> int:
        return self.value[cell] - int(own[self.places[cell]].sum())

    def losses(self) -> dict[Cell, float]:
        whole = max(1, *self.value.values())
        return {cell: _weight(cell) + self.value[cell] / whole for cell in sorted(self.free)}

    # --- small numbers ---------------------------------------------------------------------------------------

    def sought(self) -> "Sought":
        """What somebody could be after: every cell of a table, and every rest of a line without what of it is shown."""
        if self._sought is None:
            found = [((cell, ""), self.places[cell]) for cell in self.tabled]
            for cell, parts in self.net.lines:
                hidden = [part for part in parts if part not in self.shown]
                if 1 < len(hidden) < len(parts):
                    found.append(((cell, parts[0].table), [n for part in hidden for n in self.places[part]]))
            sums = Sums(places for _name, places in found)
            self._sought = Sought([name for name, _places in found], sums, sums.of(self.truth), self.shown)
        return self._sought

    def after(self, observer: Observer, pool: Sequence[Vector]) -> "After":
        """Of these what has one to four beside what the observer knows of it. Whoever knows one complaint is after what
        is small for everybody."""
        sought = self.sought()
        numbers, known = sought.numbers, sought.sums.of(observer.own)
        small = np.flatnonzero((known < numbers) & ((numbers if observer.knows_one else numbers - known) < SMALL))
        goals = SMALL - known[small] if observer.knows_one else np.full(len(small), SMALL)
        if allowed := self.allowed.get(observer.name):
            for n, at in enumerate(small):  # as many as the whole totals allow, where that was asked already
                goals[n] = allowed.get(sought.names[at], goals[n])
        return After(observer, sought, small, goals, pool)

    # --- witnesses -------------------------------------------------------------------------------------------

    def settle(self, observer: Observer, others: Sequence[Vector] = ()) -> bool:
        """See that this observer's small numbers have witnesses; whether more had to be hidden for it. `others`:
        registers found for somebody else that are as good for this one."""
        self.solver.hold(observer.own, observer.held)
        self.pools.setdefault(observer.name, list(others))
        before = len(self.free)
        while True:
            self.going_on()
            free = len(self.free)
            after = self.after(observer, self.pools[observer.name])
            self._together(after)
            for n in after.unsettled():
                self.going_on()
                self._none(after, n)
                self._many(after, n)
            if len(self.free) == free:
                return free < before

    def _together(self, after: "After") -> None:
        """As many at once as there can be: with the fewest in all of them, and with the most, but in each no more than
        are asked for; as long as that helps."""
        left = after.left() + 1
        while 0 < after.left() < left:
            left = after.left()
            if not after.none.all():
                self._keep(after, self.solver.extreme(after.weights(np.flatnonzero(~after.none))))
            self._most(after, [n for n in np.flatnonzero(~after.many).tolist() if after.is_hidden(n)])

    def _most(self, after: "After", places: Sequence[int]) -> None:
        if not places:
            return
        for n in places:
            self.solver.set_range(after.target(n).cell, 0, int(after.known[n] + after.goals[n]))
        self._keep(after, self.solver.extreme(-after.weights(places)))
        for n in places:
            self.solver.set_range(after.target(n).cell, 0, None)

    def _none(self, after: "After", n: int) -> None:
        """A register with none there beside what is known; more is hidden where there is none."""
        if after.none[n]:
            return
        target, known = after.target(n), int(after.known[n])
        found = self.solver.extreme(after.weights([n]))
        if found is None or target.of(found) != known or not self._keep(after, found):
            self._hide_for(after, target, known, known)

    def _many(self, after: "After", n: int) -> None:
        """A register with as many as are asked for; more is hidden where there is none."""
        if after.many[n]:
            return
        target, known = after.target(n), int(after.known[n])
        found = self.solver.extreme(-after.weights([n]))
        if found is None or target.of(found) < known + after.goals[n]:
            after.goals[n] = self._allowed(after, n)
        if found is None or target.of(found) < known + after.goals[n] or not self._keep(after, found):
            self._hide_for(after, target, known + int(after.goals[n]), None)

    def _allowed(self, after: "After", n: int) -> int:
        """As many as there could be if nothing but the whole totals were known, and no more than are asked for."""
        observer, target = after.observer, after.target(n)
        self.totals_alone.hold(observer.own, observer.held)
        most = self.totals_alone.extreme(-after.weights([n]))
        if most is None:
            raise CannotBeIssued(target)
        goal = min(target.of(most) - int(after.known[n]), int(after.goals[n]))
        self.allowed.setdefault(observer.name, {})[target.cell, target.rest] = goal
        return goal

    def _hide_for(self, after: "After", target: Target, least: int, most: int | None) -> None:
        bounds = after.observer.own, after.observer.held
        for cells, register in self.solver.to_hide(target.places, least, most, self.losses(), bounds):
            self.hide(cells)
            if self._keep(after, register):
                return
        self.hide(list(self.free))  # the last way: nothing of this edition is shown
        weighed = weights(len(self.truth), [target.places])
        found = self.solver.extreme(weighed if most is not None else -weighed)
        number = None if found is None else target.of(found)
        fits = number is not None and number >= least and (most is None or number <= most)
        if not fits or not self._keep(after, found):
            raise CannotBeIssued(target, after.observer.name, number, least, most)

    def _keep(self, after: "After", register: Vector | None) -> bool:
        """Only what adds up without a solver counts."""
        if register is None or not adds_up(self.net, self.ranges, after.observer, register):
            return False
        if after.learns(register):
            self.pools[after.observer.name].append(register)
        return True

    def found(self, observer: Observer) -> Witnesses:
        """The witnesses of an observer who is settled: of the registers found only those that are needed."""
        pool = self.pools[observer.name]
        after = self.after(observer, pool)
        if after.left():
            raise CannotBeIssued(after.target(after.unsettled()[0]))
        numbers = after.numbers(pool)
        none, many = numbers == 0, numbers >= after.goals[:, None]
        speaks = np.full((2, len(after.goals)), -1)
        registers: list[Vector] = []
        for n in np.argsort(-(none.sum(axis=0) + many.sum(axis=0)), kind="stable"):
            new = (speaks < 0) & np.array([none[:, n], many[:, n]])
            if new.any():
                speaks[new] = len(registers)
                registers.append(pool[n])
        speak = zip(map(after.target, range(len(after.goals))), *speaks.tolist(), strict=True)
        return Witnesses(observer, tuple(registers), tuple(speak))


@dataclass(frozen=True)
class Sought:
    """`names`: of each sum its cell, and for a rest the table. `numbers`: what each comes to. `shown`: cells."""

    names: list[tuple[Cell, str]]
    sums: Sums
    numbers: Vector
    shown: Container[Cell]


class After:
    """What one observer is after, and which of it the registers found so far answer. `at`: which of what is sought."""

    def __init__(self, observer: Observer, sought: Sought, at: Vector, goals: Vector, pool: Sequence[Vector]) -> None:
        self.observer, self.sought, self.at, self.goals = observer, sought, at, goals
        self.sums = sought.sums.some(at)
        self.known = self.sums.of(observer.own)
        numbers = self.numbers(pool)
        self.none: Vector = np.asarray((numbers == 0).any(axis=1))
        self.many: Vector = np.asarray((numbers >= self.goals[:, None]).any(axis=1))

    def target(self, n: int) -> Target:
        cell, rest = self.sought.names[self.at[n]]
        return Target(cell, rest, self.sums.places[n], int(self.goals[n]))

    def is_hidden(self, n: int) -> bool:
        cell, rest = self.sought.names[self.at[n]]
        return not rest and cell not in self.sought.shown

    def numbers(self, pool: Sequence[Vector]) -> Vector:
        """Of each target in each register: how many there are beside what is known."""
        if not len(pool):
            return np.zeros((len(self.goals), 0), dtype=np.int64)
        found: Vector = (self.sums.of(np.array(pool)) - self.known).T
        return found

    def weights(self, targets: Iterable[int]) -> Vector:
        return weights(len(self.observer.own), [self.sums.places[n] for n in targets])

    def left(self) -> int:
        return int((~self.none).sum() + (~self.many).sum())

    def without_many(self) -> list[int]:
        return [int(n) for n in np.flatnonzero(~self.many)]

    def unsettled(self) -> list[int]:
        return [int(n) for n in np.flatnonzero(~(self.none & self.many))]

    def learns(self, register: Vector) -> bool:
        """Whether this register answers anything that no other did."""
        before = self.left()
        number = self.sums.of(register) - self.known
        self.none = np.logical_or(self.none, number == 0)
        self.many = np.logical_or(self.many, number >= self.goals)
        return self.left() < before


def _weight(cell: Cell) -> float:
    if cell.table in (COUNTED, COUNTED_YEAR):
        return WHOLE
    return 1.0 if cell.table in CROSS else MARGIN
