"""A form that a phone sent: the officer gives a password, opens what arrived, and makes it a case."""

import pytest

from tests.browser.looks import looks_right, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.field import ANSWERS, filled_in, send
from tests.views.test_openrosa import PHOTO


@pytest.fixture
def noor(chromium, live_server):
    context = with_axe(chromium, viewport={"width": 360, "height": 740}, bypass_csp=True)
    yield sign_in(Visitor(context.new_page(), live_server), "Noor")
    context.close()


def test_an_officer_gives_a_password_opens_what_a_phone_sent_and_makes_it_a_case(app, cast, noor):
    noor.go("/desk").press("Administration").press("Forms from phones")
    assert "Nothing waits here." in noor.text
    noor.press("Make a password")
    assert "Say who it is for." in noor.text
    noor.fill(name="Asha, coast").press("Make a password")
    looks_right(noor.page)
    password = noor.page.inner_text(".receipt span")
    answer = send(app.test_client(), password, filled_in({**ANSWERS, "could_harm": ""}, media=[PHOTO[0]]), [PHOTO])
    assert answer.status_code == 201
    noor.go("/desk").press("1 form from a phone has not been opened yet")
    noor.page.click("article a")
    assert ANSWERS["account"] in noor.text and "Asha" in noor.text and PHOTO[0] in noor.text
    assert "the phone had not sealed it" in noor.text
    looks_right(noor.page)
    noor.press("Make it a case")
    assert "Say whether someone could harm you." in noor.text
    noor.page.check("input[name=could_harm][value=no]")
    noor.press("Make it a case")
    assert "Hand over this code now" in noor.text
    noor.press("To the case")
    assert ANSWERS["account"] in noor.text and "2026" in noor.text
    noor.go("/desk/field-forms")
    assert "Nothing waits here." in noor.text
    noor.press("What was settled")
    assert "A case was made of it." in noor.text
    looks_right(noor.page)
    noor.page.click("article a")
    looks_right(noor.page)
    noor.page.click("main a.ref")
    assert ANSWERS["account"] in noor.text
