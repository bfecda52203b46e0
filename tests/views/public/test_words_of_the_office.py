"""What is said on her pages is said in her words: the office's own for its things leave them, in every language."""

import re
from pathlib import Path

import pytest

from grievance.models.people import Role
from grievance.models.sides import COMPLAINANT
from grievance.workflow.procedure import ROWS
from tests.completeness import message_of
from tests.views.test_languages import catalogue

ROOT = Path(__file__).resolve().parents[3]
HERS = (*(ROOT / "templates" / "public").glob("*.html"), *(ROOT / "templates" / "macros").glob("h*.html"),
        *(ROOT / "templates").glob("*.html"), ROOT / "templates" / "macros" / "reading.html")  # fmt: skip
OF_THE_OFFICE = re.compile(r"\bthe (clock|approver|packet)\b", re.IGNORECASE)
SAID = re.compile(r"""_\("([^"]+)"|_\('([^']+)'""")


def said():
    """What her templates say, and of each step of hers its name, questions, what follows, and that it happened."""
    for path in HERS:
        yield from (f"{path.name}: {one[0] or one[1]}" for one in SAID.findall(path.read_text()))
    for row in (row for row in ROWS if row.who & {Role.COMPLAINANT, Role.REPRESENTATIVE}):
        texts = (row.title, row.follows, row.event.yours, *(t for f in row.asks for t in (f.label, f.help, f.missing)))
        yield from (f"{row.step}: {message_of(text)}" for text in texts if text is not None)
    for row in ROWS:
        letters = [one.text.words for one in row.letters if one.recipient == COMPLAINANT]
        yield from (f"{row.step}: {message_of(text)}" for text in letters)


def test_no_page_of_hers_speaks_of_the_clock_the_approver_or_the_packet():
    texts = list(said())
    assert len(texts) > 200 and [one for one in texts if OF_THE_OFFICE.search(one)] == []


@pytest.mark.parametrize(("language", "other"), [("sw", "risiti"), ("es", "recibo"), ("pt", "talão")])
def test_a_receipt_has_one_name_in_each_language(language, other):
    named = [message for message in catalogue(language) if "eceipt" in str(message.id)]
    assert len(named) > 30 and [str(m.id) for m in named if other in str(m.string).lower()] == []
