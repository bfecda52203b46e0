"""The main job as its people live it: in a browser, scripts off, 360 pixels wide."""

import json
import re

import time_machine

from grievance.demonstration import PASSWORD, email_of
from tests.browser.looks import faults, onward, with_axe
from tests.outside import a_release_came
from tests.times import days_later

PACKET = "A person reports that guards at a gate pushed them, and that wages are owed."


class Visitor:
    """One person at one page: `press` a button by its words, `fill` fields by their names."""

    def __init__(self, page, base):
        self.page, self.base = page, base

    def go(self, path):
        self.page.goto(self.base + path)
        return self

    def begin(self):
        """The first question of the form, for who passes the lines of the receipt by."""
        return self.go("/complain").onward("button[value=later]")

    def fill(self, **answers):
        for name, value in answers.items():
            field = self.page.locator(f"[name={name}]").first
            if value is True:
                field.check()
            elif field.get_attribute("type") == "hidden":  # the one answer that there is: it is said, and not asked
                assert field.input_value() == value, name
            elif field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(label=value)
            elif field.get_attribute("type") == "radio":
                self.page.locator(f"[name={name}][value={value}]").check()
            else:
                field.fill(value)
        return self

    def found(self, button, how="has-text"):
        words = json.dumps(button, ensure_ascii=False)  # with whatever quotes are in it
        return self.page.locator(f"button:{how}({words}), a:{how}({words})").last

    def press(self, button):
        found = self.found(button)
        found.wait_for(state="attached")
        folded = found.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():  # it lies in a folded group of steps; a page that is still on its way has none
            folded.click()
        return self.follow(found)

    def follow(self, link):
        """Press what leads to another page, and wait for that page: what is asked next is never asked of this one."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            link.click()
        return self

    def onward(self, selector="main button.filled"):
        """As `follow`, for what is found by its place and not by its words."""
        onward(self.page, selector)
        return self

    def step(self, button, **answers):
        return self.press(button).fill(**answers).press(button)

    @property
    def text(self):
        return self.page.locator("main").inner_text()

    @property
    def unfolded(self):
        """All that stands there, with what lies folded."""
        self.page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        return self.text


def sign_in(visitor, name):
    visitor.go("/account/sign-in").fill(email=email_of(name), password=PASSWORD)
    return visitor.press("Sign in")


def approve(visitor, base, reference):
    visitor.go(f"/desk/cases/{reference}").press("look and decide").press("Approve")


def shown(noor, reference, packet):
    """What would go is looked at as the company would see it, and then shown to her."""
    noor.go(f"/desk/cases/{reference}").press("Show the summary to the complainant")
    return noor.fill(packet=packet).press("Show the summary to the complainant").press("Show this to the complainant")


def is_right(amina):
    amina.go("/follow/case").press("Read what we would send, and answer")
    return amina.fill(verdict="right").press("Send my answer")


def test_from_a_complaint_to_a_verified_remedy(app, live_server, new_page):
    amina, noor, tomas, victor = (Visitor(new_page(), live_server) for _ in range(4))

    amina.go("/").press("File a complaint")
    receipt = amina.page.locator(".receipt").inner_text()
    amina.press("Continue").fill(could_harm="no").press("Continue")
    amina.fill(account="At the gate they pushed me. My name is Amina.").press("Continue")
    amina.fill(company="Larkfield Guarding").press("Continue")
    amina.press("Continue").press("Continue").press("Continue")  # where, what about, files: she leaves them out
    amina.press("Continue").fill(share_account=True).press("Continue")  # she writes no name
    assert "At the gate they pushed me." in amina.text
    amina.press("Send the complaint")
    assert "The five lines that you wrote down open it" in amina.text and "Not sent yet" not in amina.text
    amina.press("See my complaint")
    reference = re.search(r"GR-\w{4}-\w{4}", amina.text).group()

    amina.go("/leave").go("/follow").fill(code=receipt).press("Continue")
    assert reference in amina.text and "tell you that somebody looks at your complaint" in amina.text
    amina.step("Write a message", audience="secretariat", message="I can be called in the evening.")

    sign_in(noor, "Noor").press(reference)
    assert "I can be called in the evening." in noor.text
    noor.step("Acknowledge", no_conflict=True, safety_looked_at=True)
    shown(noor, reference, PACKET)
    is_right(amina)
    noor.go(f"/desk/cases/{reference}").press("Refer to the company").fill(
        packet=PACKET, mechanism_not_subject=True
    ).press("Refer to the company")
    assert "This is what Larkfield Guarding will see" in noor.text and PACKET in noor.text

    sign_in(victor, "Victor")
    assert reference not in victor.text
    noor.press("Propose with this packet")
    assert victor.go(f"/company/cases/{reference}").text.startswith("There is no such page")

    sign_in(tomas, "Tomas")
    approve(tomas, live_server, reference)
    victor.go("/company").press(reference)
    assert PACKET in victor.text
    assert not re.search("Amina|evening|pushed me", victor.page.content())

    victor.step("Acknowledge the referral", contact="Victor, site office",
                readers="The head of operations", undertakes=True)  # fmt: skip
    victor.step("Respond", facts="We asked the guards.", steps="One guard was moved.", position="We regret it.",
                offer="We pay the wages.", prevention="Training.")  # fmt: skip
    assert "This is what the complainant will see" in victor.text and "We pay the wages." in victor.text
    victor.press("Send")
    soon = (days_later(20)).date().isoformat()
    victor.step("Propose a remedy", kind="Compensation", promise="Three months of wages.", deliverer="Pay office",
                due_on=soon, proof="Bank slip", no_waiver=True)  # fmt: skip

    amina.go("/follow/case").press("Say yes to an offer").press("Say yes to an offer")
    assert "Report a remedy as delivered" not in victor.go(f"/company/cases/{reference}").text
    a_release_came()
    victor.go(f"/company/cases/{reference}").step("Report a remedy as delivered", evidence="Slip of Monday.")
    assert "The company says that it did what it offered." in amina.go("/follow/case").text
    amina.press("It was done").press("It was done")

    noor.go(f"/desk/cases/{reference}").step("Record as remedied", reason="The only remedy is verified.")
    approve(tomas, live_server, reference)
    assert "What was agreed was done." in amina.go("/follow/case").text
    assert amina.page.locator("main [aria-current=step]").inner_text().endswith("Done")

    with time_machine.travel(days_later(89)):
        sign_in(noor, "Noor").go(f"/desk/cases/{reference}")
        noor.step("Follow up", retaliation="no", lasting="yes", words="All is well.")
        noor.step("Close", reason="remedied", letter="The wages were paid.", lesson="Keep pay slips.")
        sign_in(tomas, "Tomas")
        approve(tomas, live_server, reference)
        amina.go("/follow").fill(code=receipt).press("Continue")
        assert "Your complaint is closed." in amina.text and "The wages were paid." in amina.text


def test_no_page_is_wider_than_a_small_phone(app, live_server, new_page):
    visitor = Visitor(new_page(), live_server)
    for path in ("/", "/complain", "/follow", "/safety", "/procedure", "/account/sign-in", "/complain/receipt"):
        visitor.go(path)
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_axe_finds_nothing_on_the_public_pages(app, live_server, chromium):
    for language in ("en", "ar"):
        context = with_axe(chromium, viewport={"width": 360, "height": 740}, locale=language, bypass_csp=True)
        page = context.new_page()
        for path in ("/", "/complain", "/follow", "/safety", "/procedure"):
            page.goto(live_server + path)
            assert faults(page) == [], language
        context.close()
