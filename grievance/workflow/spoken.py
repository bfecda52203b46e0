"""An account that was spoken: an officer writes down what was said, and the complainant says whether that is it.

The recording is the account. What an officer wrote is nobody's words before she has said so, and goes nowhere.
"""

from typing import Any

from sqlalchemy import Select, select

from grievance.crypto.compartments import Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.case import Case, Spoken
from grievance.models.event import Event
from grievance.models.sides import HER
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer, of_answers
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_complainant, to_officer
from grievance.workflow.row import COMPLAINANT, OFFICER, OPEN, STAFF, WRITING, Happening, Row

RIGHT, CHANGE = "right", "change"
AS_IT_WAS_SAID = (
    Field("words", _l("What was said, in the language in which it was said"), sealed_into=Compartment.CORRESPONDENCE,
          read_as=_l("What was said, written down")),
    Field("tongue", _l("Which language that is"), Kind.LINE, sealed_into=Compartment.CORRESPONDENCE,
          read_as=_l("The language that was spoken")),
)  # fmt: skip
HER_WORD = (
    Field("right", _l("Is that what you said?"), Kind.CHOICE,
          choices=((RIGHT, _l("That is what I said")), (CHANGE, _l("Change this"))),
          read_as=_l("Is it what was said?"), shown=Shown.RECORD, read_by=HER, weighed=True,
          missing=_l("Say whether that is what you said.")),
    Field("change", _l("What must be changed"), required=False, sealed_into=Compartment.CORRESPONDENCE,
          needed_if=_l("needed if something must be changed"),
          follows=("right", frozenset({CHANGE, ""}))),
    Field("shown", _l("The words that were read"), Kind.HIDDEN, required=False),
)  # fmt: skip
ANOTHER_ONE_NOW = _l("The text was changed while you read it. The new one is here: read it again.")
"""Of a summary, too."""


def may_be_written_down(context: StepContext) -> Answer:
    """Again, too, until she has said that it is right."""
    if context.case.spoken in (Spoken.SAID, Spoken.WRITTEN):
        return None
    if context.case.spoken:
        return _l("The complainant said that what was written down is right.")
    return _l("Nobody told it by a recording: there is nothing to write down.")


def write_down(context: StepContext) -> None:
    context.case.spoken = Spoken.WRITTEN


def words_wait(context: StepContext) -> Answer:
    """What is approved is what was read: not what an officer wrote after it was proposed."""
    if context.case.spoken != Spoken.WRITTEN:
        return _l("Nothing that was written down waits for your word.")
    if context.proposed_at and _written_since(context):
        return _l("It was written down anew since. Ask the complainant about what stands there now.")
    return None


def _written_since(context: StepContext) -> bool:
    newer = _written(Event.id, context.case).where(Event.happened_at > context.proposed_at)
    return db.session.scalar(newer.limit(1)) is not None


def _written(column: Any, case: Case) -> Select[Any]:
    return select(column).where(Event.chain == case.id, Event.kind == WRITE_DOWN.step).order_by(Event.seq.desc())


def as_it_stands(case: Case) -> dict[str, str]:
    """What the page of her word begins with: which words it is about."""
    newest = db.session.scalar(_written(Event.hash, case).limit(1))
    return {"shown": newest} if newest else {}


@of_answers
def they_are_these(context: StepContext) -> Answer:
    """What she approves is what she read: not what an officer wrote while she read it."""
    if context.values and context.values.get("shown") != as_it_stands(context.case).get("shown"):
        return ANOTHER_ONE_NOW
    return None


@of_answers
def says_what_to_change(context: StepContext) -> Answer:
    if context.values.get("right") == CHANGE and not context.values.get("change"):
        return _l("Write what must be changed.")
    return None


def take_her_word(context: StepContext) -> None:
    """What she wants changed is listened to and written down anew, as soon as the first time."""
    case = context.case
    case.spoken = Spoken.APPROVED if context.values["right"] == RIGHT else Spoken.SAID
    if case.spoken == Spoken.SAID:
        deadlines.set_off(case, Deadline.WRITE_DOWN, context.at)


def words_are_hers(context: StepContext) -> Answer:
    """Of each step that hands something over."""
    return against_handing_over(context.case)


def against_handing_over(case: Case) -> Answer:
    if case.spoken in (None, Spoken.APPROVED):
        return None
    if case.spoken == Spoken.SAID:
        return _l("The complaint was spoken, and is not written down yet.")
    return _l("The complainant has not yet approved what was written down.")


WRITE_DOWN = Row(
    step="write_down", title=_l("Write down what was said"), source=OPEN, who=OFFICER, group=WRITING,
    asks=AS_IT_WAS_SAID, only_if=(may_be_written_down,), then=(write_down,),
    meets=(Deadline.WRITE_DOWN,),
    answers=True,
    put_right=("write_down",),
    event=Happening(_l("What was said was written down"), HER),
    letters=(to_complainant(say.WRITTEN_DOWN),),
)  # fmt: skip
APPROVE_WORDS = Row(
    step="approve_words", title=_l("Say whether it is what you said"), source=OPEN, who=COMPLAINANT, group=WRITING,
    second_person=True, checked=True, recorded_by=STAFF,
    follows=_l("The company does not get this text. If you agreed that it hears what happened, we write a summary, and"
               " show it to you first."),
    asks=HER_WORD, only_if=(words_wait, they_are_these, says_what_to_change), then=(take_her_word,),
    may_open=(Deadline.WRITE_DOWN,),
    replies_to="write_down", waits=True,
    put_right=("write",),
    event=Happening(_l("The complainant said whether it is what was said"), HER,
                    _l("You said whether it is what you said")),
    letters=(to_officer(say.WORDS_LOOKED_AT),),
)  # fmt: skip
