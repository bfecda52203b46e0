"""When somebody of the office is at work next: what is urgent runs through nights and days off, and whoever waits for
it is told when it can be read at the earliest."""

from datetime import datetime, timedelta

from flask import current_app
from flask_babel import gettext as _

from grievance import clock
from grievance.deadlines import days
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import Calendar, hour_of
from grievance.deadlines.kinds import Deadline
from grievance.models.case import Case
from grievance.models.sides import COMPLAINANT, SECRETARIAT

_ONE = timedelta(days=1)
OF_SAFETY = (Deadline.SAFETY, Deadline.SAFETY_CRITICAL)


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
    said = {"day": day, "time": days.time_of_day(at, calendar.zone), "place": days.place(calendar.zone)}
    return str(_("Somebody of the Secretariat is at work again on %(day)s, from %(time)s (%(place)s).", **said))


def for_case(case: Case, now: datetime) -> str:
    """On the page of whoever complained, on every day: by the calendar of what she is shown that the office owes, else
    by the office's own. What is owed for her safety is never asked, so that nothing in it comes or goes with what she
    has just said, for whoever looks over her shoulder."""
    owes = (limit for limit in deadlines.owed(case) if deadlines.kind_of(limit).kept_by == SECRETARIAT)
    shown = (limit for limit in owes if not deadlines.is_kept_from(COMPLAINANT, limit) and limit.key not in OF_SAFETY)
    limit = next(shown, None)
    return sentence(now, deadlines.calendar_of(limit) if limit else deadlines.office_calendar())
