"""The only place that reads the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def day(at: datetime, zone: str) -> date:
    """The date that a moment has in a time zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def today(zone: str) -> date:
    """The date that it is now in a time zone."""
    return day(now(), zone)
