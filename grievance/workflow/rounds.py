"""A round runs from one hand-over, or from the day on which a case comes back from an end, to the next, for each
respondent. What belongs to it ends with it, and what is said of it speaks of no other round."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.workflow.context import StepContext

ENDS_WITH_IT = ("offered", "running")
"""What stood of good offices: what both sides agreed to before, they did not agree to now."""

COMES_BACK = ("reopen", "reopen_admission", "come_back", "dispute_remedy")
"""The steps by which a case comes back from an end: closed, or remedied."""
HANDS_OVER = ("refer", "notify_company", "refer_back")
"""The steps by which a company gets it, or gets it again."""


def begin(context: StepContext) -> None:
    """Another round: what belonged to the one before is owed no more, and good offices that were under way are over."""
    case = context.case
    if case.respondent:
        case.respondent.round += 1
        deadlines.end_round(case, context.at, case.respondent.round)
    if case.mediation.get("stage") in ENDS_WITH_IT:
        case.mediation = {**case.mediation, "stage": "ended"}
    context.round_began = True


def came_back_at(case: Case) -> datetime | None:
    """When the case last came back from an end; None where it never did."""
    return _last(case, _CAME_BACK)


def began_at(case: Case) -> datetime | None:
    """When the round that runs now began; None in a case that went to nobody."""
    return _last(case, or_(_CAME_BACK, Event.kind.in_(HANDS_OVER)))


_CAME_BACK = and_(Event.kind.in_(COMES_BACK), Event.facts.contains('"to":'))
"""A remedy is disputed in an open case too: that moves nothing."""


def _last(case: Case, which: ColumnElement[bool]) -> datetime | None:
    return db.session.scalar(select(func.max(Event.happened_at)).where(Event.chain == case.id, which))


def of_this_round(case: Case) -> tuple[ColumnElement[bool], ...]:
    """The limits that belong to the round that runs now, ended ones too, as conditions of a query."""
    if case.respondent is None:
        return (Limit.case_id == case.id, Limit.round.is_(None))
    theirs = or_(Limit.respondent_id.is_(None), Limit.respondent_id == case.respondent.id)
    return (Limit.case_id == case.id, Limit.round == case.respondent.round, theirs)


def ever(case: Case, key: str, *, met: bool = False) -> bool:
    """Whether a limit of this kind was opened, or met, in the round that runs now."""
    query = select(func.count()).select_from(Limit).where(*of_this_round(case), Limit.key == key)
    return bool(db.session.scalar(query.where(Limit.met_at.is_not(None)) if met else query))


def newest(case: Case, key: str) -> Limit | None:
    """The limit of this kind that was opened last in the round that runs now."""
    query = (
        select(Limit).where(*of_this_round(case), Limit.key == key).order_by(Limit.opened_at.desc(), Limit.id.desc())
    )
    return db.session.scalars(query.limit(1)).first()


def answer_is_reviewed(case: Case) -> bool:
    """Whether the review of the newest answer is concluded: a later word on that answer sets off no second one."""
    steps = select(Event.kind).where(Event.chain == case.id, Event.kind.in_(("respond", "conclude_review")))
    return db.session.scalar(steps.order_by(Event.seq.desc()).limit(1)) == "conclude_review"


def owe_review(context: StepContext) -> None:
    """The review of the answer begins, as her comment or the end of the time for it sets it off, once for an answer."""
    if not answer_is_reviewed(context.case):
        deadlines.open_unless_open(context.case, Deadline.FAIRNESS_REVIEW, context.at)
