"""The queue of an office of many cases, at its page: in a chosen order, page by page, with what each wants to see."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.reports import queue as queues
from tests.browser.looks import WIDTHS, faults, onward, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in


@pytest.fixture
def references(app, cast, monkeypatch):
    monkeypatch.setattr(queues, "PAGE", 2)
    begun = clock.now() - timedelta(days=6)
    return [demonstration.file_one(begun + timedelta(days=n))[0] for n in range(5)]


@pytest.fixture
def open_page(chromium):
    contexts = []

    def opens():
        contexts.append(with_axe(chromium, viewport={"width": 1280, "height": 900}, locale="en"))
        return contexts[-1].new_page()

    yield opens
    for context in contexts:
        context.close()


def rows(page):
    return page.locator("tbody a.ref").all_inner_texts()


def test_a_queue_is_put_in_order_and_walked_to_its_end_and_back(open_page, live_server, references):
    page = sign_in(Visitor(open_page(), live_server), "Noor").page
    page.get_by_label("In order of").select_option("day")
    onward(page, "button:text-is('Show')")
    newest = references[::-1]
    assert rows(page) == newest[:2] and page.get_by_text("1–2 of 5").is_visible()
    onward(page, "text=The next page")
    assert rows(page) == newest[2:4] and page.get_by_text("3–4 of 5").is_visible()
    onward(page, "text=The next page")
    assert rows(page) == newest[4:] and page.get_by_text("5–5 of 5").is_visible()
    onward(page, "text=The page before")
    assert rows(page) == newest[2:4]
    onward(page, "text=The page before")
    assert rows(page) == newest[:2] and page.get_by_text("The page before").count() == 0


def test_what_a_line_shows_is_kept_for_who_chose_it_alone(open_page, live_server, references):
    page = sign_in(Visitor(open_page(), live_server), "Noor").page
    page.get_by_text("What a line shows").click()
    page.get_by_role("checkbox", name="Language").uncheck()
    page.get_by_role("checkbox", name="Country").check()
    onward(page, "text=Keep this")
    assert "English" not in page.locator("tbody").inner_text()
    other = sign_in(Visitor(open_page(), live_server), "Tomas").page
    assert "English" in other.locator("tbody").inner_text()


def test_a_view_that_is_shared_is_there_for_a_colleague_with_the_name_of_who_made_it(
    open_page, live_server, references
):
    page = sign_in(Visitor(open_page(), live_server), "Noor").page
    page.get_by_label("In order of").select_option("company")
    onward(page, "button:text-is('Show')")
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("By company")
    page.get_by_label("For everybody of the Secretariat").check()
    onward(page, "button:text-is('Save')")
    other = sign_in(Visitor(open_page(), live_server), "Tomas").page
    item = other.get_by_role("listitem").filter(has_text="By company")
    assert "shared by Noor" in item.inner_text() and item.get_by_role("button").count() == 0
    item.get_by_role("link").click()
    other.wait_for_url("**order=company*")
    assert other.get_by_label("In order of").input_value() == "company"


def test_the_queue_is_whole_on_a_phone_and_axe_finds_nothing(open_page, live_server, references):
    page = sign_in(Visitor(open_page(), live_server), "Noor").go("/desk?order=severity").page
    page.get_by_text("What a line shows").click()
    for width in WIDTHS:
        resize(page, width)
        assert faults(page) == [] and overflow(page) <= 0
