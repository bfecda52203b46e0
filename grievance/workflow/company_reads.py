"""Her words that a company reads: nothing of hers goes to one before somebody was asked whether it shows who she is.

Which words these are follows from the compartment that each answer is sealed into, and is written down nowhere else.
"""

from collections.abc import Mapping
from typing import Any

from grievance.access import Person
from grievance.crypto.hashes import sha256
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import LONG, Field
from grievance.models.sides import COMPLAINANT, SECRETARIAT
from grievance.record.events import canonical
from grievance.workflow import readers, safety
from grievance.workflow.row import COMPLAINANT as HERS
from grievance.workflow.row import Row

ASKED = _l(
    "The company will read this, word for word, and keep it."
    " Is your name, number, village or place of work in it?"
)  # fmt: skip


def is_hers(row: Row) -> bool:
    """Whether she takes this step, or an officer records it for her."""
    return row.recorded or bool(row.who & HERS)


def may_reach(row: Row) -> list[Field]:
    """The questions of a step of hers whose answer a company reads, for one choice of readers at least."""
    audience = readers.audience_asked(row)
    chosen = [value for value, _text in audience.choices] if audience else [None]
    seen = {one: [f.name for f in row.asks if _goes(f, one)] for one in chosen}
    return [f for f in row.asks if is_hers(row) and any(f.name in names for names in seen.values())]


def of(row: Row, values: Mapping[str, Any]) -> dict[str, Any]:
    """By question: what a company reads of these answers, which were cleaned."""
    if not is_hers(row):
        return {}
    return {f.name: values[f.name] for f in row.asks if values.get(f.name) and _goes(f, values.get("audience"))}


def _goes(field: Field, audience: Any) -> bool:
    return readers.sealed_in(field, COMPLAINANT, audience) in readers.HANDED


def digest(words: Mapping[str, Any]) -> str:
    """What was looked at: other words are looked at anew. A company gets no file by a step of hers."""
    return sha256(canonical({name: said for name, said in words.items() if isinstance(said, str)}))


def for_the_office(row: Row, person: Person, raw: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The step by which the same words go to the Secretariat alone, with its answers: the step itself, where its writer
    may choose so, or else a message. That it is about her safety goes with it."""
    audience = readers.audience_asked(row)
    if audience and SECRETARIAT in dict(audience.choices):
        return row.step, {**raw, "audience": SECRETARIAT}
    message = _said(row, of(row, raw))
    tick = raw.get(safety.TICK.name)
    if person.side == COMPLAINANT:
        return "write", {"audience": SECRETARIAT, "message": message, safety.TICK.name: tick}
    if tick:
        return "report_retaliation", {"happened": message}
    return "record_message", {**raw, "message": message}


def _said(row: Row, words: Mapping[str, Any]) -> str:
    """Her words under the name of what she wanted to do with them, where there is room for it."""
    said = "\n\n".join(words.values())
    headed = f"{row.title}\n\n{said}"
    return headed if len(headed) <= LONG else said


def becomes_a_message(row: Row) -> bool:
    """Whether the step itself is not taken where its words go to the Secretariat alone."""
    audience = readers.audience_asked(row)
    return not (audience and SECRETARIAT in dict(audience.choices))
