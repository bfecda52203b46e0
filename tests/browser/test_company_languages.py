"""An officer of a company reads its desk in French, from the mail to the sent answer, and her colleague in Arabic."""

import re
from datetime import timedelta
from email.header import decode_header, make_header
from urllib.parse import urlsplit

import pytest

from grievance import clock, demonstration
from grievance.accounts import language
from grievance.notify.outbox import deliver
from tests.browser.looks import looks_right, with_axe
from tests.browser.test_story import Visitor
from tests.notify.test_outbox import port, server
from tests.workflow.test_recusal import join

__all__ = ["port"]
ANSWER = "Nous avons parlé avec les gardes, et le salaire sera payé."


@pytest.fixture
def referred(app, cast, port):
    """A case that waits for Larkfield's word, and the mails about it: (reference, the mail's text by address)."""
    cast["Wanda"] = join(cast["Victor"])
    language.choose(cast["Victor"], "fr")
    language.choose(cast["Wanda"], "ar")
    reference, _code = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=7))
    with server(port) as box:
        deliver(clock.now())
    return reference, {
        tos[0]: (str(make_header(decode_header(mail["Subject"]))), mail.get_payload(decode=True).decode())
        for tos, mail in box.mails
    }


def signed_in(page, base, link, email):
    """By the page that the mail names."""
    visitor = Visitor(page, base).go(urlsplit(link).path)
    visitor.fill(email=email, password=demonstration.PASSWORD).onward()
    return visitor


def test_the_desk_is_read_in_french_from_the_mail_to_the_answer_and_by_a_colleague_in_arabic(
    app, referred, live_server, chromium
):
    reference, mails = referred
    subject, text = mails["victor@example.org"]
    assert subject == "Quelque chose vous attend" and mails["wanda@example.org"][0] == "هناك ما ينتظرك"
    link = re.search(r"https?://\S+", text)[0]
    french = with_axe(chromium, locale="fr-FR").new_page()
    victor = signed_in(french, live_server, link, "victor@example.org")
    assert "Ce qui attend" in victor.text
    looks_right(french)
    victor.press(reference)
    assert "Vous devez répondre à la plainte" in victor.text and "Ce qui vous a été transmis" in victor.text
    looks_right(french)
    victor.press("Répondre")
    looks_right(french)
    for name in victor.page.eval_on_selector_all("main textarea", "all => all.map(one => one.name)"):
        victor.fill(**{name: ANSWER})
    victor.onward()
    looks_right(french)  # as the complainant will read it
    victor.onward()
    assert ANSWER in victor.text and "Vous n'avez rien à faire maintenant." in victor.text

    arabic = with_axe(chromium, locale="ar").new_page()
    wanda = signed_in(arabic, live_server, link, "wanda@example.org")
    assert arabic.locator("html").get_attribute("dir") == "rtl"
    looks_right(arabic)
    wanda.press(reference)
    assert "ما أُرسل إليكم" in wanda.text and ANSWER in wanda.text
    looks_right(arabic)


def test_a_person_of_a_company_changes_the_language_at_their_own_page(app, cast, live_server, chromium):
    page = with_axe(chromium, locale="en").new_page()
    victor = signed_in(page, live_server, "/account/sign-in", "victor@example.org")
    victor.press("My language").fill(account_language="Kiswahili").onward()
    assert page.locator("html").get_attribute("lang") == "sw"
    looks_right(page)
