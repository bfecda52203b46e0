"""Remedies: promises, one by one, each accepted, delivered, verified or contested by itself."""

import secrets
from datetime import date

from sqlalchemy import func, select

from grievance.extensions import db
from grievance.models.writing import Remedy, RemedyKind, RemedyStatus
from grievance.workflow import owed
from grievance.workflow.move import Move


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
    owed.open_limit(move.case, "L11", move.at, agreed=remedy.due_on, remedy=remedy)


def decline_remedy(move: Move) -> None:
    _set(move, RemedyStatus.DECLINED)


def waive_remedy(move: Move) -> None:
    remedy = _set(move, RemedyStatus.WAIVED)
    for limit in owed.owed(move.case):
        if limit.remedy_id == remedy.id:
            limit.stopped_at, limit.wake_at = move.at, None


def report_delivered(move: Move) -> None:
    remedy = _set(move, RemedyStatus.DELIVERED)
    owed.meet(move.case, ("L11",), move.at, remedy)
    if not any(limit.key == "L11v" and limit.remedy_id == remedy.id for limit in owed.owed(move.case)):
        owed.open_limit(move.case, "L11v", move.at, remedy=remedy)


def verify_remedy(move: Move) -> None:
    remedy = _set(move, RemedyStatus.VERIFIED)
    owed.meet(move.case, ("L11", "L11v"), move.at, remedy)


def dispute_remedy(move: Move) -> None:
    remedy = _set(move, RemedyStatus.DISPUTED)
    owed.meet(move.case, ("L11v",), move.at, remedy)
