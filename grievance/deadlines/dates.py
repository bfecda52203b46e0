"""Time limits as pure dates: facts in, a due date and its day-by-day explanation out. No clock, no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from grievance.clock import day as day_of
from grievance.clock import time_of_day

MOST_DAYS = 3650
KINDS = ("holidays", "works", "half")
_ONE = timedelta(days=1)
MOST_WEEKEND = timedelta(days=4)
"""Of a week: the days that are left are business days, and a rule that counts those comes to its end."""


@dataclass(frozen=True)
class Calendar:
    """Of whoever owes: an IANA zone, weekend days (Monday is 0) and named holidays. `works`: days that are worked
    though they are a weekend's. `half`: days that end early, and count as business days. Raises ValueError."""

    zone: str
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: Mapping[date, str] = field(default_factory=dict)
    works: Mapping[date, str] = field(default_factory=dict)
    half: Mapping[date, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.weekend <= set(range(7)) or len(self.weekend) > MOST_WEEKEND.days:
            raise ValueError("a week needs at least three business days")
        if len(self.holidays) > 2000:
            raise ValueError("too many holidays")

    def day_off(self, day: date) -> tuple[str, str] | None:
        """Why a day is no business day: ("holiday", its name) or ("weekend", ""); None where it is one."""
        if day in self.holidays:
            return "holiday", self.holidays[day]
        return ("weekend", "") if day.weekday() in self.weekend and day not in self.works else None

    def said_of(self, day: date) -> tuple[str, str]:
        """What is said of a business day: "works" or "half" with its name where it is one of these, else "counted"."""
        if day in self.works and day.weekday() in self.weekend:
            return "works", self.works[day]
        return ("half", self.half[day]) if day in self.half else ("counted", "")


@dataclass(frozen=True)
class Rule:
    """`count` of `unit`: c calendar days rolled forward off days off, b business days, h hours to the second."""

    count: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in ("c", "b", "h") or not 1 <= self.count <= MOST_DAYS:
            raise ValueError("a time limit is 1 to 3650 of c, b or h")

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """Read "15b". Raises ValueError."""
        if not text[:-1].isascii() or not text[:-1].isdigit():
            raise ValueError("a time limit is a number and c, b or h")
        return cls(int(text[:-1]), text[-1])

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


@dataclass(frozen=True)
class Pause:
    """The days from `start` up to, not including, `end` are not counted."""

    start: date
    end: date


@dataclass(frozen=True)
class Day:
    """One line of the explanation: `counted` is the running number, 0 where the day does not count. A day that is
    worked though it is a weekend's ("works"), or that ends early ("half"), counts."""

    on: date
    counted: int
    reason: str
    name: str = ""
    until: date | None = None
    """Of a holiday that was taken out of the calendar since: when. The limit keeps the date that it had."""


@dataclass(frozen=True)
class Due:
    """`at`: the first moment that is late (aware UTC). `on`: the due day. `days`: the explanation."""

    at: datetime
    on: date
    days: tuple[Day, ...] = ()


def _end_of(day: date, zone: str) -> datetime:
    """The first instant after a day in a zone: midnight, or the first after it where midnight does not exist."""
    local = datetime.combine(day + _ONE, time(), ZoneInfo(zone))
    return local.astimezone(UTC)


def beginning_of(day: date, zone: str) -> datetime:
    """The first instant of a day in a zone."""
    return _end_of(day - _ONE, zone)


def due(
    rule: Rule, event_at: datetime, calendar: Calendar, pauses: Iterable[Pause] = (), *, explain: bool = True
) -> Due:
    """When something is due that was set off by an event at an aware time. The day of the event is not counted.

    `explain`: with its explanation. Where nobody reads that, most dates are found without looking at each day.
    """
    if event_at.tzinfo is None:
        raise ValueError("the event needs a time zone")
    if rule.unit == "h":
        at = event_at.astimezone(UTC) + timedelta(hours=rule.count)
        on = day_of(at - timedelta(microseconds=1), calendar.zone)
        return Due(at, on, (Day(on, rule.count, "hours"),))
    held = tuple(pauses)
    day = day_of(event_at, calendar.zone)
    if rule.unit == "c" and not held and not explain:
        day = _rolled(day + timedelta(days=rule.count), calendar)
        return Due(_end_of(day, calendar.zone), day)
    days, counted = [Day(day, 0, "event")], 0
    while True:
        day += _ONE
        off = calendar.day_off(day)
        if held and any(p.start <= day < p.end for p in held):
            days.append(Day(day, 0, "paused"))
        elif off and (rule.unit == "b" or counted == rule.count):
            days.append(Day(day, 0, *off))
        elif counted == rule.count:  # rolled off days off to here
            days.append(Day(day, 0, "rolled"))
            break
        else:
            counted += 1
            last = counted == rule.count
            why_it_rolls_on = "counted", off[1] if off and last else ""
            days.append(Day(day, counted, *(why_it_rolls_on if off else calendar.said_of(day))))
            if last and not off:
                break
    return Due(_end_of(day, calendar.zone), day, tuple(days))


def _rolled(day: date, calendar: Calendar) -> date:
    """Forward off days off."""
    while calendar.day_off(day):
        day += _ONE
    return day


def due_on(agreed: date, calendar: Calendar, moved_by: int = 0) -> Due:
    """An agreed date: the end of that day where it is owed, not rolled, because both sides chose it. `moved_by`: the
    days of the pauses since, by which it is later."""
    day = agreed + timedelta(days=moved_by)
    moved = (Day(day, 0, "moved"),) if moved_by else ()
    return Due(_end_of(day, calendar.zone), day, (Day(agreed, 0, "agreed"), *moved))


def given_again(answer: Due, lost: timedelta, zone: str) -> Due:
    """The same limit, with the time of its last day on which the site could not be reached given again at its end.

    The added line counts minutes, and its name is the time of day to which it moved.
    """
    at = answer.at + lost
    on = day_of(at - timedelta(microseconds=1), zone)
    return Due(at, on, (*answer.days, Day(on, int(lost.total_seconds() // 60), "outage", time_of_day(at, zone))))


def never_before(answer: Due, moment: datetime, zone: str) -> Due:
    """The same limit, which was owed until this moment by the rules that its time zone had then."""
    if answer.at >= moment:
        return answer
    on = day_of(moment - timedelta(microseconds=1), zone)
    return Due(moment, on, (*answer.days, Day(on, 0, "kept")))


def moment_of(day: date, at: time, zone: str) -> datetime:
    """The instant at which a clock in a zone shows this time of a day."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def hour_of(day: date, hour: int, zone: str) -> datetime:
    """The instant at which a clock in a zone shows this hour of a day; 24 is its end."""
    local = datetime.combine(day + hour // 24 * _ONE, time(hour % 24), ZoneInfo(zone))
    return local.astimezone(UTC)


def passed(due_at: datetime, now: datetime) -> bool:
    """Whether it is late. The last moment of the due day is in time; the next one is not."""
    return now >= due_at


def never_earlier(old: Due, new: Due) -> Due:
    """What an open limit becomes when a holiday is added: it may move later, never earlier (file 2)."""
    return new if new.at > old.at else old


def freeze(rule: Rule, calendar: Calendar, agreed: date | None = None) -> dict[str, Any]:
    """The rule and calendar that a limit was made with, as JSON."""
    return {
        "rule": str(rule),
        "agreed": agreed.isoformat() if agreed else None,
        "zone": calendar.zone,
        "weekend": sorted(calendar.weekend),
        "holidays": _plain(calendar.holidays),
        **{kind: _plain(days) for kind, days in (("works", calendar.works), ("half", calendar.half)) if days},
    }


def _plain(days: Mapping[date, str]) -> dict[str, str]:
    return {day.isoformat(): name for day, name in sorted(days.items())}


def thawed(frozen: Mapping[str, Any]) -> Calendar:
    """The calendar that a limit keeps."""
    days = ({date.fromisoformat(on): name for on, name in frozen.get(kind, {}).items()} for kind in KINDS)
    return Calendar(frozen["zone"], frozenset(frozen["weekend"]), *days)


def thaw(frozen: Mapping[str, Any], event_at: datetime, pauses: Iterable[Pause] = (), *, explain: bool = True) -> Due:
    """The due date of a frozen rule, computed again; `explain`: as in `due`."""
    calendar = thawed(frozen)
    if frozen["agreed"]:
        answer = due_on(date.fromisoformat(frozen["agreed"]), calendar, frozen.get("moved_by", 0))
    else:
        answer = due(Rule.parse(frozen["rule"]), event_at, calendar, pauses, explain=explain)
    if "ends" in frozen:
        answer = replace(answer, at=_end_of(answer.on, frozen["ends"]))
    return _as_it_was(answer, frozen["taken_out"]) if explain and "taken_out" in frozen else answer


def _as_it_was(answer: Due, taken_out: Mapping[str, str]) -> Due:
    """Beside each holiday that was taken out of the calendar since: when."""
    until = {date.fromisoformat(day): date.fromisoformat(on) for day, on in taken_out.items()}
    days = (replace(day, until=until[day.on]) if day.on in until and day.name else day for day in answer.days)
    return replace(answer, days=tuple(days))
