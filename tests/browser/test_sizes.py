"""The comment that hides how large a page is: nobody sees, hears or waits for it."""

from grievance import clock, demonstration
from grievance.views.sizes import MOST_OF_A_PAGE
from tests.browser.looks import faults, overflow
from tests.browser.test_her_page import at_the_case, visitor

__all__ = ["visitor"]
SHOWN = "document.documentElement.innerText"
BEHIND = "[...document.childNodes].filter(one => one.nodeType === Node.COMMENT_NODE).map(one => one.data.trim())"
LOADED = "performance.getEntriesByType('navigation')[0].decodedBodySize"


def test_her_page_is_of_another_size_each_time_and_looks_the_same(app, cast, visitor):
    _reference, code = demonstration.walk_story(cast, "respond", clock.now())
    her = at_the_case(visitor(), code)
    shown, loaded = [], []
    for _ in range(4):
        her.go("/follow/case")
        (comment,) = her.page.evaluate(BEHIND)
        shown.append(her.page.evaluate(SHOWN))
        loaded.append(her.page.evaluate(LOADED))
        assert comment not in shown[-1] and faults(her.page) == [] and overflow(her.page) <= 0
    assert len(set(shown)) == 1 and len(set(loaded)) > 1 and max(loaded) - min(loaded) < MOST_OF_A_PAGE
