"""An edition: its tables with what is shown of them, and the witnesses without which it is not issued."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from grievance.editions.hiding import After, Hiding
from grievance.editions.network import Network, network
from grievance.editions.register import HANDLED, HANDLING, SMALL, Cell, Domain, Register, block_of
from grievance.editions.sums import Vector
from grievance.editions.tables import COUNTED, COUNTED_YEAR, tables_of_block, tables_of_year
from grievance.editions.witnesses import Observer, Witnesses

PUBLIC, ONES = "", "ones"


class Published(Protocol):
    """What an earlier edition shows and hides, for ever."""

    @property
    def shown(self) -> Collection[Cell]: ...
    @property
    def hidden(self) -> Collection[Cell]: ...


@dataclass(frozen=True)
class Edition:
    """`tables`: those that are issued. `shown`: cells with their numbers, hidden are all others. `witnesses`: of every
    observer; they are nobody's to read, because a register stands in each."""

    year: int
    tables: tuple[str, ...]
    shown: Mapping[Cell, int]
    hidden: frozenset[Cell]
    net: Network
    truth: Vector
    witnesses: tuple[Witnesses, ...]


def issue(
    register: Register, year: int, blocks: Mapping[int, Domain], before: Sequence[Published] = (),
    going_on: Callable[[], None] = lambda: None,
) -> Edition:  # fmt: skip
    """The edition of this year. `blocks`: what there can be in each block that is closed. `before`: all earlier
    editions. `going_on`: asked again and again, it raises where the time is over. `CannotBeIssued` where there are no
    witnesses, whatever is hidden."""
    net = network(register, blocks)
    truth = net.flow(register.rows, _waiting(register))
    tables = (*tables_of_year(register, year), *tables_of_block(register, year))
    new = _cells(net, year, tables)
    shown_before = [cell for one in before for cell in one.shown]
    hidden_before = [cell for one in before for cell in one.hidden]
    hiding = Hiding(net, truth, (*shown_before, *hidden_before), shown_before, new, going_on)
    companies = companies_of(register, net)
    hiding.hide_dominated(companies)
    observers = [public(net), *companies]
    ones = _each_one(register, net)
    while sum(map(hiding.settle, observers)) or _settle_ones(hiding, ones, observers):
        pass  # what was hidden for one of them leaves other rests for all
    shown = {cell: hiding.value[cell] for cell in new if cell in hiding.shown}
    some = {cell.table for cell in shown}
    issued = tuple(table for table in tables if table in some)
    witnesses = tuple(hiding.found(observer) for observer in observers)
    return Edition(year, issued, shown, frozenset(new) - shown.keys(), net, truth, witnesses)


def _waiting(register: Register) -> dict[int, int]:
    counted = {until: sum(row.year <= until for row in register.rows) for until in register.totals}
    return {year: total - counted[year] for year, total in register.totals.items()}


def _cells(net: Network, year: int, tables: Sequence[str]) -> list[Cell]:
    block = block_of(year, net.first)
    wanted = {(table, year if table in HANDLING else block) for table in tables}
    if tables:
        wanted |= {(COUNTED_YEAR, year), (COUNTED, block)}
    return [cell for cell in net.cells if (cell.table, cell.period) in wanted]


def public(net: Network) -> Observer:
    nothing = np.zeros(len(net.pieces), dtype=np.int64)
    return Observer(PUBLIC, nothing, nothing.astype(bool))


def companies_of(register: Register, net: Network) -> list[Observer]:
    """Each company that has a complaint, with its own held fixed; those with most complaints first."""
    names = {row.company for row in register.rows} | {name for one in register.waiting.values() for name in one}
    found = []
    for name in sorted(names):
        own = [row for row in register.rows if row.company == name]
        waiting = {year: one[name] for year, one in register.waiting.items() if name in one}
        found.append(Observer(name, net.flow(own, waiting), _pieces_of(net, name)))
    return sorted(found, key=lambda one: -int(one.own.sum()))


def _pieces_of(net: Network, company: str) -> Vector:
    held = np.zeros(len(net.pieces), dtype=bool)
    for piece, place in net.pieces.items():
        whose = {"outcome": 3, "company": 2, **dict.fromkeys(HANDLED, 2)}.get(piece[0])
        held[place] = whose is not None and piece[whose] == company
    return held


def _each_one(register: Register, net: Network) -> list[Observer]:
    """Somebody who knows one complaint, for each that differs in what it is counted by."""
    nothing = np.zeros(len(net.pieces), dtype=bool)
    found = {}
    for row in register.rows:
        found[tuple(net.ways(row))] = row
    return [Observer(f"one {n}", net.flow([row], {}), nothing, knows_one=True) for n, row in enumerate(found.values())]


def _settle_ones(hiding: Hiding, ones: Sequence[Observer], others: Sequence[Observer]) -> bool:
    """Most of whoever knows one complaint are answered by the registers found for somebody else, in which such a
    complaint stands, too."""
    found = hiding.pools.setdefault(ONES, [])
    pool = [*found, *(register for one in others for register in hiding.pools[one.name])]
    if not pool:
        return False  # nothing is small
    answers, hid = _Answers(hiding.after(others[0], ()), pool), False
    for one in ones:
        hiding.going_on()
        has_it = answers.with_all_of(one.own)
        if not answers.all_for(one.own, has_it):
            hid = hiding.settle(one, [answers.pool[n] for n in has_it]) or hid
            more = hiding.pools.pop(one.name)[len(has_it) :]
            answers.add(more)
            found += more
    return hid


class _Answers:
    """What the registers found say of what is small for everybody: whether a number is none, whether it is many."""

    AT_ONCE = 64

    def __init__(self, after: After, pool: Sequence[Vector]) -> None:
        small = np.flatnonzero(after.known + after.sought.numbers[after.at] < SMALL)
        self.sums, self.goals = after.sums.some(small), after.goals[small]
        self.truth = after.sought.numbers[after.at][small]
        self.pool, self.numbers = list(pool), self.sums.of(np.array(pool))
        self._has = np.array(pool) >= 1

    def add(self, registers: Sequence[Vector]) -> None:
        if registers:
            more = np.array(registers)
            self.pool += registers
            self.numbers = np.concatenate([self.numbers, self.sums.of(more)])
            self._has = np.concatenate([self._has, more >= 1])

    def with_all_of(self, own: Vector) -> Vector:
        """The registers in which such a complaint stands."""
        return np.flatnonzero(self._has[:, np.flatnonzero(own)].all(axis=1))

    def all_for(self, own: Vector, registers: Vector) -> bool:
        """Whether among these registers is, for each target, one without any beside what is known, and one with many.
        Where nothing else is there than what is known, there is nothing to be after."""
        known = self.sums.of(own)
        none = many = np.flatnonzero(self.truth != known)
        for begin in range(0, len(registers), self.AT_ONCE):
            some = registers[begin : begin + self.AT_ONCE, None]
            none = none[(self.numbers[some, none] != known[none]).all(axis=0)]
            many = many[(self.numbers[some, many] < self.goals[many]).all(axis=0)]
            if not len(none) and not len(many):
                return True
        return not len(none) and not len(many)
