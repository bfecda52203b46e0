"""More time for an answer: asked for by the company, decided by the office."""

from datetime import date

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.models.limit import Limit
from grievance.workflow.context import StepContext


def _limit(context: StepContext, key: str) -> Limit:
    return next(limit for limit in deadlines.owed(context.case) if limit.key == key)


def ask_for_longer(context: StepContext) -> None:
    deadlines.wait_for_decision(_limit(context, Deadline.COMPANY_RESPONSE), date.fromisoformat(context.values["until"]))


def decide_extension(context: StepContext) -> None:
    """Granted, the limit has a new date, also where the old one passed while it was decided; refused, it is due when
    it was, and the clock does at once what it waited with."""
    limit = _limit(context, Deadline.COMPANY_RESPONSE)
    deadlines.decided(limit, limit.asked_until if context.values["answer"] == "grant" else None, context.at)
    context.facts["due_on"] = limit.due_on.isoformat()
