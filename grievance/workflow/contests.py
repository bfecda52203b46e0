"""The company says that a referral is not its own: not its site, or not its people (file 2, "contest_referral").

Its time waits. The complainant is told what it said and answers; then the Secretariat decides. Where the company is
right, *Change the company* takes the case away from it, and nothing counts against it; where it is not, it has the days
that were left, and reads why (docs/decisions/0084-a-company-contests-and-undertakes.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from grievance.crypto.compartments import Compartment
from grievance.deadlines import pauses
from grievance.deadlines import rows as deadlines
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.sides import ALL, COMPANY, HER
from grievance.workflow import letter_texts as say
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import to_both, to_complainant, to_officer
from grievance.workflow.row import COMPANY as BY_COMPANY
from grievance.workflow.row import (
    COMPLAINANT,
    ESCALATED,
    OFFICER,
    PROGRESS,
    REFERRED,
    WRITING,
    Happening,
    Row,
    states,
)

CONTEST, ANSWER, REFUSE, CHANGE = "contest_referral", "answer_contest", "refuse_contest", "change_respondent"
WITHIN = timedelta(days=14)
"""For so long after the packet a company may contest, to the end of its own day (file 2)."""
HANDED = ("refer", "notify_company", "refer_back", "hand_over_again")
LIMITS = (Deadline.CONTEST_ANSWER, Deadline.CONTEST_DECISION)

CONTEST_ASKS = (
    Field("ground", _l("Why is it not yours?"), Kind.CHOICE,
          choices=(("site", _l("It was not our site")), ("people", _l("They were not our people"))),
          read_as=_l("Why the company says that it is not its own"), sealed_into=Compartment.SHARED,
          help=_l("A subcontractor did it? You answer for it: say so in your answer. It was settled before? Say that in"
                  " your answer too: the complainant says whether it is so."),
          weighed=True, missing=_l("Choose why it is not yours.")),
    Field("words", _l("What shows it, and whose it is if you know. The complainant reads this."),
          sealed_into=Compartment.SHARED, read_as=_l("What the company says about it"),
          help=_l("Do not try to find out who complained. While this is decided, your time limits wait."),
          missing=_l("Write what shows it.")),
)  # fmt: skip
ANSWER_ASKS = (
    Field("theirs", _l("Was it this company?"), Kind.CHOICE, sealed_into=Compartment.CORRESPONDENCE,
          choices=(("yes", _l("Yes, it was this company.")), ("no", _l("No, it was somebody else.")),
                   ("unsure", _l("I am not sure."))),
          weighed=True, read_as=_l("Whether it was this company"),
          missing=_l("Say whether it was this company.")),
    Field("words", _l("How do you know? Uniforms, cars, names, anything."), required=False,
          sealed_into=Compartment.CORRESPONDENCE, read_as=_l("How this is known"),
          help=_l("Only the Secretariat reads this. The company does not.")),
)  # fmt: skip
REFUSE_ASKS = (
    Field("told", _l("Why it stays with the company: the company reads this"), sealed_into=Compartment.COMPANY,
          read_as=_l("Why it stays with the company"),
          help=_l("Leave out what the complainant said: the company has not read it.")),
    Field("letter", _l("What the complainant reads"), sealed_into=Compartment.CORRESPONDENCE,
          read_as=_l("The Secretariat's letter")),
)  # fmt: skip

NOT_HANDED = _l("Nothing was referred to you in this case.")
ONCE = _l("You contested this referral before. It can be contested once.")
TOO_LATE = _l("The time in which a referral can be contested is over. Say it in your answer.")
ANSWERED = _l("You have answered this complaint. What you found out since, write to the Secretariat.")
NOBODY_CONTESTS = _l("The company does not say that the complaint is not its own.")
NOTHING_TO_DECIDE = _l("There is no contested referral to decide.")


@dataclass
class Standing:
    """What the company that has the case now did since it was handed it. `contested`: ever; `handed_at`, `answered`: of
    the last time."""

    handed_at: datetime | None = None
    contested: bool = False
    answered: bool = False


def standing(case: Case) -> Standing:
    """By one statement: a company's page asks it each time."""
    found, kinds = Standing(), (*HANDED, CONTEST, CHANGE, "respond")
    query = select(Event.kind, Event.happened_at).where(Event.chain == case.id, Event.kind.in_(kinds))
    for kind, at in db.session.execute(query.order_by(Event.seq)):
        if kind == CHANGE:
            found = Standing()
        elif kind in HANDED:
            found.handed_at, found.answered = at, False
        else:
            found.contested |= kind == CONTEST
            found.answered |= kind == "respond"
    return found


# --- conditions --------------------------------------------------------------------------------------------


def may_contest(context: StepContext) -> Answer:
    known, case = standing(context.case), context.case
    if known.handed_at is None:
        return NOT_HANDED
    if known.contested:
        return ONCE
    if known.answered:
        return ANSWERED
    last = deadlines.day_for(case, COMPANY, known.handed_at) + WITHIN
    return TOO_LATE if deadlines.day_for(case, COMPANY, context.now) > last else None


def company_contests(context: StepContext) -> Answer:
    """Until it is decided she may say more."""
    return None if deadlines.is_open(context.case, *LIMITS) else NOBODY_CONTESTS


def is_to_be_decided(context: StepContext) -> Answer:
    if deadlines.is_open(context.case, Deadline.CONTEST_DECISION):
        return None
    return she_is_heard(context) or NOTHING_TO_DECIDE


def she_is_heard(context: StepContext) -> Answer:
    """Nobody decides whether the company is right before she answered, or her time for it is over."""
    if deadlines.is_open(context.case, Deadline.CONTEST_ANSWER):
        return _l("The company says that the complaint is not its own, and the complainant has not answered that yet."
                  " Decide when they have, or when their time for it is over.")  # fmt: skip
    return None


def nothing_is_contested(context: StepContext) -> Answer:
    """Before the company gets it again: what it said of the last time is decided first."""
    if deadlines.is_open(context.case, *LIMITS):
        return _l("The company says that the complaint is not its own. Decide that first.")
    return None


# --- what comes of it --------------------------------------------------------------------------------------


def wait(context: StepContext) -> None:
    """What it owes stands still from now on."""
    for key in deadlines.timetable().kinds[Deadline.CONTEST_ANSWER].holds:
        deadlines.pause(context.case, key, context.at)


def granted(context: StepContext) -> None:
    """Before the company's limits end with it: this one was met, and not only owed no more."""
    if deadlines.meet(context.case, (Deadline.CONTEST_DECISION,), context.at):
        context.facts["contest"] = "granted"


def refused(context: StepContext) -> None:
    deadlines.meet(context.case, (Deadline.CONTEST_DECISION,), context.at)
    pauses.go_on(context.case, context.at)


# --- the rows ----------------------------------------------------------------------------------------------

CONTEST_REFERRAL = Row(
    step=CONTEST, title=_l("Say that it is not yours"), source=states(REFERRED, ESCALATED), who=BY_COMPANY,
    group=PROGRESS, never_filled=True,
    asks=CONTEST_ASKS, only_if=(may_contest,), then=(wait,),
    opens=(Deadline.CONTEST_ANSWER,),
    put_right=("respond", "write"),
    event=Happening(_l("The company said that the complaint is not its own"), ALL),
    letters=(to_complainant(say.CONTESTED), to_officer(say.CONTESTED_TO_DECIDE)),
)  # fmt: skip
ANSWER_CONTEST = Row(
    step=ANSWER, title=_l("Say whether it was this company"), source=states(REFERRED, ESCALATED), who=COMPLAINANT,
    group=WRITING,
    replies_to=CONTEST,
    asks=ANSWER_ASKS, only_if=(company_contests,),
    meets=(Deadline.CONTEST_ANSWER,), opens=(Deadline.CONTEST_DECISION,),
    waits=True,
    put_right=(ANSWER, "write"),
    event=Happening(_l("The complainant said whether it was this company"), HER,
                    _l("You said whether it was this company")),
    letters=(to_officer(say.CONTEST_ANSWERED),),
)  # fmt: skip
REFUSE_CONTEST = Row(
    step=REFUSE, title=_l("It stays with the company"), source=states(REFERRED, ESCALATED), who=OFFICER,
    group=PROGRESS, of_respondent=True, of_round=True, approved=True, never_filled=True,
    decides_on=CONTEST,
    asks=REFUSE_ASKS, only_if=(is_to_be_decided,), then=(refused,),
    meets=(Deadline.CONTEST_DECISION,),
    answers=True,
    put_right=(CHANGE,),
    event=Happening(_l("The Secretariat decided that the complaint stays with the company"), ALL),
    letters=to_both(say.CONTEST_REFUSED),
)  # fmt: skip
ROWS = (CONTEST_REFERRAL, ANSWER_CONTEST, REFUSE_CONTEST)
