"""What was answered is read at the pages: more time is asked for, decided with its day in sight, read by both sides."""

import os
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.deadlines import days
from tests.browser.looks import WIDTHS, faults, onward, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.times import days_later


@pytest.fixture
def person(chromium, live_server):
    """A function that opens the site as somebody of the cast, or as the one with a receipt."""
    contexts = []

    def open_as(name="", code=""):
        context = with_axe(chromium, bypass_csp=True)
        contexts.append(context)
        page = context.new_page()
        if name:
            sign_in(Visitor(page, live_server), name)
        else:
            page.goto(f"{live_server}/follow")
            page.fill("[name=code]", code)
            onward(page)
            assert page.url == f"{live_server}/follow/case"
        return page

    yield open_as
    for context in contexts:
        context.close()


def looks_right(page, name):
    found = []
    for width in WIDTHS:
        resize(page, width, 900)
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        found += [*faults(page), *([(width, "wider")] if overflow(page) > 0 else [])]
    return found


def test_more_time_is_asked_for_decided_with_its_day_in_sight_and_read_by_both_sides(app, cast, live_server, person):
    reference, code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=9))
    until = clock.office_day(days_later(50))
    victor = person("Victor")
    victor.goto(f"{live_server}/company/cases/{reference}/steps/request_extension")
    victor.fill("[name=until]", until.isoformat())
    victor.fill("[name=why]", "The books are abroad.")
    onward(victor, "main form button.filled")
    noor = person("Noor")
    noor.goto(f"{live_server}/desk/cases/{reference}/steps/decide_extension")
    asked = noor.inner_text("main .card")
    assert days.full_date(until) in asked and "The books are abroad." in asked
    assert looks_right(noor, "decide") == []
    noor.select_option("[name=answer]", "grant") if noor.query_selector("select[name=answer]") else noor.check(
        "[name=answer][value=grant]"
    )
    noor.fill("[name=why]", "It is a first time.")
    onward(noor, "main form button.filled")
    victor.goto(f"{live_server}/company/cases/{reference}")
    amina = person(code=code)
    amina.locator("summary", has_text="What happened so far").click()
    for page, name in ((victor, "company"), (amina, "complainant"), (noor, "desk")):
        record = page.inner_text("ol.timeline")
        assert "The decision: Grant" in record and days.full_date(until) in record, name
        assert looks_right(page, name) == []
