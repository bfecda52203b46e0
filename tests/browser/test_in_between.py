"""In a browser, scripts off, 360 pixels wide: what she writes to the company passes a page in between."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.browser.looks import overflow
from tests.browser.test_story import Visitor, sign_in
from tests.outside import a_release_came

WORDS = {
    "en": ("I waited at the gate. Call me at 0700 123 456.", "0700 123 456", "I waited at the gate."),
    "ar": ("انتظرت عند البوابة. اتصل بي على ٠٧٠٠ ١٢٣ ٤٥٦.", "٠٧٠٠ ١٢٣ ٤٥٦", "انتظرت عند البوابة."),
}
BUTTONS = {"en": ("Change it", "Send it", "Only to the Secretariat"), "ar": ("غيّره", "أرسله", "إلى الأمانة فقط")}


@pytest.fixture
def at_the_company(app, cast):
    return demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=25))


def write(live_server, page, code, words, language):
    amina = Visitor(page, live_server)
    amina.go(f"/follow?lang={language}").fill(code=code).onward()
    amina.go("/follow/case/steps/write").fill(audience="all", message=words)
    return amina.onward("form#typed button.filled")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_she_sees_her_number_marked_takes_it_out_and_sends_the_rest(
    at_the_company, cast, live_server, new_page, language
):
    reference, code = at_the_company
    words, number, without = WORDS[language]
    change, send, _alone = BUTTONS[language]
    amina = write(live_server, new_page(language=language), code, words, language)
    assert amina.page.locator("mark").all_inner_texts() == [number] and overflow(amina.page) == 0
    assert amina.page.get_attribute("html", "dir") == {"ar": "rtl"}.get(language, "ltr")
    amina.press(change)
    assert amina.page.locator("[name=message]").input_value() == words
    amina.fill(message=without).onward("form#typed button.filled")
    assert amina.page.locator("mark").count() == 0 and without in amina.text
    amina.press(send)
    assert without in amina.unfolded
    victor = sign_in(Visitor(new_page(1280), live_server), "Victor").go(f"/company/cases/{reference}")
    assert without not in victor.text
    a_release_came()
    victor.go(f"/company/cases/{reference}")
    assert without in victor.text and number not in victor.text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_only_to_the_secretariat_the_company_reads_nothing(at_the_company, cast, live_server, new_page, language):
    reference, code = at_the_company
    words, number, without = WORDS[language]
    amina = write(live_server, new_page(language=language), code, words, language)
    amina.press(BUTTONS[language][2])
    assert words in amina.unfolded
    victor = sign_in(Visitor(new_page(1280), live_server), "Victor").go(f"/company/cases/{reference}")
    assert without not in victor.text and number not in victor.text
    noor = sign_in(Visitor(new_page(1280), live_server), "Noor").go(f"/desk/cases/{reference}")
    assert words in noor.text
