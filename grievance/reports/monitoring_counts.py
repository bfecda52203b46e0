"""Concerns and measures as they are counted for the public: whole totals, of which none tells a company or a case."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from grievance import clock
from grievance.concerns.counts import closed_by_type, measures_by_cause, opened_by_type

Count = Callable[[datetime, datetime], Mapping[str, int]]
LONG_AGO = date(1990, 1, 1)
"""Before any of them."""


def _opened(first: datetime, end: datetime) -> dict[str, int]:
    return {f"opened_{kind.value}": number for kind, number in opened_by_type(first, end).items()}


def _closed(first: datetime, end: datetime) -> dict[str, int]:
    return {f"closed_{kind.value}": number for kind, number in closed_by_type(first, end).items()}


def _measures(first: datetime, end: datetime) -> dict[str, int]:
    """By cause alone: of the few that are taken in a year, rung and cause together would name the company."""
    found: dict[str, int] = {}
    for (_rung, cause), number in measures_by_cause(first, end).items():
        found[f"measures_{cause.value}"] = found.get(f"measures_{cause.value}", 0) + number
    return found


COUNTS: tuple[Count, ...] = (_opened, _closed, _measures)


def totals(last: date) -> list[tuple[str, int, int]]:
    """Of each line: in the year of this day until its end, and ever until then."""
    year, ever = clock.office_began(last.replace(month=1, day=1)), clock.office_began(LONG_AGO)
    end = clock.office_began(last + timedelta(days=1))
    return [(name, here, count(ever, end)[name]) for count in COUNTS for name, here in count(year, end).items()]
