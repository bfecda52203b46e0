"""Every letter that the procedure can send can be printed: a tagged page in each language, whatever its words."""

import io

import pikepdf
import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.writing import Letter
from grievance.reports.casefile import letters_to
from grievance.reports.letters import letter_pdf
from grievance.views import NAMES
from grievance.workflow.letter_texts import TEXTS


@pytest.mark.long
@pytest.mark.parametrize("language", list(NAMES))
def test_every_letter_is_a_tagged_page_in_the_language_of_its_reader(app, caplog, language):
    reference, amina, _code = demonstration.file_one(clock.now(), language=language)
    case = find_case(amina, reference)
    event = db.session.query(Event).filter_by(case_id=case.id).first()
    for template in TEXTS.keys() - {"received"}:  # that one is owed already
        letter = Letter(case_id=case.id, event_id=event.id, recipient="complainant", template=template, facts={},
                        owed_at=clock.now())  # fmt: skip
        db.session.add(letter)
        db.session.flush()
    for letter in letters_to(amina, case):
        with pikepdf.open(io.BytesIO(letter_pdf(amina, case, letter.name))) as document:
            root = document.Root
            assert str(root.Lang).startswith(language) and root.MarkInfo.Marked and "/StructTreeRoot" in root, (
                letter.template
            )
    assert not [one for one in caplog.records if "accessible" in one.getMessage()]
