"""The states beside the state: suspended, withdrawn, under a safety alert, held for a court, erased, and others.

Each is said here once: how it is recognised on a case, its sentence, and what it lets through, holds or refuses. It is
asked before a step is offered, taken or approved, and by the clock; docs/beside.md is made from it. A step of the
office that says in `DOES` what it does to the case needs nothing more; one that does not is refused in all of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from grievance.accounts.receipts import living_receipts
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.models.case import OPEN_STATES, Case, Channel, State
from grievance.models.people import Role
from grievance.workflow import conditions as only
from grievance.workflow import delicate, family, frozen, post, taking_back
from grievance.workflow.conditions import Answer
from grievance.workflow.context import StepContext
from grievance.workflow.heard_from_her import NOTHING_TO_CONFIRM
from grievance.workflow.row import COMPLAINANT, Row


class Does(StrEnum):
    """What a step does to a case, as far as a state beside the state looks at it."""

    HERS = "her own word"
    COMPANYS = "the company's own word"
    CLOCK = "the clock moves it on"
    PROTECTS = "it is for somebody's safety"
    WORK = "the office's own work"
    SAYS_TO_HER = "she is written to on the page of her receipt"
    WRITES_TO_IT = "the company is written to"
    TAKES_BACK = "something is taken back from a company"
    MOVES_ON = "the office moves the case on"
    HANDS_OVER = "something of hers goes to the company"
    TURNS_AWAY = "the case ends before it was taken on"
    ENDS = "the case ends"
    CONFIRMS = "the case ends as she wished"
    DESTROYS = "words are destroyed"


DOES: Mapping[str, Does] = {
    **dict.fromkeys(("refer", "notify_company", "refer_back", "hand_over_again", "share_file", "share_identity"),
                    Does.HANDS_OVER),
    "show_summary": Does.HANDS_OVER,  # she is asked about nothing that could not go out
    "dismiss": Does.TURNS_AWAY,
    **dict.fromkeys(("record_concern", "close"), Does.ENDS),
    "confirm_withdrawal": Does.CONFIRMS,
    **dict.fromkeys(("erase", "erase_name", "close_for_deletion", "remove_part"), Does.DESTROYS),
    **dict.fromkeys(("recall_packet", "change_respondent"), Does.TAKES_BACK),
    **dict.fromkeys(
        ("report_retaliation", "assess_safety", "lift_safety_alert", "suspend", "resume", "escalate_unseen",
          "protect", "review_protection", "end_freeze"),
        Does.PROTECTS,
    ),
    **dict.fromkeys(
        ("escalate", "tell_company", "draft_observations", "conclude_review", "offer_good_offices", "begin_mediation",
         "end_mediation", "record_board_decision", "open_concern", "propose_remedy", "verify_remedy", "remedy",
         "add_respondent", "reopen", "reopen_admission"), Does.MOVES_ON,
    ),
    **dict.fromkeys(("ask", "translate", "announce_removal", "show_door"), Does.SAYS_TO_HER),
    **dict.fromkeys(("refer_out", "record_reply"), Does.WORK),  # no company is told, and she said yes to it
    "send_letter": Does.WRITES_TO_IT,
    **dict.fromkeys(
        ("acknowledge", "classify", "record_destruction", "decide_extension", "ask_board", "follow_up",
         "refuse_contest",
         "refuse_appeal", "reissue_receipt", "correct_breach", "set_legal_hold", "lift_legal_hold", "link", "unlink",
         "declare_conflict", "exclude_person", "let_in_again", "name_deputy", "ask_identity", "grant_identity",
         "refuse_identity", "open_identity", "assign", "note", "write", "attach", "no_answer_needed",
         "put_beside", "take_off_beside",
         "plan_interview", "record_interview", "plan_visit", "record_visit",
         "confirm_receipt", "record_message", "answer_deletion", "write_down",
         "write_letter", "post_letter", "discard_letter"), Does.WORK,
    ),
}  # fmt: skip
"""Of each step of the office. What a complainant, a company or the clock does is their own word by who takes it."""

_TO_HER = ("audience", frozenset({"complainant", "all"}), Does.SAYS_TO_HER)
BY_ANSWER: Mapping[str, tuple[tuple[str, frozenset[str], Does], ...]] = {
    "recall_packet": (("packet", frozenset(), Does.HANDS_OVER),),
    "write": (("audience", frozenset({"company", "all"}), Does.WRITES_TO_IT), _TO_HER),
    "attach": (_TO_HER,),
    "answer_deletion": (("answer", frozenset({"granted"}), Does.DESTROYS),),
}
"""What a step of the office does besides, where that depends on an answer: (the question, the answers that make it so
or any, what it does then)."""


class How(StrEnum):
    ALLOWED = "allowed"
    REFUSED = "refused"
    HELD = "held"
    NEVER = "never"
    """It does not come up: the case cannot be so in the states of the row, or nobody could take the step."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One state beside the state. `against`: None, or its sentence, one of `says`, where the case is so. `within`: the
    states in which a case can be so. `own`: by step, a sentence of its own, also where it lets the like through.
    `by_nobody`: whose own steps nobody could take then. `why`: what its people would expect.
    """

    name: str
    title: str
    says: tuple[Label, ...]
    against: Callable[[StepContext], Answer]
    within: frozenset[State] = frozenset(State)
    refuses: frozenset[Does] = frozenset()
    holds: frozenset[Does] = frozenset()
    own: Mapping[str, Label] = field(default_factory=dict)
    by_nobody: frozenset[Role] = frozenset()
    why: str
    first: Label = ""
    """What is done before it, said to whoever could approve; where its sentence says so already, nothing."""
    until: str = ""
    """When what it holds goes on."""
    looked_up: bool = False
    """Only a query tells: it is asked after all that the case itself says."""

    def verdict(self, row: Row, role: Role) -> How:
        """What becomes of a step of this row by somebody of this role, whatever is answered."""
        if not row.source & self.within or (role in self.by_nobody and not row.recorded):
            return How.NEVER
        does = what(row, role)
        if does in self.holds:
            return How.HELD
        return How.REFUSED if self.sees_wrong(row.step, does) else How.ALLOWED

    def sees_wrong(self, step: str, does: Does | None) -> bool:
        own = step in self.own and does not in (Does.COMPANYS, Does.CLOCK)
        return own or does is None or does in self.refuses

    def sentence(self, step: str, context: StepContext) -> Answer:
        """None where the case is not so."""
        general = self.against(context)
        return general and (self.own.get(step) or general)


THIS_WAS_ERASED = _l("This case was erased. Nothing of it can be read or changed any more.")
IS_SUSPENDED = _l("The case is suspended: it is neither moved on nor ended. An approver resumes it first.")
NO_ACKNOWLEDGEMENT = _l("This case was taken over from an earlier register: no acknowledgement is owed here.")
FROM_A_REGISTER = _l("This case was taken over from an earlier register.")
NOBODY_HAS_A_RECEIPT = _l(
    "This case was taken over from an earlier register, and nobody has a receipt for it: nobody could read this. Reach"
    " the complainant in another way and record what they say, or first have a receipt replaced."
)


def gone(case: Case) -> Answer:
    """Asked before anything is opened: no key of the case is left."""
    return THIS_WAS_ERASED if case.erased_at else None


def _nobody_reads(context: StepContext) -> Answer:
    """Where no company is named yet, that is said instead."""
    return only.company_can_read(context) if context.case.company_id else None


def _from_a_register(case: Case) -> bool:
    return case.channel == Channel.REGISTER


def _no_receipt(context: StepContext) -> Answer:
    lacking = _from_a_register(context.case) and not living_receipts(context.case)
    return NOBODY_HAS_A_RECEIPT if lacking else None


ERASED = Beside(
    name="erased", title="erased", says=(THIS_WAS_ERASED,), against=lambda context: gone(context.case),
    within=frozenset({State.CLOSED}), refuses=frozenset(Does),
    by_nobody=frozenset({Role.COMPLAINANT, Role.REPRESENTATIVE, Role.COMPANY, Role.CUSTODIAN}),
    why="Everything that opens a case is destroyed; the tombstone is read, and nothing is changed. A link to it is"
    " taken away from the other case.",
)  # fmt: skip
WITHDRAWN = Beside(
    name="withdrawn", title="a withdrawal waits", says=(only.WITHDRAWAL_WAITS,), against=only.not_withdrawn,
    within=OPEN_STATES,
    refuses=frozenset({Does.HANDS_OVER, Does.WRITES_TO_IT, Does.MOVES_ON, Does.TURNS_AWAY, Does.ENDS}),
    holds=frozenset({Does.CLOCK}),
    own=dict.fromkeys(("withdraw", "change_respondent", "refer_out"), only.WITHDRAWAL_WAITS),
    until="until the withdrawal is undone, or confirmed",
    why="She may have been pressed to it: until she was asked, the company is told nothing, and the case ends only as"
    " she wished. What a company asked for (more time) is answered, or silence would tell it.",
)  # fmt: skip
SUSPENDED = Beside(
    name="suspended", title="suspended", says=(IS_SUSPENDED,),
    against=lambda context: IS_SUSPENDED if context.case.suspended else None, within=OPEN_STATES,
    refuses=frozenset({Does.HANDS_OVER, Does.MOVES_ON, Does.TURNS_AWAY, Does.ENDS}),
    holds=frozenset({Does.CLOCK}),
    own={"suspend": _l("The case is suspended already.")},
    until="until it is resumed: a miss meanwhile is on the record, with the next move to decide",
    why="Nothing goes on toward the company, and nothing ends but as she wished. Her own word, safety and what a"
    " company answers are taken.",
)  # fmt: skip
ALERT = Beside(
    name="alert",
    title="safety alert",
    says=(only.ALERT_IS_OPEN,),
    first=_l("First look at the safety, and lift the alert."),
    against=only.no_safety_alert,
    refuses=frozenset({Does.HANDS_OVER, Does.ENDS, Does.CONFIRMS, Does.DESTROYS}),
    own={
        "ask_deletion": taking_back.NOT_NOW,
        "post_letter": post.DANGER,
        "plan_visit": only.ALERT_IS_OPEN,
        "open_concern": only.ALERT_IS_OPEN,
        "add_respondent": only.ALERT_IS_OPEN,
    },
    why="Nothing more of hers reaches the company, nothing ends, and nobody visits, while somebody may be in danger. A"
    " complaint that cannot be taken on may be dismissed: the alert stays, and its time runs on.",
)
FROZEN = Beside(
    name="frozen", title="frozen after a replaced receipt", says=(frozen.WAITS,), against=frozen.against,
    refuses=frozenset({Does.HANDS_OVER, Does.TURNS_AWAY, Does.ENDS, Does.CONFIRMS, Does.DESTROYS}),
    own=dict.fromkeys((*frozen.HERS, "post_letter", "open_concern", "refer_out"), frozen.WAITS),
    first=_l("First talk with the complainant, and have a second person confirm it."),
    why="Somebody else may act in her name: nothing of hers goes to a company by their consent, nothing is accepted or"
    " ended by their word, and what only she gains by is taken.",
)  # fmt: skip
LEGAL_HOLD = Beside(
    name="legal_hold", title="legal hold", says=(only.HOLD_IS_SET,), against=only.no_legal_hold,
    refuses=frozenset({Does.DESTROYS}), own=dict.fromkeys(("set_legal_hold", "announce_removal"), only.HOLD_IS_SET),
    why="It keeps what is there, and nothing else.",
)  # fmt: skip
UNREADABLE = Beside(
    name="unreadable", title="nobody of the company can read",
    says=(only.NOBODY_SIGNED_IN, only.NOBODY_COULD_READ, only.NOBODY_CONFIRMED_ITS_KEY),
    against=_nobody_reads, looked_up=True,
    refuses=frozenset({Does.HANDS_OVER}), by_nobody=frozenset({Role.COMPANY}),
    why="What goes to nobody is answered by nobody, and the company's time would run.",
)  # fmt: skip
TAKEN_OVER = Beside(
    name="taken_over", title="from an earlier register", says=(FROM_A_REGISTER,),
    against=lambda context: FROM_A_REGISTER if _from_a_register(context.case) else None,
    own={"acknowledge": NO_ACKNOWLEDGEMENT},
    why="It was acknowledged there.",
)  # fmt: skip
ROAD = Beside(
    name="road", title="not her road", says=(delicate.NOT_CHOSEN,), against=delicate.road_is_closed,
    refuses=frozenset({Does.HANDS_OVER}),
    own=dict.fromkeys(("offer_good_offices", "begin_mediation"), delicate.NOT_CHOSEN),
    first=_l("Ask the complainant first, and record the answer."),
    why="Sexual violence, or a child: nothing more of hers goes to the company, and nobody sits down with it, unless"
    " she chose that. What the office does by itself goes on.",
)  # fmt: skip
NO_RECEIPT = Beside(
    name="no_receipt", title="from a register, no receipt yet", says=(NOBODY_HAS_A_RECEIPT,),
    against=_no_receipt, looked_up=True,
    refuses=frozenset({Does.SAYS_TO_HER}),
    own={"acknowledge": NO_ACKNOWLEDGEMENT, "confirm_receipt": NOTHING_TO_CONFIRM},
    by_nobody=frozenset({Role.COMPLAINANT, Role.REPRESENTATIVE}),
    why="Nobody has a page on which it could be read: a question would wait for an answer that cannot come. What she"
    " says is recorded by an officer; her own steps need a receipt.",
)  # fmt: skip

PART = Beside(
    name="part", title="a part of a complaint", says=(family.ON_THE_FIRST_PAGE,), against=family.is_a_part,
    own=dict.fromkeys(family.OF_THE_WHOLE, family.ON_THE_FIRST_PAGE),
    why="What is about receipts, the name, or all of her words is done once, on the page of the whole complaint, and"
    " holds for each part. All else about this company is done here.",
)  # fmt: skip
ALERT_ELSEWHERE = Beside(
    name="alert_elsewhere", title="safety alert in another part", says=(family.ALERT_ELSEWHERE,),
    against=family.alert_elsewhere, looked_up=True,
    refuses=frozenset({Does.HANDS_OVER, Does.DESTROYS}), own={"add_respondent": family.ALERT_ELSEWHERE},
    first=_l("First look at the safety there, and lift the alert."),
    why="Somebody may be in danger: nothing more of hers goes to any company of the complaint, and nothing is destroyed"
    " that may be needed to find out.",
)  # fmt: skip

EVERY: tuple[Beside, ...] = (
    ERASED, PART, WITHDRAWN, SUSPENDED, ALERT, ALERT_ELSEWHERE, FROZEN, LEGAL_HOLD, ROAD, UNREADABLE, TAKEN_OVER,
    NO_RECEIPT,
)  # fmt: skip


def what(row: Row, role: Role) -> Does | None:
    """What a step of this row does when somebody of this role takes it; None where a step of the office does not say.
    What an officer records for a complainant is her word; and what she asked for herself, for whoever approves it."""
    if row.recorded or row.who <= COMPLAINANT or role in COMPLAINANT:
        return Does.HERS
    if role == Role.COMPANY:
        return Does.COMPANYS
    return Does.CLOCK if role == Role.CLOCK else DOES.get(row.step)


def at_once(row: Row, context: StepContext) -> Answer:
    """What the case itself says against a step."""
    return _refused(row, context, looked_up=False)


def at_last(row: Row, context: StepContext) -> Answer:
    """What only a query tells."""
    return _refused(row, context, looked_up=True)


def with_what_comes_first(sentence: Label) -> Label:
    """The sentence of a state, and what is to be done before anything else can be."""
    first = next((one.first for one in EVERY if one.first and any(sentence is said for said in one.says)), "")
    return f"{sentence} {first}" if first else sentence


def _refused(row: Row, context: StepContext, looked_up: bool) -> Answer:
    for one in _who_see_wrong(row.step, frozenset(_done(row, context)), looked_up):
        if sentence := one.sentence(row.step, context):
            return sentence
    return None


@cache
def _who_see_wrong(step: str, done: frozenset[Does | None], looked_up: bool) -> tuple[Beside, ...]:
    """Of a step that does this, whatever the case is: a page asks it of each of its buttons."""
    asked = (one for one in EVERY if one.looked_up == looked_up)
    return tuple(one for one in asked if any(one.sees_wrong(step, does) for does in done))


def _done(row: Row, context: StepContext) -> Iterator[Does | None]:
    does = what(row, context.person.role)
    yield does
    if does in (Does.HERS, Does.COMPANYS, Does.CLOCK):
        return
    for name, answers, then in BY_ANSWER.get(row.step, ()):
        given = context.values.get(name)
        if given and (not answers or given in answers):
            yield then


def is_held(row: Row, context: StepContext) -> bool:
    """Whether a step of the clock's waits until the case is not so any more."""
    return any(Does.CLOCK in one.holds and one.against(context) for one in EVERY)
