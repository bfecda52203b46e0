"""Interviews and visits: planned with her yes, written down how it was said, and told afterwards what came of them.

Whoever goes to where she lives or works can bring her into danger. So a visit is planned with a written check of what
could happen, which a second person approves, and never while a safety alert is open. No day and no word of any of it
stands in clear: a copy of the database does not tell where the office will be seen. Neither she nor a company is told
by a machine: it was agreed with her in person, and nobody's mail gives away what it does not hold.
"""

from datetime import date

from grievance import clock
from grievance.crypto.compartments import Compartment
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.sides import NONE
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.meetings import INTERVIEW, INTERVIEWED, VISIT, VISITED, WHICH, still_planned
from grievance.workflow.row import ANY, OFFICER, OPEN, WRITING, Happening, Row

INTERNAL = Compartment.INTERNAL
UNTOLD = "it was agreed with her in person, and whoever reads her phone or the company's mail learns nothing of it"
PLAN = (
    Field("about", _l("Who is met, where, and what it is about"), sealed_into=INTERNAL),
    Field("on", _l("On which day"), Kind.DATE, sealed_into=INTERNAL, read_as=_l("Day"), missing=_l("Choose a day."),
          is_of_the_day=True),
    Field("by_whom", _l("Who goes, or calls"), Kind.LINE, sealed_into=INTERNAL),
    Field("spoken", _l("In which language, and who interprets"), Kind.LINE, sealed_into=INTERNAL),
    Field("consent", _l("How the complainant said yes to it: when, to whom, and in which words"), sealed_into=INTERNAL,
          read_as=_l("How the complainant said yes"),
          missing=_l("Write how the complainant said yes. Without a yes it does not take place.")),
)  # fmt: skip
CHECK = Field(
    "safety_check", _l("Safety check, which an approver reads"), sealed_into=INTERNAL, read_as=_l("Safety check"),
    missing=_l("Write the safety check."),
    help=_l("What could happen to the complainant, to witnesses and to whoever goes; who may see you there; how you"
            " know that nobody follows; who knows where you are; and what ends the visit at once."),
)  # fmt: skip
HELD = (("held", _l("It took place")), ("called_off", _l("It was called off")))


def _which(planned_by: str, asked: Label) -> Field:
    """Asked where more than one is open: of a single one there is nothing to ask."""
    return Field(WHICH, asked, Kind.MEETING, required=False, among=(planned_by,), shown=Shown.RECORD, read_by=NONE,
                 needed_if=_l("where more than one is planned"), missing=_l("Choose one of them."))  # fmt: skip


OUTCOME = (
    Field("held", _l("What became of it"), Kind.CHOICE, choices=HELD, shown=Shown.RECORD, read_by=NONE),
    Field("outcome", _l("What came of it, or why it was called off"), sealed_into=INTERNAL),
)


@of_answers
def can_take_place(context: StepContext) -> Answer:
    on = context.values.get("on")
    if on and date.fromisoformat(on) < clock.office_day(context.now):
        return _l("This day has passed. Choose one on which it can still take place.")
    return None


def an_interview_is_planned(context: StepContext) -> Answer:
    return None if still_planned(context.case, INTERVIEW) else _l("No interview is planned.")


def a_visit_is_planned(context: StepContext) -> Answer:
    return None if still_planned(context.case, VISIT) else _l("No visit is planned that was approved.")


@of_answers
def says_which_interview(context: StepContext) -> Answer:
    return _says_which(context, INTERVIEW)


@of_answers
def says_which_visit(context: StepContext) -> Answer:
    return _says_which(context, VISIT)


def _says_which(context: StepContext, planned_by: str) -> Answer:
    said, several = context.values.get(WHICH), len(still_planned(context.case, planned_by)) > 1
    return _l("Several are planned: choose which one it is about.") if several and not said else None


def note_which_interview(context: StepContext) -> None:
    _note_which(context, INTERVIEW)


def note_which_visit(context: StepContext) -> None:
    _note_which(context, VISIT)


def _note_which(context: StepContext, planned_by: str) -> None:
    """The record says it also where there was nothing to choose."""
    context.facts[WHICH] = context.values.get(WHICH) or str(still_planned(context.case, planned_by)[0].number)


ROWS = (
    Row(step=INTERVIEW, title=_l("Plan an interview"), source=OPEN, who=OFFICER, group=WRITING,
        asks=PLAN, only_if=(can_take_place,), put_right=(INTERVIEWED,),
        event=Happening(_l("An interview was planned"), NONE), silent=UNTOLD),
    Row(step=INTERVIEWED, title=_l("Write what came of an interview"), source=ANY, who=OFFICER, group=WRITING,
        asks=(_which(INTERVIEW, _l("Which interview")), *OUTCOME),
        only_if=(an_interview_is_planned, says_which_interview), then=(note_which_interview,), put_right=("note",),
        event=Happening(_l("What came of an interview was written down"), NONE), silent=UNTOLD),
    Row(step=VISIT, title=_l("Plan a visit"), source=OPEN, who=OFFICER, group=WRITING, approved=True,
        asks=(*PLAN, CHECK), only_if=(can_take_place,), put_right=(VISITED,),
        event=Happening(_l("A visit was planned, and its safety check approved"), NONE), silent=UNTOLD),
    Row(step=VISITED, title=_l("Write what came of a visit"), source=ANY, who=OFFICER, group=WRITING,
        asks=(_which(VISIT, _l("Which visit")), *OUTCOME),
        only_if=(a_visit_is_planned, says_which_visit), then=(note_which_visit,), put_right=("note",),
        event=Happening(_l("What came of a visit was written down"), NONE), silent=UNTOLD),
)  # fmt: skip
"""In the order in which they are taken."""
