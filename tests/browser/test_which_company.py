"""She does not know what the company is called."""

import pytest
from sqlalchemy import select

from grievance.extensions import db
from grievance.models.people import Company
from tests.browser.looks import overflow
from tests.browser.test_story import Visitor


@pytest.fixture
def blue(app, cast):
    company = db.session.scalars(select(Company).where(Company.name == "Larkfield Guarding")).one()
    company.works_in, company.uniforms = ["UG"], ["Dark blue jacket, yellow cap", "سترة زرقاء داكنة"]
    db.session.commit()


@pytest.mark.parametrize(
    ("language", "words", "said"), [("en", "blue jacket", "1 company fits."), ("ar", "زرقاء", "شركة واحدة مطابقة.")]
)
def test_she_finds_the_company_by_what_the_guards_wear(app, live_server, new_page, blue, language, words, said):
    amina = Visitor(new_page(language=language), live_server)
    amina.begin().go("/complain?step=account").fill(account="At the gate they pushed me.").onward()
    amina.page.locator("main details summary").first.click()
    amina.fill(find=words).onward("button[value=find]")
    assert said in amina.text and amina.page.input_value("#find") == words and overflow(amina.page) <= 0
    options = amina.page.locator("#company option").all_inner_texts()
    assert len(options) == 3 and options[1].startswith("Larkfield Guarding: Dark blue jacket")
    assert words not in amina.page.url
    amina.page.select_option("#company", index=1)
    amina.onward()
    assert "step=when" in amina.page.url


def test_enter_in_the_field_looks_for_it_and_what_was_typed_of_a_name_is_kept(app, live_server, new_page, blue):
    amina = Visitor(new_page(), live_server)
    amina.begin().go("/complain?step=account").fill(account="At the gate they pushed me.").onward()
    amina.page.locator("main details summary").first.click()
    amina.fill(find="green")
    with amina.page.expect_navigation(wait_until="domcontentloaded"):
        amina.page.press("#find", "Enter")
    assert "No company fits. All of them are listed." in amina.text
    amina.fill(company="I do not know, or it is not in the list", company_named="The men at the mine", find="red")
    amina.onward("button[value=find]")
    assert amina.page.input_value("[name=company_named]") == "The men at the mine"
