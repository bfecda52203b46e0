"""Her letter as a page, from right to left: numbers are read in their order, and words can be copied."""

import pytest

from grievance import clock, demonstration
from tests.browser.looks import looks_right, with_axe
from tests.browser.test_her_page import at_the_case
from tests.browser.test_story import Visitor

WORDS = "اتصل على +254 700 123 456 قبل 2026-12-07 الساعة 14:30.\nThey said: call +254 700 123 456 (twice)."
PLACES = """number => [...document.querySelectorAll('article bdi')].filter(one => one.textContent === number)
 .map(one => {
  const text = one.firstChild, groups = [...number.matchAll(/[0-9]+/g)]
  return groups.map(group => { const range = document.createRange()
    range.setStart(text, group.index); range.setEnd(text, group.index + group[0].length)
    return range.getBoundingClientRect().left })
})"""
"""Where each group of digits begins, from the left: for each place at which this number stands."""


@pytest.fixture
def her(chromium, live_server):
    context = with_axe(chromium, bypass_csp=True, locale="ar", viewport={"width": 360, "height": 740})
    yield Visitor(context.new_page(), live_server)
    context.close()


def test_in_arabic_a_telephone_and_a_day_are_read_in_their_order_and_copied_as_they_were_written(app, cast, her):
    reference, _amina, code = demonstration.file_one(clock.now(), language="ar")
    demonstration.do("write", cast["Noor"], reference, clock.now(), audience="complainant", message=WORDS)
    at_the_case(her, code)
    letters = her.page.locator('a[href*="/letters/"]:not([href$=".pdf"])')
    letters.first.locator("xpath=ancestor::details[not(@open)]/summary").click()
    assert letters.count() == 2
    her.follow(letters.first)
    looks_right(her.page)
    article = her.page.locator("article")
    assert (article.get_attribute("lang"), article.get_attribute("dir")) == ("ar", "rtl")
    for number, often in (("+254 700 123 456", 2), ("2026-12-07", 1)):
        found = her.page.evaluate(PLACES, number)
        assert len(found) == often and all(places == sorted(places) for places in found), (number, found)
    copied = her.page.evaluate("() => { getSelection().selectAllChildren(document.querySelector('article'));"
                               " return getSelection().toString() }")  # fmt: skip
    assert all(line in copied for line in WORDS.split("\n"))
