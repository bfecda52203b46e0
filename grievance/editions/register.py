"""What is counted for the public, and by what: one row for each complaint, without a word of it.

A *year* here is the calendar year in which a complaint is counted. A *block* is three of them together, named by its
first year. A breakdown is of a year or of a block, and never of both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

BLOCK = 3
"""Calendar years that companies, countries, topics, outcomes and their cross tables are counted over."""
SMALL = 5
"""A cell under this is never shown."""
FEW = 60
"""Complaints of a period under which only topics and outcomes of a block are broken down."""
HANDLING = ("acknowledge", "decide", "answer", "close")
"""What the days are counted of, by the names of the office's own figures."""
CLASSES = ("7", "14", "30", "90", "more", "none")
"""Days it took: at most so many, more than 90, or not done."""
HANDLED: Mapping[str, tuple[str, ...]] = {
    "answer": ("in_time", "late", "none"),
    "remedy": ("verified", "agreed", "none"),
}
"""How a company handles what it was told of, and the classes of each: whether it answered in time (`late`: it did not;
`none`: nothing was due yet), and whether every remedy that was agreed is verified."""
SEVERAL = "several"
"""The topic of a complaint about several things: each complaint stands in one cell of a table."""


@dataclass(frozen=True)
class Counted:
    """One complaint whose company was told long enough ago. `days`: a class for each of `HANDLING`; `handled`: one for
    each of `HANDLED`."""

    year: int
    topic: str
    outcome: str
    company: str
    country: str
    days: tuple[str, ...]
    handled: tuple[str, ...] = ("none", "none")


@dataclass(frozen=True)
class Domain:
    """What there can be in a block, whatever was counted: it follows from public lists, so that no line of a table
    tells by being there. `works_in`: for each company, where a complaint about it can come from."""

    topics: tuple[str, ...]
    outcomes: tuple[str, ...]
    works_in: Mapping[str, frozenset[str]]

    def with_all(self, rows: Sequence[Counted]) -> "Domain":
        """The same, with what occurs beyond it."""
        works_in = {company: set(countries) for company, countries in self.works_in.items()}
        for row in rows:
            works_in.setdefault(row.company, set()).add(row.country)
        return Domain(
            _joined(self.topics, {row.topic for row in rows}),
            _joined(self.outcomes, {row.outcome for row in rows}),
            {company: frozenset(countries) for company, countries in sorted(works_in.items())},
        )


def _joined(listed: tuple[str, ...], occurring: set[str]) -> tuple[str, ...]:
    return (*listed, *sorted(occurring - set(listed)))


@dataclass(frozen=True)
class Register:
    """All that is counted up to an edition, from the first year of the first block on.

    `totals`: for each year with an edition, the complaints against members received from the first year to its end, as
    published whole. `waiting`: of these not counted by that edition though the company knows of them, by company.
    """

    rows: tuple[Counted, ...]
    totals: Mapping[int, int]
    waiting: Mapping[int, Mapping[str, int]]
    begins: int | None = None
    """The first year of the first block, where no edition was made of that year."""

    @property
    def first(self) -> int:
        return min(self.totals) if self.begins is None else self.begins

    def received(self, begins: int, ends: int) -> int:
        """Complaints of these years by the whole totals: whether there are few must follow from what is known to
        everybody, or it would tell how many were not counted."""
        before = max((number for year, number in self.totals.items() if year < begins), default=0)
        return self.totals[ends] - before


def block_of(year: int, first: int) -> int:
    """The first year of the block in which this year is."""
    return year - (year - first) % BLOCK


def ends_a_block(year: int, first: int) -> bool:
    return block_of(year, first) + BLOCK - 1 == year


class Cell(NamedTuple):
    """A number that a table can show. `period`: a year for `counted_year` and what is of `HANDLING`, else a block."""

    table: str
    period: int
    key: tuple[str, ...] = ()
