import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.crypto import signing

SEED, OTHER, SAID = b"s" * 96, b"o" * 96, b"what was done"


@pytest.fixture(scope="module")
def public():
    return signing.public_of(SEED)


def test_a_light_signature_fits_its_own_message_key_and_use_alone(public):
    signature = signing.sign(SEED, SAID, "event")
    assert signing.is_signed(public, signature, SAID, "event")
    assert signing.is_signed(signing.light_public_of(SEED), signature, SAID, "event")
    assert not signing.is_signed(public, signature, SAID + b".", "event")
    assert not signing.is_signed(public, signature, SAID, "backup")
    assert not signing.is_signed(signing.public_of(OTHER), signature, SAID, "event")


def test_where_both_algorithms_are_asked_for_one_is_not_enough(public):
    light, strong = signing.sign(SEED, SAID, "event"), signing.sign_strongly(SEED, SAID, "event")
    assert signing.is_signed(public, strong, SAID, "event", strongly=True)
    assert not signing.is_signed(public, light, SAID, "event", strongly=True)
    other = signing.sign_strongly(OTHER, SAID, "event")
    half = strong[:65] + other[65:]
    assert not signing.is_signed(public, half, SAID, "event", strongly=True)
    assert not signing.is_signed(public, other[:65] + strong[65:], SAID, "event", strongly=True)


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_bytes_of_any_kind_are_no_signature_and_no_fault(key, signature):
    assert not signing.is_signed(key, signature, SAID, "event")


def test_what_stands_behind_a_light_signature_makes_it_none(public):
    assert not signing.is_signed(public, signing.sign(SEED, SAID, "event") + b"x", SAID, "event")


def test_the_fingerprint_that_is_read_out_has_24_digits_and_is_of_both_keys(public):
    digits = signing.spoken(b"a", public)
    assert len(digits) == 24 and digits.isdecimal()
    assert len({digits, signing.spoken(b"b", public), signing.spoken(b"a", os.urandom(1984))}) == 3
    assert signing.grouped(digits).split() == [digits[i : i + 4] for i in range(0, 24, 4)]
