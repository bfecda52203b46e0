"""Suspension: the limits that it names are held until the case is resumed."""

from datetime import date

from grievance.deadlines import pauses
from grievance.workflow.context import StepContext


def suspend(context: StepContext) -> None:
    """The named limits are held: their days are not counted until the case is resumed."""
    context.case.suspended = True
    context.facts["limits"] = context.values.get("limits", [])
    pauses.suspend(context.case, context.facts["limits"], date.fromisoformat(context.values["review_on"]), context.at)


def resume(context: StepContext) -> None:
    """All go on but an admissibility decision that waits for an answer of the complainant's."""
    context.case.suspended = False
    pauses.end_suspension(context.case, context.at)
    pauses.wake_what_waited(context.case, context.at)
