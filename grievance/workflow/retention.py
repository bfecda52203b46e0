"""Retention that acts: she is asked before a case's time ends, and then two people delete what is to be deleted.

The clock asks and proposes, and never erases (promise 7). What she answers, and until when, stands in `keeping`.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, select

from grievance import clock
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Refused, Shown
from grievance.models.case import Case
from grievance.models.keys import IdentityEntry, IdentityGrant, IdentityRequest, IdentityShare
from grievance.models.limit import Limit
from grievance.models.people import Role
from grievance.models.sides import HER, NONE
from grievance.models.sign import Sign
from grievance.models.writing import Decision
from grievance.record import erasures, taken_out
from grievance.record.writings import is_emptied
from grievance.workflow import custody, keeping, taking_back
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer, is_open, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.keeping import Said
from grievance.workflow.letter_texts import to_complainant, to_officer
from grievance.workflow.questions import REASON
from grievance.workflow.row import CLOCK, CLOSED, COMPLAINANT, CUSTODY, OFFICER, WITHDRAWAL, Happening, Row, states

ANSWER = "answer_retention"
ASKS = (
    Field("retention", _l("What shall become of your complaint after that day?"), Kind.CHOICE, weighed=True,
          choices=((Said.DELETE.value, _l("Delete it, as said")),
                   (Said.KEEP.value, _l("Keep it for as long again: for a court, or because I am afraid")),
                   (Said.NAME_ONLY.value, _l("Delete my name only"))),
          help=_l("Where only your name is deleted, what you wrote stays locked with us for as long again, without your"
                  " name and without a way to reach you."),
          shown=Shown.RECORD, read_by=HER, read_as=_l("What shall become of it"),
          missing=_l("Say what shall become of your complaint.")),
)  # fmt: skip
KEYS_OF_THE_NAME_ARE_GONE = "its keys are gone"


# --- what keeps a case --------------------------------------------------------------------------------------


def nothing_keeps() -> ColumnElement[bool]:
    """For a query of cases: no hold, alert or freeze, no appeal or wish that waits, and no answer of hers that waits
    for an approver."""
    keeps = exists().where(
        Limit.case_id == Case.id, Limit.key.in_((Deadline.APPEAL_DECISION, Deadline.DELETION)),
        Limit.met_at.is_(None), Limit.stopped_at.is_(None),
    )  # fmt: skip
    said = exists().where(Decision.case_id == Case.id, Decision.step == ANSWER, Decision.outcome.is_(None))
    return Case.legal_hold.is_(False) & Case.safety_alert.is_(False) & Case.frozen_at.is_(None) & ~keeps & ~said


# --- what must be true -------------------------------------------------------------------------------------


def she_is_asked(context: StepContext) -> Answer:
    if context.case.retention_asked_on and not context.case.erased_at:
        return None
    return _l("You are asked this before the time ends: your page says when that is.")


@of_answers
def there_is_a_name(context: StepContext) -> Answer:
    if context.values.get("retention") != Said.NAME_ONLY:
        return None
    if Role.REPRESENTATIVE in (context.person.role, context.said_by):
        return _l("Only the person for whom you speak can say this of the name.")
    return None if _has_a_name(context) else _l("We have no name of yours.")


def may_be_erased(context: StepContext) -> Answer:
    """Her day is over, she was asked, and she did not say otherwise."""
    plan = keeping.plan(context.case, context.now)
    if plan is None or not plan.over:
        return _l("It must be kept until its retention ends.")
    if not context.case.retention_asked_on and plan.what != Said.WISH:
        return _l(
            "The complainant was not asked yet what shall become of it: the clock asks, and waits for the answer."
        )
    if plan.what == Said.KEEP:
        return _l("The complainant wants it to be kept longer.")
    if waits := _answer_waits(context):
        return waits
    return _l("An appeal waits.") if is_open(context, Deadline.APPEAL_DECISION) else None


def the_name_went_first(context: StepContext) -> Answer:
    """More than the name is deleted only where nobody said that the name alone is."""
    plan = keeping.plan(context.case, context.now)
    if plan and plan.what == Said.NAME_ONLY:
        return _l("The complainant wants only the name to be deleted.")
    if plan is None or plan.what == Said.WISH or not _has_a_name(context):
        return None
    return _l("The name goes first: have it deleted, and then the rest.")


def has_a_name(context: StepContext) -> Answer:
    return None if _has_a_name(context) else _l("There is no name in this case.")


def _has_a_name(context: StepContext) -> bool:
    entry = select(IdentityEntry.id).where(IdentityEntry.case_id == context.case.id).limit(1)
    return db.session.scalar(entry) is not None


def _answer_waits(context: StepContext) -> Answer:
    """What she said waits for an approver: until then nothing ends against it."""
    waits = select(Decision.id).where(Decision.case_id == context.case.id, Decision.outcome.is_(None))
    if db.session.scalar(waits.where(Decision.step == ANSWER).limit(1)) is None:
        return None
    return _l("What the complainant said about it waits for an approver: decide that first.")


# --- what follows ------------------------------------------------------------------------------------------


def ask_her(context: StepContext) -> None:
    case = context.case
    if case.retain_until is None:
        raise LookupError("a closed case has a day")
    case.retain_until = keeping.asked_until(case.retain_until, context.now)
    case.retention_asked_on = clock.office_day(context.now)
    context.facts["until"] = case.retain_until.isoformat()


def answered(context: StepContext) -> None:
    """Also after the day, as long as it is not done: then what was proposed is proposed anew, or no more."""
    context.case.retention_answer = context.values["retention"]
    context.case.retention_ended_on = None


def keep_longer(context: StepContext) -> None:
    """As long again, and then she is asked again."""
    case = context.case
    if case.retain_until is None:
        raise LookupError("a closed case has a day")
    case.retain_until = keeping.years_more(case.retain_until)
    case.retention_asked_on = case.retention_answer = case.retention_ended_on = None
    context.facts["until"] = case.retain_until.isoformat()


def propose(context: StepContext) -> None:
    context.case.retention_ended_on = keeping.over_before(context.now)


def erase_name(context: StepContext) -> None:
    """Its keys and its words, and whatever else reaches her; where it was the name alone, the rest is kept longer."""
    try:
        erasures.begin(context.case, context.at, erasures.NAME)
    except OSError:
        raise Refused(_l("The list of erasures cannot be written, so nothing was erased.")) from None
    destroy_name(context.case.id)
    _untell(context)
    if context.case.retention_answer == Said.NAME_ONLY:
        keep_longer(context)


def _untell(context: StepContext) -> None:
    """What was proposed to tell a company of the name, without what was sealed for it: all else of it stays."""
    for writing in taken_out.proposals_to(custody.DISCLOSE, context.case.id):
        if is_emptied(writing):
            continue
        says = taken_out.whole(context.keys, writing)
        values = {name: said for name, said in says["values"].items() if name not in custody.DISCLOSED}
        taken_out.seal_anew(context.keys, writing, {**says, "values": values})
        context.writings.append(writing)


def destroy_name(case_id: str, before: datetime | None = None) -> None:
    """The identity compartment of a case: entries, requests, grants, what was disclosed, and the address of signs.
    `before`: what was written after it stays."""
    session = db.session
    requests = select(IdentityRequest.id).where(IdentityRequest.case_id == case_id)
    session.execute(delete(IdentityGrant).where(IdentityGrant.request_id.in_(requests)))
    for table in (IdentityRequest, IdentityShare, IdentityEntry, Sign):
        rows = select(table).where(table.case_id == case_id)
        if before and table is IdentityEntry:
            rows = rows.where(IdentityEntry.created_at <= before)
        for row in session.scalars(rows).all():
            session.delete(row)  # by the session, so that the event vouches for what is left
        session.flush()


# --- the rows ----------------------------------------------------------------------------------------------

ASK = Row(
    step="ask_retention", title=_l("The clock asks what shall become of it"), source=states(CLOSED), who=CLOCK,
    group=None,
    then=(ask_her,),
    put_right=(ANSWER,),
    event=Happening(_l("The complainant was asked what shall become of the complaint when its time ends"), HER,
                    _l("We asked you what shall become of your complaint")),
    letters=(to_complainant(say.RETENTION_ENDS),),
)  # fmt: skip
ANSWERED = Row(
    step=ANSWER, title=_l("Say what shall become of it"), source=states(CLOSED), who=COMPLAINANT, group=WITHDRAWAL,
    second_person=True, checked=True,
    asks=ASKS, only_if=(she_is_asked, there_is_a_name), then=(answered,),
    put_right=(ANSWER,),
    event=Happening(_l("The complainant said what shall become of the complaint when its time ends"), HER,
                    _l("You said what shall become of your complaint")),
    silent="the office's list of what ends soon says it",
)  # fmt: skip
KEEP = Row(
    step="keep_longer", title=_l("The clock keeps it longer, as the complainant said"), source=states(CLOSED),
    who=CLOCK, group=None,
    then=(keep_longer,),
    stays="before the new end she is asked again",
    event=Happening(_l("The complaint is kept longer, as the complainant said"), HER,
                    _l("Your complaint is kept longer, as you said")),
    silent="she said it herself, and her page has the new day",
)  # fmt: skip
PROPOSE = Row(
    step="propose_erasing", title=_l("The clock proposes to erase it"), source=states(CLOSED), who=CLOCK, group=None,
    then=(propose,),
    put_right=("set_legal_hold", ANSWER),
    event=Happening(_l("The time for which the case is kept has ended: two people erase it"), NONE),
    letters=(to_officer(say.RETENTION_OVER),),
)  # fmt: skip
ERASE_NAME = Row(
    step="erase_name", title=_l("Erase the name"), source=states(CLOSED), who=OFFICER, group=CUSTODY, approved=True,
    asks=REASON, only_if=(has_a_name, taking_back.no_wish_waits, may_be_erased), then=(erase_name,),
    stays=KEYS_OF_THE_NAME_ARE_GONE,
    event=Happening(_l("The name was erased"), HER, _l("Your name was deleted"), of_identity=True),
    letters=(to_complainant(say.NAME_ERASED),),
)  # fmt: skip
ROWS = (ASK, ANSWERED, KEEP, PROPOSE, ERASE_NAME)
