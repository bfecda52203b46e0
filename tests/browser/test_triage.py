"""An officer's morning: new complaints read, acknowledged and classified one after the other, and what that takes."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.models.case import Severity
from tests.browser.looks import onward
from tests.browser.test_story import Visitor, sign_in

ACTIONS, LOADS = 6, 2
"""At most, a case: with classification."""


@pytest.fixture
def references(app, cast):
    begun = clock.now() - timedelta(days=20)
    return [demonstration.walk_story(cast, None, begun + timedelta(days=5 * n))[0] for n in range(3)]


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_a_new_complaint_takes_six_actions_and_two_pages_at_most(page, live_server, references, cast):
    sign_in(Visitor(page, live_server), "Noor")
    loads, actions = [], []
    page.on("domcontentloaded", lambda _page: loads.append(page.url))
    page.get_by_role("link", name="Read and acknowledge, one after the other").click()
    for reference in references:
        page.wait_for_url(f"**/{reference}")
        actions.append(page.locator("#no_conflict").check())
        actions.append(page.locator("#safety_looked_at").check())
        actions.append(page.locator("#severity").select_option("medium"))
        actions.append(onward(page))
    page.get_by_text("Every complaint that you can acknowledge is acknowledged.").wait_for()
    assert len(actions) <= ACTIONS * len(references)
    assert len(loads) <= LOADS * len(references)
    db.session.rollback()
    for reference in references:
        case = find_case(cast["Noor"], reference)
        assert (case.severity, case.officer_id) == (Severity.MEDIUM, cast["Noor"].account_id)


def test_a_row_of_the_queue_says_what_its_case_is_about(page, live_server, references):
    sign_in(Visitor(page, live_server), "Noor")
    row = page.get_by_role("row").filter(has_text=references[0]).inner_text()
    assert demonstration.ACCOUNT[:40] in row and "English" in row and "received" in row


def test_all_cases_of_somebody_are_handed_over_in_three_pages(app, page, live_server, references, cast, petra):
    for reference in references:
        demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    sign_in(Visitor(page, live_server), "Tomas")
    loads = []
    page.on("domcontentloaded", lambda _page: loads.append(page.url))
    page.goto(f"{live_server}/desk/handing-over?officer={cast['Noor'].account_id}")
    page.locator("#to").select_option(label="Petra")
    page.get_by_label("All 3 open cases").check()
    page.locator("#note").fill("She is best reached in the evening.")
    onward(page)
    page.get_by_text("3 cases were handed over.").wait_for()
    assert len(loads) <= 3
    db.session.rollback()
    assert {find_case(cast["Tomas"], one).officer_id for one in references} == {petra.account_id}


def test_complaints_are_read_acknowledged_and_classified_by_keys_alone(page, live_server, references, cast):
    sign_in(Visitor(page, live_server), "Noor")
    onward(page, "text=Read and acknowledge, one after the other")
    keys = page.keyboard

    def to(key, reference):
        keys.press(key)
        page.wait_for_url(f"**/{reference}")

    page.locator("[data-keys-line]").wait_for()
    to("n", references[1])
    to("p", references[0])
    keys.press("a")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Space")
    while page.evaluate("document.activeElement.id") != "severity":
        keys.press("Tab")
    keys.type("m")
    while page.evaluate("document.activeElement.matches('#do button.filled')") is False:
        keys.press("Tab")
    with page.expect_navigation():
        keys.press("Enter")
    page.wait_for_url(f"**/{references[1]}")
    db.session.rollback()
    case = find_case(cast["Noor"], references[0])
    assert (case.severity, case.officer_id) == (Severity.MEDIUM, cast["Noor"].account_id)
    keys.press("?")
    shown = page.locator("dialog").inner_text()
    assert all(said in shown for said in ("the next complaint", "the complaint before", "opens the case"))
    keys.press("Escape")
    to("o", f"desk/cases/{references[1]}")


def test_keys_that_are_switched_off_do_nothing_on_this_page_and_the_next(page, live_server, references):
    sign_in(Visitor(page, live_server), "Noor").go(f"/desk/new-ones/{references[0]}")
    page.get_by_role("button", name="Keys are on: switch them off").click()
    page.reload()
    page.get_by_role("button", name="Keys are off: switch them on").wait_for()
    page.locator("h1").click()
    page.keyboard.press("n")
    page.keyboard.press("?")
    assert page.url.endswith(references[0]) and not page.locator("dialog").is_visible()
    page.get_by_role("button", name="Keys are off: switch them on").click()
    page.locator("h1").click()
    page.keyboard.press("n")
    page.wait_for_url(f"**/{references[1]}")
