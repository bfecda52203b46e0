"""Who is afraid says it at her page, scripts off and on a small phone; and the desk sees it first."""

import os
import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.browser.looks import overflow
from tests.browser.test_story import Visitor, sign_in


def keep(visitor, name):
    """A picture, where somebody wants to look; and nothing is cut off."""
    if folder := os.environ.get("SHOTS"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    assert overflow(visitor.page) == 0


def enter(visitor, code):
    return visitor.go("/follow").fill(code=code).press("Continue")


@pytest.mark.parametrize(("language", "send"), [("en", "Send the complaint"), ("ar", "إرسال الشكوى")])
def test_who_is_not_sure_says_when_it_could_happen_and_reads_when_somebody_is_at_work(
    app, live_server, new_page, language, send
):
    amina = Visitor(new_page(360, language), live_server)
    amina.go(f"/complain?step=all&lang={language}")
    amina.fill(account="At the gate they pushed me.", company="Larkfield Guarding")
    amina.fill(could_harm="unsure", harm_when="soon")
    keep(amina, f"form-{language}")
    amina.press(send)
    assert re.search(r"(\d{4}\s*){5}", amina.page.locator(".receipt").inner_text())
    keep(amina, f"receipt-{language}")
    noor = sign_in(Visitor(new_page(360), live_server), "Noor")
    assert "safety alert" in noor.text.lower() and "urgent" in noor.text.lower()
    keep(noor, f"desk-{language}")


def test_a_tick_on_a_message_reaches_the_desk_and_leaves_no_trace_on_her_page(app, cast, live_server, new_page):
    reference, code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=9))
    amina, noor = (Visitor(new_page(), live_server) for _ in range(2))
    enter(amina, code).press("Write a message")
    keep(amina, "message")
    amina.fill(audience="secretariat", message="They stand outside my house.", about_safety=True)
    amina.press("Write a message")
    assert "about my safety" not in amina.text and "Somebody of the Secretariat is at work" not in amina.text
    amina.page.locator("summary:has-text('About your safety')").click()
    assert "Somebody of the Secretariat is at work" in amina.text
    keep(amina, "her-page")
    sign_in(noor, "Noor")
    assert reference in noor.text and "safety alert" in noor.text.lower()
    noor.go(f"/desk/cases/{reference}")
    assert "This is about my safety" in noor.text and "look at the safety at once" in noor.text
    keep(noor, "desk-of-the-tick")


def test_she_is_asked_how_it_is_and_her_yes_is_an_alert_at_the_desk(app, cast, live_server, new_page):
    reference, code = demonstration.walk_story(cast, "remedy", clock.now() - timedelta(days=32 + 80))
    amina, noor = (Visitor(new_page(), live_server) for _ in range(2))
    enter(amina, code)
    keep(amina, "asked")
    amina.press("Tell us how it is now")
    keep(amina, "answer")
    amina.fill(retaliation="Yes", words="They came again.").press("Tell us how it is now")
    amina.page.locator("summary:has-text('What happened so far')").click()
    assert "We ask you how it is now." not in amina.text and "You told us how it is now" in amina.text
    sign_in(noor, "Noor")
    assert reference in noor.text and "safety alert" in noor.text.lower()
    noor.go(f"/desk/cases/{reference}")
    assert "They came again." in noor.text and "look at the safety at once" in noor.text
    keep(noor, "desk-of-the-answer")


def test_in_arabic_she_is_asked_in_her_own_letters(app, cast, live_server, new_page):
    _reference, code = demonstration.walk_story(cast, "remedy", clock.now() - timedelta(days=32 + 80))
    amina = Visitor(new_page(360, "ar"), live_server)
    amina.go("/follow?lang=ar").fill(code=code)
    amina.follow(amina.page.locator("main button").last)
    assert "نسألك كيف هو الوضع الآن." in amina.text
    keep(amina, "asked-ar")
    amina.press("إخبارنا كيف هو الوضع الآن")
    keep(amina, "answer-ar")
