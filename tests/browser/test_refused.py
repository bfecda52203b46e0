"""A refused packet comes back to its author: found from the queue, corrected, and proposed once more."""

import pytest

from grievance import clock, demonstration
from tests import said_right
from tests.browser.test_story import Visitor, approve, sign_in

FIRST, BETTER = "On Sunday guards pushed a person at a gate.", "Guards pushed a person at a gate."
WHY = "Leave out the day: few were there on Sunday."


@pytest.mark.parametrize("width", [360, 1280])
def test_noor_proposes_tomas_refuses_noor_finds_it_corrects_it_and_proposes_again(
    app, cast, live_server, new_page, width
):
    reference, _amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    said_right.say(reference, FIRST)
    noor, tomas = Visitor(new_page(width), live_server), Visitor(new_page(width), live_server)
    sign_in(noor, "Noor").press(reference)
    noor.press("Refer to the company").fill(packet=FIRST, mechanism_not_subject=True).press("Refer to the company")
    noor.press("Propose with this packet")

    sign_in(tomas, "Tomas").go(f"/desk/cases/{reference}").press("look and decide")
    assert "This is what Larkfield Guarding will see" in tomas.text and "Noor" in tomas.text
    assert "It goes to Larkfield Guarding, which reads English." in tomas.text
    tomas.fill(reason=WHY).press("Refuse")

    noor.go("/desk").press("Refused, to write again")
    assert WHY in noor.text and "Refused by Tomas" in noor.text
    noor.press(reference).press("Write it again")
    assert WHY in noor.text and noor.page.locator("[name=packet]").input_value() == FIRST
    assert noor.page.locator("[name=mechanism_not_subject]").is_checked()
    said_right.say(reference, BETTER)
    noor.fill(packet=BETTER).press("Refer to the company").press("Propose with this packet")
    assert "Write it again" not in noor.text

    approve(tomas, live_server, reference)
    victor = Visitor(new_page(width), live_server)
    sign_in(victor, "Victor").press(reference)
    assert BETTER in victor.text and "Sunday" not in victor.text
