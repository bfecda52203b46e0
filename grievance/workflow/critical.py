"""A case that is found critical while a safety alert is open: hours to look at it, and not days (file 2, "Safety")."""

from datetime import datetime

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import SAFETY, Deadline
from grievance.models.case import Case, Severity
from grievance.workflow.context import StepContext


def shorten_the_look(context: StepContext) -> None:
    """Before *classify* writes the new severity. From the moment at which it is set, and only then: a look that ends
    sooner keeps its end, and whatever the severity is afterwards, what was promised in hours stays so."""
    case = context.case
    becomes = context.values["severity"] == Severity.CRITICAL and case.severity != Severity.CRITICAL
    if becomes and case.safety_alert and not _ends_sooner(case, context.at):
        deadlines.stop(case, (Deadline.SAFETY, Deadline.SAFETY_AGAIN), context.at)
        deadlines.open_limit(case, Deadline.SAFETY_CRITICAL, context.at)


def _ends_sooner(case: Case, at: datetime) -> bool:
    """Whether a look that nobody has missed ends no later than one that began now. A missed one promises nothing."""
    ends = deadlines.would_end(case, Deadline.SAFETY_CRITICAL, at)
    running = [limit for limit in deadlines.owed(case) if limit.key in SAFETY]
    if any(limit.key == Deadline.SAFETY_CRITICAL and limit.missed_at for limit in running):
        return True  # what is owed already is not owed later
    return any(limit.missed_at is None and limit.due_at <= ends for limit in running)
