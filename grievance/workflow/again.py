"""Handed over once more, after what went out was taken back: with new keys, and with the days that the company had."""

from collections.abc import Iterator

from sqlalchemy import func, select

from grievance.deadlines import corrections
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.keys import CompanyEnvelope
from grievance.models.limit import Limit
from grievance.models.sides import ALL
from grievance.workflow import conditions as only
from grievance.workflow import effects as then
from grievance.workflow import letter_texts as say
from grievance.workflow import questions as ask
from grievance.workflow import rounds, summaries
from grievance.workflow.closing import AFTER_UNDOING
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_company, to_complainant
from grievance.workflow.row import ESCALATED, OFFICER, PROGRESS, REFERRED, Happening, Row, states

OF_THE_COMPANY = (Deadline.COMPANY_ACKNOWLEDGEMENT, Deadline.COMPANY_RESPONSE)


HAS_IT = _l("Nothing was taken back from this company: it has what it was given.")


def after_a_recall(context: StepContext) -> Answer:
    """It had the case, and reads nothing of it now."""
    case = context.case
    if deadlines.is_open(case, *OF_THE_COMPANY):
        return HAS_IT  # a recall ends both
    held = select(CompanyEnvelope.id).where(CompanyEnvelope.case_id == case.id).limit(1)
    if case.with_company and db.session.scalar(held) is None:
        return None
    return HAS_IT


def give_days_back(context: StepContext) -> None:
    """What had passed before the recall is a breach on the record; the answer itself is owed in a week."""
    for limit in list(_ended_by_the_recall(context.case)):
        if limit.missed_at:
            day = deadlines.day_for(context.case, limit.owed_by, context.at) + AFTER_UNDOING
            deadlines.open_limit(context.case, limit.key, context.at, agreed=day)
        else:
            corrections.run_on(context.case, limit, context.at)


def _ended_by_the_recall(case: Case) -> Iterator[Limit]:
    recalled = select(func.max(Event.happened_at)).where(Event.chain == case.id, Event.kind == "recall_packet")
    at = db.session.scalar(recalled)
    theirs = (*rounds.of_this_round(case), Limit.key.in_(OF_THE_COMPANY), Limit.stopped_at == at)
    yield from db.session.scalars(select(Limit).where(*theirs).order_by(Limit.id))


HAND_OVER_AGAIN = Row(
    step="hand_over_again", title=_l("Hand it over again"), source=states(REFERRED, ESCALATED), who=OFFICER,
    group=PROGRESS,
    of_respondent=True, of_round=True, approved=True, hands_over=True,
    asks=ask.REFER,
    only_if=(after_a_recall, only.company_is_member, only.may_share_account, only.its_calendar_is_confirmed,
             only.packet_previewed, summaries.she_said_right),
    then=(then.hand_over, summaries.went_out, give_days_back),
    meets=(Deadline.NEXT_MOVE,), may_open=OF_THE_COMPANY, stops=(Deadline.SUMMARY,),
    put_right=("recall_packet", "change_respondent"),
    event=Happening(_l("The company was handed the case again"), ALL),
    letters=(to_company(say.PACKET_REPLACED), to_complainant(say.REFERRED)),
)  # fmt: skip
