"""When a sign may come: by chance within the hours and days that she chose, so that nobody learns from it when the
office worked on a case. No sign comes twice on a day of hers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from grievance import clock
from grievance.deadlines.dates import beginning_of

SHORTEST = timedelta(minutes=30)
"""What must be left of a day's hours: in less, chance would say little about when the office worked."""
LOOKED_AT = 15
"""Days: of two weeks one is hers, also where today's is over and tomorrow is taken."""


@dataclass(frozen=True)
class Hours:
    """`days`: Monday is 0. From one full hour of her clock to a later one."""

    zone: str
    days: Sequence[int]
    from_hour: int
    to_hour: int

    def on(self, day_after: int, now: datetime) -> tuple[datetime, datetime] | None:
        """From when to when on the day so many days from now; None where that is none of hers."""
        day = clock.day(now, self.zone) + timedelta(days=day_after)
        if day.weekday() not in self.days:
            return None
        return _at(day, self.from_hour, self.zone), _at(day, self.to_hour, self.zone)

    def are_now(self, now: datetime) -> bool:
        today = self.on(0, now)
        return today is not None and today[0] <= now < today[1]


def _at(day: date, hour: int, zone: str) -> datetime:
    if hour == 24:
        return beginning_of(day + timedelta(days=1), zone)
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def moment(hours: Hours, now: datetime, chance: Callable[[], float], *, but_today: bool = False) -> datetime:
    """When the next sign goes. `chance`: from 0 to 1. `but_today`: one went today already."""
    for day in range(1 if but_today else 0, LOOKED_AT):
        if (window := hours.on(day, now)) is None:
            continue
        begins, ends = max(window[0], now), window[1]
        if ends - begins >= SHORTEST:
            return begins + (ends - begins) * chance()
    raise ValueError("no day of the week was chosen")
