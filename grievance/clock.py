"""The only place that reads the time, and the only one that makes a date from it (`make check` sees to that).

A moment has another date in each time zone. So whoever wants a date says whose: the office's, a reader's, or that of
whoever owes something, in the zone that the time limit was made with.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

from grievance import zones as zones  # first of all: whose rules of time zones count


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def milliseconds(at: datetime) -> int:
    """Of a moment, since 1970: for a time that a statement calculates with, in both databases alike."""
    return int(at.timestamp() * 1000)


def hour(at: datetime, zone: str) -> int:
    """The hour of an aware moment in a time zone: 0 to 23."""
    return _there(at, zone).hour


def day(at: datetime, zone: str) -> date:
    """The date that an aware moment has in a time zone. Raises ValueError for one that says no zone: it is nobody's."""
    return _there(at, zone).date()


def today(zone: str) -> date:
    """The date that it is now in a time zone."""
    return day(now(), zone)


def time_of_day(at: datetime, zone: str) -> str:
    """Hours and minutes of an aware moment in a time zone, as "14:05"."""
    return f"{_there(at, zone):%H:%M}"


def _there(at: datetime, zone: str) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a moment without a zone has no date")
    return at.astimezone(ZoneInfo(zone))


def office_zone() -> str:
    zone: str = current_app.config["TIME_ZONE"]
    return zone


def office_day(at: datetime) -> date:
    """The office's day: that of the Secretariat, the custodians and the Board."""
    return day(at, office_zone())


def day_began(at: datetime, zone: str = "") -> datetime:
    """When the day of this moment began in a zone, or at the office: what says the day of something, and not its
    hour."""
    return _there(at, zone or office_zone()).replace(hour=0, minute=0, second=0, microsecond=0)


def office_began(on: date) -> datetime:
    """When this day begins at the office."""
    return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(office_zone()))


def office_today() -> date:
    return office_day(now())


def reader_zone(own: str) -> str:
    """By which clock somebody reads. `own`: their company's zone; empty for the office's people and for complainants,
    of whom no place is known."""
    return own or office_zone()


def reader_day(at: datetime, own: str) -> date:
    """This reader's day; `own` as in `reader_zone`."""
    return day(at, reader_zone(own))


def years_after(on: date, years: int) -> date:
    """The same day so many years later; the 28th for the last days of a month, which not every year has."""
    return date(on.year + years, on.month, min(on.day, 28))


def read_day(text: str, shape: str) -> date:
    """The day that somebody wrote down in a shape such as "%d.%m.%Y". Raises ValueError."""
    return datetime.strptime(text, shape).replace(tzinfo=UTC).date()
