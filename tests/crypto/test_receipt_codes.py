import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.crypto.keyring import new_entry, parse
from grievance.crypto.receipt_codes import (
    BadReceipt,
    grouped,
    lines,
    made_of,
    make,
    normalise,
    readings,
    receipt_keys,
    stretch,
    with_digits,
)


def test_a_new_receipt_is_twenty_digits_that_check():
    receipt = make()
    assert normalise(receipt) == receipt and len(receipt) == 20 and receipt.isascii()


@pytest.mark.parametrize("zero", ["٠", "۰", "०", "০", "0"], ids=["arabic", "persian", "devanagari", "bengali", "latin"])
def test_digits_of_the_readers_own_script_are_taken(zero):
    receipt = make()
    written = "".join(chr(ord(zero) + int(d)) for d in grouped(receipt).replace(" ", ""))
    assert normalise(f" {written[:4]}-{written[4:11]}\u00a0\u200f{written[11:]}\n") == receipt


@given(st.integers(0, 19), st.integers(1, 9))
def test_every_single_slip_is_told_apart_from_a_wrong_code(position, change):
    receipt = make()
    digit = str((int(receipt[position]) + change) % 10)
    with pytest.raises(BadReceipt, match="slip"):
        normalise(receipt[:position] + digit + receipt[position + 1 :])


@given(st.integers(0, 18))
def test_two_neighbours_swapped_are_noticed(i):
    receipt = make()
    swapped = receipt[:i] + receipt[i + 1] + receipt[i] + receipt[i + 2 :]
    if swapped != receipt:
        with pytest.raises(BadReceipt, match="slip"):
            normalise(swapped)


@pytest.mark.parametrize("text", ["", "1", "12345678901234567890123", "GR-7K4M", "½" * 20, "x" * 10_000_000])
def test_what_is_not_twenty_digits_is_refused(text):
    with pytest.raises(BadReceipt, match="length"):
        normalise(text)


@pytest.mark.parametrize("typed", ["GR-7K4M-2QX9", "gr7k4m2qx9", "GR 7K4M 2QX9"])
def test_a_reference_is_told_from_a_receipt(typed):
    with pytest.raises(BadReceipt, match="reference"):
        normalise(typed)


@pytest.mark.parametrize(("letter", "digit"), [("O", "0"), ("o", "0"), ("О", "0"), ("l", "1"), ("I", "1"), ("|", "1")])
def test_a_letter_that_looks_like_a_digit_is_told_from_a_short_receipt(letter, digit):
    with pytest.raises(BadReceipt, match="letter"):
        normalise(letter + "2345 6789 0123 4567 890")
    assert with_digits(letter + "2345") == digit + "2345"


def test_a_receipt_is_shown_in_groups_of_four():
    assert grouped("12345678901234567890") == "1234 5678 9012 3456 7890"


def test_pepper_and_salt_both_change_what_a_receipt_gives():
    one = receipt_keys(stretch("1" * 20, b"s" * 16), b"p" * 32)
    assert one.lookup != one.wrapping
    assert one != receipt_keys(stretch("1" * 20, b"s" * 16), b"q" * 32)
    assert one != receipt_keys(stretch("1" * 20, b"t" * 16), b"p" * 32)


def test_an_older_server_key_still_opens():
    old, new = new_entry(), new_entry()
    ring = parse(f"{new},{old}")
    assert ring.current[0] == new.partition(":")[0] and ring.get(old.partition(":")[0]) is not None


@pytest.mark.parametrize("text", ["", "abc", "a:short", "a:c2hvcnQ=", ":" + "A" * 44, "a:" + "A" * 43 + "=,x"])
def test_doubtful_server_keys_are_refused_without_being_repeated(text):
    with pytest.raises(ValueError, match="key|identifier|base64") as refusal:
        parse(text)
    assert "A" * 20 not in str(refusal.value)


@given(st.binary(min_size=32, max_size=32))
def test_a_forms_secret_gives_one_receipt_that_checks(secret):
    assert normalise(made_of(secret)) == made_of(secret)


def test_lines_from_the_last_to_the_first_are_the_same_receipt_and_any_other_order_is_a_slip_or_another():
    receipt = make()
    turned = "".join(reversed(lines(receipt)))
    assert receipt in readings(turned) and readings(receipt)[0] == receipt and len(readings(turned)) <= 2


def test_what_checks_in_neither_order_is_a_slip():
    with pytest.raises(BadReceipt, match="slip"):
        readings("12345678901234567890")
