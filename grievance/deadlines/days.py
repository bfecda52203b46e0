"""Days and times in the words of the page's language, and whose they are.

No date is made from a time here: it comes from `clock`, by somebody's zone. A complainant reads the day alone; staff
and companies sit in several zones, so that to them a day on which something ends is named with its place.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel import dates
from babel.units import format_unit
from flask_babel import get_locale
from flask_babel import gettext as _

from grievance import clock
from grievance.digits import hour_said, written
from grievance.extensions import page_language
from grievance.languages import locale_of

_LAST = timedelta(microseconds=1)
_DAY_FIRST = {"en": "EEEE d MMMM y", "ru": "EEEE, d MMMM y", "uk": "EEEE, d MMMM y"}
"""Where CLDR's own long form does not serve: in Russian and Ukrainian it ends with "г." and "р.", and a sentence that
ends with a day would have two full stops."""


def full_date(day: date) -> str:
    """A day in the full words of the language; in English the day first, as most of its readers write it."""
    return date_in(day, _language())


@lru_cache(4096)
def date_in(day: date, language: str) -> str:
    """The same in a language that is not the page's. Raises TypeError for a moment, which has no day of its own."""
    if isinstance(day, datetime):
        raise TypeError("a moment is no day: say whose day it is by clock.office_day or clock.reader_day")
    pattern = _DAY_FIRST.get(language, "long").rpartition("EEEE")[2].lstrip(", ")
    return written(dates.format_date(day, pattern, locale_of(language)), language)


def day_there(day: date, zone: str) -> str:
    """ "4 December 2026, Nairobi"."""
    return str(_("%(day)s, %(place)s", day=full_date(day), place=place(zone)))


def day_of_the_week(day: date) -> str:
    """ "Friday 4 December 2026"."""
    return _with_weekday(day, _language())


def time_there(at: datetime, zone: str) -> str:
    """ "4 December 2026, 14:05, Nairobi"."""
    told = {"day": full_date(clock.day(at, zone)), "time": time_of_day(at, zone), "place": place(zone)}
    return str(_("%(day)s, %(time)s, %(place)s", **told))


def time_of_day(at: datetime, zone: str) -> str:
    """ "14:05", as the page's readers say it."""
    return hour_said(clock.time_of_day(at, zone), _language())


def end_of(day: date, zone: str) -> str:
    """ "end of Friday 4 December 2026, Nairobi"."""
    return str(_("end of %(day)s, %(place)s", day=_with_weekday(day, _language()), place=place(zone)))


def due_day(at: datetime, zone: str) -> str:
    """When a time limit is over and where. `at`: the first moment that is late. One of hours, or with time given again
    after an outage, does not end with a day: its time is said."""
    last = clock.day(at - _LAST, zone)
    return end_of(last, zone) if _ends_with(last, at, zone) else time_there(at, zone)


def due_shortly(at: datetime, zone: str, own: str) -> str:
    """The same for a table that says above it where a day ends: the day alone in the reader's own zone."""
    last = clock.day(at - _LAST, zone)
    if not _ends_with(last, at, zone):
        return time_there(at, zone)
    return full_date(last) if zone == own else day_there(last, zone)


def _ends_with(last: date, at: datetime, zone: str) -> bool:
    """Whether the moment is the first one after that day."""
    return clock.day(at, zone) != last


def unreachable(minutes: int, until: str, zone: str = "") -> str:
    """Why a limit ends later than its last day: for how long nobody could reach the site, and to whom a zone is told,
    when it ends now."""
    locale, parts = get_locale(), [(minutes // 60, "hour"), (minutes % 60, "minute")]
    length = " ".join(format_unit(number, f"duration-{unit}", locale=locale) for number, unit in parts if number)
    length, until = written(length, _language()), written(until, _language())
    if not zone:
        return str(_("the site was not reachable for %(length)s", length=length))
    end = f"{until}, {place(zone)}"
    return str(_("the site was not reachable for %(length)s: until %(time)s", length=length, time=end))


def place(zone: str) -> str:
    """The city that a time zone is named after; of one without a city its distance from UTC, or its own name."""
    return _place(zone, _language())


@lru_cache(1024)
def _place(zone: str, language: str) -> str:
    area, _slash, name = zone.partition("/")
    if area == "Etc":
        return _distance(name)
    if not name:
        return zone
    return str(dates.get_timezone_location(zone, locale=locale_of(language), return_city=True)).rpartition("/")[2]


def _distance(name: str) -> str:
    """ "GMT-3" is three hours before UTC by the sign that POSIX gave it: its clocks show three hours more."""
    sign, hours = name[3:4], name[4:].lstrip("0")
    if sign not in ("+", "-") or not hours:
        return "UTC"
    return f"UTC{'-' if sign == '+' else '+'}{hours}"


@lru_cache(1024)
def _with_weekday(day: date, language: str) -> str:
    return written(dates.format_date(day, _DAY_FIRST.get(language, "full"), locale_of(language)), language)


def _language() -> str:
    return page_language() or "en"
