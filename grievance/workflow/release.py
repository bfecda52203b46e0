"""The day's release: a mail about what she did goes to a company at one hour of the day, whenever she did it.

A mail that came a minute after her press would tell whoever reads it, and every server on its way, when she sat at a
telephone (docs/decisions/0058-her-times.md).
"""

from datetime import datetime, timedelta
from functools import cache

from grievance import clock
from grievance.deadlines.dates import moment_of
from grievance.deadlines.rows import timetable
from grievance.models.people import Role
from grievance.models.sides import COMPANY
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import COMPLAINANT
from grievance.workflow.visibility import role_told

HER = Role.COMPLAINANT.value


@cache
def veiled() -> frozenset[str]:
    """The letters to a company that can be of her doing and are told as the office's: were one of the office's or of
    the clock's told at once, the one that waits would be known for hers."""
    hers = (row for row in ROWS if row.who & COMPLAINANT and role_told(COMPANY, row.step, HER) != HER)
    letters = (letter for row in hers for letter in (*row.letters, *row.may_send))
    return frozenset(letter.text.template for letter in letters if letter.recipient == COMPANY)


def waits(recipient: str, template: str, kind: str, role: str) -> bool:
    """Whether a letter about what somebody of this role did is told at a release alone."""
    return recipient == COMPANY and (role_told(COMPANY, kind, role) == HER or template in veiled())


def next_release(after: datetime, zone: str) -> datetime:
    """The first release in a zone after this moment."""
    today, hour = clock.day(after, zone), timetable().release
    at = moment_of(today, hour, zone)
    return at if at > after else moment_of(today + timedelta(days=1), hour, zone)


def last_release(until: datetime, zone: str) -> datetime:
    """The last release in a zone up to this moment: whatever came after it has the same next one."""
    today, hour = clock.day(until, zone), timetable().release
    at = moment_of(today, hour, zone)
    return at if at <= until else moment_of(today - timedelta(days=1), hour, zone)
