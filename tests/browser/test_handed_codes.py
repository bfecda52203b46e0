"""A one-use code on its way: an officer asks for it at the case, and its person reads when it opened their page."""

import os

from grievance import clock, demonstration
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.views.public.test_receipt_pages import reissue


def looks(page, name):
    """What is wrong with this page at each width; a picture of it where PICTURES names a folder."""
    wrong = []
    for width in WIDTHS:
        resize(page, width)
        wrong += [(name, width)] * (overflow(page) > 0)
        if folder := os.environ.get("PICTURES"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    return wrong + faults(page)


def test_an_officer_shows_the_code_and_she_reads_when_it_opened_her_page(app, cast, live_server, chromium):
    reference, _code = demonstration.walk_story(cast, "respond", clock.now())
    code = reissue(cast)
    desk, phone = with_axe(chromium), with_axe(chromium)
    noor = sign_in(Visitor(desk.new_page(), live_server), "Noor").go(f"/desk/cases/{reference}")
    assert code not in noor.text
    noor.press("Show the code")
    wrong = looks(noor.page, "code")
    shown = noor.page.locator(".receipt").inner_text()
    assert "".join(shown.split()) == code.replace(" ", "")
    assert "The Secretariat read the one-use code" in noor.press("To the case").text
    amina = Visitor(phone.new_page(), live_server).go("/follow").fill(code=shown).press("Continue")
    amina.page.locator("input[name=kept]").check()
    amina.press("See my complaint")
    amina.page.get_by_text("Receipts", exact=True).click()
    assert amina.page.get_by_text("This page was opened for the first time on").is_visible()
    wrong += looks(amina.page, "her-receipts")
    desk.close()
    phone.close()
    assert wrong == []
