"""What protects her while she may be in danger: an interim measure, her yes to it, and what became of it ("Safety").

A company is told of none of it, and holds no key to a word of it. There is no time limit of its own: while a measure is
not settled the alert stays, and with it the office looks again, at the latest on the measure's day.
"""

from datetime import date

from grievance import clock
from grievance.crypto.compartments import Compartment
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import SAFETY as SAFETY_LIMITS
from grievance.deadlines.kinds import Deadline
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind, Shown
from grievance.models.sides import HER
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer, of_answers, safety_alert
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_officer
from grievance.workflow.measures import AGREE, DECLINE, PROTECT, REVIEW, UNSETTLED, Standing, measures
from grievance.workflow.row import ANY, COMPLAINANT, OFFICER, SAFETY, Happening, Row

UNSAID = "whoever holds her phone, or reads the company's mail, learns nothing about safety"
"""Why no letter says it: her page does, where she opens it."""
OUTCOMES = (
    (Standing.DONE.value, _l("It was done")),
    (Standing.NOT_DONE.value, _l("It was not done, and is still owed")),
    (Standing.DECLINED.value, _l("The complainant does not want it any more")),
)


def _measure(*standings: Standing) -> Field:
    return Field("measure", _l("Which measure"), Kind.MEASURE, among=tuple(standings), shown=Shown.RECORD, read_by=HER,
                 missing=_l("Choose the measure."))  # fmt: skip


ASKS = (
    Field("what", _l("What is done to protect the complainant"), sealed_into=Compartment.CORRESPONDENCE,
          read_as=_l("What is done"),
          help=_l("The complainant reads this and says yes or no. The company never reads it. Do nothing before a"
                  " yes.")),
    Field("by_whom", _l("Who does it"), Kind.LINE, sealed_into=Compartment.CORRESPONDENCE),
    Field("by_when", _l("By when"), Kind.DATE, shown=Shown.RECORD, read_by=HER),
    Field("where", _l("Where"), Kind.LINE, required=False, sealed_into=Compartment.CORRESPONDENCE),
)  # fmt: skip


@of_answers
def can_be_kept(context: StepContext) -> Answer:
    by_when = context.values.get("by_when")
    if by_when and date.fromisoformat(by_when) < clock.office_day(context.now):
        return _l("This day has passed. Choose one on which it can still be done.")
    return None


def each_is_settled(context: StepContext) -> Answer:
    """While something that was promised for her safety is owed, nothing says that she is safe."""
    if any(one.standing in UNSETTLED for one in measures(context.case)):
        return _l("A measure of protection is not settled: each must be done, or declined by the complainant.")
    return None


def propose(context: StepContext) -> None:
    context.facts["measure"] = str(len(measures(context.case)) + 1)


def look_by_its_day(context: StepContext) -> None:
    """On her yes the office owes the measure: it looks again on that day, where nothing makes it look sooner."""
    number = int(context.values["measure"])
    day = next(one.by_when for one in measures(context.case) if one.number == number)
    _look_on(context, day)


def look_again(context: StepContext) -> None:
    """After a look the next one is by the rule, or by the day of the next measure where that is sooner."""
    deadlines.meet(context.case, SAFETY_LIMITS, context.at)
    deadlines.open_limit(context.case, Deadline.SAFETY_AGAIN, context.at)
    owed = [one.by_when for one in measures(context.case) if one.standing in (Standing.AGREED, Standing.NOT_DONE)]
    for day in sorted(owed):
        _look_on(context, day)


def _look_on(context: StepContext, day: date) -> None:
    case = context.case
    running = [one for one in deadlines.owed(case) if one.key in SAFETY_LIMITS and one.missed_at is None]
    if day < clock.office_day(context.at) or any(one.due_on <= day for one in running):
        return
    deadlines.stop(case, (Deadline.SAFETY_AGAIN,), context.at)
    deadlines.open_limit(case, Deadline.SAFETY_AGAIN, context.at, agreed=day)


PROPOSAL = Row(
    step=PROTECT, title=_l("Propose a measure of protection"), source=ANY, who=OFFICER, group=SAFETY,
    asks=ASKS, only_if=(safety_alert, can_be_kept), then=(propose,),
    answers=True,
    put_right=(DECLINE,),
    event=Happening(_l("A measure of protection was proposed"), HER,
                    _l("The Secretariat asked you about a measure that protects you"), of_safety=True),
    silent=UNSAID,
)  # fmt: skip
HER_YES = Row(
    step=AGREE, title=_l("Say yes to a measure that protects me"), source=ANY, who=COMPLAINANT, group=SAFETY,
    second_person=True, checked=True,
    asks=(_measure(Standing.PROPOSED),), then=(look_by_its_day,),
    may_open=(Deadline.SAFETY_AGAIN,),
    put_right=(DECLINE,),
    event=Happening(_l("The complainant said yes to a measure of protection"), HER,
                    _l("You said yes to a measure that protects you"), of_safety=True),
    letters=(to_officer(say.PROTECTION_ANSWERED),),
)  # fmt: skip
HER_NO = Row(
    step=DECLINE, title=_l("Say no to a measure that protects me"), source=ANY, who=COMPLAINANT, group=SAFETY,
    second_person=True, checked=True,
    asks=(_measure(Standing.PROPOSED, Standing.AGREED, Standing.NOT_DONE),
          Field("why", _l("Why, if you want to say it"), required=False, sealed_into=Compartment.CORRESPONDENCE,
                read_as=_l("Why"))),
    waits=True,
    put_right=(PROTECT,),
    event=Happening(_l("The complainant said no to a measure of protection"), HER,
                    _l("You said no to a measure that protects you"), of_safety=True),
    letters=(to_officer(say.PROTECTION_ANSWERED),),
)  # fmt: skip
LOOK = Row(
    step=REVIEW, title=_l("Say what became of a measure of protection"), source=ANY, who=OFFICER, group=SAFETY,
    approved=True,
    asks=(_measure(Standing.AGREED, Standing.NOT_DONE),
          Field("outcome", _l("What became of it"), Kind.CHOICE, choices=OUTCOMES, shown=Shown.RECORD, read_by=HER),
          Field("how", _l("How you know"), sealed_into=Compartment.INTERNAL, read_as=_l("How it is known"))),
    put_right=(PROTECT,),
    event=Happening(_l("What became of a measure of protection was recorded"), HER, of_safety=True),
    silent=UNSAID,
)  # fmt: skip
ROWS = (PROPOSAL, HER_YES, HER_NO, LOOK)
"""In the order in which they are taken."""
