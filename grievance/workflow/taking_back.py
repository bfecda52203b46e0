"""Taking it back: when a withdrawal may be confirmed, and the wish for deletion, from its asking to its answer.

Whoever takes a complaint back may have been made to. So she is asked, has days in which she can undo it, and nothing is
ended or destroyed under an open alert (file 2, "ask_deletion").
"""

from datetime import date, timedelta

from sqlalchemy import select

from grievance import clock
from grievance.crypto.compartments import Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import beginning_of
from grievance.deadlines.days import full_date, time_there
from grievance.deadlines.kinds import FOLLOW_UPS, Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.case import Case
from grievance.models.limit import Limit
from grievance.models.sides import HER
from grievance.models.writing import Decision
from grievance.workflow import closing, family, safety
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.keeping import Said
from grievance.workflow.letter_texts import to_company, to_complainant, to_officer
from grievance.workflow.row import ANY, CLOSED, COMPLAINANT, OFFICER, OPEN, WITHDRAWAL, Happening, Row

UNDO_FOR = timedelta(days=14)
"""As long as a withdrawal can be undone before anybody must have confirmed it."""
GRANTED = "granted"
UNDOING = ("undo_withdrawal", "undo_deletion")
WISH = "wish_for_deletion"
"""Why a case was closed. No company reads it: to it the case is closed like any other."""

NOT_NOW = _l(
    "We cannot take this now: we are still looking at something that you told us, and until then nothing may be"
    " deleted. We write to you here. Then you can ask again. You can withdraw your complaint, or write to us, at any"
    " time."
)
"""Said where an alert is open, and in neutral words: whoever made her ask may look at her page."""

_HOW = Field("how", _l("How you asked on a safe channel whether anybody made the complainant ask, and what was said"),
             sealed_into=Compartment.INTERNAL,
             read_as=_l("How the complainant was asked, and what was said"))  # fmt: skip
_LETTER = Field("letter", _l("What the complainant reads: what goes, what stays, why, and until when"),
                sealed_into=Compartment.CORRESPONDENCE, read_as=_l("The Secretariat's letter"))  # fmt: skip
ASKS = (
    safety.FORCED,
    Field("why", _l("Why, if you want to say it"), required=False, sealed_into=Compartment.CORRESPONDENCE,
          read_as=_l("Why")),
    Field("sure", _l("I want what I wrote to be deleted."), Kind.YES),
)  # fmt: skip
UNDO = (Field("sure", _l("I want nothing of it to be deleted"), Kind.YES),)
ANSWERS = (
    Field("answer", _l("The answer"), Kind.CHOICE,
          choices=((GRANTED, _l("Yes, it may be deleted")), ("refused", _l("No, for the reasons below"))),
          shown=Shown.RECORD, read_by=HER),
    _HOW,
    _LETTER,
)  # fmt: skip


# --- a withdrawal ------------------------------------------------------------------------------------------


def withdrawal_check(case: Case) -> Limit | None:
    return next((one for one in deadlines.owed(case) if one.key == Deadline.WITHDRAWAL_CHECK), None)


@of_answers
def her_days_are_over(context: StepContext) -> Answer:
    """Whom nobody reached has the days that her page promised: she may have been made to, and find a way to undo it."""
    if context.values.get("free") != "not_possible":
        return None
    limit = withdrawal_check(context.case)
    if limit is None or clock.office_day(context.now) > limit.due_on:
        return None
    last = full_date(limit.due_on)
    return _l("The complainant's page says that they can undo it until %(day)s. Go on asking until then.", day=last)


# --- a wish for deletion -----------------------------------------------------------------------------------


def wish(case: Case) -> Limit | None:
    """The time limit of a wish that waits for its answer: it began when she asked."""
    return next((one for one in deadlines.owed(case) if one.key == Deadline.DELETION), None)


def undone_until(limit: Limit) -> date:
    """The last day on which she can surely take the wish back, as her page says it."""
    return clock.office_day(limit.opened_at) + UNDO_FOR


def not_asked_yet(context: StepContext) -> Answer:
    return _l("You asked for this already, and we answer.") if wish(context.case) else None


def asked_for(context: StepContext) -> Answer:
    return None if wish(context.case) else _l("No wish for deletion waits for an answer.")


def her_time_to_undo_is_over(context: StepContext) -> Answer:
    """Her last day has ended wherever on earth she may be."""
    limit = wish(context.case)
    if limit is None:
        return None
    over = beginning_of(undone_until(limit) + timedelta(days=1), deadlines.LAST_ON_EARTH)
    if context.now >= over:
        return None
    return _l("The complainant can take the wish back until %(day)s. It can be answered from %(time)s.",
              day=full_date(undone_until(limit)), time=time_there(over, clock.office_zone()))  # fmt: skip


def no_undoing_waits(context: StepContext) -> Answer:
    """That she takes it back was written down for her: until an approver has decided that, nothing ends against it."""
    undoing = select(Decision.id).where(Decision.case_id == context.case.id, Decision.outcome.is_(None))
    waits = db.session.scalar(undoing.where(Decision.step.in_(UNDOING)).limit(1))
    return _l("It waits for an approver that the complainant takes this back: decide that first.") if waits else None


def no_wish_waits(context: StepContext) -> Answer:
    """Her page says that before a certain day nothing is deleted: also not because its time has come."""
    return (
        _l("The complainant asked for deletion, and may take that back: answer it first.")
        if wish(context.case)
        else None
    )


@of_answers
def is_at_its_end(context: StepContext) -> Answer:
    if context.values.get("answer") != GRANTED or context.case.closed_at:
        return None
    return _l("The case is open: to grant it, choose the step that closes it because of this wish.")


def let_go(context: StepContext) -> None:
    """Nothing keeps it any longer: two people may erase it from now on. Nobody asks her how it is afterwards."""
    if context.values.get("answer", GRANTED) == GRANTED:
        context.case.retain_until = clock.office_day(context.at)
        context.case.retention_answer, context.case.retention_ended_on = Said.WISH, None
        deadlines.stop(context.case, FOLLOW_UPS, context.at)


ASK_DELETION = Row(
    step="ask_deletion", title=_l("Ask for deletion"), source=ANY, who=COMPLAINANT, group=WITHDRAWAL,
    of_family=True,
    second_person=True, checked=True,
    asks=ASKS, only_if=(not_asked_yet,),
    opens=(Deadline.DELETION,),
    waits=True,
    put_right=("undo_deletion",),
    event=Happening(_l("The complainant asked for deletion"), HER, _l("You asked for deletion")),
    letters=(to_officer(say.DELETION_ASKED), to_complainant(say.DELETION_WISH)),
)  # fmt: skip
UNDO_DELETION = Row(
    step="undo_deletion", title=_l("Take back: nothing is to be deleted"), source=ANY, who=COMPLAINANT,
    of_family=True,
    group=WITHDRAWAL, second_person=True,
    asks=UNDO, only_if=(asked_for,),
    stops=(Deadline.DELETION,),
    put_right=("ask_deletion",),
    event=Happening(_l("The complainant took the wish for deletion back"), HER,
                    _l("You took the wish for deletion back")),
    letters=(to_officer(say.DELETION_UNDONE), to_complainant(say.DELETION_WISH_UNDONE)),
)  # fmt: skip
CLOSE_FOR_DELETION = Row(
    step="close_for_deletion", title=_l("Close it because deletion is wished, and grant that"), source=OPEN,
    of_family=True,
    who=OFFICER, target=CLOSED, group=WITHDRAWAL, approved=True, never_filled=True,
    decides_on="ask_deletion",
    asks=(_HOW, _LETTER), only_if=(asked_for, her_time_to_undo_is_over, no_undoing_waits),
    then=(closing.close_as(WISH), let_go),
    meets=(Deadline.DELETION,), stops_all_but=(),
    answers=True,
    put_right=("reopen", "reopen_admission"),
    event=Happening(_l("The case was closed because deletion is wished"), HER, told_company_as="close"),
    letters=(to_company(say.CLOSED), to_complainant(say.DELETION_ANSWERED)),
)  # fmt: skip
ANSWER_DELETION = Row(
    step="answer_deletion", title=_l("Answer the wish for deletion"), source=ANY, who=OFFICER, group=WITHDRAWAL,
    of_family=True,
    approved=True, of_state=True,
    decides_on="ask_deletion",
    asks=ANSWERS,
    only_if=(asked_for, her_time_to_undo_is_over, no_undoing_waits, is_at_its_end, family.parts_are_closed),
    then=(let_go,),
    meets=(Deadline.DELETION,),
    answers=True,
    put_right=("ask_deletion", "reopen", "reopen_admission"),
    event=Happening(_l("The wish for deletion was answered"), HER),
    letters=(to_complainant(say.DELETION_ANSWERED),),
)  # fmt: skip
ROWS = (ASK_DELETION, UNDO_DELETION, CLOSE_FOR_DELETION, ANSWER_DELETION)
