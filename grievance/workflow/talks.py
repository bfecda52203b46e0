"""Beside the ordinary way: extensions, good offices and mediation, and suspension."""

from datetime import date

from grievance.deadlines import pauses
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.models.limit import Limit
from grievance.workflow.conditions import OFFERED_TO
from grievance.workflow.context import StepContext


def _limit(context: StepContext, key: str) -> Limit:
    return next(limit for limit in deadlines.owed(context.case) if limit.key == key)


def ask_for_longer(context: StepContext) -> None:
    deadlines.wait_for_decision(_limit(context, Deadline.COMPANY_RESPONSE), date.fromisoformat(context.values["until"]))


def decide_extension(context: StepContext) -> None:
    """Granted, the limit has a new date, also where the old one passed while it was decided; refused, it is due when
    it was, and the clock does at once what it waited with."""
    limit = _limit(context, Deadline.COMPANY_RESPONSE)
    deadlines.decided(limit, limit.asked_until if context.values["answer"] == "grant" else None)
    context.facts["due_on"] = limit.due_on.isoformat()


# --- good offices ------------------------------------------------------------------------------------------


def offer(context: StepContext) -> None:
    context.case.mediation = {"stage": "offered"}


def agree(context: StepContext) -> None:
    deadlines.meet(context.case, (OFFERED_TO[context.side],), context.at)
    context.case.mediation = {**context.case.mediation, context.side: "agreed"}


def decline(context: StepContext) -> None:
    deadlines.meet(context.case, (OFFERED_TO[context.side],), context.at)
    deadlines.stop(context.case, tuple(OFFERED_TO.values()), context.at)
    context.case.mediation = {**context.case.mediation, context.side: "declined", "stage": "declined"}


def begin_mediation(context: StepContext) -> None:
    context.case.mediation = {**context.case.mediation, "stage": "running"}


def end_mediation(context: StepContext) -> None:
    context.case.mediation = {**context.case.mediation, "stage": "ended"}


# --- suspension --------------------------------------------------------------------------------------------


def suspend(context: StepContext) -> None:
    """The named limits are held: their days are not counted until the case is resumed."""
    context.case.suspended = True
    context.facts["limits"] = context.values.get("limits", [])
    pauses.suspend(context.case, context.facts["limits"], date.fromisoformat(context.values["review_on"]), context.at)


def resume(context: StepContext) -> None:
    """All go on but an admissibility decision that waits for an answer of the complainant's."""
    context.case.suspended = False
    pauses.end_suspension(context.case, context.at)
