"""Sizes of what is stored tell little: Padmé for files, a few steps for texts."""

import io
import os

import pytest
from cryptography.cobblestone import Cobblestone256Encryptor
from hypothesis import given
from hypothesis import strategies as st

from grievance.crypto.committed import open_committed, seal_committed
from grievance.crypto.envelopes import new_key_pair
from grievance.crypto.padding import FLOOR, padded, padme
from grievance.crypto.sealing import CannotOpen
from grievance.crypto.streams import SealingSpool, file_place, open_stream

LENGTHS = st.integers(0, 2**40)


@given(LENGTHS, LENGTHS)
def test_a_longer_file_is_never_padded_to_less(one, other):
    assert padme(min(one, other)) <= padme(max(one, other))


@given(LENGTHS)
def test_padding_takes_at_most_twelve_in_a_hundred_and_never_cuts(length):
    assert length <= padme(length) <= length * 1.12


@given(LENGTHS)
def test_what_is_padded_is_not_padded_further(length):
    assert padme(padme(length)) == padme(length) and padded(padded(length)) == padded(length)


def test_few_sizes_are_left():
    sizes, length = 0, FLOOR
    while length <= 25_000_000:
        sizes, length = sizes + 1, padme(length + 1)
    assert sizes < 350


@pytest.mark.parametrize(
    ("length", "is_padded_to"), [(9, 10), (1_000, 1_024), (100_000, 100_352), (2**20 + 1, 2**20 + 2**15)]
)
def test_the_sizes_are_those_of_the_paper(length, is_padded_to):
    assert padme(length) == is_padded_to


def stored(length):
    with SealingSpool() as spool:
        for begin in range(0, length, 50_000):
            spool.write(os.urandom(min(50_000, length - begin)))
        return len(spool.finish().read())


@pytest.mark.parametrize(("few", "many"), [(0, 4_000), (100_400, 102_000), (3_000_000, 3_010_000)])
def test_a_stored_file_tells_its_size_to_a_step_alone(few, many):
    assert stored(few) == stored(many) < stored(int(many * 1.2) + FLOOR)


@given(st.binary(max_size=9_000).map(lambda text: text + bytes(len(text) % 700)))
def test_a_file_comes_back_as_it_was_also_where_it_ends_in_zeros(plain):
    with SealingSpool() as spool:
        spool.write(plain)
        whole = spool.finish()
        assert b"".join(open_stream(spool.key, spool.file_id, whole)) == plain
        assert spool.part(max(0, len(plain) - 10), len(plain) + 100) == plain[-10:]


def test_a_file_from_before_sizes_were_padded_opens_and_none_passes_for_one():
    key, plain = Cobblestone256Encryptor.generate_key(), b"the gate at night " * 5_000
    encryptor = Cobblestone256Encryptor(key, file_place("a" * 32, b"\x01"))
    old = b"\x01" + encryptor.update(plain) + encryptor.finalize()
    assert b"".join(open_stream(key, "a" * 32, io.BytesIO(old))) == plain
    with SealingSpool() as spool:
        spool.write(plain)
        new = b"\x01" + spool.finish().read()[1:]
        with pytest.raises(CannotOpen):
            open_stream(spool.key, spool.file_id, io.BytesIO(new))


def test_a_length_that_is_none_gives_out_nothing():
    key = Cobblestone256Encryptor.generate_key()
    encryptor = Cobblestone256Encryptor(key, file_place("a" * 32))
    forged = b"\x02" + encryptor.update(b"x" * 20 + (21).to_bytes(8, "big")) + encryptor.finalize()
    with pytest.raises(CannotOpen):
        open_stream(key, "a" * 32, io.BytesIO(forged))


def test_a_text_for_a_party_tells_its_size_to_a_step_alone():
    pair = new_key_pair()
    sizes = set()
    for text in (b"", b"Ana", b"Maria Fernanda de la Cruz y Santos", b"x" * 256):
        sealed, commit = seal_committed(pair.public, text, b"here")
        assert open_committed(pair.seed, sealed, b"here", commit) == text
        sizes.add(len(sealed))
    assert len(sizes) == 1
