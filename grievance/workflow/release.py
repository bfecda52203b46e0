"""The day's release: a mail about what she did goes to a company at one hour of the day, whenever she did it.

A mail that came a minute after her press would tell whoever reads it, and every server on its way, when she sat at a
telephone (docs/decisions/0058-her-times.md).
"""

from datetime import datetime, timedelta

from grievance import clock
from grievance.deadlines.dates import moment_of
from grievance.deadlines.rows import timetable
from grievance.models.people import Role
from grievance.models.sides import COMPANY
from grievance.workflow.labels import HAPPENINGS
from grievance.workflow.procedure import OF_THE_OFFICE, is_hers


def waits(recipient: str, kind: str, role: str) -> bool:
    """Whether what happened is told this recipient at a release alone: a company what she did, and whatever may be her
    doing or the office's; were the office's told at once, one that waits would be known for hers."""
    if recipient != COMPANY:
        return False
    return is_hers(kind, role) or (HAPPENINGS[kind].by_the_office and role in OF_THE_OFFICE)


def next_release(after: datetime, zone: str) -> datetime:
    """The first release in a zone after this moment."""
    today, hour = clock.day(after, zone), timetable().release
    at = moment_of(today, hour, zone)
    return at if at > after else moment_of(today + timedelta(days=1), hour, zone)


def told_at(recipient: str, kind: str, role: Role | str, recorded_at: datetime, zone: str) -> datetime:
    """From when on a mail may speak of it: at once, or from the next release after it was recorded."""
    return next_release(recorded_at, zone) if waits(recipient, kind, str(role)) else recorded_at
