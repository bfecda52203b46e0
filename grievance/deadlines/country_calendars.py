"""What a country proposes for the calendar of a company there: its weekend from a table in which each row has its
source and date, and its time zones from IANA's list. A proposal, never a calendar: people confirm it.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from grievance import zones as zones

WEEKENDS = Path(__file__).with_name("weekends.csv")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Weekend:
    """Days, Monday is 0; where that stands, and of what day or year it is; `note`: what else is to be known."""

    days: tuple[int, ...]
    source: str
    dated: str
    note: str


@cache
def weekends() -> dict[str, Weekend]:
    """By country. Where two sources disagree and nobody has found out more, `note` says so."""
    with WEEKENDS.open(newline="", encoding="utf-8") as table:
        return {
            row["country"]: Weekend(
                tuple(WEEK.index(day) for day in row["weekend"].split()), row["source"], row["dated"], row["note"]
            )
            for row in csv.DictReader(table)
        }


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _where, zone = line.split("\t")[:3]
            found.setdefault(country, []).append(zone)
    return {country: tuple(theirs) for country, theirs in found.items()}


def zones_of(country: str) -> tuple[str, ...]:
    """In IANA's order; none for a code that its list does not have."""
    return _zones().get(country, ())


def weekend_of(country: str) -> Weekend | None:
    return weekends().get(country)
