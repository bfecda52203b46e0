"""Who reads an answer: derived from the compartment that it is sealed into, never written by hand beside it."""

from collections.abc import Iterable
from typing import Any

from grievance import clock
from grievance.access import Person, opened
from grievance.crypto.compartments import Compartment
from grievance.extensions import Label
from grievance.forms.fields import READ_IN, Field, Kind, Shown
from grievance.models.case import Case
from grievance.models.sides import NONE
from grievance.workflow.context import StepContext
from grievance.workflow.row import Row

AUDIENCES = {
    ("secretariat", "secretariat"): Compartment.INTERNAL,
    ("secretariat", "complainant"): Compartment.CORRESPONDENCE,
    ("secretariat", "company"): Compartment.COMPANY,
    ("complainant", "secretariat"): Compartment.CORRESPONDENCE,
    ("company", "secretariat"): Compartment.COMPANY,
    ("secretariat", "all"): Compartment.SHARED,
    ("complainant", "all"): Compartment.SHARED,
    ("company", "all"): Compartment.SHARED,
}
TOLD = frozenset({Compartment.CORRESPONDENCE, Compartment.SHARED})
"""What the complainant reads."""
LOCKED, CUSTODIANS, SUMMARY, ANSWER, TICK, SENT = "locked", "custodians", "summary", "answer", "tick", "sent"
"""An identity, which two people open; what Secretariat and custodians write to each other about it; what goes on to a
company when the complainant says that it is right; and an answer about a text or a file that has readers of its own;
a tick beside words that others read; and a letter, which goes out with a later step."""
BESIDE = {**{readers: where for where, readers in READ_IN.items()}, NONE: Compartment.INTERNAL}
"""A plain answer is read by the readers of a compartment."""
HANDED = frozenset({Compartment.COMPANY, Compartment.SHARED})
"""What the company reads, from the hand-over on."""


def sealed_in(field: Field, side: str, audience: Any) -> Compartment | None:
    """The compartment that a question names, or for words and files without one the chosen audience's.

    None for a plain fact on the record, for what its step seals to somebody's key itself, and where no audience is
    chosen yet.
    """
    if field.by_effect:
        return None
    return AUDIENCES.get((side, audience)) if field.sealed_as_chosen else field.sealed_into


def name_of(field: Field, side: str, audience: Any) -> str:
    """Who reads an answer, as `words` names it: by its compartment, or for a plain one by who is shown it. Empty where
    there is nothing to read, as in a tick that the step needs, or where the writer is about to choose."""
    if field.about_words:
        return ANSWER
    if field.for_the_office:
        return Compartment.INTERNAL.value
    if field.by_effect and field.stands == Shown.IDENTITY:
        return LOCKED if field.kind == Kind.LINE else CUSTODIANS
    if field.goes_on:
        return SUMMARY
    if field.goes_out:
        return SENT
    where = sealed_in(field, side, audience)
    if where or field.name == "audience" or field.readers is None or field.stands in (Shown.STEP, Shown.NOWHERE):
        return where.value if where else ""
    beside = BESIDE[field.readers].value
    return TICK if field.kind == Kind.YES and beside == Compartment.INTERNAL else beside


def of_each(fields: Iterable[Field], side: str, audience: Any) -> dict[str, str]:
    """By question: who reads the answer, said once for those that follow each other with the same readers."""
    said, before = {}, ""
    for field in fields:
        if (name := name_of(field, side, audience)) and name != before:
            said[field.name] = before = name
    return said


def of_row(row: Row, person: Person, audience: Any) -> dict[str, Compartment]:
    """By the name of each question whose answer is sealed: where it goes."""
    compartments = {field.name: sealed_in(field, person.side, audience) for field in row.asks}
    return {name: where for name, where in compartments.items() if where}


def told(row: Row, person: Person, audience: Any) -> bool:
    """Whether the complainant reads something of this step."""
    return bool(TOLD & set(of_row(row, person, audience).values()))


def begun_by_a_wording(row: Row) -> Field | None:
    """The question that a wording of the office may answer: the first text that not only the Secretariat reads, or will
    read."""
    audience = audience_asked(row)
    chosen = [value for value, _text in audience.choices] if audience else [None]
    for field in row.asks:
        compartments = {sealed_in(field, "secretariat", one) for one in chosen}
        if field.kind == Kind.TEXT and (field.goes_out or compartments - {Compartment.INTERNAL, None}):
            return field
    return None


def audience_asked(row: Row) -> Field | None:
    """The question who will read it, where a step asks it."""
    return next((field for field in row.asks if field.name == "audience"), None)


def audiences(person: Person, case: Case, row: Row) -> list[tuple[str, Label, Label | None]]:
    """Each audience that may be chosen: (value, words, None or the sentence that stands against it)."""
    field, now, keys = audience_asked(row), clock.now(), opened(person, case)
    found = []
    for value, text in field.choices if field else ():
        context = StepContext(case, person, {"audience": value}, now, now, keys, recorded=row.recorded)
        found.append((value, text, next((s for s in (only(context) for only in row.only_if) if s), None)))
    return found
