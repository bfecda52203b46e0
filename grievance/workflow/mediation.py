"""Good offices and mediation: offered, agreed or declined by each side, begun and ended."""

from grievance.deadlines import rows as deadlines
from grievance.workflow.conditions import OFFERED_TO
from grievance.workflow.context import StepContext


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
