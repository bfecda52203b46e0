"""How many tasks of somebody's are due, for the one mail of the day: a number, and no word of any (decision 0078)."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import exists, func, or_, select

from grievance import clock
from grievance.accounts import absence
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import beginning_of
from grievance.extensions import db
from grievance.models.case import Conflict
from grievance.models.mailbox import Mailbox
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus
from grievance.models.task import Task
from grievance.notify.recipients import MORNING

TRIES_WHILE_DOWN = 5
"""In so many minutes of each hour a mail about tasks alone is tried while the server takes none."""


@dataclass(frozen=True)
class Due:
    """`day`: at the office, on which so many tasks of one person are due, and so many are late."""

    day: date
    today: int
    late: int

    def in_words(self) -> str:
        said = [ngettext("%(num)d task today", "%(num)d tasks today", self.today)] if self.today else []
        said += [ngettext("%(num)d late", "%(num)d late", self.late)] if self.late else []
        return str(_("Your tasks: %(tasks)s.", tasks=", ".join(said)))


def to_tell(now: datetime) -> dict[int, Due]:
    """By account: whoever is here, may see the case that each task is on, and was told nothing of tasks today. What is
    late alone is not told of on a day off, nor anything to who is away."""
    today = clock.office_day(now)
    shut_out = exists().where(Conflict.case_id == Task.case_id, Conflict.account_id == Task.account_id)
    today_or_late = (func.count().filter(Task.due_on == today), func.count().filter(Task.due_on < today))
    query = select(Task.account_id, *today_or_late).join(Account, Account.id == Task.account_id)
    query = query.outerjoin(Mailbox, Mailbox.account_id == Task.account_id).where(
        Task.done_on.is_(None), Task.due_on <= today, ~shut_out,
        Account.status == AccountStatus.ACTIVE, Account.role.in_(SECRETARIAT_ROLES),
        or_(Mailbox.tasks_told_on.is_(None), Mailbox.tasks_told_on < today),
    )  # fmt: skip
    found = {who: Due(today, *numbers) for who, *numbers in db.session.execute(query.group_by(Task.account_id))}
    if not found:
        return {}
    away, off = absence.who_is_away(now), bool(deadlines.office_calendar().day_off(today))
    return {who: due for who, due in found.items() if who not in away and (due.today or not off)}


def may_go_alone(now: datetime, failing: bool) -> bool:
    """Whether a mail goes about tasks alone: from the office's morning on, and seldom while the server is down."""
    zone = clock.reader_zone("")
    morning = now >= beginning_of(clock.day(now, zone), zone) + MORNING
    return morning and (not failing or now.minute < TRIES_WHILE_DOWN)
