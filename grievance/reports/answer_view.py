"""What was answered, in the words and the language of whoever reads it."""

from collections.abc import Mapping
from typing import Any

from grievance.extensions import Label
from grievance.extensions import lazy_gettext as _l
from grievance.forms.choices import WHOSE
from grievance.forms.fields import Field, Kind
from grievance.intake.filing import QUESTIONS
from grievance.workflow.procedure import ROWS

ASKED: dict[tuple[str, str], Field] = {(row.step, f.name): f for row in reversed(ROWS) for f in row.asks}
ASKED["handover_code", "code"] = Field("code", _l("Code"))
ASKED["handover_code", "holder"] = Field("holder", _l("Whose receipt it makes"), Kind.CHOICE, choices=WHOSE)
ASKED["refused", "reason"] = Field("reason", _l("Why you refuse"), read_as=_l("Why"))
ASKED_AT_FIRST: dict[str, Field] = {f.name: f for f in QUESTIONS}


def answer_view(step: str, says: Mapping[str, Any]) -> list[tuple[Label, Any]]:
    """Answers as every page, letter and brief shows them: (question, answer) pairs."""
    return [(label_of(step, name), _answer(step, name, answer)) for name, answer in says.items()]


def label_of(step: str, name: str) -> Label:
    """What stands above an answer for its readers; its name where the step no longer asks it."""
    field = _field(step, name)
    return (field.read_as or field.label) if field else name


def _answer(step: str, name: str, answer: Any) -> Any:
    """A chosen answer in the words of the question."""
    field = _field(step, name)
    return dict(field.choices).get(answer, answer) if field and isinstance(answer, str) else answer


def _field(step: str, name: str) -> Field | None:
    return ASKED.get((step, name)) or ASKED_AT_FIRST.get(name)
