"""Other doors in a browser: somebody finds one without filing, on a small old phone; and the office keeps its list."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.doors import keeping
from tests.browser.looks import faults, looks_right, overflow, with_axe
from tests.browser.test_story import Visitor, approve, sign_in
from tests.doors.test_elsewhere import TEXT
from tests.doors.test_help_page import EVERYWHERE
from tests.doors.test_keeping import CLINIC


@pytest.fixture
def phone(chromium):
    contexts = []

    def open_page(language):
        contexts.append(with_axe(chromium, viewport={"width": 360, "height": 740}, locale=language, bypass_csp=True))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_she_finds_a_door_without_filing_on_a_small_phone(app, cast, live_server, phone, language):
    keeping.add(cast["Noor"], {**CLINIC, "does_ar": "ينظر الأطباء إلى الجروح.", "does_not_ar": "ليسوا محكمة."})
    keeping.add(cast["Noor"], EVERYWHERE)
    page = phone(language)
    page.goto(live_server)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.click("main a[href^='/help']")
    assert faults(page) == [] and overflow(page) <= 0
    page.select_option("#country", value="KE")
    page.select_option("#harm", index=4)
    page.click("main button.filled")
    page.wait_for_selector("#doors")
    shown = page.locator("#doors").inner_text()
    assert "Harbour Road Clinic" in shown and "A Lawyers' Circle" in shown
    assert ("ينظر الأطباء" in shown) is (language == "ar")
    assert faults(page) == [] and overflow(page) <= 0
    assert page.context.cookies() == []
    page.click("a.leave")
    page.wait_for_url("**/leave")


def test_it_works_without_scripts(app, cast, live_server, new_page):
    keeping.add(cast["Noor"], CLINIC)
    her = Visitor(new_page(), live_server)
    her.go("/help")
    her.page.select_option("#country", value="KE")
    her.press("Find")
    assert "Harbour Road Clinic" in her.text


def test_an_officer_adds_a_door_mends_a_mistake_and_finds_it_in_the_list(app, cast, live_server, phone):
    noor = Visitor(phone("en"), live_server)
    sign_in(noor, "Noor").go("/desk/admin")
    noor.press("Other doors").press("Add a door")
    looks_right(noor.page)
    noor.fill(name="Hill Clinic", does="They look at injuries.", does_not="They judge nobody.", website="our page")
    noor.page.select_option("#kind", value="medical")
    noor.page.check("input[name=costs][value=no]")
    noor.page.check("input[name=needs_name][value=no]")
    noor.press("Keep it")
    assert "Write the whole address of the website" in noor.text
    noor.fill(website="https://hill.example.org").press("Keep it")
    assert "Hill Clinic" in noor.text and "by Noor" in noor.text
    looks_right(noor.page)


def test_from_the_proposal_to_the_answer_of_the_door_with_her_yes_at_her_page(app, cast, live_server, new_page, phone):
    """Each at their own page; and the company's shows nothing of it."""
    keeping.add(cast["Noor"], CLINIC)
    reference, code = demonstration.walk_story(cast, "acknowledge", clock.now() - timedelta(days=1))
    noor, tomas, amina = (Visitor(new_page(), live_server) for _who in range(3))
    noor.page.set_viewport_size({"width": 1280, "height": 740})
    sign_in(noor, "Noor").go(f"/desk/cases/{reference}/steps/show_door")
    noor.page.select_option("#door", label="Harbour Road Clinic (Medical help)")
    noor.fill(text=TEXT).onward()
    assert "Refer out to another door: The complainant has not yet said yes" in noor.unfolded

    amina.page.set_viewport_size({"width": 360, "height": 740})
    amina.go("/follow").fill(code=code).onward()
    assert TEXT in amina.text and "+254 00 000 0001" in amina.text
    assert overflow(amina.page) <= 0
    amina.press("Say whether we may send it to somebody else")
    assert TEXT in amina.text and "The company learns nothing of it." in amina.text
    amina.fill(agrees="yes").onward()
    assert "You said whether we may send something to somebody else" in amina.unfolded

    noor.go(f"/desk/cases/{reference}/steps/refer_out")
    assert TEXT in noor.text
    noor.fill(how="By post").onward()
    sign_in(tomas, "Tomas").go(f"/desk/cases/{reference}")
    approve(tomas, live_server, reference)

    noor.go(f"/desk/cases/{reference}/steps/record_reply")
    noor.fill(outcome="accepted", words="Come on Monday.").onward()
    amina.go("/follow/case")
    assert "Come on Monday." in amina.unfolded and "They take it on." in amina.unfolded
    assert overflow(amina.page) <= 0
