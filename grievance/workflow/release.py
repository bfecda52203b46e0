"""The day's release: what she did is told to a company at one hour of the day, whenever she did it: by mail, and in
all that it can open (`record.as_told`).

A mail that came a minute after her press would tell whoever reads it, and every server on its way, when she sat at a
telephone (docs/decisions/0058-her-times.md); and so would a page that changed (0063).
"""

from datetime import datetime, timedelta
from functools import cache, partial

from grievance import clock
from grievance.deadlines.dates import moment_of
from grievance.deadlines.rows import timetable
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.sides import COMPANY
from grievance.record import as_told
from grievance.record.transaction import at_the_end
from grievance.workflow.context import StepContext
from grievance.workflow.procedure import OF_HERS, OF_THE_OFFICE, ROWS
from grievance.workflow.row import COMPLAINANT, Row
from grievance.workflow.told import How, told
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


# --- what a company reads of a case ------------------------------------------------------------------------


def is_held(row: Row, role: str) -> bool:
    """Whether what somebody of this role does by this row is told at a release alone: what is hers, what is written
    down for her, and what a company reads alike."""
    letters = (letter.text.template for letter in row.letters if letter.recipient == COMPANY)
    alike = any(waits(COMPANY, template, row.step, role) for template in letters)
    return role in OF_HERS or row.recorded or alike or role_told(COMPANY, row.step, role) == HER


def builds_on(row: Row, role: str) -> bool:
    """Whether a step of the office's waits with what is held already: it moves the case, and could follow from it.
    Where the company gets or loses keys it is told at once."""
    moves = row.target is not None or row.step in ENDS_HERS
    return role in OF_THE_OFFICE and moves and not row.hands_over and row.step not in AT_ONCE


ENDS_HERS = frozenset({"confirm_withdrawal", "undo_withdrawal", "close_for_deletion"})
AT_ONCE = frozenset({"change_respondent", "recall_packet"})
"""Keys come or go: what is read then is the case as it is."""


def until(row: Row, context: StepContext) -> datetime | None:
    """Until when the company reads the case as it was before this step; None where it is told at once."""
    case, role = context.case, context.person.role.value
    if not case.with_company or case.company is None:
        return None
    if is_held(row, role) or context.waited:
        return next_release(context.now, clock.reader_zone(case.company.zone))
    return as_told.held_until(case.id, context.now) if builds_on(row, role) else None


def begin(row: Row, context: StepContext) -> as_told.Rows | None:
    """Before a step: the rows that its company goes on reading; None where it is told at once."""
    if row.hands_over or row.step in AT_ONCE:
        as_told.tell_all(context.case.id)
    context.held_until = until(row, context)
    return as_told.rows_of(context.case.id) if context.held_until else None


def hold(context: StepContext, before: as_told.Rows | None, seq: int) -> None:
    """After it: at the end of the unit of work what has become of them is noted. `seq`: of its event."""
    if before is not None and context.held_until:
        at_the_end(partial(as_told.hold, context.case, seq, context.held_until, before))


def told_on(case: Case, now: datetime) -> datetime | None:
    """When the company is told what it does not see yet, for whoever talks with it; None where it sees all."""
    return as_told.held_until(case.id, now) if case.with_company else None


def tells_later(row: Row, case: Case) -> bool:
    """Whether she is told beside her button when the company learns of it: where it is told at all."""
    return case.with_company and told(row, Role.COMPANY).how in (How.LETTER, How.MARKED)


as_told.METS.update({row.step: frozenset(row.meets) for row in ROWS if Role.COMPANY in row.who})
