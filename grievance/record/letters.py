"""What a letter is, to whom a row of the procedure sends it, and when; and how an event owes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from grievance.extensions import Label
from grievance.models.case import Case
from grievance.record.events import EventRow
from grievance.record.transaction import owe_letter

PROPOSER = "proposer"
"""Whoever proposed what was decided: one person, and not all of a role."""
FORMER_COMPANY = "former_company"
"""One that loses the case with this very step, and reads its letter outside of the case."""
COLLEAGUE = "colleague"
"""Whoever of the office the event names: mentioned in a note, or put beside who is in charge."""
KEPT = ("remedy", "limit", "due_on", "step", "respondent")
"""What of an event's facts a letter keeps; one to a proposer or a colleague says besides who
that is."""


KEPT_FOR = {PROPOSER: ("proposed_by",), COLLEAGUE: ("mentioned", "beside")}


def named(facts: Mapping[str, Any]) -> list[int]:
    """The accounts that an event of a case names as colleagues who are to hear of it."""
    beside = facts.get("beside")
    return [int(one) for one in (*facts.get("mentioned", ()), *([beside] if beside else []))]


@dataclass(frozen=True)
class LetterText:
    """`template`: what the database remembers of the letter. `urgent`: a mail to the office about it goes at once and
    says so; one to a company never does (whoever reads a company's mail learns nothing about safety)."""

    template: str
    words: Label
    urgent: bool = False


@dataclass(frozen=True)
class When:
    """Only where this answer or fact is one of these."""

    about: str
    among: frozenset[Any]

    def holds(self, said: Mapping[str, Any]) -> bool:
        return said.get(self.about) in self.among


@dataclass(frozen=True)
class LetterTo:
    """`recipient`: complainant, company, former_company, officer, approver, custodian, proposer or colleague."""

    recipient: str
    text: LetterText
    when: When | None = None

    def is_owed(self, case: Case, said: Mapping[str, Any]) -> bool:
        """A company that was handed nothing yet is told nothing (whether it still holds what it was handed,
        `transaction` looks for all letters at once); nobody has the receipt that would show a letter to the
        complainant of a case from an old register; and what the complainant did has no proposer in the office."""
        if self.when and not self.when.holds(said):
            return False
        match self.recipient:
            case "company":
                return case.with_company
            case "complainant":
                return not case.register_key
            case "former_company":
                return "respondent" in said
            case "proposer":
                return said.get("proposed_by") is not None
            case "colleague":
                return any(said.get(name) for name in KEPT_FOR[COLLEAGUE])
        return True


def when(about: str, *among: Any) -> When:
    return When(about, frozenset(among))


def owe_letters(case: Case, event: EventRow, letters: Iterable[LetterTo], said: Mapping[str, Any]) -> None:
    """A letter for each recipient. `said`: the answers of the step and the facts of its event."""
    for letter in letters:
        if letter.is_owed(case, said):
            kept = (*KEPT, *KEPT_FOR.get(letter.recipient, ()))
            facts = {name: said[name] for name in kept if name in said}
            owe_letter(event, letter.recipient, letter.text.template, facts)
