import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievance.crypto.compartments import (
    CaseKeys,
    Compartment,
    NoKey,
    company_grant,
    complainant_key,
    new_master,
)
from grievance.crypto.envelopes import join, new_key_pair, open_with, public_of, seal_to, split
from grievance.crypto.passwords import enrol, unlock
from grievance.crypto.sealing import CannotOpen, derive, open_sealed, place, seal

KEY = bytes(range(32))


def test_what_is_sealed_opens_in_its_own_place():
    assert open_sealed(KEY, seal(KEY, b"the gate", place("case", 1)), place("case", 1)) == b"the gate"


@pytest.mark.parametrize("other", [place("case", 2), place("cas", "e1"), b""])
def test_a_ciphertext_moved_elsewhere_does_not_open(other):
    sealed = seal(KEY, b"the gate", place("case", 1))
    with pytest.raises(CannotOpen):
        open_sealed(KEY, sealed, other)


def test_every_changed_byte_is_noticed():
    sealed = seal(KEY, b"x", b"p")
    for i in range(0, len(sealed), 7):
        with pytest.raises(CannotOpen):
            open_sealed(KEY, sealed[:i] + bytes([sealed[i] ^ 1]) + sealed[i + 1 :], b"p")


@pytest.mark.parametrize(
    ("length", "padded"), [(0, 256), (252, 256), (253, 1024), (4092, 4096), (16380, 16384), (16381, 32768)]
)
def test_sizes_are_padded_to_steps(length, padded):
    assert len(seal(KEY, b"a" * length, b"")) == padded + 1 + 12 + 16


def test_the_same_words_never_look_the_same_twice():
    assert seal(KEY, b"a", b"") != seal(KEY, b"a", b"")


def test_parts_of_a_place_cannot_run_into_each_other():
    assert place("a", "bc") != place("ab", "c")


def test_a_secret_sealed_to_a_public_key_opens_with_its_seed_alone():
    pair, other = new_key_pair(), new_key_pair()
    sealed = seal_to(pair.public, KEY, b"here")
    assert open_with(pair.seed, sealed, b"here") == KEY
    for seed, where in ((other.seed, b"here"), (pair.seed, b"there")):
        with pytest.raises(CannotOpen):
            open_with(seed, sealed, where)


def test_a_broken_envelope_says_cannot_open():
    pair = new_key_pair()
    for broken in (b"", b"\x01", b"\x01" + b"0" * 40, b"\x02" + seal_to(pair.public, KEY, b"")[1:]):
        with pytest.raises(CannotOpen):
            open_with(pair.seed, broken, b"")


def test_a_key_pair_is_its_seed():
    pair = new_key_pair()
    assert public_of(pair.seed) == pair.public
    assert (len(pair.public), len(pair.seed)) == (1216, 96)


def test_a_secret_shows_in_no_printed_form():
    pair = new_key_pair()
    assert pair.seed.hex() not in repr(pair) and "seed" not in repr(pair)
    assert "master" not in repr(CaseKeys.from_master(KEY))


@given(st.binary(min_size=1, max_size=64))
def test_two_halves_join_to_the_secret(secret):
    one, other = split(secret)
    assert join(one, other) == secret and len(one) == len(other) == len(secret)


def test_one_half_alone_is_a_different_random_value_each_time():
    assert split(KEY)[0] != split(KEY)[0] and split(KEY)[1] != split(KEY)[1]


TABLE = {  # compartment: Secretariat, complainant, company of referral 1
    (Compartment.INTERNAL, 0): (True, False, False),
    (Compartment.CORRESPONDENCE, 0): (True, True, False),
    (Compartment.COMPANY, 1): (True, False, True),
    (Compartment.SHARED, 1): (True, True, True),
    (Compartment.COMPANY, 2): (True, False, False),
    (Compartment.SHARED, 2): (True, True, False),
}


@pytest.mark.parametrize("where", TABLE, ids=str)
def test_who_can_read_what(where):
    master = new_master()
    people = (
        CaseKeys.from_master(master),
        CaseKeys.from_complainant_key(complainant_key(master)),
        CaseKeys.from_grants({1: company_grant(master, 1)}),
    )
    assert tuple(p.can_open(*where) for p in people) == TABLE[where]
    assert len({p.key(*where) for p in people if p.can_open(*where)}) == 1


def test_without_a_key_the_answer_is_no_key():
    with pytest.raises(NoKey):
        CaseKeys.from_grants({}).key(Compartment.SHARED, 1)


def test_every_compartment_has_its_own_key():
    keys = CaseKeys.from_master(new_master())
    assert len({keys.key(*where) for where in TABLE}) == len(TABLE)


def test_derived_keys_differ_by_every_part():
    assert len({derive(KEY), derive(KEY, "a"), derive(KEY, "a", ""), derive(KEY, "b")}) == 4


def test_the_right_password_gives_the_wrapping_key_and_a_wrong_one_gives_none():
    record, wrapping = enrol("corréct horse")
    assert unlock("corre\u0301ct horse", record) == wrapping  # the same letters, composed otherwise
    assert unlock("correct horse", record) is None


def test_what_is_stored_of_a_password_is_not_its_wrapping_key():
    record, wrapping = enrol("a")
    assert wrapping.hex() not in str(record.to_json())
