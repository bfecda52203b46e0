"""A concern in a browser, from a case to the Board's decision, with a corrective action whose day passes: each page
looked at, at both widths."""

from datetime import timedelta

import pytest
import time_machine

from grievance import clock, demonstration
from grievance.concerns.in_public import measures_in_public
from grievance.maintenance.sweep import sweep
from grievance.models.concern import Cause, Rung
from tests.browser.looks import with_axe
from tests.browser.test_incidents import WIDTHS, looked_at
from tests.browser.test_story import Visitor, sign_in
from tests.concerns import road
from tests.times import days_later


@pytest.fixture
def page(chromium):
    context = with_axe(chromium, viewport={"width": WIDTHS[0], "height": 900}, locale="en")
    yield context.new_page()
    context.close()


def comes(page, base, name):
    """Somebody else sits down; also where hours have passed."""
    page.context.clear_cookies()
    visitor = Visitor(page, base)
    sign_in(visitor, name)
    return visitor


def later(days):
    return time_machine.travel(days_later(days), tick=True)


def test_from_a_case_to_the_boards_decision_with_a_missed_corrective_action(page, live_server, cast):
    reference, _receipt = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=3))
    asked(page, live_server, reference)
    with later(31):
        sweep(clock.now())
        proposed(page, live_server)
        decided(page, live_server)
        assert measures_in_public(road.company_id()) == []  # it may still appeal
    with later(75):
        sweep(clock.now())
        (shown,) = measures_in_public(road.company_id())
        assert (shown.rung, shown.cause) == (Rung.GOOD_STANDING, Cause.ACTION)


def asked(page, live_server, reference):
    """Opened from the case with the words that she said right to, asked for, and approved; nobody reports it."""
    officer = comes(page, live_server, "Noor")
    officer.go(f"/desk/cases/{reference}")
    officer.step("Open a concern about the company", concern="personnel", words_with_it="right")
    officer.go("/desk/concerns")
    looked_at(officer, "concerns")
    officer.press("Larkfield Guarding")
    assert demonstration.PACKET in officer.text and reference in officer.text
    looked_at(officer, "concern-new")
    officer.press("Ask for a corrective action")
    looked_at(officer, "concern-ask")
    officer.fill(words="Train the gate guards.", proof="The lists of who was there.", due_on=road.in_days(20))
    officer.press("Propose")
    assert "Proposed. An approver decides next." in officer.text
    approves(page, live_server, "Train the gate guards.")
    company = comes(page, live_server, "Victor")
    company.press("What your company was asked to put right")
    looked_at(company, "asked")
    company.press("Corrective action")
    assert "Train the gate guards." in company.text and "due on" in company.text
    assert reference not in company.text and demonstration.PACKET not in company.text
    looked_at(company, "asked-one")


def approves(page, live_server, words):
    approver = comes(page, live_server, "Tomas")
    approver.go("/desk/concerns").press("Larkfield Guarding").press("Look at it")
    assert words in approver.text
    looked_at(approver, "concern-proposal")
    approver.press("Approve")


def proposed(page, live_server):
    """The day has passed: the officer proposes a measure with its grounds, and the company answers them."""
    officer = comes(page, live_server, "Noor")
    officer.go("/desk/concerns/board")
    assert "was due on" in officer.text
    officer.press("Larkfield Guarding")
    officer.page.locator("main details summary").last.click()
    officer.press("Propose a measure to the Board")
    officer.fill(rung="good_standing", cause="A corrective action that was not done", words="Nothing was done.")
    officer.press("Propose")
    approves(page, live_server, "Nothing was done.")
    company = comes(page, live_server, "Victor")
    company.go("/company/asked").press("Good standing suspended")
    assert "Nothing was done." in company.text and "was due on" in company.text
    company.press("Answer the grounds").fill(words="Our trainer was ill.").press("Answer the grounds")
    assert "Sent to the Secretariat." in company.text and "before the Board" in company.text
    looked_at(company, "asked-answered")


def decided(page, live_server):
    approver = comes(page, live_server, "Tomas")
    approver.go("/desk/concerns/board")
    assert "Good standing suspended, before the Board" in approver.text
    looked_at(approver, "concerns-board")
    approver.page.locator("#measures ~ ul a").first.click()
    assert "Our trainer was ill." in approver.text
    approver.press("Record what the Board decided")
    looked_at(approver, "concern-decide")
    approver.fill(outcome="taken", words="Good standing is suspended.", votes="7, 1, 1",
                  recused="One member, whose firm is a client.", minute="Read, heard, voted.")  # fmt: skip
    approver.press("Record what the Board decided")
    assert "Good standing suspended: in force" in approver.text
    looked_at(approver, "concern-decided")
    approver.press("Dossier of the company")
    assert "Good standing suspended" in approver.text
    looked_at(approver, "concern-dossier")
