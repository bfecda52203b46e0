"""A company that wants to join asks on a small phone, and an officer answers and writes it down."""

import pytest

from tests.browser.looks import faults, looks_right, overflow, with_axe
from tests.browser.test_story import Visitor, sign_in


@pytest.fixture
def somebody(chromium, live_server):
    contexts = []

    def come(language="en", scripts=True):
        contexts.append(with_axe(chromium, viewport={"width": 360, "height": 740}, locale=language, bypass_csp=True,
                                 java_script_enabled=scripts))  # fmt: skip
        return Visitor(contexts[-1].new_page(), live_server)

    yield come
    for context in contexts:
        context.close()


def test_a_company_asks_about_joining_and_an_officer_answers(app, cast, somebody):
    client, noor = somebody("fr"), somebody()
    client.go("/members")
    client.go("/ask")
    looks_right(client.page)
    client.press("Envoyer la question")
    assert faults(client.page) == [] and overflow(client.page) <= 0
    client.page.check("input[name=about][value=join]")
    client.fill(words="Combien coûte un audit ?", reach="amal@example.org").press("Envoyer la question")
    assert "Nous avons votre question" in client.text
    looks_right(client.page)
    sign_in(noor, "Noor").go("/desk")
    noor.press("1 question from outside waits for an answer")
    assert "Combien coûte un audit ?" in noor.text and "amal@example.org" in noor.text
    looks_right(noor.page)
    noor.page.fill("textarea[name=answer]", "Mailed the price list.")
    noor.press("It is answered")
    assert "Nothing waits here." in noor.text
    noor.press("What was answered")
    assert "Mailed the price list." in noor.text
    looks_right(noor.page)


def test_the_form_works_without_scripts_and_in_arabic(app, cast, somebody):
    client = somebody("ar", scripts=False)
    client.go("/ask")
    client.page.check("input[name=about][value=client]")
    client.fill(words="من يدقق؟").press("إرسال السؤال")
    assert "وصلنا سؤالك" in client.text and client.page.context.cookies() == []
