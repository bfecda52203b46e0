"""An officer's morning with many at once: ticked in the queue, read on one page, acknowledged by one press."""

import os
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.desk import message_templates
from grievance.extensions import db
from grievance.models.case import Severity
from grievance.workflow import steps
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


def choose(page, live_server, references, button):
    """Ticked in the queue, and one of the buttons below it."""
    noor = sign_in(Visitor(page, live_server), "Noor")
    for reference in references:
        page.get_by_label(f"Choose {reference}").check()
    onward(page, f"button:text-is('{button}')")
    return noor


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
    choose(page, live_server, references[:2], "Acknowledge together")
    page.get_by_label("In your own words").fill("Thank you.")
    page.locator("#no_conflict").check()
    onward(page)
    assert page.locator("#safety_looked_at").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("In your own words").input_value() == "Thank you."
    assert page.locator("#no_conflict").is_checked()


def test_what_a_wording_says_in_each_case_is_read_changed_and_then_sent(page, live_server, references, cast):
    text = "Your complaint {reference} is being looked at. What is due next is due on {due}."
    message_templates.add(cast["Tomas"], {"name": "How it stands", "step": "write", "language": "en", "text": text})
    demonstration.do("acknowledge", cast["Noor"], references[0], clock.now())
    demonstration.do("ask", cast["Noor"], references[0], clock.now())
    noor = choose(page, live_server, references, "Write to the complainants")
    onward(page)
    page.get_by_text("Choose a wording or write in your own words.").first.wait_for()
    page.get_by_label("A wording of the office").select_option("How it stands")
    onward(page)
    left_out = page.get_by_role("region", name="1 case is left out").inner_text()
    assert references[0] in left_out and "the complainant's own to do" in left_out
    for reference in references[1:]:
        letter = page.get_by_role("region", name=reference).inner_text()
        assert f"Your complaint {reference} is being looked at." in letter and "{" not in letter
    for width in WIDTHS:
        resize(page, width)
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/letters-{width}.png", full_page=True)
        assert faults(page) == [] and overflow(page) <= 0
    onward(page, "text=Change it")
    assert page.get_by_label("A wording of the office").input_value() == "1"
    assert page.locator("[name=case]:checked").count() == len(references)
    onward(page)
    onward(page)
    noor.page.get_by_text("3 complainants were written to.").wait_for()


def test_what_cannot_be_tagged_yet_leads_to_where_it_is_classified(page, live_server, references):
    choose(page, live_server, references[:1], "Tag")
    onward(page, f"text=Classify it {references[0]}")
    page.wait_for_url(f"**/desk/cases/{references[0]}/steps/classify")


@pytest.mark.parametrize("what", ["Acknowledge together", "Write to the complainants", "Tag"])
def test_the_pages_for_many_are_whole_on_a_phone_and_axe_finds_nothing(page, live_server, references, cast, what):
    demonstration.do("classify", cast["Noor"], references[0], clock.now())
    noor = choose(page, live_server, references[:2], what)
    for width in WIDTHS:
        resize(noor.page, width)
        assert faults(noor.page) == [] and overflow(noor.page) <= 0


def test_what_was_typed_is_still_there_when_one_is_refused_and_the_address_holds_no_reference(
    page, live_server, references, cast
):
    choose(page, live_server, references, "Write to the complainants")
    visited = [page.url]
    page.get_by_label("In your own words").fill("Our office is closed on Monday.")
    steps.take("note", cast["Noor"], references[1], {"note": "She called."})
    onward(page)
    page.get_by_text("1 case stays as it was:").wait_for()
    page.get_by_text("3 complainants were written to.").wait_for()
    assert page.get_by_label("In your own words").input_value() == "Our office is closed on Monday."
    assert page.locator("[name=case]").count() == 1
    assert not any(one in address for one in references for address in (*visited, page.url))
    onward(page)
    page.get_by_text("1 complainant was written to.").wait_for()


def test_back_and_anew_show_the_page_again_and_do_nothing(page, live_server, references):
    choose(page, live_server, references[:2], "Write to the complainants")
    page.reload()
    page.go_back()
    page.get_by_role("heading", name="What waits").wait_for()
    page.go_forward()
    page.get_by_role("heading", name="Write to the complainants").wait_for()
    assert page.locator("[name=case]:checked").count() == 2
