"""Taking it back at her page, scripts off and on a small phone: a forced withdrawal undone, a wish for deletion undone,
and the receipt that somebody else replaced."""

import re
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.deadlines.days import full_date
from grievance.workflow.taking_back import UNDO_FOR
from tests.browser.test_safety import enter, keep
from tests.browser.test_story import Visitor, approve, sign_in


@pytest.fixture
def hers(app, cast, live_server, new_page):
    """Her case, which the company has, her receipt, and her phone with her page open."""
    reference, code = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=9))
    return reference, code, enter(Visitor(new_page(), live_server), code)


def what_happened(visitor):
    visitor.page.locator("summary:has-text('What happened so far')").click()
    return visitor.text


def test_a_withdrawal_that_somebody_made_her_press_is_looked_into_and_undone(hers, live_server, new_page):
    reference, _code, amina = hers
    amina.press("Withdraw my complaint")
    assert (
        "it reads only that the complaint is closed" in amina.text
        and "You can undo it on your page until" in amina.text
    )
    keep(amina, "withdraw")
    amina.fill(forced="yes", sure=True).press("Withdraw my complaint")
    assert "You can undo it until" in amina.text and "alert" not in amina.text.lower()
    keep(amina, "withdrawn")
    noor = sign_in(Visitor(new_page(1280), live_server), "Noor")
    assert reference in noor.text and "safety alert" in noor.text.lower()
    noor.go(f"/desk/cases/{reference}")
    assert "Did somebody make you do this?" in noor.text
    keep(noor, "desk-withdrawn")
    amina.press("Undo the withdrawal").fill(sure=True).press("Undo the withdrawal")
    assert "You can undo it until" not in amina.text and "You undid the withdrawal" in what_happened(amina)


def test_a_wish_for_deletion_stands_at_the_head_of_her_page_and_is_undone(hers, live_server, new_page):
    reference, _code, amina = hers
    amina.press("Ask for deletion")
    until = f"until {full_date(clock.office_today() + UNDO_FOR)}"
    assert f"You can take it back on your page {until}. Before that day nothing is deleted." in amina.text
    keep(amina, "ask-deletion")
    amina.fill(forced="no", sure=True).press("Ask for deletion")
    assert f"You asked for deletion. You can take that back {until}." in amina.text
    keep(amina, "deletion-asked")
    noor = sign_in(Visitor(new_page(1280), live_server), "Noor").go(f"/desk/cases/{reference}")
    assert "answer the wish for deletion" in noor.text
    keep(noor, "desk-deletion")
    amina.press("Take back: nothing is to be deleted").fill(sure=True).press("Take back: nothing is to be deleted")
    assert "You can take that back" not in amina.text and "You took the wish for deletion back" in what_happened(amina)


def test_who_finds_that_somebody_replaced_her_receipt_stops_it_with_the_old_one(hers, live_server, new_page):
    reference, code, thief = hers
    thief.press("make a new one")
    keep(thief, "new-receipt")
    thief.press("Make a new receipt")
    assert re.search(r"(\d{4}\s*){5}", thief.page.locator(".receipt").inner_text())
    thief.fill(kept=True).press("See my complaint")
    amina = enter(Visitor(new_page(), live_server), code)
    assert f"This receipt was replaced on {full_date(clock.office_today())}." in amina.text
    keep(amina, "replaced")
    amina.press("It was not me")
    assert "We stopped it." in amina.text and "+41 22 000 00 00" in amina.text
    keep(amina, "stopped")
    thief.press("Change what I agree to")
    assert "the Secretariat first talks with whoever complained" in thief.text
    noor = sign_in(Visitor(new_page(1280), live_server), "Noor").go(f"/desk/cases/{reference}")
    keep(noor, "desk-frozen")
    noor.step("let it go on", how="At the union's office, with her.")
    tomas = sign_in(Visitor(new_page(1280), live_server), "Tomas")
    approve(tomas, live_server, reference)
    assert "The freeze after a replaced receipt was ended" in tomas.go(f"/desk/cases/{reference}").text
