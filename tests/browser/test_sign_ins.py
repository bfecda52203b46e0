"""At their pages: one's own sign-ins, who read a case, and a second sign-in that ends the first; without script."""

import os
from datetime import timedelta

from grievance import clock, demonstration
from grievance.demonstration import email_of
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in


def looks(visitor, name):
    """What is wrong with this page at each width; a picture of it where PICTURES names a folder."""
    wrong = []
    for width in WIDTHS:
        resize(visitor.page, width)
        wrong += [(name, width)] * (overflow(visitor.page) > 0)
        if folder := os.environ.get("PICTURES"):
            visitor.page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    return wrong + faults(visitor.page)


def test_a_person_sees_what_failed_and_a_second_sign_in_ends_the_first(app, cast, live_server, chromium):
    context, other = with_axe(chromium), with_axe(chromium)
    noor = Visitor(context.new_page(), live_server).go("/account/sign-in")
    noor.fill(email=email_of("Noor"), password="not hers").press("Sign in")
    wrong = looks(sign_in(noor, "Noor").go("/account/people").press("My sign-ins"), "own")
    assert "A wrong password: 1" in noor.text and "Signed in with the password: 1" in noor.text
    elsewhere = sign_in(Visitor(other.new_page(), live_server), "Noor")
    assert "You were still signed in somewhere else" in elsewhere.page.locator("body").inner_text()
    wrong += looks(elsewhere, "ended")
    noor.go("/desk")
    assert noor.page.url.endswith("/account/sign-in")
    elsewhere.go("/account/sign-ins").press("Sign out everywhere")
    assert "You are signed out everywhere" in elsewhere.page.locator("body").inner_text()
    assert elsewhere.go("/desk").page.url.endswith("/account/sign-in")
    context.close()
    other.close()
    assert wrong == []


def test_an_approver_sees_who_read_a_case(app, cast, live_server, chromium):
    reference, _code = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    context, other = with_axe(chromium), with_axe(chromium)
    noor = sign_in(Visitor(other.new_page(), live_server), "Noor").go(f"/desk/cases/{reference}")
    assert "Who read this case" not in noor.text
    tomas = sign_in(Visitor(context.new_page(), live_server), "Tomas").go(f"/desk/cases/{reference}")
    wrong = looks(tomas.press("Who read this case"), "readers")
    assert "Noor (Officer): 1 page or file" in tomas.text and "Not on the record yet" in tomas.text
    context.close()
    other.close()
    assert wrong == []
