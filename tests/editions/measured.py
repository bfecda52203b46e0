"""What editions of generated registers show and cost, as the table that `make reconstruction` prints."""

import time
from collections.abc import Iterable, Sequence

from grievance.editions.issue import Edition
from grievance.editions.register import SMALL

PROPERTY = "reconstruction"
HEADS = (
    "complaints", "registers", "editions", "tables", "cells", "hidden", "of 5 and more", "of these shown", "witnesses",
    "seconds an edition", "the longest", "seconds an attack",
)  # fmt: skip


def timed(made: Iterable[Edition]) -> tuple[list[Edition], list[float]]:
    """The editions, and how many seconds each took."""
    found, seconds, began = [], [], time.perf_counter()
    for edition in made:
        found.append(edition)
        seconds.append(time.perf_counter() - began)
        began = time.perf_counter()
    return found, seconds


def line(size: int, all_of: Sequence[Edition], seconds: Sequence[float], attacked: float) -> list[float]:
    """One register: its size, then numbers to be added up, the longest edition, the attack."""
    numbers = [0, 0, 0, 0, 0]
    for edition in all_of:
        cells = (*edition.shown, *edition.hidden)
        large = sum(int(edition.truth[list(edition.net.cells[cell])].sum()) >= SMALL for cell in cells)
        witnesses = sum(len(one.registers) for one in edition.witnesses)
        of_it = (len(edition.tables), len(cells), len(edition.hidden), large, witnesses)
        numbers = [a + b for a, b in zip(numbers, of_it, strict=True)]
    return [size, len(all_of), *numbers, sum(seconds), max(seconds), attacked]


def table(lines: Sequence[Sequence[float]]) -> list[str]:
    """In Markdown, one line for each size."""
    found = ["| " + " | ".join(HEADS) + " |", "|" + "---:|" * len(HEADS)]
    for size in sorted({one[0] for one in lines}):
        of_size = [one for one in lines if one[0] == size]
        editions, tables, cells, hidden, large, witnesses = (
            int(sum(column)) for column in list(zip(*of_size, strict=True))[1:7]
        )
        share = f"{100 * (cells - hidden) / large:.0f} %" if large else "none"
        took = sum(one[7] for one in of_size) / editions
        attack = sum(one[9] for one in of_size) / len(of_size)
        told = (int(size), len(of_size), editions, tables, cells, hidden, large, share, witnesses,
                f"{took:.1f}", f"{max(one[8] for one in of_size):.1f}", f"{attack:.1f}")  # fmt: skip
        found.append("| " + " | ".join(map(str, told)) + " |")
    return found
