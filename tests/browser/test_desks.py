"""The desks' pages: nothing that axe finds, nothing cut off on a phone, and the daily work by keyboard alone."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.workflow import steps
from tests import said_right
from tests.browser.looks import WIDTHS, faults, resize, with_axe
from tests.browser.test_story import Visitor, sign_in
from tests.workflow.test_recusal import join


@pytest.fixture
def cases(app, cast):
    """References by what they are: new, referred, answered with a remedy, escalated and proposed for the Board."""
    now = clock.now()
    join(cast["Victor"])  # one alone cannot be kept out of a case
    new, _amina, _code = demonstration.file_one(now, name="Amina Said", known_to_secretariat="yes")
    found = {"new": new, "acknowledged": demonstration.walk_story(cast, "acknowledge", now - timedelta(days=6))[0]}
    for name, until, days in (("referred", "refer", 7), ("answered", "accept_remedy", 25), ("closed", "close", 120)):
        found[name] = demonstration.walk_story(cast, until, now - timedelta(days=days))[0]
    steps.take("ask_identity", cast["Noor"], new, {"reason": "contact", "words": "To call her."})
    steps.take("refer", cast["Noor"], new, demonstration.ANSWERS["refer"] | {"mechanism_not_subject": "yes"})
    said_right.say(found["acknowledged"])
    return found


def pages_of(name, cases):
    """The addresses that this person works at."""
    if name == "ines":
        return ["/custodian", f"/custodian/cases/{cases['new']}/steps/refuse_identity", "/account/people"]
    if name == "victor":
        case = f"/company/cases/{cases['referred']}"
        steps_ = ("respond", "request_extension", "propose_remedy", "recuse_person", "write")
        return ["/company", case, f"/company/cases/{cases['answered']}", *(f"{case}/steps/{s}" for s in steps_),
                "/account/people", "/account/calendar", "/account/password", "/account/keys"]  # fmt: skip
    case = f"/desk/cases/{cases['referred']}"
    steps_ = (
        "classify",
        "ask",
        "escalate",
        "recall_packet",
        "write",
        "write?audience=company",
        "note",
        "close",
        "link",
    )
    if name == "tomas":
        steps_ = ("suspend", "exclude_person", "assign", "note")
    found = ["/desk", "/desk?show=closed", "/desk/new", f"/desk/cases/{cases['new']}", case,
             f"/desk/new-ones/{cases['new']}", "/desk/handing-over?officer=1", "/desk/figures",
             f"/desk/cases/{cases['answered']}", f"/desk/cases/{cases['closed']}",
             *(f"{case}/steps/{s}" for s in steps_), "/account/people", "/account/away"]  # fmt: skip
    admin = ("", "/companies", "/companies/1", "/companies/1/edit", "/companies/new", "/holidays", "/holidays/add",
             "/procedure", "/record")  # fmt: skip
    if name == "noor":
        return [*found, f"/desk/cases/{cases['acknowledged']}/steps/refer"]
    return [*found, *(f"/desk/admin{path}" for path in admin), "/desk/templates"]


@pytest.mark.parametrize("name", ["noor", "tomas", "victor", "ines"])
def test_axe_finds_nothing_and_nothing_is_cut_off_on_a_page_of_the_desks(app, live_server, chromium, cases, name):
    context = with_axe(chromium, bypass_csp=True)
    page = context.new_page()
    sign_in(Visitor(page, live_server), name.capitalize())
    found = []
    for path in pages_of(name, cases):
        answer = page.goto(live_server + path)
        if answer.status != 200:
            found.append((path, answer.status))
        for width in WIDTHS:
            resize(page, width, 800)
            found += [(width, fault) for fault in faults(page)]
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [(path, width, "wider", wider)] if wider > 0 else []
    context.close()
    assert found == []


class Fingers:
    """Tab, Enter and typing, and nothing else."""

    def __init__(self, page):
        self.page = page

    def to(self, words):
        """Tab to what has these words (or this name), at most two hundred times."""
        script = (
            "() => { const e = document.activeElement;"
            " if (e.matches('[role=region], [type=checkbox]')) return '';"
            " return [e.innerText || '', e.name || '', e.value || ''].join('|') }"
        )
        for _ in range(200):
            self.page.keyboard.press("Tab")
            if words in self.page.evaluate(script):
                return self
        raise AssertionError(f"Tab never comes to {words!r}")

    def press(self):
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self

    def unfold(self):
        self.page.keyboard.press("Enter")
        return self

    def type(self, text):
        self.page.keyboard.type(text)
        return self


def test_an_officer_works_through_a_case_by_keyboard_alone(app, live_server, new_page, cases):
    page = new_page(1280)
    page.goto(live_server + "/account/sign-in")
    hands = Fingers(page)
    hands.to("email").type("noor@example.org").to("password").type(demonstration.PASSWORD).press()
    hands.to(cases["answered"]).press()
    hands.to("Write a message").press()
    hands.to("Send to the complainant").press()
    hands.to("message").type("The company has a month for it.").to("Send to the complainant").press()
    assert "The company has a month for it." in page.locator("main").inner_text()
    hands.to("Keeping the case").unfold()
    hands.to("Declare a conflict of interest").press()
    assert "Declare a conflict of interest" in page.locator("h1").inner_text()


def test_a_company_answers_by_keyboard_alone(app, live_server, new_page, cases):
    page = new_page(1280)
    page.goto(live_server + "/account/sign-in")
    hands = Fingers(page)
    hands.to("email").type("victor@example.org").to("password").type(demonstration.PASSWORD).press()
    hands.to(cases["referred"]).press()
    hands.to("Acknowledge the referral").press()
    hands.to("contact").type("The site manager").to("readers")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # what it promises
    hands.to("Acknowledge the referral").press()
    hands.to("Respond").press()
    for part in ("facts", "steps", "position", "offer", "prevention"):
        hands.to(part).type("As we found it.")
    hands.to("Respond").press()
    hands.to("Send").press()
    assert "As we found it." in page.locator("main").inner_text()
