"""What could show who complained is found whatever surrounds it, in any script; what tells nothing is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.redaction.identity_leaks import Shows, marked, warn
from grievance.redaction.name_spans import name_spans, texts_of

YEAR = 2026
IDENTITY = {
    "name": "Amina Said-Omar", "phone": "+254 (0)700 000-123", "email": "amina.said@example.org",
    "address": "12 Acacia Road, Kisumu",
}  # fmt: skip
AROUND = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
LATIN = st.text("abcdefghijklmnopqrstuvwxyzáèñç", min_size=3, max_size=12)
ARABIC = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=3, max_size=9)
CYRILLIC = st.text("абвгґдеєжзиіїклмнопрстуфхцчшщьюя", min_size=3, max_size=12)
DIGITS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯"]
GAPS = st.sampled_from(["", " ", "-", ".", " - ", "/", ") "])


def found(text, identity=IDENTITY):
    return [text[start:end] for _field, start, end in name_spans({"account": text}, identity)]


def warned(packet, theirs=(), terms=(), **more):
    return [(one.kind, one.words) for one in warn(packet, theirs, terms, YEAR, **more)]


def covers(packet, start, end, *kinds):
    """Whether what was planted there is warned of, all of it, as one of these."""
    spans = [(one.start, one.end) for one in warn(packet, [], [], YEAR) if one.kind in kinds or not kinds]
    return all(any(a <= at < b for a, b in spans) for at in range(start, end) if not packet[at].isspace())


@st.composite
def planted(draw, words):
    """(text, where it begins, where it ends): the words between others, parted from them by a space."""
    before, inside, after = draw(AROUND), draw(words), draw(AROUND)
    return f"{before} {inside} {after}", len(before) + 1, len(before) + 1 + len(inside)


@st.composite
def phones(draw):
    digits = draw(st.sampled_from(DIGITS))
    groups = draw(st.lists(st.text(digits, min_size=3, max_size=4), min_size=3, max_size=4))
    return draw(st.sampled_from(["", "+", "00"])) + draw(GAPS).join(groups)


EMAILS = st.from_regex(r"[a-z0-9][a-z0-9._]{0,15}[a-z0-9]@[a-z0-9]{1,12}\.[a-z]{2,6}", fullmatch=True)


# --- patterns, without a grant -----------------------------------------------------------------------------


@given(planted(phones()))
def test_a_phone_number_is_found_whatever_surrounds_it_and_however_it_is_written(text):
    assert covers(*text)


@given(planted(EMAILS))
def test_an_email_address_is_found_whatever_surrounds_it(text):
    assert covers(*text)


@pytest.mark.parametrize(
    ("packet", "kind", "words"),
    [
        ("Call +254 700 000 123 today.", Shows.PHONE, "+254 700 000 123"),
        ("Call 06.12.34.56.78 today.", Shows.PHONE, "06.12.34.56.78"),
        ("اتصل ٠٧٠٠ ٠٠٠ ١٢٣ الآن", Shows.PHONE, "٠٧٠٠ ٠٠٠ ١٢٣"),
        ("Write to a.b@example.org, please.", Shows.EMAIL, "a.b@example.org"),
        ("Write to ａ＠example.org now", Shows.EMAIL, "ａ＠example.org"),
        ("See www.example.org/me for it.", Shows.WEB, "www.example.org/me"),
        ("See facebook.com/somebody", Shows.WEB, "facebook.com/somebody"),
        ("He is @somebody there.", Shows.WEB, "@somebody"),
        ("Passport A1234567 was taken.", Shows.NUMBER, "A1234567"),
        ("Card AB 123456 was taken.", Shows.NUMBER, "AB 123456"),
        ("Born on 03/05/1984 there.", Shows.BIRTH, "03/05/1984"),
        ("Born on 3 May 1984 there.", Shows.BIRTH, "3 May 1984"),
        ("Née le 1984-05-03.", Shows.BIRTH, "1984-05-03"),
        ("Nacida el 3 de mayo de 1984.", Shows.BIRTH, "3 de mayo de 1984"),
        ("Born 3.5.84 there.", Shows.BIRTH, "3.5.84"),
    ],
)
def test_what_has_the_form_of_it_is_warned_of_as_what_it_could_be(packet, kind, words):
    assert warned(packet) == [(kind, words)]


@pytest.mark.parametrize(
    "packet",
    [
        "A person was pushed by 12 guards on 3 May 2024, and 15000 shillings of wages are owed.",
        "On 03.05.2024 at 22:30, see paragraph 67 and the Code of 2013.",
        "دفع الحراس شخصا عند البوابة.",
        "The guards said so. They left at the gate.",
        "",
    ],
)
def test_what_tells_nothing_is_left_alone(packet):
    assert warned(packet, ["They pushed me. The guards left."]) == []


# --- names -------------------------------------------------------------------------------------------------


def test_a_name_or_place_that_stands_in_both_texts_is_warned_of():
    account = "Then Barasa came to the North Gate. Everybody saw it on Sunday."
    packet = "On Sunday a guard called Barasa stood at the North Gate. Everybody knew."
    assert warned(packet, [account]) == [(Shows.NAME, word) for word in ("Barasa", "North", "Gate")]


@pytest.mark.parametrize("packet", ["Barasa pushed a person.", "He was pushed by Mr. Barasa.", "It was Barasa's car."])
def test_a_name_is_found_at_the_start_of_a_sentence_after_a_title_and_with_an_ending(packet):
    assert [words.removesuffix("'s") for _kind, words in warned(packet, ["I told Barasa."])] == ["Barasa"]


def test_the_companys_own_name_and_the_days_of_the_week_are_no_news():
    account = "I told Larkfield Guarding on Sunday that Barasa did it."
    packet = "It is said that Larkfield heard on Sunday of Barasa."
    assert warned(packet, [account], known="Larkfield Guarding") == [(Shows.NAME, "Barasa")]


def test_a_text_in_capitals_says_nothing_of_names():
    assert warned("A person was pushed. Then they left.", ["I WAS PUSHED AND THEN THEY LEFT"]) == []


# --- places and terms --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I am AMÍNA.", ["AMÍNA"]),
        ("amina84 is me", ["amina"]),
        ("They call me Aminasaidomar.", ["Aminasaidomar"]),
        ("Am\u00adina, of Kisumu", ["Am\u00adina", "Kisumu"]),
        ("at 12 acacia road", ["12 acacia road"]),
        ("0700.000.123 or ٠٧٠٠ ٠٠٠ ١٢٣", ["0700.000.123", "٠٧٠٠ ٠٠٠ ١٢٣"]),
        ("call (00254)700000123!", ["700000123"]),
        ("Aminata and Saida saw it, 700 000", []),
    ],
)
def test_the_identity_is_found_as_people_write_it(text, words):
    assert found(text) == words


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("أمينة سعيد", "قالت وامينة لسعيد ذلك", ["وامينة لسعيد", "وامينة", "لسعيد"]),
        ("Амина Саидова", "Видели Амину и Саидовой", ["Амину", "Саидовой"]),
        ("Ağca İnci", "agca INCI", ["agca INCI", "agca", "INCI"]),
        ("Li Wu", "Li saw. Li Wu ran.", ["Li Wu"]),
    ],
)
def test_a_name_is_found_with_what_its_language_adds_to_it(name, text, words):
    assert found(text, {"name": name}) == words


def test_names_of_files_are_looked_through_too():
    says = {"account": "Nothing.", "files": [{"name": "gate.jpg"}, {"name": "amina_2024.jpg"}], "sure": True}
    assert name_spans(texts_of(says), IDENTITY) == [("files/1", 0, 5)]


@pytest.mark.parametrize("text", ["", "...", "Al", " ", "١"])
@pytest.mark.parametrize("kind", ["name", "phone", "email", "address"])
def test_too_little_to_tell_anybody_by_finds_nothing(kind, text):
    assert found(f"Al said: {text} ...", {kind: text}) == []


@given(planted(LATIN | ARABIC | CYRILLIC))
def test_a_name_is_found_whatever_surrounds_it_and_then_in_the_packet_as_well(text):
    account, start, end = text
    name = account[start:end]
    assert name in found(account, {"name": name})
    assert (Shows.IDENTITY, name) in warned(f"So {account}", terms=[name])


@given(planted(phones()))
def test_a_typed_number_is_found_whatever_surrounds_it_in_any_digits(text):
    account, start, end = text
    spans = [(a, b) for _field, a, b in name_spans({"account": account}, {"phone": account[start:end]})]
    assert any(a < end and start < b for a, b in spans)


@given(st.text(), st.dictionaries(st.sampled_from(sorted(IDENTITY)), st.text(max_size=200)))
def test_places_lie_inside_the_text_and_hold_no_word_of_the_identity(text, identity):
    for field, start, end in name_spans({"account": text}, identity):
        assert field == "account" and 0 <= start < end <= len(text)


def test_the_most_certain_comes_first_and_nothing_comes_twice():
    packet = "See 0711 000 999, x@example.org or Amina, amina@example.org, aminagate.jpg."
    assert warned(packet, terms=["Amina", "amina@example.org"], file_names=["gate.jpg"]) == [
        (Shows.IDENTITY, "Amina"), (Shows.IDENTITY, "amina@example.org"), (Shows.EMAIL, "x@example.org"),
        (Shows.FILE, "aminagate.jpg"), (Shows.PHONE, "0711 000 999"),
    ]  # fmt: skip


def test_a_file_of_the_complainants_is_named_where_the_packet_names_it():
    assert warned("See payslip-may.pdf.", file_names=["payslip-may.pdf"]) == [(Shows.FILE, "payslip-may.pdf")]


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=8), max_size=3))
def test_the_marked_copy_is_the_packet(packet, terms):
    pieces = marked(packet, warn(packet, [packet], terms, YEAR))
    assert "".join(text for text, _is_marked in pieces) == packet


@pytest.mark.parametrize("piece", ["a", "a.", "1 ", "@aa ", "1/1/", "A1b2", "Abc ", "x: ", "May 1 ", "a@", "Am.in "])
@pytest.mark.timeout(60)  # a pattern that tries every way to part such a text would not end at all
def test_the_longest_and_oddest_text_is_looked_through_to_its_end(piece):
    packet = piece * (20_000 // len(piece))
    assert warn(packet + " 12345", [packet], ["abc", "12345"], YEAR)
