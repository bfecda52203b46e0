"""What is missing on her forms is said by its name: what to write, choose or say, in her language."""

import re

import pytest

from grievance.extensions import speaking
from grievance.forms.fields import BadInput, clean
from grievance.forms.kinds import Kind
from grievance.intake.filing import QUESTIONS
from grievance.views import NAMES
from grievance.workflow.procedure import ROWS
from grievance.workflow.row import COMPLAINANT

HERS = [(row.step, field) for row in ROWS if row.who & COMPLAINANT for field in row.asks]
HERS += [("file", field) for field in QUESTIONS]
NEEDED = [(step, field) for step, field in HERS if field.required and field.kind != Kind.HIDDEN]
BEGGING = "please|من فضلك|por favor|vous plaît|пожалуйста|tafadhali|будь ласка"


@pytest.mark.parametrize("language", list(NAMES))
def test_what_she_left_out_is_named_and_never_begged_for(app, language):
    with app.test_request_context("/"), speaking(language):
        for step, field in NEEDED:
            with pytest.raises(BadInput) as bad:
                clean((field,), {})
            sentence = bad.value.errors[field.name]
            assert field.missing or field.kind == Kind.YES, (step, field.name)
            assert not re.search(BEGGING, sentence, re.IGNORECASE), (step, field.name, sentence)
            assert language == "en" or not field.missing or sentence != english(field), (language, sentence)


def english(field):
    with speaking("en"):
        return str(field.missing)


def test_a_tick_that_is_needed_is_named_by_its_own_words(app):
    ticks = [field for _step, field in NEEDED if field.kind == Kind.YES]
    with app.test_request_context("/"), speaking("en"):
        for field in ticks:
            with pytest.raises(BadInput) as bad:
                clean((field,), {})
            assert bad.value.errors[field.name] == f"Tick to go on: {field.label}"
    assert ticks
