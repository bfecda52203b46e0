"""Until when a closed case is kept: one rule for her page, the office's list, the clock and the erasing.

`Case.retain_until` is the last day of it. The clock asks her 90 days before, and where it comes later than that, moves
the day so that she has all 90. What she answers can be changed until the day has ended everywhere on earth, and then
until it was done. Nothing here changes a row.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from grievance import clock
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import beginning_of
from grievance.models.case import Case

ASKED_BEFORE = timedelta(days=90)
"""How long before the end she is asked."""


class Said(StrEnum):
    """What shall become of it. `WISH`: she asked for deletion before, and that was granted; she is not asked again."""

    DELETE = "delete"
    KEEP = "keep"
    NAME_ONLY = "name_only"
    WISH = "wish"


HERS = (Said.DELETE, Said.KEEP, Said.NAME_ONLY)
"""What she can answer; silence is the first."""


@dataclass(frozen=True)
class Plan:
    """`until`: the last day. `what`: what becomes of the case then. `over`: whether that day has ended. `longer`: until
    when it is kept, where it is kept longer."""

    until: date
    what: Said
    over: bool
    longer: date | None


def plan(case: Case, now: datetime) -> Plan | None:
    """None for a case that is open, or erased."""
    if case.retain_until is None or case.erased_at:
        return None
    what = Said(case.retention_answer or Said.DELETE)
    longer = None if what in (Said.DELETE, Said.WISH) else years_more(case.retain_until)
    return Plan(case.retain_until, what, is_over(case.retain_until, what, now), longer)


def is_over(last: date, what: Said, now: datetime) -> bool:
    """Wherever on earth she may be; after her own wish was granted, from the office's day on."""
    if what == Said.WISH:
        return clock.office_day(now) >= last
    return now >= beginning_of(last + timedelta(days=1), deadlines.LAST_ON_EARTH)


def over_before(now: datetime) -> date:
    """The day that has not ended everywhere yet: each one before it has."""
    return clock.day(now, deadlines.LAST_ON_EARTH)


def years_more(last: date) -> date:
    return clock.years_after(last, deadlines.timetable().retention_years)


def to_ask(now: datetime) -> date:
    """Whose last day is not after this one is asked now."""
    return clock.office_day(now) + ASKED_BEFORE


def asked_until(last: date, now: datetime) -> date:
    """The last day of a case that is asked about now: it has 90 days, however late the question comes."""
    return max(last, to_ask(now))
