"""A year of due dates, day by day, in every country whose weekend is disputed or not Saturday and Sunday, and in Kenya,
Nigeria and Colombia: what the product counts is what a few plain lines count, from weekends and days off typed here."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from grievance.deadlines import holidays
from grievance.deadlines import rows as deadlines
from grievance.deadlines.country_calendars import weekend_of, zones_of
from grievance.deadlines.dates import Rule, due

DAY = timedelta(days=1)
WEEKENDS = {
    "Fri Sat": "BD BH DJ DZ EG IL IQ JO KW LY MV OM PS QA SA SD SY YE",
    "Sat Sun": "AE AI CD CO HK IN KE KN MR MY NE NG PY TK UG VE",
    "Fri Sun": "BN",
    "Fri": "AF IR SO",
    "Sat": "NP",
}
"""As offices rest in 2026; which day stands on what is in the product's table."""
OFF = {
    country: {
        datetime.strptime(f"{year}-{day}", "%Y-%m-%d").date()  # noqa: DTZ007
        for year, days in zip((2026, 2027), listed.split("|"), strict=True)
        for day in days.split()
    }
    for country, listed in (
        line.split(": ", 1)
        for line in Path(__file__).with_name("days_off.txt").read_text().splitlines()
        if not line.startswith("#")
    )
}
RULES = ("7c", "45c", "3b", "10b")


def plainly(rule, day, weekend, off):
    """When it is due, told in the plainest way."""
    free = lambda one: one.strftime("%a") in weekend or one in off  # noqa: E731
    left, unit = int(rule[:-1]), rule[-1]
    while left:
        day += DAY
        left -= unit == "c" or not free(day)
    while free(day):
        day += DAY
    return day


def test_every_country_that_is_disputed_is_counted_here():
    assert sorted(OFF) == sorted(" ".join(WEEKENDS.values()).split()) and len(OFF) == 39


@pytest.mark.long
@pytest.mark.parametrize("country", sorted(OFF))
def test_each_day_of_a_year_gives_the_due_dates_of_a_few_plain_lines(app, cast, country):
    weekend = next(days.split() for days, countries in WEEKENDS.items() if country in countries.split())
    holidays.add(cast["Tomas"], country, dict.fromkeys(OFF[country], "A day off"))
    zone = zones_of(country)[0]
    parts = {"country": country, "region": "", "zone": zone, "weekend": weekend_of(country).days}
    calendar = deadlines.companys_calendar(1, parts)
    for number in range(365):
        at = datetime(2026, 1, 1, (2, 9, 21)[number % 3], 30, tzinfo=UTC) + number * DAY
        begun = at.astimezone(ZoneInfo(zone)).date()
        for rule in RULES:
            found = due(Rule.parse(rule), at, calendar)
            assert found.on == plainly(rule, begun, weekend, OFF[country]), (country, rule, begun)
            assert (found.at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() == found.on
            assert found.at.astimezone(ZoneInfo(zone)).date() == found.on + DAY
            assert due(Rule.parse(rule), at, calendar, explain=False).at == found.at
