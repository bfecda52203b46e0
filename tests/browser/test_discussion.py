"""The office's discussion in a browser: who is mentioned finds it at the desk's front and in one mail, and answers."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.notify.outbox import deliver
from tests.browser.looks import looks_right, onward, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.notify.test_outbox import port, server

__all__ = ["port"]
WORDS = "Zinnober: was the gate locked?"


@pytest.fixture
def reference(app, cast):
    return demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=6))[0]


@pytest.fixture
def page(chromium):
    context = with_axe(chromium, viewport={"width": 360, "height": 740}, locale="en")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def another(page, live_server, name):
    page.context.clear_cookies()
    return sign_in(Visitor(page, live_server), name)


def test_a_colleague_who_is_mentioned_finds_it_at_the_front_and_in_one_mail_and_answers(
    page, live_server, cast, petra, reference, port
):
    with server(port):
        deliver(clock.now() - timedelta(days=1))
    sign_in(Visitor(page, live_server), "Noor").go(f"/desk/cases/{reference}")
    page.locator("#note").fill(WORDS)
    page.get_by_label("Petra", exact=True).check()
    assert page.get_by_label("Noor", exact=True).count() == 0
    onward(page, "button:has-text('Write a note')")
    page.get_by_text("Mentioned: Petra", exact=True).wait_for()
    looks_right(page)
    with server(port) as box:
        deliver(clock.now())
    mails = [mail for tos, mail in box.mails if tos == ["petra@example.org"]]
    assert len(mails) == 1
    assert not [word for word in ("Zinnober", "Noor", reference) if word in mails[0].as_string()]
    another(page, live_server, "Petra")
    page.get_by_text("You were mentioned:").wait_for()
    looks_right(page)
    page.locator("p.notice a", has_text=reference).click()
    page.locator(".writing.internal:target", has_text=WORDS).wait_for()
    onward(page, "a:has-text('Answer')")
    page.get_by_text(WORDS).first.wait_for()
    page.locator("#note").fill("It was, I asked.")
    onward(page)
    page.get_by_text("in answer to Noor").wait_for()
    notes = page.locator(".writing.internal .said").all_inner_texts()
    assert notes == [WORDS, "It was, I asked."]
    looks_right(page)
    page.goto(f"{live_server}/desk")
    assert page.get_by_text("You were mentioned:").count() == 0


def test_a_note_without_words_is_asked_for_and_who_was_chosen_stays_chosen(page, live_server, petra, reference):
    sign_in(Visitor(page, live_server), "Noor").go(f"/desk/cases/{reference}")
    page.get_by_label("Petra", exact=True).check()
    onward(page, "button:has-text('Write a note')")
    assert page.get_by_label("Petra", exact=True).is_checked() and page.locator("#note").input_value() == ""
    assert page.locator("#note-error").count() == 1
