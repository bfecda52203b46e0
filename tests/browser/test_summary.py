"""She reads what would go to the company, has it changed once, and exactly what she says right to is what it reads."""

import pytest

from grievance import clock, demonstration
from tests.browser.looks import faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor, approve, shown, sign_in

pytestmark = pytest.mark.usefixtures("asks_her")
FIRST = "A person reports that guards at the north gate pushed them."
SECOND = "A person reports that guards at a gate pushed them."
HERS = {"en": "", "ar": "يقول شخص إن حراسًا دفعوه عند بوابة."}
WORDS = {
    "en": (
        "Read what we would send, and answer",
        "If you say that it is right: Larkfield Guarding reads this, word for word, and keeps it.",
        "Send my answer",
    ),
    "ar": (
        "قراءة ما نريد إرساله، ثم الجواب",
        "إذا قلت إنه صحيح: ستقرأ Larkfield Guarding هذا كلمة بكلمة وتحتفظ به.",
        "إرسال إجابتي",
    ),
}


NOT_THE_COMPANY = {
    "en": "You and our office (the Secretariat) read this. The company does not.",
    "ar": "هذا تقرؤه أنت ومكتبنا (الأمانة). لا تقرؤه الشركة.",
}


def beside(visitor, name):
    """What stands at this question and not at the others."""
    return visitor.page.locator(f"main .field:has([name={name}])").first.inner_text()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_she_has_it_changed_once_and_the_company_reads_exactly_what_she_said_right_to(
    app, cast, live_server, new_page, language
):
    reference, _amina, code = demonstration.file_one(clock.now(), language)
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    read, keeps, send = WORDS[language]
    noor, tomas, victor = (Visitor(new_page(), live_server) for _ in range(3))
    amina = Visitor(new_page(language=language), live_server)

    sign_in(noor, "Noor").go(f"/desk/cases/{reference}")
    assert "The complainant has not yet said that the summary is right." in noor.text
    noor.press("Show the summary to the complainant")
    assert (
        noor.text.count("Larkfield Guarding reads it, word for word, once the complainant says that it is right.") == 2
    )
    assert "The complainant and the Secretariat read this. The company does not." not in beside(noor, "packet")
    noor.fill(packet=FIRST, hers=HERS[language])
    noor.press("Show the summary to the complainant")
    assert "This is what Larkfield Guarding will see" in noor.text and "It goes to" not in noor.text
    assert "The complainant reads this first." in noor.text
    noor.press("Show this to the complainant")

    amina.go("/follow").fill(code=code).onward()
    amina.press(read)
    assert FIRST in amina.text and keeps in amina.text and HERS[language] in amina.text
    assert overflow(amina.page) <= 0
    assert keeps in beside(amina, "verdict") and NOT_THE_COMPANY[language] not in beside(amina, "verdict")
    assert NOT_THE_COMPANY[language] in beside(amina, "words")
    amina.fill(verdict="change", words="Leave out which gate.").press(send)

    noor.go(f"/desk/cases/{reference}")
    assert "Leave out which gate." in noor.text
    shown(noor, reference, SECOND) if language == "en" else _shown_in_both(noor, reference, language)
    amina.go("/follow/case").press(read)
    assert SECOND in amina.text and FIRST not in amina.text
    amina.fill(verdict="right").press(send)

    noor.go(f"/desk/cases/{reference}").press("Refer to the company")
    assert noor.page.locator("[name=packet]").input_value() == SECOND, "nobody types it again"
    noor.fill(packet=f"{SECOND} Twice.", mechanism_not_subject=True).press("Refer to the company")
    assert "not the text to which the complainant said right" in noor.text
    noor.fill(packet=SECOND, mechanism_not_subject=True).press("Refer to the company").press("Propose with this packet")
    approve(sign_in(tomas, "Tomas"), live_server, reference)
    sign_in(victor, "Victor").go(f"/company/cases/{reference}")
    assert SECOND in victor.text and "which gate" not in victor.page.content()


def _shown_in_both(noor, reference, language):
    noor.go(f"/desk/cases/{reference}").press("Show the summary to the complainant")
    noor.fill(packet=SECOND, hers=HERS[language]).press("Show the summary to the complainant")
    noor.press("Show this to the complainant")


def test_a_text_that_changed_while_she_read_it_is_read_again(app, cast, live_server, new_page):
    reference, _amina, code = demonstration.file_one(clock.now())
    demonstration.do("show_summary", cast["Noor"], reference, clock.now())
    amina = Visitor(new_page(), live_server)
    amina.go("/follow").fill(code=code).onward()
    amina.press("Read what we would send, and answer").fill(verdict="right")
    packet = {"packet": SECOND, "previewed": demonstration.packet_hash(SECOND)}
    demonstration.do("show_summary", cast["Noor"], reference, clock.now(), **packet)
    amina.press("Send my answer")
    assert "The text was changed while you read it." in amina.text and SECOND in amina.text
    assert amina.page.locator("[name=verdict]:checked").count() == 0
    amina.fill(verdict="right").press("Send my answer")
    assert "The text was changed" not in amina.text


@pytest.mark.parametrize("width", [360, 1280])
def test_her_page_fits_and_can_be_read_aloud(chromium, app, cast, live_server, width):
    reference, _amina, code = demonstration.file_one(clock.now())
    demonstration.do("show_summary", cast["Noor"], reference, clock.now())
    page = with_axe(chromium).new_page()
    resize(page, width)
    amina = Visitor(page, live_server)
    amina.go("/follow").fill(code=code).onward()
    amina.press("Read what we would send, and answer")
    assert faults(page) == [] and overflow(page) <= 0
