"""What the eye takes in before it reads: what stands in one line, what goes on below an edge, and what is red."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.browser.looks import faults, overflow, resize, with_axe
from tests.browser.test_safety import keep
from tests.browser.test_story import Visitor, sign_in


@pytest.fixture
def page(chromium):
    context = with_axe(chromium, viewport={"width": 1280, "height": 900}, locale="en")
    yield context.new_page()
    context.close()


def middle(found):
    box = found.bounding_box()
    return box["y"] + box["height"] / 2


def test_a_view_is_kept_by_a_field_a_tick_and_a_button_in_one_line(page, live_server, cast):
    noor = sign_in(Visitor(page, live_server), "Noor").go("/desk")
    page.locator("summary:has-text('Save this view')").click()
    kept = page.locator("details:has(summary:has-text('Save this view')) form")
    keep(noor, "view-1280")
    parts = [kept.locator(part) for part in ("[name=name]", "[name=share]", ".tick span", "button")]
    assert max(map(middle, parts)) - min(map(middle, parts)) < 3
    resize(page, 360)
    keep(noor, "view-360")
    assert faults(page) == [] and overflow(page) <= 0
    tick, words = (kept.locator(part).bounding_box() for part in ("[name=share]", ".tick span"))
    assert tick["width"] == tick["height"] == 24 and words["x"] > tick["x"] + tick["width"]


def test_the_column_beside_a_case_shows_that_there_is_more_until_its_end(page, live_server, cast):
    reference, *_others = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=9))
    noor = sign_in(Visitor(page, live_server), "Noor").go(f"/desk/cases/{reference}")
    resize(page, 1280, 720)
    keep(noor, "column")
    column, opacity = page.locator(".case > .now"), "one => Number(getComputedStyle(one, '::after').opacity)"
    assert column.evaluate("one => one.scrollHeight > one.clientHeight")
    assert column.evaluate("one => getComputedStyle(one).scrollbarColor") != "auto"
    assert column.evaluate(opacity) == 1
    column.evaluate("one => { one.scrollTop = one.scrollHeight; }")
    page.wait_for_function("() => getComputedStyle(document.querySelector('.case > .now'), '::after').opacity == 0")
    assert faults(page) == []


def test_only_what_the_company_owes_itself_is_red_at_its_queue_and_its_case(page, live_server, cast):
    ours = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=90))[0]
    theirs = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=90))[0]
    victor = sign_in(Visitor(page, live_server), "Victor").go("/company")
    for reference, red in ((ours, 1), (theirs, 0)):
        line = page.locator(f"tr:has-text('{reference}')")
        assert "overdue" in line.inner_text() and line.locator(".late").count() == red
    keep(victor, "company-queue")
    for reference, red in ((ours, True), (theirs, False)):
        victor.go(f"/company/cases/{reference}")
        assert "overdue" in victor.text
        assert (page.locator(".next .late").count() > 0) == red
