"""Words of the office stay in the office: nothing that she reads says them."""

import re

import pytest

from grievance.deadlines.kinds import DUTIES
from grievance.intake.filing import QUESTIONS
from grievance.models.people import Role
from grievance.models.sides import COMPLAINANT
from grievance.reports.answer_view import PLAIN, label_of
from grievance.reports.track import PLACES
from grievance.views import NAMES
from grievance.workflow import labels, letter_texts, readers, words
from grievance.workflow.events import NOTED
from grievance.workflow.procedure import ROWS, TABLE
from tests.completeness import message_of
from tests.views.test_languages import catalogue

OFFICE = re.compile(r"\b(the clock|approvers?|packets?|officers?|deput(?:y|ies)|escrow|compartments?)\b", re.IGNORECASE)


def hers():
    """Each text that a page or letter of hers can have from a row: in English, as it is looked up."""
    rows = [row for row in TABLE if Role.COMPLAINANT in row.who and not row.recorded]
    for row in rows:
        yield from (row.title, row.follows)
        for f in row.asks:
            yield from (f.label, f.help, f.missing, *(text for _key, text in f.choices))
    for f in QUESTIONS:
        yield from (f.label, f.help, *(text for _key, text in f.choices))
    yield from (label_of(row.step, f.name) for row in ROWS for f in row.asks if f.sealed_into in readers.TOLD)
    for one in (*TABLE, *NOTED):
        if COMPLAINANT in one.event.shown_to:
            yield one.event.words if one.event.yours is None else one.event.yours
        yield from (letter.text.words for letter in one.letters if letter.recipient == COMPLAINANT)
    for f in (f for fields in PLAIN.values() for f in fields if COMPLAINANT in f.readers):
        yield from (f.read_as or f.label, *(text for _key, text in (*f.choices, *f.besides)))
    yield from (labels.owed_what(duty, COMPLAINANT) for duty in DUTIES)
    yield from (*words.READ_BY_YOU.values(), *words.REMEDY.values(), *words.STANDING.values(), *PLACES.values())
    yield from (*words.DAYS.values(), *words.IDENTITY.values(), *words.REASONS.values(), letter_texts.SUSPENDED.words)


def test_no_text_of_hers_has_a_word_of_the_office():
    assert sorted({message_of(text) for text in hers() if OFFICE.search(message_of(text))}) == []


RECEIPT = {"ar": "إيصال", "es": "comprobante", "fr": "récépissé", "prs": "رسید", "pt": "recibo", "ru": "квитанц",
           "so": "rasiid", "sw": "stakabadhi", "uk": "квитанц"}  # fmt: skip


@pytest.mark.parametrize("language", RECEIPT)
def test_a_receipt_has_one_name_in_each_language(language):
    """She holds it in her hand, and looks for that word: another one would be another thing."""
    assert set(RECEIPT) == set(NAMES) - {"en"}
    told = [m for m in catalogue(language) if m.id and re.search(r"\breceipts?\b", str(m.id), re.IGNORECASE)]
    forms = [form for m in told for form in ([m.string] if isinstance(m.string, str) else m.string) if form]
    assert len(forms) > 20 and [form for form in forms if RECEIPT[language] not in form.lower()] == []
