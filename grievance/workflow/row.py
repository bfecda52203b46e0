"""What a row of the procedure is, and the words that its table is written in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grievance.models.case import OPEN_STATES, State
from grievance.models.people import Role
from grievance.workflow.fields import Field
from grievance.workflow.move import Move

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

Condition = Callable[[Move], Any]
Effect = Callable[[Move], None]


@dataclass(frozen=True)
class Row:
    """One step by one kind of person. `target` None: the state stays. `approved`: needs a second person.

    `meets`, `opens`, `stops`: keys of time limits; `stops` "all" ends every one but `keeps`.
    `letters`: (recipient, template) pairs. `recorded`: an officer notes a step of the complainant's.
    """

    step: str
    title: Any
    source: frozenset[State]
    who: frozenset[Role]
    target: State | None = None
    approved: bool = False
    asks: tuple[Field, ...] = ()
    only_if: tuple[Condition, ...] = ()
    meets: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    """Limits that its effects meet, where that depends on the answers (which remedy, which audience)."""

    opens: tuple[str, ...] = ()
    stops: tuple[str, ...] | str = ()
    keeps: tuple[str, ...] = ()
    then: tuple[Effect, ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    recorded: bool = False
    approved_when: Condition | None = None
    """Says for a row that is not always approved whether this time a second person is needed."""

    prepare: Effect | None = None
    """What the proposer's keys must do before it is proposed."""

    previewed: bool = False
    """Its writer looks at it as the complainant will read it, before it goes."""

    def needs_approval(self, move: Move) -> bool:
        return self.approved or bool(self.approved_when and self.approved_when(move))


def states(*states: State) -> frozenset[State]:
    return frozenset(states)
