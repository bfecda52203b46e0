"""One step as it is taken: what the conditions look at and the effects add to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from grievance.access import Person
from grievance.accounts import who_could
from grievance.accounts.keys import epochs
from grievance.crypto.compartments import CaseKeys, Compartment
from grievance.models.case import Case
from grievance.models.people import Role
from grievance.models.writing import Remedy, Writing
from grievance.record import numbers
from grievance.record.files import THEIRS
from grievance.record.writings import EXACT, seal_writing
from grievance.workflow.letter_texts import LetterTo

Known = TypeVar("Known")
SAID_BY = "said_by"
"""The fact that says whose word it was, where an approver let it pass: a representative's."""
TOLD_BY = "told_by"
"""The answer, and the fact, that says who told an officer what they write down for the complainant."""


@dataclass
class StepContext:
    """`at`: when it happened. `now`: when it is recorded. `facts` go on the record in plain words."""

    case: Case
    person: Person
    values: dict[str, Any]
    at: datetime
    now: datetime
    keys: CaseKeys
    remedy: Remedy | None = None
    recorded: bool = False
    """An officer notes a step of the complainant's."""
    facts: dict[str, Any] = field(default_factory=dict)
    writings: list[Writing] = field(default_factory=list)
    proposed_at: datetime | None = None
    """When an approved step was written."""
    letters: list[LetterTo] = field(default_factory=list)
    """What an effect sends besides the letters of its row."""
    standing: who_could.Standing | None = None
    """Who could act in the case, once somebody has asked."""
    respondent_changed: bool = False
    """Another company took the respondent's place: what was proposed about the old one is overtaken."""
    round_began: bool = False
    """Another round runs from here: what was proposed about the one before is overtaken."""
    along: bool = False
    """A part is taken along with the complaint's first case."""
    event_id: int | None = None
    """The number that the step's event will have, once a writing names it."""
    opens: int = 0
    """How many limits it opens in any case."""
    known: dict[str, Any] | None = None
    """What was asked of the case for the buttons of a page; None for a step that is taken, which asks anew."""
    exact: datetime | None = None
    """When she acted, where `at` and `now` say the day (`her_day`)."""

    @property
    def hour_counts_from(self) -> datetime:
        """Where a limit in hours begins: a day would be much of it, or all."""
        return self.exact or self.at

    held_until: datetime | None = None
    """When its company is told of the step, where that is not at once."""

    @property
    def waited(self) -> bool:
        """Whether it is a step of the complainant's own that waited for an approver."""
        return "proposed_by" in self.facts and self.facts["proposed_by"] is None

    @property
    def side(self) -> str:
        """Whose step it is: the complainant's too where an officer records it, or an approver lets it pass."""
        return "complainant" if self.recorded or self.waited else self.person.side

    @property
    def said_by(self) -> str:
        """Whose word it is, where it waited for an approver, too; of what an officer writes down, who told it."""
        if self.recorded and self.values.get(TOLD_BY) == Role.REPRESENTATIVE:
            return Role.REPRESENTATIVE.value
        return str(self.facts.get(SAID_BY, self.person.role))

    def once(self, what: str, ask: Callable[[], Known]) -> Known:
        """What several rows ask of one case alike, once for all buttons of a page. `what`: by what it is known."""
        if self.known is None:
            return ask()
        if what not in self.known:
            self.known[what] = ask()
        found: Known = self.known[what]
        return found

    def who_could(self) -> who_could.Standing:
        """Who of the Secretariat could act in the case now, asked once a step."""
        self.standing = self.standing or who_could.standing(self.case)
        return self.standing

    def seal(self, compartment: Compartment, step: str, says: dict[str, Any]) -> Writing:
        """What the step says, as a sealed row that names the step's event by its number; the event counts it in."""
        if self.event_id is None:
            self.event_id = numbers.of_event(self.opens)
        epoch = epochs.in_force(self.case, self.keys, compartment, self.at, self.facts)
        if self.exact and compartment not in THEIRS:
            says = {**says, EXACT: self.exact.isoformat()}
        writing = seal_writing(
            self.case, self.person, self.keys, self.at, compartment, step, says, self.event_id, epoch
        )
        self.writings.append(writing)
        return writing

    def chosen_remedy(self) -> Remedy:
        """The remedy that the step names; the server checked before that it belongs to the case."""
        if self.remedy is None:
            raise LookupError("no remedy was chosen")
        return self.remedy
