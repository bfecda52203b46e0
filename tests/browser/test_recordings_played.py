"""An officer plays the copies of a recording and of a video where they stand, before anything is shared."""

import pytest

from grievance import clock, demonstration
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.evidence import media_samples

PLAYED = "one => one.play().then(() => [one.duration, one.error])"

INSIDE = "one => one.getBoundingClientRect().right <= one.closest('li').getBoundingClientRect().right + 1"


@pytest.mark.parametrize("width", WIDTHS)
def test_an_officer_plays_the_copies_and_reads_that_voices_and_faces_stay(chromium, live_server, app, cast, width):
    reference, amina, _code = demonstration.file_one(clock.now())
    sent = (("call.amr", media_samples.sound("amr", 1)), ("gate.mov", media_samples.video("mov", 1)))
    uploads = [demonstration.upload(*one) for one in sent]
    raw = {"files": uploads, "audience": "secretariat", "about": "The gate."}
    demonstration.do("attach", amina, reference, clock.now(), **raw)
    page = with_axe(chromium).new_page()
    resize(page, width)
    sign_in(Visitor(page, live_server), "Noor")
    page.goto(f"{live_server}/desk/cases/{reference}")
    assert page.get_by_text("No copy removes faces, number plates, voices and what is said").count() == 2
    for player in ("audio", "video"):
        duration, error = page.locator(player).evaluate(PLAYED)
        assert error is None and duration == pytest.approx(1, abs=0.2)
        assert page.locator(player).evaluate(INSIDE)
    assert faults(page) == [] and overflow(page) <= 0
