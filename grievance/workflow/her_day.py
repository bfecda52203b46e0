"""When she acted is hers: events and rows hold the day of it, and the time is sealed in what she wrote.

No single midnight makes the day. A limit counts days by the calendar of who owes it, and her mail to a company goes at
the first release after she acted; so the moment that is kept is the last of the office's midnight, the company's, and
the day's release of either. Nor does anything of hers stand before what happened in the case before it:
whatever is read by time stays in order (docs/decisions/0064-the-day-she-acted.md).
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from grievance import clock
from grievance.access import Person
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.workflow.release import last_release

NEXT = timedelta(microseconds=1)
"""What a database tells two moments apart by."""


def moment(case: Case, person: Person, now: datetime) -> datetime:
    """What events and rows say of when this person acted: `now`, where it is not her or who speaks for her."""
    if person.role not in (Role.COMPLAINANT, Role.REPRESENTATIVE):
        return now
    return min(now, max(day_of(now, case.company.zone if case.company else ""), _last(case) + NEXT))


def day_of(now: datetime, company_zone: str) -> datetime:
    """When the day began that is kept of a moment, for a case against a company in a zone; empty: against none."""
    zones = {clock.office_zone(), company_zone or clock.office_zone()}
    return max(begin for zone in zones for begin in (clock.day_began(now, zone), last_release(now, zone)))


def _last(case: Case) -> datetime:
    """When the last thing happened in the case that is on the record, also where a clock was set back since."""
    query = select(func.max(Event.recorded_at)).where(Event.chain == case.id)
    return db.session.scalar(query) or case.received_at
