"""Letters in the scripts of the world: what a font has is printed, what none has is named, and nothing is a box."""

import io
import logging
import os
import random
import unicodedata

import pikepdf
import pytest

from bin import fonts as bring
from grievance.reports import fonts, pdf, printable, setup
from grievance.reports.fonts import FAMILIES, FURTHER
from grievance.reports.letters import page

SAID = {
    "English": "They hit him (twice) on 3/5 at +254.", "Arabic": "ضربوه عند البوابة", "Spanish": "Le pegaron, señora.",
    "Amharic": "በሩ ላይ መቱት።", "Tigrinya": "ኣብ ኣፍ ደገ ሃሪሞምዎ።", "Burmese": "တံခါးမှာ ရိုက်ခဲ့တယ်။",
    "Bengali": "ফটকে তাকে মেরেছে।", "Chinese": "他们在门口打了他。", "Japanese": "門のところで殴られた。",
    "Korean": "문 앞에서 맞았다.", "Thai": "เขาถูกตีที่ประตู", "Tamil": "வாயிலில் அடித்தார்கள்.", "Khmer": "គេវាយគាត់នៅមាត់ទ្វារ។",
    "Ukrainian": "Його побили біля воріт.", "Persian": "او را کتک می\u200cزنند.",
}  # fmt: skip
needs_fonts = pytest.mark.skipif(
    not os.environ.get("REQUIRE_BROWSER") and bool(fonts.printed()[1]), reason="`make fonts` has not run here"
)


@pytest.fixture(autouse=True)
def in_a_request(app):
    with app.test_request_context():
        yield


@pytest.fixture
def told(caplog):
    """What whoever runs the server is told meanwhile."""
    caplog.set_level(logging.WARNING, logger="grievance")
    return lambda: [record.levelname for record in caplog.records if not record.name.endswith("keys.log")]


def tagged(made):
    with pikepdf.open(io.BytesIO(made)) as document, document.open_metadata() as metadata:
        return metadata.get("pdfuaid:part") == "1"


@needs_fonts
def test_one_letter_in_fifteen_languages_with_what_no_font_has_is_made_for_screen_readers(told):
    words = [*SAID.values(), "Then \U0001f600 and ꦲꦏꦱꦫ", "\ufeffcopied, with a mark before it"]
    parts = [{"title": "What was said", "paragraphs": words}]
    made = page("A letter about complaint GR-AAAA-AAAA", "28 November 2026", ["Hello"], parts)
    assert tagged(made) and told() == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a \U0001f600 b", "a [grinning face] b"),
        ("ꦲꦏꦱ!", "[javanese letter ha][javanese letter ka][javanese letter sa]!"),
        ("by ꦲꦏꦱꦫ.", "by [4 letters, Javanese: read them on the page]."),
        ("\ufeffbegun\u202e here\x07\n", "begun here\n"),
        ("me\u0301re", "mére"),
        ("\ue000", "[u+e000]"),
        ("می\u200cزنند", "می\u200cزنند"),
    ],
)
def test_what_no_font_has_is_named_and_what_turns_the_rest_round_goes(written, read):
    assert printable.printable({"parts": [written]}) == {"parts": [read]}


def test_a_letter_that_could_not_be_made_accessible_is_an_error_that_is_told(told, monkeypatch):
    monkeypatch.setattr(printable, "_text", lambda text: text)
    made = page("A letter", "today", ["ꦲ"], [])
    assert made.startswith(b"%PDF") and not tagged(made)
    assert told() == ["ERROR"]


@needs_fonts
def test_any_characters_at_all_give_a_letter_for_screen_readers(told):
    draw = random.Random(20261128)
    assigned = [chr(n) for n in range(32, 0x20000) if unicodedata.category(chr(n)) not in ("Cn", "Cs", "Co")]
    words = [" ".join(draw.choices(assigned, k=12)) for _ in range(60)]
    assert tagged(page("A letter", "today", words, [])) and told() == []


@needs_fonts
@pytest.mark.parametrize(
    ("language", "own"), [("ja", "Noto Sans CJK JP"), ("ko", "Noto Sans CJK KR"), ("am", "Noto Sans Ethiopic")]
)
def test_a_language_looks_first_in_the_font_that_draws_it_as_its_readers_know_it(language, own):
    assert fonts.families(language)[:2] == ["Noto Sans", own]


def test_without_further_fonts_a_letter_prints_and_the_list_says_what_is_missing(monkeypatch, tmp_path, told):
    monkeypatch.setattr(fonts, "MORE", tmp_path)
    fonts.letters.cache_clear()
    try:
        made = page("A letter", "today", ["በሩ ላይ መቱት።"], [])
        point = next(one for one in setup.points() if one.key == "fonts")
    finally:
        fonts.letters.cache_clear()
    assert tagged(made) and told() == []
    assert "አማርኛ" in point.lacks and "make fonts" in point.lacks and "العربية" in point.says


def test_each_family_has_its_file_among_those_that_are_known_by_their_content():
    known = {font.name for font in FURTHER} | {place.name for place in fonts.FOLDER.glob("*.ttf")}
    assert {family.file for family in FAMILIES} <= known
    assert len({font.sha256 for font in FURTHER}) == len(FURTHER)


@needs_fonts
def test_the_fonts_that_are_there_are_those_that_were_meant():
    assert [font.name for font in FURTHER if not fonts.is_there(font)] == []


def test_a_persian_letter_runs_from_the_right():
    assert pdf._set({"title": "x", "lang": "prs"})["direction"] == "rtl"


def test_a_file_of_that_name_with_another_content_is_not_the_font(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "MORE", tmp_path)
    (tmp_path / FURTHER[0].name).write_bytes(b"something else")
    assert not fonts.is_there(FURTHER[0])


def test_fonts_are_taken_by_their_content_and_not_by_their_name(monkeypatch, tmp_path):
    (tmp_path / "system").mkdir()
    (tmp_path / "more").mkdir()
    (tmp_path / "system" / FURTHER[0].name).write_bytes(b"something else")
    monkeypatch.setattr(fonts, "MORE", tmp_path / "more")
    monkeypatch.setattr(bring, "MORE", tmp_path / "more")
    bring._take(tmp_path / "system")
    assert list((tmp_path / "more").iterdir()) == []
