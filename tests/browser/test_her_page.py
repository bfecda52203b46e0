"""Her page at 360 pixels: short, in her order, and what she owes stands there with its words."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.demonstration import do
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor

MOST = 2500
"""Pixels: about three screens and a half, where it was seven thousand."""


def in_the_demonstration(cast):
    """The receipts that the demonstration makes."""
    return list(demonstration._cases(cast))


@pytest.fixture
def visitor(chromium, live_server):
    contexts = []

    def visit(language="en", **more):
        context = with_axe(chromium, bypass_csp=True, locale=language, viewport={"width": 360, "height": 740}, **more)
        contexts.append(context)
        return Visitor(context.new_page(), live_server)

    yield visit
    for context in contexts:
        context.close()


def at_the_case(visitor, code):
    return visitor.go("/leave").go("/follow").fill(code=code).onward()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_case_of_the_demonstration_is_longer_than_three_screens_and_a_half(app, cast, visitor, language):
    her, heights = visitor(language), []
    for code in in_the_demonstration(cast):
        at_the_case(her, code)
        heights.append(her.page.evaluate("document.documentElement.scrollHeight"))
    assert len(heights) == 8 and max(heights) < MOST, heights


def test_the_remedy_that_she_is_to_judge_and_what_follows_stand_beside_the_buttons(app, cast, visitor):
    code = demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=21))[1]
    her = at_the_case(visitor(), code)
    card = her.page.locator(".card.next").first
    assert "As agreed on the phone." in card.inner_text() and "You keep all your rights" in card.inner_text()
    card.locator("summary", has_text="What happens then?").click()
    assert "you can still go to a court" in card.inner_text()
    her.press("Say yes to an offer")
    assert "you can still go to a court" in her.text
    her.press("Say yes to an offer")
    assert "You accepted what was offered." in her.text


def test_what_lies_folded_opens_and_leads_where_it_says(app, cast, visitor):
    code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=7))[1]
    her = at_the_case(visitor(), code)
    assert not her.page.locator("a", has_text="Someone harmed or threatened me").last.is_visible()
    her.page.locator("summary", has_text="About your safety").click()
    her.press("Someone harmed or threatened me").fill(happened="They came to my house.").onward()
    assert "They came to my house." not in her.text
    her.page.locator("summary", has_text="About your safety").click()
    assert "They came to my house." in her.text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_on_her_page_and_nothing_is_cut_off(app, cast, visitor, language):
    cases = {"fresh": demonstration.walk_story(cast, None, clock.now())[1]}
    cases["delivered"] = demonstration.walk_story(cast, "report_delivered", clock.now() - timedelta(days=31))[1]
    reference, cases["escalated"] = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    do("escalate", cast["Noor"], reference, clock.now())
    her, found = visitor(language), []
    for name, code in cases.items():
        at_the_case(her, code)
        for path in ("/follow/case", "/follow/case/summary", "/procedure"):
            her.go(path)
            her.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            for width in WIDTHS:
                resize(her.page, width)
                found += [*faults(her.page), *([(name, path, width)] if overflow(her.page) > 0 else [])]
    assert found == []
