"""When somebody of the office is at work next: what is urgent runs through nights and days off, and whoever waits for
it is told when it can be read at the earliest."""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _

from grievance import clock
from grievance.deadlines import days
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import Calendar, hour_of
from grievance.models.case import Case
from grievance.models.sides import SECRETARIAT

_ONE = timedelta(days=1)


def next_at_work(now: datetime, calendar: Calendar, hours: tuple[int, int]) -> datetime:
    """`now` where somebody is at work; else the hour at which the next business day begins. `hours`: from, to."""
    begins, ends = hours
    day = clock.day(now, calendar.zone)
    while calendar.day_off(day) or now >= hour_of(day, ends, calendar.zone):
        day += _ONE
    return max(now, hour_of(day, begins, calendar.zone))


def sentence(now: datetime, calendar: Calendar) -> str:
    """The same in words; the hours are those of OFFICE_HOURS."""
    hours: tuple[int, int] = current_app.config["OFFICE_HOURS"]
    at = next_at_work(now, calendar, hours)
    if at == now:
        return str(_("Somebody of the Secretariat is at work now."))
    day = days.day_of_the_week(clock.day(at, calendar.zone))
    said = {"day": day, "time": clock.time_of_day(at, calendar.zone), "place": days.place(calendar.zone)}
    return str(_("Somebody of the Secretariat is at work again on %(day)s, from %(time)s (%(place)s).", **said))


def for_case(case: Case, now: datetime) -> str:
    """On the page of whoever complained, by the calendar of what the office owes there; empty where it owes nothing.
    It stands there on every day, so that it does not tell who looks over her shoulder what she has just said."""
    owes = (limit for limit in deadlines.owed(case) if deadlines.kind_of(limit).kept_by == SECRETARIAT)
    limit = next(owes, None)
    return sentence(now, deadlines.calendar_of(limit)) if limit else ""
