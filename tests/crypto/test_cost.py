"""What a derivation costs whoever tries all of them; all other tests run without that cost (tests/less.py)."""

import hmac
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from grievance.crypto import passwords, receipt_codes
from grievance.crypto.sealing import place
from tests import less

SALT = b"s" * 16


def test_a_receipt_costs_what_owasp_asks_for_at_least():
    cost = {"iterations": 2, "lanes": 1, "memory_cost": 19 * 1024}
    assert receipt_codes.stretch("1" * 20, SALT) == Argon2id(salt=SALT, length=32, **cost).derive(b"1" * 20)


def test_a_new_password_costs_what_rfc_9106_asks_for_and_its_record_says_so():
    record, wrapping = passwords.enrol("x")
    assert (record.memory_kib, record.passes, record.lanes) == (64 * 1024, 3, 1)
    cost = {"iterations": 3, "lanes": 1, "memory_cost": 64 * 1024}
    stretched = Argon2id(salt=bytes.fromhex(record.salt), length=32, **cost).derive(b"x")
    assert passwords.derive(stretched, "wrapping") == wrapping


def test_what_the_server_adds_goes_into_verifier_and_key_and_is_each_accounts_own():
    one, other = (passwords.pepper_of("a", b"p" * 32, number) for number in (1, 2))
    record, wrapping = passwords.enrol("x", one)
    assert record.pepper_id == "a" and passwords.unlock("x", record, one) == wrapping
    assert passwords.unlock("x", record) is None and passwords.unlock("x", record, other) is None
    stretched = Argon2id(salt=bytes.fromhex(record.salt), length=32, iterations=3, lanes=1, memory_cost=64 * 1024)
    mac = hmac.digest(b"p" * 32, place("staff-pepper", 1), "sha256")
    assert passwords.derive(stretched.derive(b"x") + mac, "wrapping") == wrapping


@pytest.mark.parametrize("change", [{"memory_kib": 32 * 1024}, {"passes": 2}, {"lanes": 2}])
def test_a_password_is_tried_at_the_cost_of_its_record(change):
    record, _wrapping = passwords.enrol("x")
    assert passwords.unlock("x", replace(record, **change)) is None


def test_what_costs_nothing_in_other_tests_still_writes_the_real_cost_into_the_record():
    with less.derivations(less.light):
        record, wrapping = passwords.enrol("x")
        assert passwords.unlock("x", record) == wrapping
    assert record.memory_kib == 64 * 1024 and passwords.unlock("x", record) is None
