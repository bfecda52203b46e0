"""Sites and incidents in a browser: an officer writes one down and says what is the same, a company answers several of
its cases at once; each page looked at, at both widths."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.browser.looks import faults, resize, with_axe
from tests.browser.test_safety import keep
from tests.browser.test_story import Visitor, sign_in
from tests.views.desk.test_incidents import ACCOUNT, AGAIN

WIDTHS = (1280, 360)
ANSWER = {
    "facts": "The patrol was ours.", "steps": "We spoke with its leader.", "position": "It should not have been there.",
    "offer": "We give back what was taken.", "prevention": "Patrols do not go to the footbridge.",
}  # fmt: skip


@pytest.fixture
def page(chromium):
    context = with_axe(chromium, viewport={"width": 1280, "height": 900}, locale="en")
    yield context.new_page()
    context.close()


def looked_at(visitor, name):
    """No fault, and nothing cut off, at either width."""
    found = []
    for width in WIDTHS:
        resize(visitor.page, width, 900)
        keep(visitor, f"{name}-{width}")
        found += faults(visitor.page)
    resize(visitor.page, WIDTHS[0], 900)
    assert found == []


def test_an_officer_writes_an_incident_down_and_says_that_another_case_is_of_it(page, live_server, cast):
    begun = clock.now() - timedelta(days=3)
    first, second, third = (
        demonstration.file_one(begun, account=text)[0] for text in (ACCOUNT, AGAIN, "They stood at the footbridge.")
    )
    officer = Visitor(page, live_server)
    sign_in(officer, "Noor")
    officer.go(f"/desk/cases/{first}")
    looked_at(officer, "incident-case")
    officer.press("say which")
    assert "What may be the same" in officer.text and second in officer.text
    looked_at(officer, "incident-proposed")
    officer.page.locator("input[name=kind][value=incident]").check()
    officer.page.locator("#name").fill("The footbridge")
    officer.page.locator("#where").fill("Kilima")
    officer.page.locator("#day").fill("2026-05-03")
    officer.press("Write it down")
    officer.follow(officer.page.get_by_role("button", name="The same", exact=True).first)
    assert "What may be the same" not in officer.text
    assert f"Sites, units and incidents of {first}" in officer.text
    assert "Named here: The footbridge (incident)" in officer.text
    officer.go(f"/desk/cases/{first}")
    beside = page.locator("dt:has-text('Sites, units and incidents') + dd").inner_text()
    assert beside.startswith("The footbridge") and "change" in beside and "say which" not in beside
    officer.go(f"/desk/incidents/of/{third}").follow(officer.page.get_by_role("button", name="Not the same"))
    assert "Not of this case: The footbridge" in officer.text
    looked_at(officer, "incident-said")
    officer.go("/desk/incidents")
    looked_at(officer, "incident-list")
    resize(page, 360)
    labels = page.locator(".cases td[data-label]")
    said = labels.evaluate_all("all => all.map(one => getComputedStyle(one, '::before').content)")
    assert [label.strip('": ') for label in said] == ["What it is", "Where", "Day"]
    resize(page, WIDTHS[0])
    officer.press("The footbridge")
    assert first in officer.text and second in officer.text and third not in officer.text
    looked_at(officer, "incident-one")
    officer.go("/desk/incidents/over-time")
    looked_at(officer, "incident-patterns")


def test_promised_remedies_and_one_answer_to_several_cases_are_looked_at(page, live_server, cast):
    begun = clock.now() - timedelta(days=20)
    for until in ("accept_remedy", "refer", "refer"):
        demonstration.walk_story(cast, until, begun)
    officer = Visitor(page, live_server)
    sign_in(officer, "Noor")
    officer.go("/desk/remedies")
    looked_at(officer, "promised")
    page.context.clear_cookies()
    company = Visitor(page, live_server)
    sign_in(company, "Victor")
    company.press("One answer to several cases")
    looked_at(company, "one-answer")
    company.page.locator("input[name=which][value=all]").check()
    for name, words in ANSWER.items():
        company.page.locator(f"#{name}").fill(words)
    company.press("Look at it before it goes")
    assert "each of these 2 cases" in company.text
    looked_at(company, "one-answer-look")
    company.press("Send it to 2 cases")
    assert "2 cases have your answer." in company.text
    assert "No case waits for your answer." in company.go("/company/answers").text
