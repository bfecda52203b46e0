"""Referred out: something of hers goes to another door, with her yes to exactly what is sent and to whom.

She is shown it first and says yes or no at her page, or an officer records her answer and a second person confirms it.
An approver decides what an officer proposes to send. The company learns nothing of it (decision 0088).
"""

from grievance.crypto.compartments import Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.dates import Rule
from grievance.deadlines.kinds import Deadline
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.case import Case
from grievance.models.sides import HER
from grievance.workflow import follows
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_complainant, to_officer
from grievance.workflow.row import ANY, COMPLAINANT, OFFICER, PROGRESS, Happening, Row
from grievance.workflow.sent_elsewhere import (
    ANSWER,
    NO,
    REPLY,
    SEND,
    SHOW,
    YES,
    Reply,
    is_still_so,
    newest,
    said,
    sent_last,
)
from grievance.workflow.spoken import ANOTHER_ONE_NOW

CORRESPONDENCE = Compartment.CORRESPONDENCE
LOOK_AGAIN = Rule.parse("30c")
"""When the next move is decided at the latest, after something went out (file 2, `refer_out`)."""
ACCEPTED_ELSEWHERE = "accepted_elsewhere"
"""The reason of a closing."""
DOOR = Field("door", _l("Which other door"), Kind.DOOR, sealed_into=CORRESPONDENCE, read_as=_l("To whom it goes"),
             missing=_l("Choose the door."),
             help=_l("The list is kept under Administration, Other doors. Its name, and how it is reached, are kept as"
                     " they are now."))  # fmt: skip
TEXT = Field("text", _l("What would go there: exactly what they would read"), sealed_into=CORRESPONDENCE,
             read_as=_l("What would be sent there"),
             help=_l("In a language that the complainant reads. Leave out names, numbers and places that are not"
                     " needed there."))  # fmt: skip
SHOWS = (DOOR, TEXT)
ANSWERS = (
    Field("agrees", _l("May we send exactly this to them?"), Kind.CHOICE, shown=Shown.RECORD, read_by=HER, weighed=True,
          choices=((YES, _l("Yes. You may send exactly this to them.")), (NO, _l("No. Do not send it."))),
          read_as=_l("May we send exactly this to them?"), missing=_l("Say yes or no.")),
    Field("words", _l("What should be changed, or why not"), required=False, sealed_into=CORRESPONDENCE),
    Field("shown", _l("What was shown"), Kind.HIDDEN, required=False),
)  # fmt: skip
SENDS = (
    Field("how", _l("How it is sent there, and by whom"), Kind.LINE, sealed_into=CORRESPONDENCE,
          read_as=_l("How it is sent")),
)  # fmt: skip
OUTCOMES = (
    (Reply.ACCEPTED.value, _l("They take it on.")),
    (Reply.REFUSED.value, _l("They do not take it on.")),
    (Reply.ASKS.value, _l("They ask for something.")),
    (Reply.NONE.value, _l("Nothing came back.")),
)
REPLIES = (
    Field("outcome", _l("What came back"), Kind.CHOICE, choices=OUTCOMES, shown=Shown.RECORD, read_by=HER,
          weighed=True),
    Field("words", _l("What they answered: the complainant reads this"), sealed_into=CORRESPONDENCE,
          read_as=_l("What they answered")),
)  # fmt: skip


def the_one_before_is_settled(context: StepContext) -> Answer:
    """One door at a time: what came back is always about what went out last."""
    last = sent_last(context.case)
    if last and not last.reply:
        return _l("First record what came back from the other door, or that nothing did.")
    return None


def something_to_answer(context: StepContext) -> Answer:
    """Until it has gone she may change her mind."""
    shown = newest(context.case)
    if shown and not shown.went:
        return None
    return _l("There is nothing now that would be sent to somebody else.")


@of_answers
def it_is_this_one(context: StepContext) -> Answer:
    shown = newest(context.case)
    if context.values and shown and context.values.get("shown") != str(shown.number):
        return ANOTHER_ONE_NOW
    return None


def she_said_yes(context: StepContext) -> Answer:
    shown = newest(context.case)
    if shown and shown.agreed == YES and not shown.went:
        return None
    return _l("The complainant has not yet said yes to what would be sent, and to whom.")


def the_door_is_still_so(context: StepContext) -> Answer:
    """What she agreed to names the door and how it is reached; where that is no longer right nothing goes there."""
    shown = newest(context.case)
    to = said(context.case, context.keys, shown).get("door", "") if shown else ""
    if not to or is_still_so(to):
        return None
    return _l("This door was changed in the list, or retired, since the complainant said yes. Show it to them anew.")


def something_went_out(context: StepContext) -> Answer:
    return None if sent_last(context.case) else _l("Nothing was sent to another door.")


@of_answers
def it_was_accepted_there(context: StepContext) -> Answer:
    """A case that went to another door ends as accepted there only where that door said so."""
    if context.values.get("reason") != ACCEPTED_ELSEWHERE:
        return None
    last = sent_last(context.case)
    if last is None or last.reply == Reply.ACCEPTED:
        return None
    return _l("It is not on record that the other door takes it on. First record what came back.")


def show(context: StepContext) -> None:
    before = newest(context.case)
    context.facts["shown"] = str(before.number + 1 if before else 1)


def answer(context: StepContext) -> None:
    shown = newest(context.case)
    if shown is None:
        raise LookupError("nothing is answered that was not shown")
    context.facts["shown"] = str(shown.number)


def send(context: StepContext) -> None:
    """Exactly what she was shown is kept once more with what went out. The next move waits for what comes back."""
    shown, case = newest(context.case), context.case
    if shown is None:
        raise LookupError("nothing is sent that was not shown")
    context.facts["shown"] = str(shown.number)
    words = said(case, context.keys, shown)
    context.seal(CORRESPONDENCE, SEND, {DOOR.name: words["door"], TEXT.name: words["text"]})
    deadlines.stop(case, (Deadline.NEXT_MOVE,), context.at)
    day = deadlines.would_end_on(case, Deadline.NEXT_MOVE, context.at, LOOK_AGAIN)
    deadlines.open_limit(case, Deadline.NEXT_MOVE, context.at, agreed=day)


def reply(context: StepContext) -> None:
    last = sent_last(context.case)
    if last is None:
        raise LookupError("nothing comes back where nothing went")
    context.facts["shown"] = str(last.number)


def as_it_stands(case: Case) -> dict[str, str]:
    """What the page of her answer begins with: which one it is about."""
    shown = newest(case)
    return {"shown": str(shown.number)} if shown else {}


SHOW_DOOR = Row(
    step=SHOW, title=_l("Ask whether something may go to another door"), source=ANY, who=OFFICER, group=PROGRESS,
    asks=SHOWS, only_if=(the_one_before_is_settled,), then=(show,),
    meets=(Deadline.NEXT_MOVE,), opens=(Deadline.NEXT_MOVE,),
    answers=True,
    put_right=(SHOW,),
    event=Happening(_l("The complainant was asked whether something may go to another door"), HER,
                    _l("We asked you whether we may send something to somebody else")),
    letters=(to_complainant(say.DOOR_SHOWN),),
)  # fmt: skip
ANSWER_DOOR = Row(
    step=ANSWER, title=_l("Say whether we may send it to somebody else"), source=ANY, who=COMPLAINANT, group=PROGRESS,
    second_person=True, checked=True,
    replies_to=SHOW, follows=follows.SENT_ELSEWHERE,
    asks=ANSWERS, only_if=(something_to_answer, it_is_this_one), then=(answer,),
    waits=True,
    put_right=(ANSWER,),
    event=Happening(_l("The complainant answered whether something may go to another door"), HER,
                    _l("You said whether we may send something to somebody else")),
    letters=(to_officer(say.DOOR_ANSWERED),),
)  # fmt: skip
REFER_OUT = Row(
    step=SEND, title=_l("Refer out to another door"), source=ANY, who=OFFICER, group=PROGRESS, approved=True,
    replies_to=SHOW,
    asks=SENDS, only_if=(she_said_yes, the_door_is_still_so), then=(send,),
    helps=(Deadline.NEXT_MOVE,), may_open=(Deadline.NEXT_MOVE,),
    put_right=(REPLY,),
    event=Happening(_l("Something was sent to another door"), HER,
                    _l("We sent to somebody else what you agreed to")),
    letters=(to_complainant(say.REFERRED_OUT),),
)  # fmt: skip
RECORD_REPLY = Row(
    step=REPLY, title=_l("Record what came back from another door"), source=ANY, who=OFFICER, group=PROGRESS,
    replies_to=SEND,
    asks=REPLIES, only_if=(something_went_out,), then=(reply,),
    meets=(Deadline.NEXT_MOVE,), opens=(Deadline.NEXT_MOVE,),
    answers=True,
    put_right=(REPLY,),
    event=Happening(_l("What came back from another door was recorded"), HER,
                    _l("An answer of somebody else was written down")),
    letters=(to_complainant(say.DOOR_REPLIED),),
)  # fmt: skip
ROWS = (SHOW_DOOR, ANSWER_DOOR, REFER_OUT, RECORD_REPLY)
"""In the order in which they are taken."""
