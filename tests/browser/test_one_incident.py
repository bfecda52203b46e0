"""Four of one union, each at their page in a browser: three agree that the company is told and one does not; they are
referred together, the company gives one answer, each reads it, and one disputes it."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.demonstration import PACKET
from tests import outside
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_group import comes, files_for, makes_her_receipt, slips_on
from tests.browser.test_safety import keep
from tests.browser.test_story import Visitor, is_right, sign_in
from tests.views.test_one_incident import ANSWER

pytestmark = pytest.mark.usefixtures("asks_her")
CALLED = ("Asha", "Bela", "Chidi")


@pytest.fixture
def at_work(chromium, live_server):
    """Opens a page of the office or of a company, with axe in it."""
    contexts = []

    def opens(name):
        contexts.append(with_axe(chromium, viewport={"width": 1280, "height": 900}, locale="en"))
        visitor = Visitor(contexts[-1].new_page(), live_server)
        sign_in(visitor, name)
        return visitor

    yield opens
    for context in contexts:
        context.close()


def looked_at(visitor, name):
    found = []
    for width in WIDTHS:
        resize(visitor.page, width, 900)
        keep(visitor, f"one-incident-{name}-{width}")
        found += faults(visitor.page) + [f"{name}: too wide"] * (overflow(visitor.page) > 0)
    resize(visitor.page, 1280, 900)
    assert found == []


def union_of(new_page, live_server, code):
    """The page of who speaks for the union, and of each other person hers, with the receipt that the slip made."""
    union = Visitor(new_page(), live_server)
    comes(union, code)
    for called in CALLED:
        files_for(union, called)
    slips = slips_on(union.go("/follow/case/people/slips"))
    people = [Visitor(new_page(), live_server) for _slip in slips]
    for person, slip in zip(people, slips, strict=True):
        makes_her_receipt(person, slip)
    return union, people


def agrees(person):
    person.go("/follow/case/steps/change_consent").fill(share_account="yes").onward("#typed button.filled")


def together(visitor, incident, button, tick_all=False):
    """From the page of the incident, with all that are ticked there."""
    visitor.go(incident).press(button)
    if tick_all:
        for box in visitor.page.locator("main [name=case]").all():
            box.check()
    return visitor


def approves(tomas, incident):
    return together(tomas, incident, "Decide together", tick_all=True).press("Approve those that are ticked")


def answers(victor):
    victor.go("/company/answers").page.locator("input[name=which][value=all]").check()
    victor.fill(**ANSWER).press("Look at it before it goes")
    assert "each of these 3 cases" in victor.text
    victor.press("Send it to 3 cases")


def test_four_of_one_union_from_one_incident_to_one_answer_and_one_dispute(app, cast, live_server, new_page, at_work):
    lead, _person, code = demonstration.file_one(clock.now() - timedelta(days=1))
    union, (asha, bela, chidi) = union_of(new_page, live_server, code)
    noor, tomas, victor = map(at_work, ("Noor", "Tomas", "Victor"))
    agrees(asha)
    agrees(bela)

    noor.go(f"/desk/incidents/of/{lead}").fill(name="March wages", where="Night shift")
    noor.page.locator("input[name=kind][value=incident]").check()
    noor.page.locator("form:has(input[value=write]) input[name=group]").check()
    noor.press("Write it down").press("March wages")
    incident = noor.page.url.removeprefix(live_server)
    assert "1 of 4" in noor.text
    approves(tomas, incident)
    assert "2 proposals were approved." in tomas.text and "3 of 4" in noor.go(incident).text
    looked_at(noor, "incident")

    together(noor, incident, "Show one summary").fill(packet=PACKET)
    looked_at(noor, "summary")
    noor.press("Look at it before it is shown")
    looked_at(noor, "summary-look")
    noor.press("Show it to those that are ticked")
    assert "The summary was shown to 3 complainants." in noor.text
    for person in (union, asha, bela):
        is_right(person)
    together(tomas, incident, "Decide together", tick_all=True)
    looked_at(tomas, "her-words")
    tomas.press("Approve those that are ticked")

    together(noor, incident, "Refer together").fill(mechanism_not_subject=True)
    assert "1 case is left out" in noor.text
    looked_at(noor, "refer")
    noor.press("Propose it for those that are ticked")
    assert "3 cases were proposed." in noor.text
    together(tomas, incident, "Decide together")
    looked_at(tomas, "decide")
    tomas.press("Approve those that are ticked")
    assert "3 proposals were approved." in tomas.text
    outside.a_release_came()

    answers(victor)
    for person in (union, asha, bela):
        assert ANSWER["offer"] in person.go("/follow/case").unfolded
    assert ANSWER["offer"] not in chidi.go("/follow/case").unfolded
    asha.go("/follow/case/steps/escalate").fill(why="It speaks of March alone.")
    asha.onward("#typed button.filled")

    noor.go("/desk/figures")
    assert noor.page.locator("tr:has-text('which are the same') td").first.inner_text() == "1"
    written = together(noor, incident, "Write to the complainants")
    written.page.get_by_label("In your own words").fill("Our office is closed on Monday.")
    written.press("Send to those that are ticked")
    for person in (union, asha, bela, chidi):
        assert "Our office is closed on Monday." in person.go("/follow/case").unfolded
        assert "March wages" not in person.unfolded
