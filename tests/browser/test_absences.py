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
    onward(page, "button:has-text('Go on')")
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


def test_only_who_can_stand_in_is_offered_and_a_wrong_order_of_days_says_what_is_right(page, live_server, cast, petra):
    sign_in(Visitor(page, live_server), "Tomas").go("/desk/admin")
    onward(page, "text=When others are away")
    page.locator("#who").select_option(label="Noor")
    onward(page, "button:has-text('Go on')")
    assert page.locator("#stand_in option").all_inner_texts() == ["Choose", "Petra"]
    page.locator("#first_day").fill("2099-01-02")
    page.locator("#last_day").fill("2099-01-01")
    page.locator("#stand_in").select_option(label="Petra")
    onward(page)
    assert page.locator("#last_day-error").inner_text() == "The last day must be the same day as the first, or later."
    assert page.locator("#first_day").input_value() == "2099-01-02"
    for width in WIDTHS:
        resize(page, width)
        assert faults(page) == [] and overflow(page) <= 0


def test_where_nobody_can_stand_in_the_head_and_whoever_is_away_are_led_to_an_invitation(page, live_server, cast):
    visitor = sign_in(Visitor(page, live_server), "Tomas").go("/desk/absences")
    page.locator("#who").select_option(label="Noor")
    onward(page, "button:has-text('Go on')")
    assert "Nobody else here has the role of Noor, so nobody can stand in." in visitor.text
    assert page.locator("#stand_in").count() == 0
    for start in ("/desk/absences", "/account/away"):
        if start == "/account/away":
            visitor.go(start)
        onward(page, "text=Invite another person")
        assert page.url.endswith("#invite") and page.locator("h2#invite").is_visible()
