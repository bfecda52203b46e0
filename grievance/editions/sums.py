"""Many sums of pieces, added up at once, of one register or of many."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[Any]
"""A number for each piece, or lines of them."""


class Sums:
    """`places`: of each sum the pieces that it adds."""

    def __init__(self, sums: Iterable[Sequence[int] | Vector]) -> None:
        self.places: list[Vector] = [np.array(one, dtype=np.intp) for one in sums]
        self._join()

    def _join(self) -> None:
        self._some = np.flatnonzero([len(one) for one in self.places])
        some = [self.places[n] for n in self._some]
        self._all = np.concatenate([np.empty(0, dtype=np.intp), *some])
        self._begin = np.cumsum([0, *map(len, some)])[:-1]

    def some(self, which: Iterable[int]) -> "Sums":
        found = Sums(())
        found.places = [self.places[n] for n in which]
        found._join()
        return found

    def of(self, registers: Vector) -> Vector:
        """A number for each sum; of several registers, one line each. A sum of nothing is 0."""
        found = np.zeros((*registers.shape[:-1], len(self.places)), dtype=np.int64)
        if len(self._some):
            found[..., self._some] = np.add.reduceat(registers[..., self._all], self._begin, axis=-1)
        return found


def weights(size: int, places: Iterable[Vector]) -> Vector:
    """How often each of so many pieces is in these sums: what a solver makes least when it makes all of them least."""
    listed = list(places)
    return np.bincount(np.concatenate(listed), minlength=size) if listed else np.zeros(size, dtype=np.int64)
