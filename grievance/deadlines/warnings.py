"""When somebody is warned of what they owe: at half its time, or where procedure.toml says so earlier or later, and two
business days before (file 2, "Warned before"). Pure: facts in, moments out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from grievance import clock
from grievance.deadlines.dates import Calendar, Pause, Rule, beginning_of, thaw

LAST = Rule(2, "b")
"""What is left to whoever owes it when they are warned for the last time, and the last day besides."""
_ONE = timedelta(days=1)


def business_days_before(on: date, calendar: Calendar) -> datetime:
    """The beginning of the day for work after which `LAST` of them are over by the beginning of `on`."""
    day, left = on, LAST.count
    while left:
        day -= _ONE
        left -= calendar.day_off(day) is None
    return beginning_of(day, calendar.zone)


def half(
    frozen: Mapping[str, Any], remind: Rule | None, opened_at: datetime, dated_at: datetime, due_at: datetime,
    pauses: Sequence[Pause],
) -> datetime:  # fmt: skip
    """Of a rule in days by its own calendar, so that what is not counted is not halved either; of a date that was
    agreed, of hours and of a single day the middle between then and the end."""
    rule = Rule.parse(frozen["rule"])
    if frozen["agreed"] or (remind is None and (rule.unit == "h" or rule.count == 1)):
        return dated_at + (due_at - dated_at) / 2
    early = remind or Rule(rule.count // 2, rule.unit)
    return thaw({**frozen, "rule": str(early)}, opened_at, pauses, explain=False).at


def both(first: datetime, last: datetime, dated_at: datetime, due_at: datetime, zone: str) -> tuple[datetime, ...]:
    """Those that lie between the moment at which it got its date and that date: nobody is warned of what was past when
    it was made or moved. Two of one day are one."""
    found = [at for at in sorted((first, last)) if dated_at < at < due_at]
    if len(found) > 1 and clock.day(found[0], zone) == clock.day(found[1], zone):
        return (found[0],)
    return tuple(found)
