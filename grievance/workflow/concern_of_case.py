"""A concern about the company is opened from a case: it is no way round her consent. The company and the type go into
it; her words only where she said *right* to them, and nothing of it reaches the company by itself."""

from grievance.concerns import from_case
from grievance.concerns.questions import KINDS
from grievance.crypto.compartments import Compartment
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.concern import Of
from grievance.models.sides import HER
from grievance.models.summary import Summary, Verdict
from grievance.models.writing import Writing
from grievance.record.writings import is_emptied, read_writing
from grievance.workflow import letter_texts as say
from grievance.workflow import summaries
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_complainant
from grievance.workflow.row import ANY, OFFICER, PROGRESS, Happening, Row

NOTHING, RIGHT = "nothing", "right"
TYPE = Field("concern", _l("What the concern is of"), Kind.CHOICE, choices=KINDS, shown=Shown.RECORD, read_by=HER)
WITH = Field(
    "words_with_it", _l("What goes with it"), Kind.CHOICE, shown=Shown.RECORD, read_by=HER,
    choices=((NOTHING, _l("Nothing of the complainant's: the company and the type only")),
             (RIGHT, _l("The words to which the complainant said right"))),
)  # fmt: skip
"""What she never said right to stays in the case."""


def a_company_is_named(context: StepContext) -> Answer:
    return None if context.case.company_id else _l("First classify the case: a concern is about a company.")


@of_answers
def not_opened_yet(context: StepContext) -> Answer:
    """Asked when it is sent: the page of a case asks the database nothing for it."""
    return _l("A concern that began with this case is open.") if from_case.is_open(context.case) else None


@of_answers
def she_said_right_to_them(context: StepContext) -> Answer:
    """And still agrees that her account is shared."""
    if context.values.get("words_with_it") != RIGHT or (context.case.share_account and _right(context) is not None):
        return None
    return _l("The complainant has not said right to words for this company, or took the consent back.")


def _right(context: StepContext) -> Summary | None:
    shown = summaries.newest(context.case)
    return shown if shown and shown.verdict == Verdict.RIGHT else None


def _words(context: StepContext) -> str:
    """Exactly the text that she read."""
    shown = _right(context) if context.values.get("words_with_it") == RIGHT else None
    writing = db.session.get(Writing, shown.writing_id) if shown else None
    if writing is None or writing.compartment != Compartment.CORRESPONDENCE or is_emptied(writing):
        return ""
    return str(read_writing(context.keys, writing).get("packet", ""))


def open_one(context: StepContext) -> None:
    """Of a proposal from before this was asked the type is *other*."""
    kind = Of(context.values.get("concern", Of.OTHER))
    from_case.open_one(context.person, context.case, kind, _words(context), context.at, context.now)


ROW = Row(
    step=from_case.STEP, title=_l("Open a concern about the company"), source=ANY, who=OFFICER, group=PROGRESS,
    asks=(TYPE, WITH), only_if=(a_company_is_named, not_opened_yet, she_said_right_to_them), then=(open_one,),
    event=Happening(_l("A concern about the company was opened"), HER),
    letters=(to_complainant(say.CONCERN_OPENED),),
    stays="it is closed at the page of the concern, by two people",
)  # fmt: skip
