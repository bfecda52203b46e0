"""Letters from right to left, read back by where each sign is printed, and not by what a reader takes it for."""

import io

import pypdfium2
import pytest

from grievance.reports import directions
from grievance.reports.directions import Quoted
from grievance.reports.letters import page
from grievance.reports.pdf import typeset

WHOLE = {
    "a telephone": "+254 700 123 456", "a day": "2026-12-07", "a receipt": "4071 2233 9876 5540 1187",
    "a time": "14:05", "hours": "09:00–17:00", "a case": "GR-7K4M-2QX9",
    "a telephone with brackets": "+41 (0)22 000 00 00",
}  # fmt: skip
AROUND = {"ar": "اتصل على {} قبل ذلك", "ckb": "پەیوەندی بکە بە {} پێش ئەوە", "prs": "با {} تماس بگیرید"}
UNSEEN = {directions.MARK, directions.KEPT, " ", "\r", "\n"}


@pytest.fixture(autouse=True)
def in_a_request(app):
    with app.test_request_context():
        yield


def lines(made):
    """The signs of each printed line, from the left to the right as they stand on the paper; and where it begins and
    ends, in points."""
    found = []
    for sheet in pypdfium2.PdfDocument(io.BytesIO(made)):
        text = sheet.get_textpage()
        signs = [(text.get_text_range(n, 1), text.get_charbox(n, loose=True)) for n in range(text.count_chars())]
        for sign, (left, bottom, right, top) in signs:
            if sign in UNSEEN or not sign:
                continue
            middle = (bottom + top) / 2
            line = next((one for one in found if abs(one[0] - middle) < 5), None)
            if line is None:
                line = (middle, [])
                found.append(line)
            line[1].append((left, right, sign))
    return [
        ("".join(sign for _left, _right, sign in sorted(signs)), min(signs)[0], max(right for _left, right, _ in signs))
        for _middle, signs in found
    ]


def typeset_in(language, *paragraphs):
    data = {"title": "-", "lang": language, "site": "-", "date": "-", "intro": list(paragraphs), "parts": [],
            "pictures": []}  # fmt: skip
    return lines(typeset("letter", data))


@pytest.mark.parametrize("language", sorted(AROUND))
@pytest.mark.parametrize("what", sorted(WHOLE))
def test_what_is_read_sign_by_sign_is_printed_in_its_order(language, what):
    printed = [line for line, _left, _right in typeset_in(language, AROUND[language].format(WHOLE[what]))]
    assert any(WHOLE[what].replace(" ", "") in line for line in printed), printed


@pytest.mark.parametrize("language", sorted(AROUND))
def test_what_is_read_sign_by_sign_is_copied_in_its_order(language):
    made = typeset("letter", {"title": "-", "lang": language, "site": "-", "date": "-", "parts": [], "pictures": [],
                              "intro": [AROUND[language].format(WHOLE["a telephone"])]})  # fmt: skip
    text = "".join(sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(io.BytesIO(made)))
    assert WHOLE["a telephone"] in text.replace(directions.KEPT, " ")


ENGLISH, ARABIC = "They hit him at the gate.", "ضربوه عند البوابة."


@pytest.mark.parametrize("language", [*sorted(AROUND), "en"])
@pytest.mark.parametrize(("words", "side"), [(ENGLISH, "ltr"), (ARABIC, "rtl"), ("(٣) " + ENGLISH, "ltr")])
def test_a_quoted_paragraph_runs_from_the_side_of_its_first_letter(language, words, side):
    middle = 210 / 25.4 * 72 / 2
    printed = typeset_in(language, Quoted(words))
    _line, left, right = next(one for one in printed if one[0].strip(".").strip("-"))
    end = next(line for line, _left, _right in printed if "." in line)
    assert (right < middle) if side == "ltr" else (left > middle), (left, right)
    assert end.endswith(".") is (side == "ltr")


@pytest.mark.parametrize(("language", "from_the_left"), [("ar", False), ("ckb", False), ("prs", False), ("en", True)])
def test_our_own_sentence_runs_as_its_language_does_also_where_it_begins_with_a_companys_name(language, from_the_left):
    own = "Larkfield Guarding يجب أن ترد" if not from_the_left else "شركة is a company"
    (_line, left, _right) = next(one for one in typeset_in(language, own) if len(one[0]) > 3)
    assert (left < 70) is from_the_left


@pytest.mark.parametrize(
    ("text", "side"),
    [("12 Hi", "ltr"), ("٣ مرحبا", "rtl"), ("שלום", "rtl"), ("+254 700", ""), ("", ""), ("…«Bonjour", "ltr"),
     ("\u200eمرحبا", "ltr"), ("ሰላም", "ltr")],
)  # fmt: skip
def test_the_side_of_a_text_is_that_of_its_first_strong_letter(text, side):
    assert directions.first_strong(text) == side


@pytest.mark.parametrize(
    ("ours", "shown"),
    [
        ("٠٩:٣٠", "09:30"),
        ("+٢٥٤ ٧٠٠ ١٢٣ ٤٥٦", "+254 700 123 456"),
        ("٤٠٧١ ٢٢٣٣ ٩٨٧٦ ٥٥٤٠ ١١٨٧", "4071 2233 9876 5540 1187"),
    ],
)
def test_our_own_times_telephones_and_receipts_have_ascii_digits_and_quoted_ones_keep_theirs(ours, shown):
    plain = {directions.MARK: "", directions.KEPT: " "}
    said = directions.in_order({"a": ours, "b": {"text": ours, "dir": "rtl"}}, "rtl")
    assert said["a"].translate(str.maketrans(plain)) == shown
    assert said["b"]["text"].translate(str.maketrans(plain)) == ours


def test_a_letter_without_a_word_from_the_right_is_left_as_it_is():
    text = "Call +254 700 123 456 before 2026-12-07."
    assert directions.in_order({"parts": [text]}, "ltr") == {"parts": [text]}


def test_a_drawing_is_no_text():
    drawn = {"svg": '<path d="M123 456 789 h12"/>', "alt": "+254 700 123 456"}
    assert directions.in_order(drawn, "rtl")["svg"] == drawn["svg"]


@pytest.mark.parametrize(("words", "said"), [(ENGLISH, False), (ARABIC, True), ("គេវាយគាត់", True), ("他们", False)])
def test_a_text_that_is_copied_wrong_is_known(words, said):
    assert directions.copied_wrong({"parts": [{"title": "x", "paragraphs": [Quoted(words)]}]}) is said


def test_a_page_can_be_made_of_numbers_alone():
    assert page("A letter", "today", ["+254 700 123 456"], [{"title": Quoted("12"), "paragraphs": [Quoted("…")]}])
