"""Other registers that equal everything ever shown: while there are some, nobody can tell what a small cell holds.

For each small number that an observer could be after, one register has none there and one has five or more, or as many
as the totals allow that are published whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grievance.editions.network import Network
from grievance.editions.register import SMALL, Cell
from grievance.editions.sums import Vector


@dataclass(frozen=True)
class Observer:
    """`name`: "" for the public, a company's, or of somebody who knows one complaint. `own`: what is known, as pieces;
    `held`: pieces of which there are no others.
    `knows_one`: one complaint alone, with all that it is counted by."""

    name: str
    own: Vector
    held: Vector
    knows_one: bool = False


@dataclass(frozen=True)
class Target:
    """A small number: of a cell, or (`rest`) of what is left of a sum without its cells that are shown. `places`: its
    pieces. `goal`: how many a second register must have there beside what the observer knows."""

    cell: Cell
    rest: str
    places: Vector
    goal: int = SMALL

    def of(self, register: Vector) -> int:
        return int(register[self.places].sum())


@dataclass(frozen=True)
class Witnesses:
    """Registers of one observer, and for each target which two of them speak for it: one with none, one with `goal`."""

    observer: Observer
    registers: Sequence[Vector]
    speak: Sequence[tuple[Target, int, int]]


def adds_up(net: Network, ranges: Mapping[Cell, tuple[int, int | None]], observer: Observer, register: Vector) -> bool:
    """Whether it is a register that equals everything shown, with what the observer knows in it. By adding alone."""
    if len(register) != len(net.pieces) or bool(np.any(register < observer.own)):
        return False
    if bool(np.any((register > observer.own) & observer.held.astype(bool))):
        return False
    if not net.keeps_the_rules(register):
        return False
    numbers = dict(zip(net.cells, net.numbers.of(register).tolist(), strict=True))
    return all(
        least <= numbers[cell] and (most is None or numbers[cell] <= most) for cell, (least, most) in ranges.items()
    )


def speaks(target: Target, observer: Observer, none: Vector, many: Vector) -> bool:
    known = target.of(observer.own)
    return target.of(none) == known and target.of(many) >= known + target.goal
