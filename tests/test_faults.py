"""The faults harness, in small: it runs, and it finds what it is there to find."""

import json

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from faults.check import check, count_cases
from faults.kills import kills
from faults.ledger import Complaint, Ledger, new_word
from faults.office import scratch
from grievance import clock, demonstration
from tests import less

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def office():
    with less.derivations(Argon2id), scratch("sqlite") as made:  # a process of its own opens what is made here
        yield made


def test_what_was_acknowledged_survives_two_kills_of_the_web_process(office):
    outcome = kills(office, 2, clients=2)
    assert outcome["good"], json.dumps(outcome)
    assert outcome["acknowledged"] >= 3 and outcome["lost"] == outcome["double"] == 0


def test_the_check_names_a_lost_message_a_lost_file_and_a_double_complaint(office):
    word, lost = new_word(), new_word()
    office.start_web()
    with office.inside():
        _reference, _person, code = demonstration.file_one(clock.now(), account=word)
        reference, _person, _code = demonstration.file_one(clock.now(), account=word)
    complaint = Complaint(reference, code, "form", [word, lost], ["0" * 64], ["acknowledge"])
    outcome = check(office, Ledger([complaint]), before=count_cases(office) - 1)
    assert (outcome.lost, outcome.double) == (3, 1)  # the message, the file, the step
    assert f"{lost} is in no case" in outcome.faults
