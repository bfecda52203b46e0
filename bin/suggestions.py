"""`python -m bin.suggestions > grievance/deadlines/suggestions.csv`: what python-holidays proposes for two years.

Run by hand, once a year, in an environment of its own with the package (`pip install holidays==0.109`): the program
itself has no use for it and asks no network.

Its language is said, so that names do not change with the machine; every category is asked for, because some days that
are gazetted are in no other; its weekend is never taken. Each day that is found by sighting the moon is "not sure",
whatever the package's own mark says: it is announced a day or two before.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WEEKENDS = Path(__file__).parents[1] / "grievance" / "deadlines" / "weekends.csv"
YEARS = (2026, 2027)
MOST = 120
MOON: set[Any] = set()
"""Days that the package added by its tables of the moon while one country was asked."""


def watch_the_moon() -> None:
    from holidays.groups import IslamicHolidays

    added = IslamicHolidays._add_islamic_calendar_holiday_set  # noqa: SLF001

    def noting(self: Any, *args: Any, **more: Any) -> Any:
        found = added(self, *args, **more)
        MOON.update(found)
        return found

    IslamicHolidays._add_islamic_calendar_holiday_set = noting  # noqa: SLF001


def days_of(country: str) -> Iterator[tuple[str, str, str, str]]:
    """Date, name, categories, and whether the date is sure."""
    import holidays

    kind = type(holidays.country_holidays(country))
    language = "en_US" if "en_US" in kind.supported_languages else kind.default_language
    of: dict[Any, set[str]] = {}
    names: dict[Any, list[str]] = {}
    MOON.clear()
    for category in sorted(kind.supported_categories):
        found = holidays.country_holidays(country, years=YEARS, categories=category, language=language)
        for day, name in found.items():
            of.setdefault(day, set()).add(category)
            names.setdefault(day, [])
            names[day] += [one for one in name.split("; ") if one not in names[day]]
    sighted = {_plain(name) for day in MOON for name in names.get(day, [])}
    for day in sorted(day for day in of if day.year in YEARS):
        sure = day not in MOON and not any(_plain(name) in sighted for name in names[day])
        told = "; ".join(_plain(name, "estimated") for name in names[day])[:MOST]
        yield day.isoformat(), told, " ".join(sorted(of[day])), "" if sure else "moon"


def _plain(name: str, *marks: str) -> str:
    """A name without what the package puts behind it, or without these marks alone."""
    head, _bracket, tail = name.partition(" (")
    return head if not marks or any(mark in tail for mark in marks) else name


def main() -> None:
    import holidays

    watch_the_moon()
    known = holidays.list_supported_countries()
    table = csv.writer(sys.stdout, lineterminator="\n")
    table.writerow(("country", "on", "name", "categories", "not_sure"))
    with WEEKENDS.open(newline="") as rows:
        for row in csv.DictReader(rows):
            if row["country"] in known:
                table.writerows((row["country"], *day) for day in days_of(row["country"]))


if __name__ == "__main__":
    main()
