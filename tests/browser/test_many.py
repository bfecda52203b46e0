"""An officer's morning with many at once: ticked in the queue, read on one page, acknowledged by one press."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.models.case import Severity
from tests.browser.looks import WIDTHS, faults, onward, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in


@pytest.fixture
def references(app, cast):
    begun = clock.now() - timedelta(days=5)
    return [demonstration.file_one(begun + timedelta(hours=n))[0] for n in range(4)]


@pytest.fixture
def page(chromium):
    context = with_axe(chromium, viewport={"width": 1280, "height": 900}, locale="en")
    yield context.new_page()
    context.close()


def test_many_are_ticked_read_on_one_page_and_acknowledged_with_one_letter(page, live_server, references, cast):
    afraid = demonstration.file_one(clock.now(), could_harm="unsure")[0]
    sign_in(Visitor(page, live_server), "Noor")
    loads = []
    page.on("domcontentloaded", lambda _page: loads.append(page.url))
    for reference in (*references, afraid):
        page.get_by_label(f"Choose {reference}").check()
    onward(page, "text=Acknowledge together")
    left_out = page.get_by_role("region", name="1 case is left out").inner_text()
    assert afraid in left_out and "does not say no" in left_out
    page.locator("#no_conflict").check()
    page.locator("#safety_looked_at").check()
    page.locator("#severity").select_option("low")
    page.get_by_label("In your own words").fill("Thank you: we have read what you wrote.")
    onward(page)
    page.get_by_text("4 complaints were acknowledged.").wait_for()
    assert len(loads) <= 3
    db.session.rollback()
    for reference in references:
        case = find_case(cast["Noor"], reference)
        assert (case.severity, case.officer_id) == (Severity.LOW, cast["Noor"].account_id)
    assert find_case(cast["Noor"], afraid).officer_id is None


def test_an_answer_that_is_missing_is_said_beside_it_and_what_was_typed_stays(page, live_server, references):
    sign_in(Visitor(page, live_server), "Noor").go(f"/desk/many/acknowledge?case={references[0]}&case={references[1]}")
    page.get_by_label("In your own words").fill("Thank you.")
    page.locator("#no_conflict").check()
    onward(page)
    assert page.locator("#safety_looked_at").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("In your own words").input_value() == "Thank you."
    assert page.locator("#no_conflict").is_checked()


@pytest.mark.parametrize("what", ["acknowledge", "write", "tag"])
def test_the_pages_for_many_are_whole_on_a_phone_and_axe_finds_nothing(page, live_server, references, cast, what):
    demonstration.do("classify", cast["Noor"], references[0], clock.now())
    noor = sign_in(Visitor(page, live_server), "Noor").go(
        f"/desk/many/{what}?case={references[0]}&case={references[1]}"
    )
    for width in WIDTHS:
        resize(noor.page, width)
        assert faults(noor.page) == [] and overflow(noor.page) <= 0
