"""A passage is taken out by two people at their pages; she is told before, and reads afterwards that a part is gone."""

import os
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.browser.looks import overflow
from tests.browser.test_story import Visitor, sign_in

PASSPORT = "passport 77 12 of Joan Doe"
GONE = "▇▇▇"


def looks(visitor, name):
    """It fits, and can be looked at."""
    if folder := os.environ.get("SHOTS"):
        visitor.page.screenshot(path=f"{folder}/{name}-{visitor.page.viewport_size['width']}.png", full_page=True)
    assert overflow(visitor.page) <= 0
    return visitor


@pytest.mark.parametrize("width", [360, 1280])
def test_noor_tells_amina_and_proposes_it_and_tomas_approves(app, cast, live_server, new_page, width):
    start = clock.now() - timedelta(days=20)
    reference, _amina, code = demonstration.file_one(start, account=f"I found the {PASSPORT} at the gate.")
    demonstration.do("acknowledge", cast["Noor"], reference, start + timedelta(days=1))
    noor, tomas = (Visitor(new_page(width), live_server) for _ in range(2))
    amina = Visitor(new_page(360), live_server)

    sign_in(noor, "Noor").go(f"/desk/cases/{reference}").press("Tell the complainant what is to be taken out")
    option = noor.page.locator("select[name=part] option[value^='writing:']").last.inner_text()
    noor.fill(part=option, passage=PASSPORT, why="It is of somebody else.")
    looks(noor, "announce").press("Tell the complainant what is to be taken out")
    assert "Take a part out" not in [one.inner_text() for one in noor.page.locator("a.button").all()]

    amina.go("/follow").fill(code=code).press("Continue")
    assert PASSPORT in looks(amina, "hers-before").unfolded and "It is of somebody else." in amina.unfolded
    amina.press("Say something about what is to be taken out").fill(objection="Take it. I do not need it.")
    amina.press("Say something about what is to be taken out")

    noor.go(f"/desk/cases/{reference}").press("Take a part out")
    chosen = noor.page.locator("select[name=removal] option").last.inner_text()
    assert PASSPORT in chosen and "backups hold it for another" in noor.text
    looks(noor, "propose").fill(removal=chosen).press("Take a part out")

    sign_in(tomas, "Tomas").go(f"/desk/cases/{reference}").press("look and decide")
    assert PASSPORT in looks(tomas, "approve").text
    tomas.press("Approve")
    assert "Approved" in tomas.text

    for visitor, page in ((noor, f"/desk/cases/{reference}"), (amina, "/follow/case")):
        said = looks(visitor.go(page), "after").unfolded
        assert PASSPORT not in said and f"I found the {GONE} at the gate." in said
        assert "A part of this was taken out" in said and "A part was taken out" in said
