"""A holiday that was typed wrongly: one person asks, another takes it back, and what it moved later moves back.

Nobody loses a date that they count on from one day to the next: where a limit would be due within a week, it is due in
a week, or on the day that it has now if that is earlier. What has passed stays passed.
"""

from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.deadlines import holidays
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import Due, due_on
from grievance.deadlines.holidays import Effect, Moving
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.models.people import SECRETARIAT_ROLES, Account
from grievance.models.writing import Holiday
from grievance.record import chain
from grievance.record.events import EventRow
from grievance.record.transaction import unit_of_work

AT_LEAST = timedelta(days=7)


def preview(by: Person, holiday: Holiday, now: datetime | None = None) -> Effect:
    """The effect of taking it back, by the same code, without changing anything. Raises `Refused`."""
    return _go_through(by, holiday, now or clock.now(), saving=False)


def ask(by: Person, holiday_id: int) -> None:
    """Say that a holiday was typed wrongly; another person looks at what moves, and takes it back. Raises `Refused`."""
    now = clock.now()
    with unit_of_work() as session:
        holiday = _found(holiday_id)
        _may(by)
        if holiday.wrong_by is not None:
            raise Refused(_("Somebody said so already. Another person decides."))
        holiday.wrong_by = by.account_id
        chain.append(None, "holiday_doubted", by, now, now, _facts(holiday))
        session.flush()


def keep(by: Person, holiday_id: int) -> None:
    """It is right after all; anybody may say so, also who asked. Raises `Refused`."""
    now = clock.now()
    with unit_of_work():
        holiday = _asked(by, holiday_id)
        holiday.wrong_by = None
        chain.append(None, "holiday_kept", by, now, now, _facts(holiday))


def take_back(by: Person, holiday_id: int, now: datetime | None = None) -> Effect:
    """Take it out and move back what it moved: one transaction, an event for each limit. Raises `Refused`."""
    now = now or clock.now()
    with unit_of_work() as session:
        holiday = _asked(by, holiday_id)
        if not may_decide(by, holiday):
            raise Refused(_("Another person than the one who asked must decide this."))
        effect = _go_through(by, holiday, now, saving=True)
        facts = {**_facts(holiday), "asked_by": holiday.wrong_by, "limits": effect.limits, "cases": effect.cases}
        chain.append(None, "holiday_taken_back", by, now, now, facts)
        session.delete(holiday)
    return effect


def may_decide(by: Person, holiday: Holiday) -> bool:
    """Two people: whoever of the Secretariat did not ask."""
    return holiday.wrong_by is not None and by.account_id != holiday.wrong_by


def who_asked(holiday: Holiday) -> str:
    """The name of who said that it is wrong; empty where nobody did."""
    return db.session.scalar(select(Account.name).where(Account.id == holiday.wrong_by)) or ""


def _may(by: Person) -> None:
    if by.role not in SECRETARIAT_ROLES or by.party_seed is None:
        raise Refused(_("Only the Secretariat may do this."))


def _found(holiday_id: int) -> Holiday:
    holiday = db.session.get(Holiday, holiday_id, with_for_update=True)
    if holiday is None:
        raise Refused(_("This holiday is not in the calendar any more."))
    return holiday


def _asked(by: Person, holiday_id: int) -> Holiday:
    holiday = _found(holiday_id)
    _may(by)
    if holiday.wrong_by is None:
        raise Refused(_("Nobody asks to take this holiday back."))
    return holiday


def _facts(holiday: Holiday) -> dict[str, Any]:
    return {"country": holiday.country, "days": [holiday.on.isoformat()]}


def _go_through(by: Person, holiday: Holiday, now: datetime, saving: bool) -> Effect:
    effect = Effect({holiday.on: holiday.name})
    for case, limits in holidays.running(holiday.country, now, lock=saving):
        _one_case(by, case, limits, holiday.on, effect, now, saving)
    return effect


def _one_case(
    by: Person, case: Case, limits: list[Limit], day: date, effect: Effect, now: datetime, saving: bool
) -> None:
    moving = [(limit, back) for limit in limits if (back := _back(limit, day, now)) is not None]
    for limit, back in moving:
        from_to = (limit.due_on, back.on, limit.due_at, back.at, deadlines.ends_in(limit), limit.paused_at is not None)
        holidays.note(by, case, Moving(case.reference, deadlines.kind_of(limit).words, limit.owed_by, *from_to), effect)
    effect.cases += bool(moving)
    if saving and moving:
        moved = [(limit, _move(by, case, limit, day, back, now)) for limit, back in moving]
        holidays.tell_once(case, moved, holidays.MOVED_BACK_LETTERS)
        deadlines.queue(case)
        case.version += 1


def _back(limit: Limit, day: date, now: datetime) -> Due | None:
    """Where a limit is due without this holiday; None where that is no earlier. What was given again after an outage
    keeps its date."""
    if limit.grace_seconds or day.isoformat() not in limit.frozen["holidays"]:
        return None
    without = deadlines.without_holiday(limit, day)
    soonest = due_on(clock.day(now, limit.frozen["zone"]) + AT_LEAST, deadlines.calendar_of(limit))
    back = max(without, soonest, key=lambda due: due.at)
    return back if back.at < limit.due_at else None


def _move(by: Person, case: Case, limit: Limit, day: date, back: Due, now: datetime) -> EventRow:
    was = limit.due_on
    deadlines.move_back(limit, day, back, now)
    return chain.append(case, "holiday_moved_back", by, now, now, holidays.moved_facts(limit, was))
