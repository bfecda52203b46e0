"""Days off that python-holidays proposes for a country and a year: for an approver to look at and to tick, never a
calendar. The file is made by hand once a year (bin/suggestions.py says how and with which version); nothing is asked of
any network.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("suggestions.csv")
MADE_BY = "python-holidays 0.109"


@dataclass(frozen=True)
class Suggestion:
    """`categories`: the package's words for whose day it is. `sure`: no, where somebody must sight the moon first."""

    on: date
    name: str
    categories: str
    sure: bool

    @property
    def key(self) -> str:
        """By which a form names it."""
        return self.on.isoformat()


@cache
def suggested(country: str, year: int) -> tuple[Suggestion, ...]:
    """In their order; none where nothing is proposed, which may also be right: a country at war may have no day off."""
    with FILE.open(newline="", encoding="utf-8") as table:
        return tuple(
            Suggestion(date.fromisoformat(row["on"]), row["name"], row["categories"], not row["not_sure"])
            for row in csv.DictReader(table)
            if row["country"] == country and row["on"].startswith(f"{year}-")
        )


@cache
def years() -> tuple[int, ...]:
    with FILE.open(newline="", encoding="utf-8") as table:
        return tuple(sorted({int(row["on"][:4]) for row in csv.DictReader(table)}))
