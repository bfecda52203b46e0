"""An escalation for somebody's safety: until the day that the office chose, nothing of it shows to the company."""

import re
from datetime import timedelta

import pytest
import time_machine

from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import State
from grievance.models.sides import COMPANY
from grievance.record import chain
from grievance.reports import exports
from grievance.reports.casefile import open_case_file
from grievance.reports.company_page import open_company_page
from grievance.reports.queue import queue
from grievance.reports.queue_asked import Wanted
from grievance.workflow.conditions import company_knows_of_it
from grievance.workflow.procedure import ROWS
from grievance.workflow.visibility import version_for
from tests.scenarios.days import day, kinds, letters, limits
from tests.unpadded import unpadded
from tests.views.test_routes import client_of


def escalate(story, number=10, tell_on=12, **more):
    on = day(tell_on).date().isoformat()
    story.at("escalate_unseen", "Noor", number, **{"ground": "retaliation", "tell_on": on, **more})


def seen_by_the_company(story):
    """All that it can compare: page, export, queue, version, letters."""
    page = open_company_page(story.victor, story.case)
    export = "".join(exports.as_json(story.victor, [story.case.id]))
    lines = [(line.case.state, line.title) for line in queue(story.victor, Wanted()).lines]
    shown = ([one.key for one in page.file.limits], [one.kind for one in page.file.timeline], page.state, page.rest)
    return (
        shown,
        export.partition("cases")[2],
        lines,
        version_for(story.victor, story.case),
        letters(story.case, COMPANY),
    )


@pytest.fixture
def at_ten(story):
    story.at("company_acknowledge", "Victor", 6)
    with time_machine.travel(day(10), tick=False) as travel:
        story.travel = travel
        yield story


def test_the_company_is_shown_exactly_what_it_was_shown_before(at_ten):
    before = seen_by_the_company(at_ten)
    escalate(at_ten)
    assert at_ten.case.state == State.ESCALATED and "L8" in limits(at_ten.case)
    assert seen_by_the_company(at_ten) == before


def without_lots(page):
    """Each form's own token is drawn by lot, and how long a page is."""
    return re.sub(r'name="form_token" value="[^"]*"', "", unpadded(page))


def test_its_pages_are_the_same_to_the_letter(app, at_ten):
    client = client_of(app, "Victor")
    addresses = ("/company", f"/company/cases/{at_ten.reference}", "/company?state=escalated")
    client.get(addresses[1])  # what is new before is seen
    before = [without_lots(client.get(path).text) for path in addresses]
    escalate(at_ten)
    assert [without_lots(client.get(path).text) for path in addresses] == before


def test_its_time_limits_run_on_and_it_may_still_answer(at_ten):
    escalate(at_ten)
    assert "L5" in limits(at_ten.case)
    at_ten.at("respond", "Victor", 11)
    assert "respond" in kinds(at_ten.case)


def test_on_the_day_that_was_chosen_the_clock_tells_it_and_ends_its_time_limits(at_ten):
    escalate(at_ten)
    at_ten.travel.move_to(day(13) + timedelta(hours=12))
    sweep(day(13) + timedelta(hours=12))
    assert at_ten.case.escalation_unseen is False and not {"L4", "L5"} & set(limits(at_ten.case))
    page = open_company_page(at_ten.victor, at_ten.case)
    assert page.state == State.ESCALATED and page.file.timeline[0].kind == "tell_company"
    assert letters(at_ten.case, COMPANY)[-1] == "escalated" and doctor.examine() == [] and chain.verify() == []


def test_afterwards_nothing_on_its_page_says_that_it_was_told_late(at_ten):
    escalate(at_ten)
    at_ten.at("tell_company", "Noor", 12)
    file = open_case_file(at_ten.victor, at_ten.case)
    assert "escalate_unseen" not in [one.kind for one in file.timeline]
    (review,) = (one for one in file.limits if one.key == "L8")
    assert review.days[0][0].on == day(12).date()


def test_a_time_limit_that_it_misses_meanwhile_is_an_alert_and_the_next_move_and_no_second_escalation(at_ten):
    due = limits(at_ten.case)["L5"].due_on
    at_ten.travel.move_to(day((due - day(0).date()).days - 1))
    at_ten.at("escalate_unseen", "Noor", (due - day(0).date()).days - 1, ground="safety", tell_on=due.isoformat())
    later = day((due - day(0).date()).days + 1, 12)
    at_ten.travel.move_to(later)
    sweep(later)
    assert kinds(at_ten.case).count("escalate") == 0 and "limit_missed" in kinds(at_ten.case)
    assert at_ten.case.escalation_unseen is False and "L17" in limits(at_ten.case)


@pytest.mark.parametrize("tell_on", [9, 52])
def test_the_day_is_not_over_and_not_after_the_companys_own_next_one(at_ten, tell_on):
    with pytest.raises(Refused, match=r"Choose a day from \d+ \w+ \d+ until \d+ \w+ \d+: by then the company is told"):
        escalate(at_ten, tell_on=tell_on)


@pytest.mark.parametrize("ground", ["retaliation", "critical"])
def test_nothing_of_safety_is_escalated_on_the_spot_while_the_company_waits(at_ten, ground):
    with pytest.raises(Refused, match="tells the company later"):
        at_ten.at("escalate", "Noor", 10, ground=ground)


def test_the_complainant_reads_that_the_company_does_not_know_and_then_that_it_does(at_ten):
    escalate(at_ten)
    at_ten.at("tell_company", "Noor", 12)
    assert letters(at_ten.case, "complainant")[-2:] == ["escalated_unseen", "company_told"]


def tells_the_company(row):
    return COMPANY in row.event.shown_to or COMPANY in {letter.recipient for letter in row.letters}


FROM_ESCALATED = [
    row
    for row in ROWS
    if row.source == {State.ESCALATED} and {"officer", "approver"} & row.who and tells_the_company(row)
]
AFTER_ANOTHER = {"agree_good_offices", "decline_good_offices", "begin_mediation", "end_mediation", "notify_company",
                 "record_board_decision", "tell_company"}  # fmt: skip
"""Possible only after what the company knows of, or before it has the case."""


@pytest.mark.parametrize("row", FROM_ESCALATED, ids=lambda row: row.step)
def test_no_step_of_an_escalated_case_tells_a_company_that_does_not_know_of_it(row):
    assert company_knows_of_it in row.only_if or row.step in AFTER_ANOTHER
