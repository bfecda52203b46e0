"""What becomes of a case's tasks when the case changes hands or is erased. The office's own record vouches for tasks:
no chain of a case says that there is one, so that neither she nor a company learns of it."""

from sqlalchemy import ColumnElement, and_, exists, select

from grievance import clock
from grievance.access import CLOCK
from grievance.extensions import db
from grievance.models.case import Conflict
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus
from grievance.models.task import Task, Tick
from grievance.record import chain
from grievance.workflow.context import StepContext


def is_nobodys() -> ColumnElement[bool]:
    """Whose a task is has left, is no member of the Secretariat any more, or may not see its case."""
    there = and_(Account.id == Task.account_id, Account.status == AccountStatus.ACTIVE,
                 Account.role.in_(SECRETARIAT_ROLES))  # fmt: skip
    conflict = and_(Conflict.case_id == Task.case_id, Conflict.account_id == Task.account_id)
    return ~exists().where(there) | exists().where(conflict)


def hand_over(context: StepContext, former: int | None) -> None:
    """The open tasks on a case of who had it before, and those that are nobody's, are from now on of its officer; who
    was given one besides keeps it."""
    to = context.case.officer_id
    if to is None or former == to:
        return
    theirs = (Task.account_id == former) | is_nobodys()
    query = select(Task).where(Task.case_id == context.case.id, Task.done_on.is_(None), Task.account_id != to, theirs)
    tasks = list(db.session.scalars(query.order_by(Task.id).with_for_update(of=Task)))
    for task in tasks:
        task.account_id = to
    if tasks:
        chain.append(None, "tasks_handed_over", context.person, context.at, context.at,
                     {"to": to, "number": len(tasks)})  # fmt: skip


def forget(case_id: str) -> None:
    """The tasks on a case that is erased are gone with it, and its ticks. Part of the caller's transaction."""
    tasks = [one for table in (Task, Tick) for one in db.session.scalars(select(table).where(table.case_id == case_id))]
    for task in tasks:
        db.session.delete(task)
    if tasks:
        now = clock.now()
        chain.append(None, "tasks_erased", CLOCK, now, now, {"number": len(tasks)})
