"""Sexual violence: help stands on the very next page and on top of hers, scripts off and on a small phone; and nothing
goes to the company before she chose that road."""

import os
import re
from datetime import date

import pytest
from sqlalchemy import select

from grievance.contacts import Emergency
from grievance.demonstration import PACKET
from grievance.extensions import db
from grievance.models.case import Case
from grievance.workflow import delicate
from tests.browser.looks import overflow
from tests.browser.test_story import Visitor, sign_in

CLINIC = Emergency("A clinic for women", "+254 00 000 0001", date(2026, 11, 1), "day and night")
HOURS = {"en": "best within 72 hours", "ar": "خلال ٧٢ ساعة"}
SAFETY = {"en": "About your safety", "ar": "عن سلامتك"}


def keep(visitor, name):
    """A picture, where somebody wants to look; and nothing is cut off."""
    if folder := os.environ.get("SHOTS"):
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
    assert overflow(visitor.page) == 0


def filed(visitor, language, could_harm):
    """The form page by page, with the lines of the receipt passed over; the receipt."""
    visitor.go(f"/complain?lang={language}").onward("button[value=later]")
    visitor.fill(could_harm=could_harm).onward()
    visitor.fill(account="A guard came to my room at night.").onward()
    visitor.fill(company="Larkfield Guarding").onward().onward()
    visitor.page.check("[name=topics][value=sexual]")
    keep(visitor, f"about-{language}")
    visitor.fill(child="no").onward()
    assert HOURS[language] in visitor.text and CLINIC.telephone in visitor.text
    keep(visitor, f"help-{language}")
    visitor.fill(officer_sex="woman", company_road="no").onward().onward().onward()
    visitor.page.check("[name=share_account][value=yes]")
    visitor.onward()
    keep(visitor, f"check-{language}")
    visitor.onward()
    return "".join(re.findall(r"\d{4}", visitor.page.locator(".receipt").inner_text()))


@pytest.fixture
def office(app, cast):
    app.config["HELPERS"] = {"sexual": {"KE": CLINIC}, "child": {}}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_help_comes_first_and_lies_in_the_fold_where_somebody_may_take_her_phone(
    office, live_server, new_page, language
):
    amina = Visitor(new_page(360, language), live_server)
    code = filed(amina, language, "unsure")
    amina.go(f"/follow?lang={language}").fill(code=code).onward()
    assert HOURS[language] not in amina.text
    amina.page.locator(f"summary:has-text('{SAFETY[language]}')").click()
    assert HOURS[language] in amina.text and CLINIC.telephone in amina.text
    keep(amina, f"case-{language}")


def test_nothing_goes_before_she_chose_the_road_and_the_officer_reads_who_should_speak_with_her(
    office, app, live_server, new_page
):
    amina, noor = (Visitor(new_page(360), live_server) for _ in range(2))
    code = filed(amina, "en", "no")
    amina.go("/follow").fill(code=code).onward()
    assert HOURS["en"] in amina.text
    keep(amina, "case-open")
    reference = db.session.scalars(select(Case.reference)).one()
    sign_in(noor, "Noor").go(f"/desk/cases/{reference}/steps/acknowledge")
    assert "would rather speak with a woman" in noor.text
    keep(noor, "acknowledge")
    noor.go(f"/desk/cases/{reference}/steps/show_summary")
    assert str(delicate.NOT_CHOSEN) in noor.text
    keep(noor, "refused")
    amina.press("Say whether we may ask the company")
    keep(amina, "road")
    amina.fill(company_road="yes").press("Say whether we may ask the company")
    noor.go(f"/desk/cases/{reference}/steps/show_summary").fill(packet=PACKET)
    keep(noor, "open")


def test_about_me(office, live_server, new_page):
    noor = sign_in(Visitor(new_page(360), live_server), "Noor").go("/account/people").press("About me")
    keep(noor, "about-me")
    noor.fill(sex="woman").press("Save")
    assert "Saved." in noor.text
