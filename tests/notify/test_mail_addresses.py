"""An address is one for which a mail can be made."""

import pytest

from grievance.addresses import is_address


@pytest.mark.parametrize("text", ["amina@example.org", "a.b+c@mail.example.org"])
def test_a_plain_address_is_one(text):
    assert is_address(text)


@pytest.mark.parametrize("text", ["=?utf-8?q?a?=@example.org", "a b@example.org", "a@example.org,b@example.org", ""])
def test_an_encoded_word_a_space_or_a_second_one_is_none(text):
    assert not is_address(text)
