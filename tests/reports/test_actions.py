"""What the case page offers: each step under one subject, and beside the time limit that it meets."""

import re
from types import SimpleNamespace

import pytest

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.models.people import Role
from grievance.reports.actions import FOR_THE_COMPLAINANT, by_subject, meeting, once, proposed
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.accounts.test_leaving import join


@pytest.fixture
def case(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    return find_case(cast["Noor"], reference)


def offered(person, case):
    choices = steps.choices_now(person, case)
    file = open_case_file(person, case)
    return {limit.key: [row.step for row in meeting(limit, choices, person.side)] for limit in file.limits}


def test_the_step_that_meets_a_limit_stands_beside_it_for_who_owes_it(case, cast):
    assert offered(cast["Noor"], case) == {"L1": ["acknowledge"], "L6": ["write"], "L15": []}
    demonstration.do("acknowledge", cast["Noor"], case.reference, clock.now())
    demonstration.do("refer", cast["Noor"], case.reference, clock.now(), cast["Tomas"])
    assert offered(cast["Noor"], case)["L4"] == []
    assert offered(cast["Victor"], case) == {"L4": ["company_acknowledge", "respond"], "L5": ["respond"]}


def test_no_step_is_lost_and_what_is_recorded_for_the_complainant_stands_apart(case, cast):
    choices = steps.choices_now(cast["Noor"], case)
    groups = by_subject(choices)
    assert sum(len(group.possible) + len(group.nearly) for group in groups) == len(choices)
    assert groups[-1].title == FOR_THE_COMPLAINANT and all(row.recorded for row in groups[-1].possible)


# --- what an approver reads --------------------------------------------------------------------------------


def read_by_approver(cast, reference, step, **answers):
    """The answers of a proposal of Noor's, as they are shown."""
    demonstration.do(step, cast["Noor"], reference, clock.now(), **answers)
    found = find_case(cast["Tomas"], reference)
    (decision,) = steps.open_proposals(found)
    values = steps.proposal_of(cast["Tomas"], decision)["values"]
    return dict(proposed(found, opened(cast["Tomas"], found), step, values))


def test_a_proposal_is_read_in_words_and_names(case, cast):
    demonstration.do("acknowledge", cast["Noor"], case.reference, clock.now())
    join("Vera", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    subjects = str(cast["Victor"].account_id)
    shown = read_by_approver(cast, case.reference, "refer", subjects=[subjects])
    assert set(shown.values()) == {"Yes", "Victor"}


def test_a_remedy_and_a_reason_are_shown_as_people_say_them(app, cast):
    reference, _code = demonstration.walk_story(cast, "propose_remedy", clock.now())
    shown = read_by_approver(cast, reference, "accept_remedy", read_back="yes")
    assert re.search("Remedy 1: Restitution, due .+ – As agreed on the phone", str(shown)) and not [
        one for one in shown.values() if one in ("True", "yes")
    ]


def test_somebody_who_has_left_since_is_not_shown_as_a_number(case, cast):
    demonstration.do("acknowledge", cast["Noor"], case.reference, clock.now())
    keys = opened(cast["Tomas"], case)
    assert dict(proposed(case, keys, "refer", {"subjects": ["4711"]})) == {
        "People of the company who are named in the complaint and must not see it": "no longer in the list"
    }


def test_two_times_for_the_same_work_have_its_buttons_at_the_first_alone():
    look, other = SimpleNamespace(step="assess_safety"), SimpleNamespace(step="respond")
    owed = [("at once", [look]), ("a day", [look]), ("the answer", [other]), ("no step", [])]
    assert once(owed) == [("at once", [look]), ("a day", []), ("the answer", [other]), ("no step", [])]
