"""A text fits one part of a text message, or it is refused with the count (GSM 03.38)."""

import pytest
from smpplib.gsm import gsm_encode

from grievance.languages import CODES
from grievance.notify import gsm, sign_texts


@pytest.mark.parametrize(
    ("text", "used", "most", "forced_by"),
    [
        ("a" * 160, 160, 160, ""), ("a" * 161, 161, 160, ""), ("€" * 80, 160, 160, ""), ("[]" * 41, 164, 160, ""),
        ("à é Ç §", 7, 160, ""), ("ça", 2, 70, "ç"), ("ê", 1, 70, "ê"), ("it’s", 4, 70, "’"), ("جديد", 4, 70, "ج"),
        ("є" * 71, 71, 70, "є"), ("новое", 5, 70, "н"), ("🙂", 2, 70, "🙂"), ("\x1b", 1, 70, "\x1b"), ("", 0, 160, ""),
    ],
)  # fmt: skip
def test_septets_are_counted_and_one_foreign_sign_makes_it_seventy(text, used, most, forced_by):
    assert gsm.length(text) == gsm.Length(used, most, forced_by)
    assert gsm.length(text).fits == (used <= most)


def test_what_is_encoded_is_as_long_as_was_counted():
    for text in (*gsm.BASIC.replace(gsm.ESCAPE, ""), *gsm.EXTENDED, "a{€}b"):
        coding, octets = gsm.encoded(text)
        assert coding == gsm.GSM and len(octets) == gsm.length(text).used
    assert gsm.encoded("ça") == (gsm.UCS2, "ça".encode("utf-16-be"))


def test_the_librarys_own_table_agrees_but_for_the_section_sign():
    for sign in gsm.BASIC + "".join(gsm.EXTENDED):
        if sign not in (gsm.ESCAPE, "§", "\f"):
            assert gsm.encoded(sign)[1] == gsm_encode(sign), sign


@pytest.mark.parametrize("language", CODES)
def test_the_five_that_the_program_brings_fit_in_each_language(app, language):
    texts = [text for _language, _place, text in sign_texts.defaults(language)]
    assert len(set(texts)) == 5 and [text for text in texts if not gsm.length(text).fits] == []
    assert language == "en" or not set(texts) & {str(one) for one in sign_texts.DEFAULTS}
