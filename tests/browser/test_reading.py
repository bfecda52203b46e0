"""What she cannot read is translated at the desk, and she accepts a remedy that she has read; at 360 pixels."""

import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.writing import Remedy, RemedyStatus
from tests.browser.looks import faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor, sign_in

PROMISE = "The wages of May are paid at the gate."
IN = {"en": "Les salaires de mai sont payés.", "ar": "تُدفع أجور مايو عند البوابة."}
LANGUAGE = {"en": "English", "ar": "العربية"}
WORDS = {
    "en": ("I cannot read this", "You said that you cannot read this.", "Say yes to an offer", "As it was written",
           "I can read and understand what is promised", "We have been asked to translate it."),
    "ar": ("لا أستطيع قراءة هذا", "قلت إن قراءة هذا غير ممكنة لك.", "قبول العرض", "كما كُتب",
           "أستطيع أن أقرأ وأفهم ما وُعد به", "طُلب منا أن نترجمه."),
}  # fmt: skip


def offered(cast, language):
    """The case of a remedy that a company proposed in English, and the receipt."""
    start = clock.now() - timedelta(days=23)
    reference, amina, code = demonstration.file_one(start, language)
    people = {**cast, "Amina": amina}
    for step, who, day in demonstration.STORY[:7]:
        more = {"promise": PROMISE} if step == "propose_remedy" else {}
        demonstration.do(step, people[who], reference, start + timedelta(days=day), cast["Tomas"], **more)
    return reference, code


def remedy_card(visitor):
    return visitor.page.locator("article.card.next").first


@pytest.mark.parametrize("language", ["en", "ar"])
def test_she_says_that_she_cannot_read_a_remedy_and_accepts_it_once_it_is_translated(
    app, cast, live_server, new_page, language
):
    reference, code = offered(cast, language)
    cannot, said, accept, original, _can, asked = WORDS[language]
    amina = Visitor(new_page(language=language), live_server)
    amina.go("/follow").fill(code=code).onward()
    amina.follow(remedy_card(amina).locator("button", has_text=cannot).first)
    assert said in remedy_card(amina).inner_text() and overflow(amina.page) <= 0
    amina.follow(remedy_card(amina).locator("a", has_text=accept)).onward()
    assert asked in amina.text and overflow(amina.page) <= 0

    noor = sign_in(Visitor(new_page(1280), live_server), "Noor").go(f"/desk/cases/{reference}")
    assert "The complainant cannot read this" in noor.text
    noor.follow(
        noor.page.locator(".badge.late:has-text('cannot read') >> xpath=../following-sibling::details[1]//a").first
    )
    assert noor.page.locator("[name=language]").input_value() == language, "her own language is chosen already"
    noor.fill(text=IN[language], language=LANGUAGE[language]).press("Put a translation beside a text")
    assert "The complainant cannot read this" not in noor.text and IN[language] in noor.text

    amina.go("/follow/case")
    card = remedy_card(amina)
    assert IN[language] in card.inner_text() and PROMISE not in card.inner_text()
    card.locator("summary", has_text=original).click()
    assert PROMISE in card.inner_text() and overflow(amina.page) <= 0
    amina.follow(card.locator("a", has_text=accept)).onward()
    db.session.rollback()
    assert db.session.query(Remedy).one().status == RemedyStatus.ACCEPTED


def test_what_is_in_another_language_has_a_button_and_all_else_a_small_one(app, cast, live_server, new_page):
    _reference, code = offered(cast, "ar")
    amina = Visitor(new_page(language="ar"), live_server)
    amina.go("/follow").fill(code=code).onward()
    button = remedy_card(amina).locator("button", has_text=WORDS["ar"][0])
    assert button.get_attribute("class") is None and button.bounding_box()["height"] >= 44
    demonstration.do("write", cast["Noor"], _reference, clock.now(), audience="complainant")
    quiet = amina.go("/follow/case").page.locator("button.quiet[form=reading]:visible")
    assert quiet.count() == 1 and quiet.bounding_box()["height"] >= 44


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_with_a_translation_can_be_read_aloud(chromium, app, cast, live_server, language):
    reference, code = offered(cast, language)
    demonstration.do("translate", cast["Noor"], reference, clock.now(), text=IN[language], language=language)
    page = with_axe(chromium, locale=language).new_page()
    resize(page, 360)
    amina = Visitor(page, live_server)
    amina.go("/follow").fill(code=code).onward()
    assert faults(page) == [] and overflow(page) <= 0
    assert re.search(rf'<p class="said" dir="auto"( lang="{language}")?>', page.content())
