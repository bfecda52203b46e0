"""What two people read at their pages where a case is suspended, or erased, while a form of theirs lies open."""

import os
from datetime import timedelta

import pytest
import time_machine

from grievance import clock, demonstration
from tests import said_right, ways
from tests.browser.looks import overflow
from tests.browser.test_story import Visitor, sign_in

PACKET = "Guards pushed a person at a gate."


def fits(page, name):
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)
    return overflow(page) <= 0


@pytest.mark.parametrize("width", [360, 1280])
def test_tomas_suspends_what_noor_proposed_and_resumes_it_before_he_approves(app, cast, live_server, new_page, width):
    reference, _amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    said_right.say(reference, PACKET)
    noor, tomas = Visitor(new_page(width), live_server), Visitor(new_page(width), live_server)
    sign_in(noor, "Noor").press(reference)
    noor.press("Refer to the company").fill(packet=PACKET, mechanism_not_subject=True).press("Refer to the company")
    noor.press("Propose with this packet")

    demonstration.do("suspend", cast["Tomas"], reference, clock.now(), limits=[])
    sign_in(tomas, "Tomas").go(f"/desk/cases/{reference}").press("look and decide")
    assert "The case is suspended" in tomas.text and not tomas.page.get_by_role("button", name="Approve").count()
    assert fits(tomas.page, "proposal-suspended")
    noor.go(f"/desk/cases/{reference}")
    assert not noor.page.locator("main a[href$='/steps/dismiss']").count()
    assert fits(noor.page, "case-suspended")

    demonstration.do("resume", cast["Tomas"], reference, clock.now())
    tomas.go(f"/desk/cases/{reference}").press("look and decide").press("Approve")
    assert "Approved" in tomas.text


def test_noor_finds_her_words_where_the_case_was_erased_while_she_wrote(app, cast, live_server, new_page):
    people, begun = ways.office(cast), clock.now() - timedelta(days=1500)
    with time_machine.travel(begun, tick=False) as travel:
        place = ways.begin(people, begun, False)
        for stop in ways.DISMISSED:
            travel.shift(timedelta(minutes=1))
            ways.go(place, stop, clock.now())
    noor = Visitor(new_page(360), live_server)
    sign_in(noor, "Noor").go(f"/desk/cases/{place.case.reference}/steps/note").fill(note="An hour's words.")
    ways.go(place, ways.Stop("erase", "Noor"), clock.now())
    noor.follow(noor.page.locator("main form button").first)
    assert "This case was erased." in noor.text and "An hour's words." in noor.text
    assert fits(noor.page, "note-erased")
