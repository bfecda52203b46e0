"""When somebody may be in danger: how the alert is raised, and how soon the office looks ("Safety" in file 2).

A company is told of none of it. Nor does her own page say that she ticked the question: whoever made her write may
look at it afterwards.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import YES_NO, Field, Kind, Shown
from grievance.models.case import Case, Severity
from grievance.models.sides import NONE
from grievance.workflow import letter_texts as say
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_approver, to_officer, when
from grievance.workflow.row import COMPLAINANT, Row

RAISED = "raises_alert"
"""The fact of an event that raised the alert itself."""
LETTERS = (to_officer(say.IN_DANGER, when(RAISED, True)), to_approver(say.IN_DANGER, when(RAISED, True)))
"""To whoever can act, in the minute in which it is raised, and by no event that only comes after it."""
TICK = Field("about_safety", _l("This is about my safety"), Kind.YES, False, shown=Shown.RECORD, read_by=NONE,
             help=_l("We look at this first, as soon as somebody is at work."
                     " The company never learns that you ticked this."))  # fmt: skip
"""No time is promised in which nobody may be there: her page says the next hour of work beside it."""
FORCED = Field("forced", _l("Did somebody make you do this?"), Kind.CHOICE,
               choices=(*YES_NO, ("rather_not", _l("I would rather not say"))), shown=Shown.RECORD, read_by=NONE,
               help=_l("The company never learns that we ask, nor what you answer."),
               missing=_l("Say whether somebody made you do this."))  # fmt: skip
"""Asked of whoever takes a complaint back. Her page never shows the answer: whoever made her may look at it."""
TICK_BY_OFFICER = replace(TICK, label=_l("This is about the complainant's safety"))
DANGER = ("yes", "unsure")
"""The answers of the form after which nothing goes to the company before the safety was looked at."""


def at_filing(case: Case, values: Mapping[str, Any], at: datetime) -> None:
    """*Not sure* counts as yes: who is afraid to say it is not safer than who says it."""
    if values["could_harm"] in DANGER:
        case.safety_alert = True
        soon = values.get("harm_when") == "soon"
        soon = soon or case.severity == Severity.CRITICAL
        deadlines.open_limit(case, Deadline.SAFETY_CRITICAL if soon else Deadline.SAFETY, at)


def raise_at_once(context: StepContext) -> None:
    """Somebody says that it happened, or that she is not safe: it is looked at within a day, on a day off too."""
    look(context, Deadline.SAFETY_CRITICAL)


def raise_anew(context: StepContext) -> None:
    """It is another company's case now: what was found safe before says nothing of it."""
    critical = context.case.severity == Severity.CRITICAL
    look(context, Deadline.SAFETY_CRITICAL if critical else Deadline.SAFETY)


def look(context: StepContext, key: Deadline) -> None:
    """The alert, and a look that can be kept and ends no later than one that begins now. What was missed, or would end
    later, makes room for it: what is said now is not less urgent for it."""
    case = context.case
    case.safety_alert = True
    begins = context.hour_counts_from
    ends = deadlines.would_end(case, key, begins)
    running = [limit for limit in deadlines.owed(case) if limit.key in (key, Deadline.SAFETY_CRITICAL)]
    if any(limit.missed_at is None and limit.due_at <= ends for limit in running):
        return
    deadlines.stop(case, (key, *(limit.key for limit in running if limit.missed_at)), context.at)
    deadlines.open_limit(case, key, begins)


def raise_if_ticked(context: StepContext) -> None:
    """At the moment in which she says it, also where what she wants waits for a second person: the second person's
    word raises nothing that was looked at meanwhile."""
    says_so = context.values.get(TICK.name) or context.values.get(FORCED.name) == "yes"
    if says_so and context.proposed_at is None:
        raise_and_tell(context)


def raise_and_tell(context: StepContext) -> None:
    raise_at_once(context)
    context.facts[RAISED] = True


def asked(row: Row) -> Row:
    """Each step by which she writes to us or sends files asks whether it is about her safety: by its nature, so that no
    row can forget it. On the telephone too, where an officer writes down what she says."""
    words = {field.kind for field in row.asks} & {Kind.TEXT, Kind.FILES}
    if not (row.in_her_words or (row.who == COMPLAINANT and (words or row.ticked))) or raise_at_once in row.then:
        return row
    return replace(
        row,
        asks=(*row.asks, TICK_BY_OFFICER if row.in_her_words else TICK),
        then=(*row.then, raise_if_ticked),
        may_open=(*row.may_open, *(k for k in (Deadline.SAFETY_CRITICAL,) if k not in row.may_open)),
        letters=(*row.letters, *LETTERS),
        silent="",
    )
