"""She begins a complaint with a card from somebody on the spot, scripts off, at 360 px. The desk prints them."""

import os
import shutil

import pytest

from grievance.crypto.receipt_codes import grouped
from grievance.desk import card_sheets
from tests.browser.looks import looks_right, with_axe
from tests.browser.test_receipt_first import keep
from tests.browser.test_say_it import WIDE
from tests.browser.test_story import Visitor, sign_in

SAID = {"en": "We do not know this card.", "ar": "لا نعرف هذه البطاقة."}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_she_files_with_the_number_of_her_card(app, cast, live_server, new_page, language):
    with app.test_request_context():
        _sheet, codes = card_sheets.make(cast["Noor"], {"language": language, "given_by": "the clinic"})
    amina = Visitor(new_page(360, language), live_server).go(f"/complain?lang={language}")
    amina.page.locator("details", has=amina.page.locator("#card")).locator("summary").click()
    amina.fill(card="0000 0000 0000 0000 0000").onward("button[value=next]")
    assert SAID[language] in amina.text and amina.page.input_value("#card") == "0000 0000 0000 0000 0000"
    assert amina.page.evaluate(WIDE) <= 0
    keep(amina, f"card-{language}")
    amina.fill(card=grouped(codes[0]), could_harm="no").onward("button[value=next]")
    while not amina.page.locator("button[value=send]").count():
        if amina.page.locator("#account").count():
            amina.fill(account="They did not pay us.")
        if amina.page.locator("select[name=company]").count():
            amina.fill(company="Larkfield Guarding")
        amina.onward("button[value=next]")
    amina.onward("button[value=send]")
    assert "/complain/receipt" in amina.page.url
    with app.test_request_context():
        assert card_sheets.listed()[0].used == 1


def test_the_office_prints_a_sheet_and_two_people_make_the_token_of_a_hotline(app, cast, live_server, chromium):
    noor, tomas = (Visitor(with_axe(chromium).new_page(), live_server) for _person in (1, 2))
    sign_in(noor, "Noor").go("/desk/cards").fill(language="العربية", given_by="the clinic at the river")
    with noor.page.expect_download() as sheet:
        noor.page.click("main button.filled")
    assert sheet.value.path().read_bytes().startswith(b"%PDF")
    noor.go("/desk/cards")
    assert "0 of 20 cards were used." in noor.text
    looks_right(noor.page)
    if folder := os.environ.get("SHOTS"):
        shutil.copy(sheet.value.path(), f"{folder}/sheet.pdf")
    keep(noor, "sheets")
    noor.go("/desk/hotlines").fill(name="Line of the unions").press("Propose it")
    sign_in(tomas, "Tomas").go("/desk/hotlines").press("Make its token")
    assert tomas.page.locator("code.key").inner_text().startswith("ght_")
    looks_right(tomas.page)
    keep(tomas, "hotlines")
    for visitor in (noor, tomas):
        visitor.page.context.close()
