"""Remedies: promises, one by one, each accepted, delivered, verified or contested by itself."""

import secrets
from datetime import date

from sqlalchemy import func, select

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.models.sides import COMPANY
from grievance.models.writing import Remedy, RemedyKind, RemedyStatus
from grievance.workflow.conditions import Answer
from grievance.workflow.context import Move


def can_be_kept(move: Move) -> Answer:
    """No limit is born late (docs/decisions/0002): a day that is over where the remedy is owed is not promised."""
    promised = move.values.get("due_on")
    if promised and _is_over(move, date.fromisoformat(promised)):
        return _l("This day has passed. Choose one on which the remedy can still be delivered.")
    return None


def can_still_be_kept(move: Move) -> Answer:
    if move.remedy and _is_over(move, move.remedy.due_on):
        return _l("The day for this remedy has passed. A new date must be proposed first: write to the Secretariat.")
    return None


def _is_over(move: Move, day: date) -> bool:
    return day < deadlines.day_for(move.case, COMPANY, move.now)


def propose_remedy(move: Move) -> None:
    number = db.session.scalar(select(func.count()).select_from(Remedy).where(Remedy.case_id == move.case.id)) or 0
    remedy = Remedy(
        id=secrets.token_hex(16),
        case_id=move.case.id,
        number=number + 1,
        kind=RemedyKind(move.values["kind"]),
        proposed_by=move.person.side,
        due_on=date.fromisoformat(move.values["due_on"]),
    )
    db.session.add(remedy)
    db.session.flush()
    for writing in move.writings:
        writing.remedy_id = remedy.id
    move.facts["remedy"] = remedy.number


def _set(move: Move, status: RemedyStatus) -> Remedy:
    remedy = move.chosen_remedy()
    remedy.status = status
    for writing in move.writings:
        writing.remedy_id = remedy.id
    move.facts["remedy"] = remedy.number
    return remedy


def accept_remedy(move: Move) -> None:
    remedy = _set(move, RemedyStatus.ACCEPTED)
    deadlines.open_limit(move.case, Deadline.DELIVERY, move.at, agreed=remedy.due_on, remedy=remedy)


def decline_remedy(move: Move) -> None:
    _set(move, RemedyStatus.DECLINED)


def waive_remedy(move: Move) -> None:
    remedy = _set(move, RemedyStatus.WAIVED)
    for limit in deadlines.owed(move.case):
        if limit.remedy_id == remedy.id:
            limit.stopped_at, limit.wake_at = move.at, None


def report_delivered(move: Move) -> None:
    remedy = _set(move, RemedyStatus.DELIVERED)
    deadlines.meet(move.case, (Deadline.DELIVERY,), move.at, remedy)
    if not any(
        limit.key == Deadline.DELIVERY_CHECK and limit.remedy_id == remedy.id for limit in deadlines.owed(move.case)
    ):
        deadlines.open_limit(move.case, Deadline.DELIVERY_CHECK, move.at, remedy=remedy)


def verify_remedy(move: Move) -> None:
    remedy = _set(move, RemedyStatus.VERIFIED)
    deadlines.meet(move.case, (Deadline.DELIVERY, Deadline.DELIVERY_CHECK), move.at, remedy)


def dispute_remedy(move: Move) -> None:
    remedy = _set(move, RemedyStatus.DISPUTED)
    deadlines.meet(move.case, (Deadline.DELIVERY_CHECK,), move.at, remedy)
