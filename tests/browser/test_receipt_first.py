"""The lines on paper bring everything back, scripts off and on a small phone: Leave is pressed on every page."""

import os

import pytest

from grievance.views.public.form_pages import KEYS
from tests.browser.looks import overflow
from tests.browser.test_story import Visitor

STORY = "At the gate they pushed me."
ANSWERS = {
    "safety": {"could_harm": "unsure", "harm_when": "soon"},
    "account": {"account": STORY},
    "company": {"company": "Larkfield Guarding"},
    "when": {"where": "At the north gate"},
    "about": {"wanted": "My papers back"},
    "agree": {"share_account": True},
    "you": {"name": "Amina"},
}


def keep(visitor, name):
    """A picture, where somebody wants to look; and nothing is cut off."""
    if folder := os.environ.get("SHOTS"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    assert overflow(visitor.page) == 0


@pytest.fixture
def amina(app, cast, live_server, new_page):
    return Visitor(new_page(), live_server)


def leave(visitor):
    with visitor.page.expect_navigation(url="**/leave", wait_until="domcontentloaded"):
        visitor.page.click("a.leave")
    assert visitor.page.inner_text("body").strip() == ""
    return visitor


def come_back(visitor, receipt):
    visitor.go("/follow").fill(code=receipt).press("Continue")
    assert visitor.text.startswith("Not sent yet. Nobody has read this.")
    return visitor.press("Go on with it")


def open_all(visitor):
    for one in visitor.page.locator("main details:not([open]) > summary").all():
        one.click()


def test_leave_on_every_page_and_the_lines_bring_back_what_was_sent_with_continue(amina, tmp_path):
    amina.go("/complain")
    keep(amina, "lines")
    leave(amina).go("/complain")  # nothing was sent yet: there are new lines
    receipt = amina.page.locator(".receipt").inner_text()
    amina.press("Continue")
    for key in KEYS:
        assert amina.page.url.endswith(f"step={key}")
        keep(amina, f"page-{key}")
        come_back(leave(amina), receipt)
        assert amina.page.url.endswith(f"step={key}")
        if key == "files":
            file = {"name": "gate.txt", "mimeType": "text/plain", "buffer": b"The gate at night."}
            amina.page.set_input_files("#files", file)
        else:
            open_all(amina)
            amina.fill(**ANSWERS[key])
        amina.press("Continue")
    keep(amina, "check")
    come_back(leave(amina), receipt)
    for words in (STORY, "Larkfield Guarding", "At the north gate", "My papers back", "gate.txt", "Amina"):
        assert words in amina.text, words
    amina.press("Send the complaint")
    keep(amina, "sent")
    leave(amina).go("/follow").fill(code=receipt).press("Continue")
    assert STORY in amina.unfolded and "Not sent yet" not in amina.text


def test_a_line_that_is_missing_is_said_and_the_lines_may_be_turned(amina):
    amina.go("/complain")
    lines = amina.page.locator(".receipt").inner_text().split()
    amina.press("Continue").go("/leave").go("/follow").fill(code="\n".join(lines[:4])).press("Continue")
    assert "16 of 20 digits: one line is missing." in amina.text
    assert amina.page.input_value("#code").split() == lines[:4]
    keep(amina, "line-missing")
    amina.fill(code="\n".join(reversed(lines))).press("Continue")
    assert amina.text.startswith("Not sent yet. Nobody has read this.")
    keep(amina, "begun")


def test_leave_in_the_middle_of_an_upload_loses_nothing_that_was_sent_before(amina):
    amina.go("/complain")
    receipt = amina.page.locator(".receipt").inner_text()
    amina.press("Continue").fill(could_harm="no").press("Continue").fill(account=STORY).press("Continue")
    amina.go("/complain?step=files")
    file = {"name": "gate.txt", "mimeType": "text/plain", "buffer": b"The gate at night."}
    amina.page.set_input_files("#files", file)
    amina.page.route("**/complain", lambda route: None)  # it is on its way, and does not arrive
    amina.page.locator("button[value=upload]").click(no_wait_after=True)
    amina.page.unroute("**/complain")
    leave(amina)
    come_back(amina, receipt).go("/complain?step=account")
    assert amina.page.input_value("#account") == STORY


def test_in_arabic_the_lines_are_in_her_digits_and_lead_back(app, cast, live_server, new_page):
    amina = Visitor(new_page(360, "ar"), live_server)
    amina.go("/complain?lang=ar")
    keep(amina, "lines-ar")
    receipt = amina.page.locator(".receipt").inner_text()
    amina.onward().go("/leave").go("/follow?lang=ar").fill(code=receipt).onward()
    assert amina.text.startswith("لم يُرسَل بعد. لم يقرأه أحد.")
    keep(amina, "begun-ar")
