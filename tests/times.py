"""Days from now, as the office counts them: it has days of 23 and of 25 hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from grievance import clock


def days_later(days: int) -> datetime:
    """This time of day at the office, so many days on. `clock.now() + timedelta(days=180)` is another day's 23:30 or
    0:30 in the hour before and after midnight, where the clocks change between."""
    here = clock.now().astimezone(ZoneInfo(clock.office_zone()))
    return (here + timedelta(days=days)).astimezone(clock.now().tzinfo)
