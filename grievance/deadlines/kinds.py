"""Which time limits there are, and everything about each but how long it is: that is the office's (procedure.toml)."""

from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum, unique

from grievance.deadlines.dates import Rule
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.sides import ALL, APPROVER, BOARD, COMPANY, COMPLAINANT, HER, NONE, SECRETARIAT

CALLED_SOON = timedelta(days=3)
"""How near a date is when it is called soon: in the queues, in their counts, and beside the date."""


@unique
class Deadline(StrEnum):
    """What is owed. The value is its key in procedure.toml, in the database and on the record."""

    ACKNOWLEDGEMENT = "L1"
    ADMISSIBILITY = "L2"
    COMPLAINANT_ANSWER = "L3"
    COMPANY_ACKNOWLEDGEMENT = "L4"
    COMPANY_RESPONSE = "L5"
    STATUS_UPDATE = "L6"
    COMMENT = "L7"
    FAIRNESS_REVIEW = "L8"
    GOOD_OFFICES_COMPLAINANT = "L9"
    GOOD_OFFICES_COMPANY = "L9c"
    MEDIATION = "L9m"
    BOARD_DECISION = "L10"
    DELIVERY = "L11"
    DELIVERY_CHECK = "L11v"
    FOLLOW_UP = "L12"
    SECOND_FOLLOW_UP = "L12b"
    THIRD_FOLLOW_UP = "L12c"
    APPEAL = "L13"
    SAFETY = "L14"
    SAFETY_CRITICAL = "L14h"
    SAFETY_AGAIN = "L14r"
    WHOLE_CASE = "L15"
    SUSPENSION_REVIEW = "L16"
    NEXT_MOVE = "L17"
    PROPOSAL = "L18"
    APPEAL_DECISION = "L19"
    WITHDRAWAL_CHECK = "L20"
    SUMMARY = "L21"
    CONTEST_DECISION = "L22"
    DELETION = "L23"
    WRITE_DOWN = "L26"
    DRAFT_COMMENT = "L27"
    DRAFT_COMMENT_COMPANY = "L27c"
    CONTEST_ANSWER = "L28"
    OBJECTION = "L29"
    TELL_COMPANY = "L31"


GOOD_OFFICES = (Deadline.GOOD_OFFICES_COMPLAINANT, Deadline.GOOD_OFFICES_COMPANY, Deadline.MEDIATION)
SAFETY = (Deadline.SAFETY, Deadline.SAFETY_CRITICAL, Deadline.SAFETY_AGAIN)
FOLLOW_UPS = (Deadline.FOLLOW_UP, Deadline.SECOND_FOLLOW_UP, Deadline.THIRD_FOLLOW_UP)


@dataclass(frozen=True, kw_only=True)
class Duty:
    """`words`: what is owed, said after the name of who owes it. `yours`: the same, said to whoever owes it, where it
    is not `words`. `to_complainant`: the same on the complainant's own page, where another owes it to her."""

    key: Deadline
    owed_by: str
    words: Label
    yours: Label | None = None
    to_complainant: Label | None = None
    shown_to: frozenset[str] = HER
    """Who sees this limit and its misses besides the Secretariat; a company, of its own part alone."""
    done_by: str = ""
    """The step that the company's page offers first for it."""
    any_step: bool = False
    """No step meets it alone: none is offered beside it."""
    met_otherwise: str = ""
    """What ends it, where no row does."""
    once: bool = False
    """Owed once however often it is set off: a second one would make two breaches of one duty."""
    renewed: bool = False
    """Set off again it begins anew, with all its time, and the one before is owed no more: also where that was missed.
    """
    of_round: bool = False
    """It belongs to one round, from one hand-over or return of the case to the next; what a company owes in it, or is
    owed on account of its answer, ends with it."""
    standing: bool = False
    """It runs beside the procedure and is no next step by itself (promise 1)."""
    agreed: bool = False
    """It ends on the date that was agreed for it, and its rule counts nothing."""
    chosen: bool = False
    """It ends on a date that people choose for it, at most as far away as its rule says."""
    extended: bool = False
    """More time may be asked for, once."""
    in_hours: bool = False
    """Its rule may be in hours, which run on through a suspension and through days off."""
    escalates: bool = False
    """Missed in a referred case, the clock escalates it."""
    repeats: bool = False
    """Missed, it opens again at once."""
    next_move: bool = False
    """Missed in an open case, the Secretariat decides the next move."""
    lapses: bool = False
    """A right and no duty: when its time is over it ends, and nobody is alerted."""
    lapsed: Label = ""
    """What the complainant's page says of that: a right that was not used is no miss of hers."""
    of_respondent: bool = False
    """It belongs to one company of the case, and ends with it."""
    then: Deadline | None = None
    """Missed, this one opens, as meeting it does."""
    holds: tuple[Deadline, ...] = ()
    """While it runs, these are paused."""
    holds_on: bool = False
    """Also once it was missed: what it holds goes on only when it is met."""
    takes: str = ""
    """When its day is over the clock takes this step, and nothing was missed."""
    in_short: bool = False
    """Among the few that *How it works* names before all the others."""
    unwarned: str = ""
    """Why nobody is warned before it ends: all others warn whoever owes them, twice."""

    @property
    def held_with_withdrawal(self) -> bool:
        """While one waits, a company misses nothing and is told nothing, on no day that was chosen for it either."""
        return self.owed_by == COMPANY or bool(self.takes)

    @property
    def kept_by(self) -> str:
        """By whose days it runs: what a company is told on a day, by its own, or its time limits of that day would have
        passed before."""
        return COMPANY if self.takes else self.owed_by


DUTIES = (
    Duty(key=Deadline.ACKNOWLEDGEMENT, owed_by=SECRETARIAT, words=_l("acknowledge the complaint"), in_short=True),
    Duty(key=Deadline.ADMISSIBILITY, owed_by=SECRETARIAT, words=_l("decide whether the complaint is admissible")),
    Duty(key=Deadline.COMPLAINANT_ANSWER, owed_by=COMPLAINANT, words=_l("answer the question"),
         next_move=True, renewed=True, holds=(Deadline.ADMISSIBILITY,)),
    Duty(key=Deadline.COMPANY_ACKNOWLEDGEMENT, owed_by=COMPANY, words=_l("acknowledge the referral"),
         yours=_l("You must acknowledge the referral"), shown_to=ALL, done_by="company_acknowledge",
         escalates=True, next_move=True,
         of_respondent=True, of_round=True),
    Duty(key=Deadline.COMPANY_RESPONSE, owed_by=COMPANY, words=_l("answer the complaint"),
         yours=_l("You must answer the complaint"), shown_to=ALL, done_by="respond", extended=True, in_short=True,
         escalates=True, next_move=True,
         of_respondent=True, of_round=True),
    Duty(key=Deadline.STATUS_UPDATE, owed_by=SECRETARIAT, words=_l("tell the complainant how it stands"),
         to_complainant=_l("tell you how it stands"), standing=True, once=True, repeats=True, in_short=True),
    Duty(key=Deadline.COMMENT, owed_by=COMPLAINANT, words=_l("comment on the answer"), shown_to=ALL,
         renewed=True, then=Deadline.FAIRNESS_REVIEW,
         of_respondent=True, of_round=True),
    Duty(key=Deadline.FAIRNESS_REVIEW, owed_by=SECRETARIAT, words=_l("review whether the answer is fair"),
         shown_to=ALL, once=True),
    Duty(key=Deadline.GOOD_OFFICES_COMPLAINANT, owed_by=COMPLAINANT, words=_l("say whether they agree to good offices"),
         yours=_l("say whether you agree to good offices"), shown_to=ALL, renewed=True, next_move=True,
         of_respondent=True, of_round=True),
    Duty(key=Deadline.GOOD_OFFICES_COMPANY, owed_by=COMPANY, words=_l("say whether it agrees to good offices"),
         yours=_l("You must say whether you agree to good offices"), shown_to=ALL, renewed=True, next_move=True,
         of_respondent=True, of_round=True),
    Duty(key=Deadline.MEDIATION, owed_by=SECRETARIAT, words=_l("bring the mediation to an end"), shown_to=ALL,
         once=True, next_move=True,
         of_respondent=True, of_round=True),
    Duty(key=Deadline.BOARD_DECISION, owed_by=BOARD, words=_l("decide the case"), shown_to=ALL, next_move=True,
         of_round=True),
    Duty(key=Deadline.DELIVERY, owed_by=COMPANY, words=_l("deliver the remedy"),
         yours=_l("You must deliver the remedy"), shown_to=ALL, done_by="report_delivered", agreed=True,
         escalates=True, next_move=True,
         of_respondent=True),
    Duty(key=Deadline.DELIVERY_CHECK, owed_by=COMPLAINANT, words=_l("say whether the remedy was delivered"),
         shown_to=ALL, next_move=True,
         of_respondent=True),
    Duty(key=Deadline.FOLLOW_UP, owed_by=SECRETARIAT, words=_l("follow up, first time")),
    Duty(key=Deadline.SECOND_FOLLOW_UP, owed_by=SECRETARIAT, words=_l("follow up, second time")),
    Duty(key=Deadline.THIRD_FOLLOW_UP, owed_by=SECRETARIAT, words=_l("follow up, third time")),
    Duty(key=Deadline.APPEAL, owed_by=COMPLAINANT, words=_l("appeal against the closure"), lapses=True,
         lapsed=_l("The time to appeal is over. With a good reason you still can.")),
    Duty(key=Deadline.SAFETY, owed_by=SECRETARIAT, words=_l("look at the safety"), shown_to=NONE, in_hours=True),
    Duty(key=Deadline.SAFETY_CRITICAL, owed_by=SECRETARIAT, words=_l("look at the safety at once"),
         shown_to=NONE, in_hours=True),
    Duty(key=Deadline.SAFETY_AGAIN, owed_by=SECRETARIAT, words=_l("look at the safety again"), shown_to=NONE,
         in_hours=True),
    Duty(key=Deadline.WHOLE_CASE, owed_by=SECRETARIAT, words=_l("finish the whole case"), any_step=True, standing=True,
         once=True, in_short=True,
         met_otherwise="the closing of the case stops it"),
    Duty(key=Deadline.SUSPENSION_REVIEW, owed_by=APPROVER, words=_l("look again at the suspension"), shown_to=NONE,
         chosen=True),
    Duty(key=Deadline.NEXT_MOVE, owed_by=SECRETARIAT, words=_l("decide the next move"), any_step=True, once=True,
         repeats=True),
    Duty(key=Deadline.PROPOSAL, owed_by=APPROVER, words=_l("decide a proposal"), shown_to=NONE,
         met_otherwise="the decision on the proposal, which is no step of its own"),
    Duty(key=Deadline.APPEAL_DECISION, owed_by=APPROVER, words=_l("decide the appeal")),
    Duty(key=Deadline.WITHDRAWAL_CHECK, owed_by=SECRETARIAT, words=_l("confirm the withdrawal"),
         next_move=True),
    Duty(key=Deadline.SUMMARY, owed_by=COMPLAINANT, words=_l("say whether the summary is right"),
         next_move=True, renewed=True, holds=(Deadline.ADMISSIBILITY, Deadline.FAIRNESS_REVIEW),
         of_respondent=True),
    Duty(key=Deadline.CONTEST_DECISION, owed_by=SECRETARIAT,
         words=_l("decide whether the complaint is with the right company"), shown_to=ALL, once=True,
         holds=(Deadline.COMPANY_ACKNOWLEDGEMENT, Deadline.COMPANY_RESPONSE), holds_on=True,
         of_respondent=True, of_round=True),
    Duty(key=Deadline.DELETION, owed_by=SECRETARIAT, words=_l("answer the wish for deletion"), once=True),
    Duty(key=Deadline.WRITE_DOWN, owed_by=SECRETARIAT, words=_l("listen to what was said, and write it down"),
         to_complainant=_l("listen to what you said, and write it down"), once=True),
    Duty(key=Deadline.DRAFT_COMMENT, owed_by=COMPLAINANT, words=_l("comment on the draft of the observations"),
         renewed=True, lapses=True, lapsed=_l("The time to comment on the draft is over. You can still write to us."),
         of_respondent=True, of_round=True),
    Duty(key=Deadline.DRAFT_COMMENT_COMPANY, owed_by=COMPANY, words=_l("comment on the draft of the observations"),
         yours=_l("You can comment on the draft of the observations"), shown_to=ALL, renewed=True, lapses=True,
         lapsed=_l("The time of the company to comment on the draft is over."),
         done_by="company_comment_on_draft", of_respondent=True, of_round=True),
    Duty(key=Deadline.CONTEST_ANSWER, owed_by=COMPLAINANT, words=_l("say whether it was this company"),
         lapses=True, then=Deadline.CONTEST_DECISION,
         lapsed=_l("The time to say whether it was this company is over. Until we decide, you still can."),
         holds=(Deadline.COMPANY_ACKNOWLEDGEMENT, Deadline.COMPANY_RESPONSE),
         of_respondent=True, of_round=True),
    Duty(key=Deadline.OBJECTION, owed_by=COMPLAINANT, words=_l("say something about what is to be taken out"),
         renewed=True, lapses=True,
         lapsed=_l("The time to say something about what is to be taken out is over.")),
    Duty(key=Deadline.TELL_COMPANY, owed_by=SECRETARIAT, words=_l("tell the company that the case was escalated"),
         shown_to=NONE, standing=True, chosen=True, takes="tell_company",
         unwarned="nothing is missed: the clock tells the company on the day that an officer chose"),
)  # fmt: skip
STANDING = frozenset(duty.key for duty in DUTIES if duty.standing)
LAPSING = frozenset(duty.key for duty in DUTIES if duty.lapses)


def hidden_from(side: str) -> frozenset[str]:
    """The limits that this side is not shown, on no page, in no letter, list, feed or export."""
    if side == SECRETARIAT:
        return NONE
    return frozenset(duty.key for duty in DUTIES if side not in duty.shown_to)


@dataclass(frozen=True, kw_only=True)
class LimitKind(Duty):
    """A time limit as this office has it: the duty, and how long it is."""

    rule: Rule
    source: str
    remind: Rule | None
    most: Rule | None
    """What an extension may bring it to at most, counted from its beginning."""


@dataclass(frozen=True)
class Timetable:
    kinds: dict[str, LimitKind]
    retention_years: int
    release: time
    """When, by a company's own clock, mail about what she did goes to it."""
    counts_kept: int
    """Days for which it is kept at which hour people signed in; the record keeps the day."""
    most_people: int
    """For whom one spokesperson can file about one incident."""
    slips_for: timedelta
    """For how long the code on a slip is good."""
    passed_over_for: timedelta
    """For how long who is to have a passkey can pass over that they are asked for one."""
    grounds_answered: Rule
    """How long a company has to answer the grounds of a measure (L30)."""
    measures_appealed: Rule
    """How long it can appeal against one."""
    doors_checked: int
    """Days after which another door is to be checked again."""
    questions_kept: int
    """Days after which a question from outside is erased, once it was answered."""
    forms_kept: int
    """Days after which what no case has of a form from a phone is erased, once it was settled."""
