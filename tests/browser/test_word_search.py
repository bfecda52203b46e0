"""An officer finds cases by their words: by the keyboard alone, without a script, on a telephone and on a desk."""

import os

import pytest

from grievance.maintenance import indexing
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.search.conftest import file

WORDS = 'pump "broke the lamp" lant*'


@pytest.fixture
def references(app, cast):
    """The first two have all words, one of them in Arabic besides; the third has some."""
    found = [
        file("It was night. The guards at the pumps broke the lamp and a lantern. They laughed. كان الحارس هناك."),
        file("The pump was shut. Somebody broke the lamp and hid the lanterns.", days=3),
        file("The pump was shut.", days=5),
    ]
    indexing.index_some(cast["Noor"])
    return found


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(request, chromium):
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="en", java_script_enabled=request.param
    )
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def listed(page):
    return page.locator(".hits a.ref").all_inner_texts()


def by_keyboard(page, selector):
    """Tab to it, as often as it takes."""
    page.keyboard.press("Tab")
    for _each in range(80):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {selector}")


def test_words_a_phrase_and_a_beginning_are_found_by_the_keyboard_alone(page, live_server, references):
    sign_in(Visitor(page, live_server), "Noor")
    by_keyboard(page, "[name=q]")
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/search")
    assert listed(page) == references[:2] and page.get_by_role("heading", name="2 cases have these words").count()
    assert page.locator(".hits mark").all_inner_texts()[:3] == ["pumps", "broke the lamp", "lantern"]
    assert "pump" not in page.url and page.locator("[name=q]").input_value() == WORDS
    by_keyboard(page, ".hits a.ref")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{references[0]}")
    page.go_back()
    assert listed(page) == references[:2]


def test_filters_stand_beside_the_words_and_nothing_that_was_typed_is_lost(page, live_server, references):
    sign_in(Visitor(page, live_server), "Noor").page.fill("[name=q]", "حارس")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/search")
    assert listed(page) == references[:1] and page.locator(".hits mark").all_inner_texts() == ["الحارس"]
    page.select_option("[name=state]", "closed")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="Nothing found").wait_for()
    assert page.locator("[name=q]").input_value() == "حارس"
    assert page.locator("[name=state]").input_value() == "closed"
    page.fill("[name=q]", "la*")
    page.select_option("[name=state]", "")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("has three letters or more").wait_for()
    assert page.locator("[name=q]").input_value() == "la*"


def test_cases_that_are_not_read_yet_are_said_and_read_at_the_button(page, live_server, references, monkeypatch):
    monkeypatch.setattr("grievance.reports.word_search.WAITS", 0)
    monkeypatch.setattr("grievance.maintenance.indexing.CASES", 0)
    late = file("The pump again.")
    sign_in(Visitor(page, live_server), "Noor").page.fill("[name=q]", "pump")
    page.keyboard.press("Enter")
    page.get_by_text("The words of 1 case are not found yet.").wait_for()
    assert late not in listed(page)
    monkeypatch.setattr("grievance.maintenance.indexing.CASES", 100)
    page.get_by_role("button", name="Read more of them").click()
    page.get_by_role("heading", name="4 cases have these words").wait_for()
    assert late in listed(page) and not page.locator("progress").count()


def test_the_page_is_in_order_at_each_width(chromium, live_server, references):
    context = with_axe(chromium, viewport={"width": 1280, "height": 900}, locale="en")
    page = context.new_page()
    sign_in(Visitor(page, live_server), "Noor").page.fill("[name=q]", WORDS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/search")
    for width in WIDTHS:
        resize(page, width)
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/search-{width}.png", full_page=True)
        assert overflow(page) == 0
        assert faults(page) == []
    context.close()
