"""Where scripts run: words are kept as they are typed, and the queue is walked by keys."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.browser.test_story import Visitor, sign_in


@pytest.fixture
def scripted(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def references(app, cast):
    start = clock.now() - timedelta(days=15)
    return [demonstration.walk_story(cast, "company_acknowledge", start)[0] for _ in range(2)]


def focused(page):
    return page.evaluate("document.activeElement.textContent")


def test_words_are_kept_while_they_are_typed_and_are_there_after_the_page_was_left(scripted, live_server, references):
    victor = sign_in(Visitor(scripted, live_server), "Victor")
    path = f"/company/cases/{references[0]}/steps/respond"
    victor.go(path).page.locator("#facts").press_sequentially("We asked the guards.")
    scripted.locator("[data-kept]", has_text="Kept at ").wait_for()
    assert victor.go(path).page.locator("#facts").input_value() == "We asked the guards."


def test_a_failure_to_keep_is_said_and_the_words_stay_on_the_page(scripted, live_server, references):
    noor = sign_in(Visitor(scripted, live_server), "Noor").go(f"/desk/cases/{references[0]}/steps/note")
    scripted.route("**/draft", lambda route: route.abort())
    scripted.locator("#note").press_sequentially("A long note.")
    scripted.locator("[data-kept]", has_text="Not kept").wait_for()
    assert noor.page.locator("#note").input_value() == "A long note."


def test_the_queue_is_walked_by_keys_and_nothing_happens_while_somebody_types(scripted, live_server, references):
    sign_in(Visitor(scripted, live_server), "Noor")
    scripted.locator("[data-keys-line]").wait_for()
    keys, rows = scripted.keyboard, scripted.locator("tbody a.ref").all_inner_texts()
    keys.press("j")
    assert focused(scripted) == rows[0]
    keys.press("j")
    assert focused(scripted) == rows[1]
    keys.press("k")
    assert focused(scripted) == rows[0]
    keys.press("/")
    keys.type("jk?")
    assert scripted.locator("input[name=q]").input_value() == "jk?"
    assert not scripted.locator("dialog").is_visible()
    scripted.locator("h1").click()
    keys.press("?")
    assert scripted.locator("dialog").is_visible()
    keys.press("Escape")
    scripted.locator("dialog").wait_for(state="hidden")
    keys.press("j")
    assert focused(scripted) == rows[0]
    keys.press("Enter")
    scripted.wait_for_url(f"**/desk/cases/{rows[0]}")
    scripted.locator("[data-keys-line]").wait_for()
    keys.press("n")
    first = scripted.locator("[data-steps] a.button").first
    assert focused(scripted) == first.text_content()


def test_a_topic_is_found_by_a_word_of_its_definition_and_what_is_ticked_stays(scripted, live_server, references):
    sign_in(Visitor(scripted, live_server), "Noor").go(f"/desk/cases/{references[0]}/steps/classify")
    scripted.locator("input[value=detention]").check()
    scripted.locator("[data-filter] input").fill("insured")
    shown = scripted.locator("#topics label.tick:visible input")
    assert [one.get_attribute("value") for one in shown.all()] == ["detention", "liability"]
