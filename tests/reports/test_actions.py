"""What the case page offers: each step under one subject, and beside the time limit that it meets."""

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.reports.actions import FOR_THE_COMPLAINANT, SUBJECTS, beside, by_subject
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from grievance.workflow.procedure import TABLE


def test_each_step_that_a_person_takes_is_under_one_subject():
    for step in {row.step for row in TABLE if row.who != {"clock"}}:
        assert [step in steps for _title, steps in SUBJECTS].count(True) == 1, step


@pytest.fixture
def case(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    return find_case(cast["Noor"], reference)


def offered(person, case):
    choices = steps.choices_now(person, case)
    file = open_case_file(person, case)
    return {limit.key: [row.step for row in beside(limit, choices, person.side)] for limit in file.limits}


def test_the_step_that_meets_a_limit_stands_beside_it_for_who_owes_it(case, cast):
    assert offered(cast["Noor"], case) == {"L1": ["acknowledge"], "L6": ["write"], "L15": []}
    demonstration.do("acknowledge", cast["Noor"], case.reference, clock.now())
    demonstration.do("refer", cast["Noor"], case.reference, clock.now(), cast["Tomas"])
    assert offered(cast["Noor"], case)["L4"] == []
    assert offered(cast["Victor"], case) == {"L4": ["company_acknowledge", "respond"], "L5": ["respond"], "L6": [],
                                             "L15": []}  # fmt: skip


def test_no_step_is_lost_and_what_is_recorded_for_the_complainant_stands_apart(case, cast):
    choices = steps.choices_now(cast["Noor"], case)
    groups = by_subject(choices)
    assert sum(len(group.possible) + len(group.nearly) for group in groups) == len(choices)
    assert groups[-1].title == FOR_THE_COMPLAINANT and all(row.recorded for row in groups[-1].possible)
