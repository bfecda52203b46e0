"""A union files for three people, in a browser: the slips, a person who ends that somebody speaks for her, and two with
one slip."""

import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_safety import keep
from tests.browser.test_story import Visitor

TOLD = {"share_account": "yes", "known_to_secretariat": "yes", "share_identity": "no"}
LATER = dict.fromkeys(TOLD, "later")


def comes(visitor, code):
    """With a receipt, or with the code on a slip."""
    return visitor.go("/leave").go("/follow").fill(code=code).onward()


def makes_her_receipt(visitor, slip):
    comes(visitor, slip)
    code = "".join(re.findall(r"\d", visitor.page.locator(".receipt").first.inner_text()))
    visitor.fill(kept=True).press("See my complaint")
    return code


def slips_on(visitor):
    """The codes, as they stand on the paper."""
    return [re.sub(r"\D", "", one) for one in visitor.page.locator(".cut .receipt").all_inner_texts()]


def files_for(union, called, **answers):
    union.go("/follow/case/people/new").fill(knows=True, called=called, **{"could_harm": "no", **LATER, **answers})
    return union.press("File for this person")


def writes(visitor, words):
    visitor.go("/follow/case").press("Write a message").fill(message=words, audience="secretariat")
    return visitor.press("Write a message")


def test_a_union_speaks_for_three_and_one_of_them_ends_that(app, cast, live_server, new_page):
    _reference, _person, code = demonstration.file_one(clock.now() - timedelta(days=1))
    union, asha, other = (Visitor(new_page(), live_server) for _ in range(3))
    comes(union, code).press("File for other people of a group, too").press("Add a person")
    union.press("File for this person")
    assert "Ask the person first" in union.text and "Write a number or a nickname." in union.text
    keep(union, "group-refused")
    files_for(union, "Asha", name="Asha Example", **TOLD)
    files_for(union, "Two")
    files_for(union, "Three", could_harm="unsure")
    assert union.text.count("The slip was not used yet") == 3
    keep(union, "group-people")
    union.press("Print the slips that were not used yet")
    slips = slips_on(union)
    assert len(slips) == 3 and "Asha" not in union.text
    keep(union, "group-slips")

    makes_her_receipt(asha, slips[0])
    assert "Somebody speaks for you here. May they go on?" in asha.text
    assert asha.text.count("The company may be told what happened: Yes") == 1
    keep(asha, "group-hers")
    comes(other, slips[0])
    assert "This slip was used on" in other.text and "Are there two of you with one slip?" in other.text
    keep(other, "group-slip-used")

    union.go("/follow/case/people")
    assert "This person has a receipt of their own since" in union.text
    union.follow(union.page.get_by_role("button", name="Open this person's page 1"))
    assert "You are on the page of a person for whom you speak: Asha" in union.text
    keep(union, "group-speaking")
    writes(union, "I write for Asha.")
    assert "I write for Asha." in union.go("/follow/case").unfolded
    writes(asha, "I can speak for myself.")
    assert "I can speak for myself." in union.go("/follow/case").unfolded
    asha.go("/follow/case").press("They may not speak for me any more").fill(sure=True).press("Cut the other receipt")
    assert "May they go on?" not in asha.go("/follow/case").text
    writes(asha, "Nobody else reads this now.")
    assert "Follow a complaint" in union.go("/follow/case").text
    comes(union, code).go("/follow/case/people")
    assert "You speak for this person no more." in union.text
    assert union.page.get_by_role("button", name="Open this person's page 1").count() == 0
    assert union.page.get_by_role("button", name="Open this person's page 2").count() == 1


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_of_a_group_can_be_read_by_everybody(app, cast, chromium, live_server, language):
    _reference, _person, code = demonstration.file_one(clock.now() - timedelta(days=1))
    context = with_axe(chromium, bypass_csp=True, locale=language, viewport={"width": 360, "height": 740})
    visitor, found = Visitor(context.new_page(), live_server), []

    def look(name):
        keep(visitor, f"group-{name}-{language}")
        for width in WIDTHS:
            resize(visitor.page, width)
            found.extend(faults(visitor.page))
            if (wide := overflow(visitor.page)) > 0:
                found.append(f"{name}: {wide} pixels too wide at {width}")
        keep(visitor, f"group-{name}-{language}-wide")
        resize(visitor.page, 360)

    comes(visitor, code).go("/follow/case/people/new")
    look("new")
    visitor.onward()
    look("refused")
    visitor.go("/follow/case/people/new").fill(knows=True, called="أ3", could_harm="yes", **TOLD).onward()
    look("people")
    visitor.go("/follow/case/people/slips")
    look("slips")
    (slip,) = slips_on(visitor)
    visitor.go("/follow/case/people").onward("form[action$='/1/open'] button")
    look("speaking")
    comes(visitor, slip).fill(kept=True).onward()
    look("hers")
    comes(visitor, slip)
    look("used")
    context.close()
    assert found == []
