"""The faults harness, in small: it runs, and it finds what it is there to find."""

import json
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from faults.check import check, count_cases, report
from faults.complainants import Complainants
from faults.kills import kills
from faults.ledger import Complaint, Ledger, new_word
from faults.office import scratch
from faults.officers import Officer
from faults.store_kills import store_kills
from faults.sweeps import LATE
from grievance import clock, demonstration
from grievance.deadlines.dates import due
from grievance.deadlines.rows import office_calendar, timetable
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


def test_whoever_writes_by_the_form_and_an_officer_who_answers_see_no_refusal(office):
    office.start_web()
    with office.inside():
        reference, _person, code = demonstration.file_one(clock.now(), account=(word := new_word()))
    ledger, complaint = Ledger(deadline=time.monotonic() + 20), Complaint(reference, code, "form", [word])
    Complainants(ledger, office.port).write(complaint)
    noor = Officer(ledger, office.port)
    noor.sign_in()
    noor.acknowledge(complaint)
    noor.write(complaint)
    assert len(complaint.words) == 3 and not ledger.seen and not ledger.wrong


def test_an_officer_of_the_crowd_finds_more_complaints_than_one_address_may_try_receipts(office):
    office.start_web()
    with office.inside():
        _reference, _person, code = demonstration.file_one(clock.now())
    ledger = Ledger(deadline=time.monotonic() + 20)
    noor = Officer(ledger, office.port)
    for _each in range(45):
        noor.find(Complaint("", code, "form", []))
    assert not ledger.seen


def test_a_complaint_of_a_run_is_late_on_whichever_day_that_is(office):
    with office.inside():
        rule, calendar, now = timetable().kinds["L1"].rule, office_calendar(), clock.now()
        days = [now + timedelta(days=number) for number in range(366)]
        assert not [day for day in days if due(rule, day - timedelta(days=LATE), calendar).at > day]


def test_a_client_that_never_got_an_answer_is_a_fault(office):
    office.start_web()
    told = report(office, Ledger(given_up=2), before=count_cases(office))
    assert not told["good"] and "2 clients never got an answer" in told["faults"]


def test_when_a_volume_server_of_the_object_store_dies_nothing_is_lost():
    with less.derivations(Argon2id), scratch("sqlite", prepare=False) as made:
        outcome = store_kills(made, 1)
    assert outcome["good"], json.dumps(outcome)
    assert outcome["files"].split("/")[1] != "0" and outcome["lost"] == outcome["double"] == 0
