"""What became of it afterwards: the office asks three times, and asks her on her own page too ("Follow-ups" in file 2).

They belong to the case and not to a round of it: they open with its end and run on, until it is looked at again.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from grievance.crypto.compartments import Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import FOLLOW_UPS, Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import YES_NO, Field, Kind, Shown
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.sides import HER, NONE
from grievance.workflow import letter_texts as say
from grievance.workflow import rounds, safety
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_complainant, to_officer, when
from grievance.workflow.row import CLOSED, COMPLAINANT, PROGRESS, REMEDIED, Happening, Row, states

ASKED_BEFORE = timedelta(days=14)
"""How long before the office's day she is asked: so that what she says is there when the officer follows up."""
ONE_ALONE = frozenset({"not_member"})
"""Reasons to close after which the office asks once: it never had anything to do with that company."""
ANSWERED = "she_answered"
"""What a follow-up that she was asked about remembers, so that she is asked about it once."""
NEVER_AGAIN = "never_again"

ASKS = (
    Field("retaliation", _l("Did anybody harm you or put pressure on you because you complained?"), Kind.CHOICE,
          choices=(*YES_NO, ("rather_not", _l("I would rather not say")), (NEVER_AGAIN, _l("Do not ask me again"))),
          shown=Shown.RECORD, read_by=NONE, help=_l("The company never learns that we ask, nor what you answer."),
          missing=_l("Say whether anybody harmed you or put pressure on you.")),
    Field("lasting", _l("Does what was done for you still hold?"), Kind.CHOICE, False,
          choices=(*YES_NO, ("unknown", _l("I do not know"))), shown=Shown.RECORD, read_by=NONE),
    Field("words", _l("Anything you want to add"), required=False, sealed_into=Compartment.CORRESPONDENCE,
          read_as=_l("What was said about it"), for_the_office=True),
)  # fmt: skip
"""Her page says that she answered, and not what: whoever harmed her may look at it afterwards."""


def begin(context: StepContext) -> None:
    """With every end of a case where none run, or ran already: who was left alone with the company is asked as well."""
    if deadlines.is_open(context.case, *FOLLOW_UPS):
        return
    if open_series(context):
        context.letters.append(to_complainant(say.FOLLOW_UP_COMES))


def open_series(context: StepContext) -> bool:
    """Once after each return from an end, and never again after she asked not to be asked again."""
    case = context.case
    if _asked_us_to_stop(case) or _ran(case):
        return False
    after = FOLLOW_UPS[:1] if case.closing_reason in ONE_ALONE else FOLLOW_UPS
    for key in after:
        deadlines.open_limit(case, key, context.at)
    return True


def remedied(context: StepContext) -> None:
    """The letter of *remedied* says it already."""
    open_series(context)


def _asked_us_to_stop(case: Case) -> bool:
    said = select(Event.id).where(Event.chain == case.id, Event.kind == ANSWER.step)
    said = said.where(Event.facts.contains(f'"retaliation":"{NEVER_AGAIN}"'))
    return db.session.scalar(said.limit(1)) is not None


def _ran(case: Case) -> bool:
    ran = select(Limit.id).where(Limit.case_id == case.id, Limit.key.in_(FOLLOW_UPS))
    came_back = rounds.came_back_at(case)
    since = ran.where(Limit.opened_at >= came_back) if came_back else ran
    return db.session.scalar(since.limit(1)) is not None


def due(case: Case, now: datetime) -> Limit | None:
    """The follow-up about which she is asked now; None where there is none, or she has answered it."""
    if case.state not in (State.REMEDIED, State.CLOSED):
        return None
    first = next((limit for limit in deadlines.owed(case) if limit.key in FOLLOW_UPS), None)
    if first is None or first.frozen.get(ANSWERED) or now < first.due_at - ASKED_BEFORE:
        return None
    return first


def she_is_asked(context: StepContext) -> Answer:
    return (
        None
        if due(context.case, context.now)
        else _l("We ask you this later. What is urgent you can report at any time.")
    )


def answer(context: StepContext) -> None:
    """Her *no* is what the office wanted to know: its follow-up is met, unless what was done does not last. After *yes*
    the alert is, within a day, and the officer follows up all the same; so after *rather not*, which may be said in
    fear. *Never again* is obeyed."""
    said, limit = context.values["retaliation"], due(context.case, context.now)
    if limit is not None:
        limit.frozen = {**limit.frozen, ANSWERED: True}
    if said == "yes":
        safety.raise_and_tell(context)
    well = said == "no" and context.values.get("lasting") != "no"
    if (well or said == NEVER_AGAIN) and limit is not None:
        deadlines.meet(context.case, (limit.key,), context.at)
    if said == NEVER_AGAIN:
        deadlines.stop(context.case, FOLLOW_UPS, context.at)


def raise_if_it_happened(context: StepContext) -> None:
    """What an officer hears in a talk is no less than what she writes."""
    if context.values["retaliation"] == "yes":
        safety.raise_and_tell(context)


ANSWER = Row(
    step="answer_follow_up", title=_l("Tell us how it is now"), source=states(REMEDIED, CLOSED), who=COMPLAINANT,
    group=PROGRESS,
    asks=ASKS, only_if=(she_is_asked,), then=(answer,),
    helps=FOLLOW_UPS, may_open=(Deadline.SAFETY_CRITICAL,),
    waits=True, waits_at=(when("retaliation", "yes"), when("lasting", "no")),
    put_right=("report_retaliation", "write"),
    event=Happening(_l("The complainant told how it is now"), HER, _l("You told us how it is now"), of_safety=True),
    letters=(to_officer(say.FOLLOW_UP_ANSWERED),),
)  # fmt: skip
