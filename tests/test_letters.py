"""Letters as PDF: in the recipient's language, tagged, to the recipient alone."""

import io
import re

import pikepdf
import pytest

from grievance import clock, demonstration
from grievance.access import NoSuchCase, find_case
from grievance.reports.casefile import open_case_file
from grievance.reports.letters import brief_pdf, letter_pdf
from grievance.views import NAMES
from tests.less import rest_long


@pytest.mark.parametrize("language", rest_long(NAMES, "en", "ar"))
def test_a_letter_is_a_tagged_pdf_in_the_complainants_language(app, cast, language):
    reference, amina, _code = demonstration.file_one(clock.now(), language=language)
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("dismiss", cast["Noor"], reference, clock.now(), cast["Tomas"])
    case = find_case(amina, reference)
    for letter in open_case_file(amina, case).letters:
        with pikepdf.open(io.BytesIO(letter_pdf(amina, case, letter.id))) as document:
            root = document.Root
            assert str(root.Lang).startswith(language) and root.MarkInfo.Marked and "/StructTreeRoot" in root
            assert reference in str(document.docinfo["/Title"])


def test_a_letter_is_given_to_its_recipient_alone(app, cast):
    reference, amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"])
    case = find_case(amina, reference)
    hers = open_case_file(amina, case).letters[0].id
    for name in ("Victor", "Noor"):
        with pytest.raises(NoSuchCase):
            letter_pdf(cast[name], case, hers)


@pytest.mark.parametrize(("answer", "word"), [("unsure", "Je ne sais pas bien"), ("no", "Non")])
def test_a_letter_says_a_chosen_answer_in_the_readers_words(app, cast, answer, word):
    reference, amina, _code = demonstration.file_one(clock.now(), language="fr", could_harm=answer)
    case = find_case(amina, reference)
    letter = seen(letter_pdf(amina, case, open_case_file(amina, case).letters[0].id))
    assert word in letter and answer not in re.findall(r"[a-z]+", letter)


def test_the_brief_for_the_board_holds_the_dossier_and_no_account(app, cast, tmp_path):
    reference, _amina, _code = demonstration.file_one(clock.now(), account="Zinnober pushed me.", name="Amina Said")
    for step in ("acknowledge", "escalate"):
        demonstration.do(step, cast["Noor"], reference, clock.now())
    demonstration.do("ask_board", cast["Noor"], reference, clock.now(), dossier="Guards pushed a person.")
    given = seen(brief_pdf(cast["Noor"], find_case(cast["Noor"], reference)))
    assert "Guards pushed a person." in given and "Zinnober" not in given and "Amina" not in given


def seen(pdf):
    """The words of a PDF: each run of glyphs through its font's own map back to characters."""
    words = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            maps = {str(name): to_unicode(font) for name, font in page.Resources.Font.items()}
            font = None
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    font = maps[str(operands[0])]
                elif str(operator) in ("Tj", "TJ"):
                    runs = operands[0] if str(operator) == "TJ" else [operands[0]]
                    raw = b"".join(bytes(run) for run in runs if isinstance(run, pikepdf.String))
                    words.append("".join(font.get(raw[i : i + 2], "") for i in range(0, len(raw), 2)))
                elif str(operator) in ("Td", "Tm"):
                    words.append("")
    return "".join(words)


def to_unicode(font):
    text = font.ToUnicode.read_bytes().decode("latin-1")
    found = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.S):
        for glyph, value in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[bytes.fromhex(glyph)] = bytes.fromhex(value).decode("utf-16-be")
    return found
