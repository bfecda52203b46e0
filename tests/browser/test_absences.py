"""The head of the office says at a page that an officer is away, and that she is back."""

import pytest

from grievance import clock
from tests.browser.looks import WIDTHS, faults, onward, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in


@pytest.fixture
def page(chromium):
    context = with_axe(chromium, viewport={"width": 1280, "height": 900}, locale="en")
    yield context.new_page()
    context.close()


def test_the_head_says_that_an_officer_is_away_and_later_that_she_is_back(page, live_server, cast, petra):
    sign_in(Visitor(page, live_server), "Tomas").go("/account/away")
    onward(page, "text=Say that somebody else is away")
    page.locator("#who").select_option(label="Noor")
    page.locator("#first_day").fill(clock.office_today().isoformat())
    page.locator("#last_day").fill("2099-01-01")
    page.locator("#stand_in").select_option(label="Petra")
    onward(page)
    page.get_by_text("Petra stands in.").wait_for()
    for width in WIDTHS:
        resize(page, width)
        assert faults(page) == [] and overflow(page) <= 0
    onward(page, "button:has-text('Is back')")
    assert page.get_by_text("Petra stands in.").count() == 0
