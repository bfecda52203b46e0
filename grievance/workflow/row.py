"""What a row of the procedure is, and the words that its table is written in: each fact about a step is on its row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from grievance.deadlines.kinds import Deadline
from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import Field, Kind
from grievance.models.case import OPEN_STATES, State
from grievance.models.people import Role
from grievance.record.letters import When
from grievance.workflow.conditions import ABOUT_ANSWERS, Condition
from grievance.workflow.context import StepContext
from grievance.workflow.letter_texts import LetterTo

RECEIVED, REFERRED, ESCALATED = State.RECEIVED, State.REFERRED, State.ESCALATED
REMEDIED, CLOSED = State.REMEDIED, State.CLOSED
OPEN, ANY = OPEN_STATES, frozenset(State)
OFFICER = frozenset({Role.OFFICER})
CUSTODIANS = frozenset({Role.CUSTODIAN})
APPROVERS = frozenset({Role.APPROVER})
STAFF = frozenset({Role.OFFICER, Role.APPROVER})
COMPLAINANT = frozenset({Role.COMPLAINANT, Role.REPRESENTATIVE})
COMPANY = frozenset({Role.COMPANY})
CLOCK = frozenset({Role.CLOCK})

Effect = Callable[[StepContext], None]


@dataclass(frozen=True, eq=False)
class Group:
    """The heading under which a step is offered."""

    title: Label


WRITING = Group(_l("Write and record"))
PROGRESS = Group(_l("Move the case on"))
REMEDIES = Group(_l("Remedies"))
MEDIATION = Group(_l("Good offices and the Board"))
SAFETY = Group(_l("Safety"))
IDENTITY = Group(_l("Identity and consent"))
WITHDRAWAL = Group(_l("Withdrawal"))
CUSTODY = Group(_l("Keeping the case"))
GROUPS = (WRITING, PROGRESS, REMEDIES, MEDIATION, SAFETY, IDENTITY, WITHDRAWAL, CUSTODY)
"""In the order in which they stand on a page."""


@dataclass(frozen=True)
class Happening:
    """How it is told that something happened, and to whom besides the Secretariat, which reads all.

    `yours`: said on her own page, where it is the complainant's doing or done to what is hers.
    """

    words: Label
    shown_to: frozenset[str]
    yours: Label | None = None
    of_identity: bool = False
    """It stands under *Who has seen my identity*."""
    of_a_limit: bool = False
    """Whoever is not shown the limit that it is about is not shown this either."""
    of_safety: bool = False
    """It stands in its place on her page, and not at the head of it, where whoever takes her phone looks first."""
    told_company_as: str = ""
    """The kind of event as which a company reads it: it learns what became of the case, and not that she wanted it."""
    by_the_office: bool = False
    """To a company it is the Secretariat's doing, whoever of the office or of the complainant's side set it off: who
    it was would say why."""
    as_if_by_hand: bool = False
    """To a company the clock did not do it either: that a day was chosen beforehand would say why."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One step by one kind of person. `target` None: the state stays. `approved`: needs a second person."""

    step: str
    title: Label
    source: frozenset[State]
    who: frozenset[Role]
    target: State | None = None
    group: Group | None
    """None for the clock's own, which nobody is offered."""

    approved: bool = False
    approved_when: Callable[[StepContext], bool] | None = None
    """Says for a row that is not always approved whether this time a second person is needed."""

    second_person: bool = False
    """Weighty: where an officer records it for the complainant, an approver approves (file 2, below the table)."""
    checked: bool = False
    """With a receipt that its holder made in another's place, for two weeks, and with one that a one-use code made,
    until they were heard on another way, an approver approves it (file 3, "Receipts", `heard_from_her`)."""
    recorded: bool = False
    """An officer notes a step of the complainant's."""
    in_her_words: bool = False
    """An officer writes down what she says: her words, though it is the officer's step."""
    ticked: bool = False
    """It asks whether it is about her safety, without words of hers."""
    recorded_by: frozenset[Role] = OFFICER
    """Who may note it, where it came by phone, letter or in person."""
    never_filled: bool = False
    """No page shows it as the filled button: nobody is led to turn a person away."""
    decides_on: str = ""
    """The step that it answers: whoever takes it reads beside the form what was asked there."""
    replies_to: str = ""
    """The step whose newest words stand above its fields, for whoever is among their readers."""
    follows: Label = ""
    """What comes of it for her, said beside the button and above its questions."""
    hands_over: bool = False
    """The company gets keys, and the packet is the first writing under them."""
    begins_round: bool = False
    """What belonged to the round before ends with it: the case is handed over, or comes back from an end."""
    of_round: bool = False
    """It is about this round: proposed, it is overtaken when another begins."""
    of_state: bool = False
    """What it does hangs on where the case stands: proposed, it is overtaken when the case moves."""
    of_family: bool = False
    """It holds for the whole complaint: where that has parts, it is taken in each of them, too (`family`)."""
    asked_at_first: bool = False
    """Of such a step: what must be true is asked of the first case alone, and no part that it could reach is left."""
    of_respondent: bool = False
    """It is about the company that the case has now: proposed, it is overtaken when another takes its place."""
    of_respondent_when: Callable[[dict[str, Any]], bool] | None = None
    """The same, where that depends on what was answered."""
    previewed: bool = False
    """Its writer looks at it as the complainant will read it, before it goes."""

    asks: tuple[Field, ...] = ()
    asks_recorder: tuple[Field, ...] = ()
    """Asked of an officer besides, who records it: what follows from who acts where the person themselves does it."""
    only_if: tuple[Condition, ...] = ()
    then: tuple[Effect, ...] = ()
    prepare: Effect | None = None
    """What the proposer's keys must do before it is proposed."""

    meets: tuple[Deadline, ...] = ()
    helps: tuple[Deadline, ...] = ()
    """Limits that its effects meet, where that depends on the answers (which remedy, which audience)."""
    opens: tuple[Deadline, ...] = ()
    may_open: tuple[Deadline, ...] = ()
    """Limits that its effects open, where that depends on the answers or on the case."""
    stops: tuple[Deadline, ...] = ()
    stops_all_but: tuple[Deadline, ...] | None = None
    """Ends every limit but these, and a proposal's, which ends with its decision."""

    put_right: tuple[str, ...] = ()
    """By which steps somebody puts it right, where it was taken by mistake."""
    stays: str = ""
    """Why nothing puts it right."""

    event: Happening
    letters: tuple[LetterTo, ...] = ()
    may_send: tuple[LetterTo, ...] = ()
    """Letters that its effects add, where that depends on the case."""
    silent: str = ""
    """Why nobody gets a letter."""
    urgent: bool = False
    """The office's people find it before all else. A company is never told that something is."""
    quiet: Mapping[str, str] = field(default_factory=dict, hash=False)
    """For whom it is not marked as new though they could read it, each with the reason (`told`)."""
    waits: bool = False
    """The complainant waits for a word from the office after it; where she may leave its words out, only with them."""
    waits_at: tuple[When, ...] = ()
    """Answers after which she waits for a word without any of her own."""
    answers: bool = False
    """Somebody of the office gives her that word, where she is among its readers, or says why she needs none."""

    @cached_property
    def stands_before(self) -> tuple[Condition, ...]:
        """What must be true whatever is answered: said before the first word is written."""
        return tuple(condition for condition in self.only_if if condition not in ABOUT_ANSWERS)

    @cached_property
    def asks_remedy(self) -> bool:
        """It is offered beside the remedy that it is about, and not by itself."""
        return bool(self.asks) and self.asks[0].kind == Kind.REMEDY

    @cached_property
    def about_a_text(self) -> bool:
        """It is offered beside the text that it is about."""
        return any(one.kind == Kind.WRITING for one in self.asks)

    @cached_property
    def beside_its_thing(self) -> bool:
        """A remedy, a text or a letter: it is not offered by itself."""
        return self.asks_remedy or self.about_a_text or any(one.kind == Kind.LETTER for one in self.asks)

    def needs_approval(self, context: StepContext) -> bool:
        return self.approved or bool(self.approved_when and self.approved_when(context))


def states(*states: State) -> frozenset[State]:
    return frozenset(states)
