"""Remedies: promises, one by one, each accepted, delivered, verified or contested by itself."""

import secrets
from datetime import date

from sqlalchemy import func, select

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case, Respondent
from grievance.models.sides import COMPANY
from grievance.models.writing import Remedy, RemedyKind, RemedyStatus
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext


@of_answers
def can_be_kept(context: StepContext) -> Answer:
    """No limit is born late (docs/decisions/0002): a day that is over where the remedy is owed is not promised."""
    promised = context.values.get("due_on")
    if promised and _is_over(context, date.fromisoformat(promised)):
        return _l("This day has passed. Choose one on which the remedy can still be delivered.")
    return None


def can_still_be_kept(context: StepContext) -> Answer:
    if context.remedy and _is_over(context, context.remedy.due_on):
        return _l("The day for this remedy has passed. A new date must be proposed first: write to the Secretariat.")
    return None


def _is_over(context: StepContext, day: date) -> bool:
    return day < deadlines.day_for(context.case, COMPANY, context.now)


def of_former(case: Case) -> int:
    """How many were promised by companies that had the case by mistake. The right one's own are counted without them:
    a first remedy that is number 2 would tell it of another."""
    if not case.handed_before:
        return 0
    theirs_now = Respondent.not_former(Remedy.respondent_id, case.id)
    query = select(func.count()).select_from(Remedy).where(Remedy.case_id == case.id, ~theirs_now)
    return db.session.scalar(query) or 0


def propose_remedy(context: StepContext) -> None:
    number = db.session.scalar(select(func.count()).select_from(Remedy).where(Remedy.case_id == context.case.id)) or 0
    remedy = Remedy(
        id=secrets.token_hex(16),
        case_id=context.case.id,
        number=number + 1,
        kind=RemedyKind(context.values["kind"]),
        proposed_by=context.person.side,
        due_on=date.fromisoformat(context.values["due_on"]),
        respondent_id=context.case.respondent.id if context.case.respondent else None,
    )
    db.session.add(remedy)
    db.session.flush()
    for writing in context.writings:
        writing.remedy_id = remedy.id
    context.facts["remedy"] = remedy.number


def _set(context: StepContext, status: RemedyStatus) -> Remedy:
    remedy = context.chosen_remedy()
    remedy.status = status
    for writing in context.writings:
        writing.remedy_id = remedy.id
    context.facts["remedy"] = remedy.number
    return remedy


def accept_remedy(context: StepContext) -> None:
    remedy = _set(context, RemedyStatus.ACCEPTED)
    deadlines.open_limit(context.case, Deadline.DELIVERY, context.at, agreed=remedy.due_on, remedy=remedy)


def decline_remedy(context: StepContext) -> None:
    _set(context, RemedyStatus.DECLINED)


def waive_remedy(context: StepContext) -> None:
    remedy = _set(context, RemedyStatus.WAIVED)
    for limit in deadlines.owed(context.case):
        if limit.remedy_id == remedy.id:
            limit.stopped_at, limit.wake_at = context.at, None


def report_delivered(context: StepContext) -> None:
    remedy = _set(context, RemedyStatus.DELIVERED)
    deadlines.meet(context.case, (Deadline.DELIVERY,), context.at, remedy)
    if not any(
        limit.key == Deadline.DELIVERY_CHECK and limit.remedy_id == remedy.id for limit in deadlines.owed(context.case)
    ):
        deadlines.open_limit(context.case, Deadline.DELIVERY_CHECK, context.at, remedy=remedy)


def verify_remedy(context: StepContext) -> None:
    remedy = _set(context, RemedyStatus.VERIFIED)
    deadlines.meet(context.case, (Deadline.DELIVERY, Deadline.DELIVERY_CHECK), context.at, remedy)


def dispute_remedy(context: StepContext) -> None:
    remedy = _set(context, RemedyStatus.DISPUTED)
    deadlines.meet(context.case, (Deadline.DELIVERY_CHECK,), context.at, remedy)
