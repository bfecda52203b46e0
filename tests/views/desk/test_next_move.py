"""At *decide the next move* a case page says which steps count, as links for whoever may take them."""

import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.deadlines.kinds import Deadline
from grievance.demonstration import do
from grievance.workflow import steps
from grievance.workflow.procedure import ROWS
from tests.views.test_routes import client_of


@pytest.fixture
def reference(app, cast):
    """Escalated, and good offices declined: the next move is to be decided."""
    found = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))[0]
    for step, who in (("escalate", "Noor"), ("offer_good_offices", "Noor"), ("decline_good_offices", "Victor")):
        do(step, cast[who], found, clock.now() - timedelta(hours=2))
    return found


def card(app, name, reference):
    page = client_of(app, name).get(f"/desk/cases/{reference}").text
    return page[page.index("decide the next move") :].split("<details", 1)[0]


def test_the_card_of_the_next_move_links_to_each_step_that_counts_and_can_be_taken(app, cast, reference):
    case = find_case(cast["Noor"], reference)
    counts = {row.step for row in ROWS if Deadline.NEXT_MOVE in row.meets and case.state in row.source}
    able = {row.step for row, against in steps.choices_now(cast["Noor"], case) if not against and not row.recorded}
    shown = card(app, "Noor", reference)
    assert set(re.findall(r"/steps/(\w+)", shown)) == counts & able and counts & able
    assert "Each of these steps counts as the next move" in shown


def test_whoever_may_not_take_them_reads_which_count_and_finds_no_link(app, cast, reference):
    shown = card(app, "Tomas", reference)
    assert "What another person of the Secretariat takes" in shown and "Offer good offices" in shown
    assert "/steps/offer_good_offices" not in shown


def test_what_counts_and_stands_back_is_named_without_a_link(app, reference):
    blocked = card(app, "Noor", reference).split("Not possible now", 1)[1]
    assert "Begin mediation" in blocked and "/steps/" not in blocked
