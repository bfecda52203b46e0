"""Two ways of writing a word are one, in each language's own way; and what is another word stays one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.search import words
from grievance.search.query import BadQuery, Kind, are_forms, parsed
from grievance.search.words import LONGEST, folded, terms_of, words_of

ALIKE = {
    "en": [("Guard", "GUARD"), ("café", "cafe"), ("naïve", "naive"), ("ﬁre", "fire"), ("worker’s", "worker's")],
    "fr": [("Évacué", "evacue"), ("œuvre", "oeuvre"), ("Noël", "noel"), ("garçon", "GARCON"), ("l’œil", "l'oeil")],
    "es": [("Peñón", "penon"), ("ÁRBOL", "arbol"), ("pingüino", "pinguino")],
    "pt": [("Ameaça", "ameaca"), ("NÃO", "nao"), ("três", "tres")],
    "ar": [
        ("مُحَمَّد", "محمد"), ("محـــمد", "محمد"), ("أحمد", "احمد"), ("إبراهيم", "ابراهيم"), ("آمنة", "امنه"),
        ("مصطفى", "مصطفي"), ("شرکة", "شركه"), ("١٢٣", "123"), ("۱۲۳", "123"), ("ﻻ", "لا"),
    ],
    "sw": [("Mlinzi", "mlinzi"), ("ng'ombe", "ng’ombe"), ("NG'OMBE", "ngombe")],
    "ru": [("Ёлка", "елка"), ("пришёл", "пришел"), ("за́мок", "замок"), ("йод", "и\u0306од")],
    "uk": [("ЇЖАК", "їжак"), ("об'єкт", "обʼєкт"), ("Й", "й")],
}  # fmt: skip
APART = {
    "ru": [("йод", "иод"), ("мой", "мои")],
    "uk": [("їжак", "іжак")],
    "hi": [("की", "का"), ("दिन", "दान")],
    "bn": [("কি", "কা")],
    "th": [("ดี", "ดา")],
    "ar": [("قلب", "كلب")],
}
WHOLE = ["हिन्दी", "क्षेत्र", "বাংলা", "মুক্তিযুদ্ধ", "தமிழ்", "مُحَمَّد", "الشَّرِكَةُ", "שָׁלוֹם", "ng'ombe", "об'єкт"]
FORMS = {
    "en": [("guard", "guards"), ("threaten", "threatened"), ("beaten", "beat")],
    "fr": [("gardien", "gardiens"), ("menace", "menaces")],
    "es": [("amenaza", "amenazas"), ("guardia", "guardias")],
    "pt": [("ameaca", "ameacas")],
    "ru": [("охранник", "охранниками"), ("охрана", "охраны"), ("угрожал", "угрожают"), ("дом", "дома")],
    "uk": [("охоронець", "охоронцями"), ("погроза", "погрози")],
    "ar": [("حارس", "الحارس"), ("حارس", "بالحارس"), ("الحارس", "حارسهم"), ("شركه", "شركتهم"), ("شركه", "والشركه")],
}
OTHERS = [
    ("station", "state"),
    ("car", "cars"),
    ("охрана", "окраина"),
    ("كلب", "قلب"),
    ("2024", "20245"),
    ("guard", "گارد"),
]


def pairs(table):
    return [pytest.param(*pair, id=f"{language} {pair[0]}-{pair[1]}") for language in table for pair in table[language]]


@pytest.mark.parametrize(("one", "other"), pairs(ALIKE))
def test_two_ways_of_writing_are_one_word(one, other):
    assert words_of(one)[0].terms[0] == words_of(other)[0].terms[0]


@pytest.mark.parametrize(("one", "other"), pairs(APART))
def test_another_letter_makes_another_word(one, other):
    assert [word.terms for word in words_of(one)] != [word.terms for word in words_of(other)]


@pytest.mark.parametrize("word", WHOLE)
def test_marks_do_not_cut_a_word(word):
    assert len(words_of(word)) == 1 and len(words_of(f"x {word}, y.")) == 3


@pytest.mark.parametrize("word", ["हिन्दी", "বাংলা", "தமிழ்"])
def test_where_a_mark_is_a_letter_it_stays(word):
    assert folded(word) == unicodedata.normalize("NFKC", word)


@pytest.mark.parametrize(
    ("text", "part"), [("l'eau", "eau"), ("worker's", "worker"), ("qu’il", "il"), ("O'Brien", "brien")]
)
def test_what_stands_behind_an_apostrophe_is_a_word_too(text, part):
    (word,) = words_of(text)
    assert part in word.terms and len(word.terms[0]) > len(part)


def test_a_script_without_spaces_is_cut_into_letters_so_that_a_word_is_found_inside():
    sought = [word.terms[0] for word in words_of("ครับ")]
    text = [word.terms[0] for word in words_of("สวัสดีครับ")]
    assert text[-len(sought) :] == sought


@pytest.mark.parametrize("text", ["AK47", "AK-47", "ak 47", "ak٤٧"])
def test_letters_and_digits_part(text):
    assert [word.terms[0] for word in words_of(text)] == ["ak", "47"]


@pytest.mark.parametrize(("one", "other"), pairs(FORMS))
def test_other_forms_of_a_word_are_found(one, other):
    assert are_forms(one, other) and are_forms(other, one)
    (clause,) = parsed(one)
    assert any(other.startswith(text) for text, whole in clause[0].beginnings if not whole or text == other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_other_words_are_none(one, other):
    assert not are_forms(one, other)


def test_a_query_has_words_phrases_and_beginnings():
    found = parsed('guard "broke the door" threat* AK-47')
    assert [[(one.term, one.kind) for one in clause] for clause in found] == [
        [("guard", Kind.FORMS)],
        [("broke", Kind.EXACT), ("the", Kind.EXACT), ("door", Kind.EXACT)],
        [("threat", Kind.PREFIX)],
        [("ak", Kind.EXACT), ("47", Kind.EXACT)],
    ]


@pytest.mark.parametrize("typed", ["«broke in»", "“broke in”", "„broke in“", '"broke in'])
def test_quotes_of_every_language_quote(typed):
    assert [[one.term for one in clause] for clause in parsed(typed)] == [["broke", "in"]]


@pytest.mark.parametrize("typed", ["", '"', "*", "ab*", "«»", " ".join(f"word{n}" for n in range(60))])
def test_what_cannot_be_sought_is_said(app, typed):
    with app.test_request_context(), pytest.raises(BadQuery) as bad:
        parsed(typed)
    assert str(bad.value).endswith(".")


@given(st.text())
def test_each_word_stands_where_it_is_said_and_is_folded_once(text):
    before = 0
    for word in words_of(text):
        assert before <= word.start < word.end <= len(text)
        before = word.end
        for term in word.terms:
            assert 0 < len(term) <= LONGEST and "\0" not in term and not any(char.isspace() for char in term)
            assert folded(term) == term


PIECE = st.text("aZéßıİŁθΣёЁйѝЇґҒӀآأىةکـ٣9'’ʼ`_-.,،؟«\u0301\u064e\u200d\u200bक्षดี中") | st.text(
    st.characters(min_codepoint=0x400, max_codepoint=0x4FF) | st.characters(min_codepoint=0x600, max_codepoint=0x6FF)
)


@given(st.lists(PIECE | st.text(), max_size=5).map(" ".join))
def test_the_short_way_to_a_word_finds_what_the_long_one_finds(text):
    """Each letter looked at by itself, and nothing remembered."""
    long = [one for kind, start, run in words._runs(text) if (one := words._word(kind, start, run))]
    assert words_of(text) == long and list(terms_of(text)) == [one.terms for one in long]


def test_each_letter_that_is_folded_the_short_way_is_folded_so():
    for letter in map(chr, range(0x800)):
        assert not words._PLAIN.fullmatch(letter) or letter.casefold().translate(words._ALIKE) == folded(letter)
