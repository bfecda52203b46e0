"""The filled button leads: never to turning a person away."""

import re

import pytest

from grievance import clock, demonstration
from grievance.workflow.procedure import ROWS
from tests import said_right
from tests.views.test_routes import client_of


@pytest.fixture
def reference(app, cast):
    return demonstration.walk_story(cast, "acknowledge", clock.now())[0]


def test_nobody_is_led_to_dismiss(app, reference):
    client = client_of(app, "Noor")
    page = client.get(f"/desk/cases/{reference}").text
    assert re.search(r'class="button quiet" href="[^"]*/steps/dismiss"', page)
    assert not re.search(r'filled" href="[^"]*/steps/dismiss"', page)
    assert re.search(r'filled" href="[^"]*/steps/show_summary"', page), "she reads it before the company does"
    assert 'class="filled"' not in client.get(f"/desk/cases/{reference}/steps/dismiss").text
    said_right.say(reference)
    page = client.get(f"/desk/cases/{reference}").text
    assert re.search(r'filled" href="[^"]*/steps/refer"', page) and not re.search(r'filled" href="[^"]*/dismiss"', page)
    assert 'class="filled"' in client.get(f"/desk/cases/{reference}/steps/refer").text
    never = {
        "dismiss",
        "contest_referral",
        "refuse_contest",
        "close_for_deletion",
        "end_freeze",
        "announce_removal",
        "remove_part",
        "put_beside",
    }
    never |= {"take_off_beside", "change_respondent", "add_respondent"}
    assert {row.step for row in ROWS if row.never_filled} == never
