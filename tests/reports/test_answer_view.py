"""What was answered stands under words that are meant for its readers."""

import re

from grievance.reports.answer_view import label_of
from grievance.workflow.procedure import ROWS

FOR_THE_WRITER = re.compile(r"\byour?\b|\bI\b|reads?\b|for the (Secretariat|approver)", re.IGNORECASE)


def test_no_answer_stands_under_words_that_speak_to_its_writer(app):
    labels = {str(label_of(row.step, f.name)) for row in ROWS for f in row.asks if f.sealed_into}
    assert [label for label in sorted(labels) if FOR_THE_WRITER.search(label)] == []
