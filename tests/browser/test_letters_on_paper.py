"""A letter on paper, from her yes to the list of what was told: she, an officer, an approver and a custodian, each at
their page."""

import pytest

from grievance import clock, demonstration
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_safety import enter, keep
from tests.browser.test_story import Visitor, approve, sign_in
from tests.paper import WORDS

ADDRESS = "7 Palm Street\nKisumu"


@pytest.fixture
def filed(app, cast):
    """A case that the company has: its reference and her receipt."""
    reference, _amina, code = demonstration.file_one(clock.now(), known_to_secretariat="yes")
    for step in ("acknowledge", "refer"):
        demonstration.do(step, cast["Noor"], reference, clock.now(), cast["Tomas"])
    return reference, code


def fetched(visitor, selector):
    """What the browser gets by a button that shows a PDF, with all that its form says: (status, what it is)."""
    script = """async button => { const form = button.form, to = button.getAttribute("formaction") || form.action;
        const answer = await fetch(to, {method: "POST", body: new FormData(form)});
        return [answer.status, (await answer.text()).slice(0, 5)]; }"""
    return visitor.page.locator(selector).first.evaluate(script)


def write(noor, reference, kind, **more):
    noor.go(f"/desk/cases/{reference}").press("Letters on paper").press("Write a letter")
    given = {"addressee": "complainant", "letter_kind": kind, "subject": "What we decided", "text": WORDS, **more}
    noor.fill(**given)
    noor.page.locator("[name=language]").select_option("en")
    return noor


def test_she_says_yes_two_people_write_and_it_is_posted_to_her_address(app, live_server, chromium, new_page, filed):
    reference, code = filed
    amina, tomas, ines = (Visitor(new_page(360), live_server) for _ in range(3))
    noor = Visitor(chromium.new_context(bypass_csp=True).new_page(), live_server)
    enter(amina, code).press("Send me letters by post")
    assert "can be seen by others in your house" in amina.text
    keep(amina, "post-hers")
    amina.press("Send me letters by post").press("Write or correct my name and how to reach me")
    amina.fill(address=ADDRESS).onward()

    write(sign_in(noor, "Noor"), reference, "decision")
    assert fetched(noor, "button[formaction$='preview.pdf']") == [200, "%PDF-"]
    keep(noor, "post-write")
    noor.press("Write a letter")
    assert "An approver decides next." in noor.text
    sign_in(tomas, "Tomas").go(f"/desk/cases/{reference}").press("look and decide")
    assert "The letter as it is printed (PDF)" in tomas.text
    approve(tomas, live_server, reference)

    noor.go(f"/desk/cases/{reference}/post")
    assert "approved by a second person" in noor.text and "ask a custodian for it" in noor.text
    noor.press("Ask to open the identity").page.locator("[name=reason]").select_option("contact")
    noor.fill(words="To post a letter to her.").onward()
    sign_in(ines, "Ines").go(f"/custodian/cases/{reference}/steps/grant_identity").onward()
    noor.go(f"/desk/cases/{reference}/post")
    assert fetched(noor, "form[action$='label.pdf'] button") == [200, "%PDF-"]
    keep(noor, "post-list")
    noor.press("It was posted").fill(posted_on=clock.office_today().isoformat())
    noor.press("The letter to the complainant was posted")
    assert "By post on" in noor.go(f"/desk/cases/{reference}/post").text

    noor.press("What was told to whom")
    assert "Letter on paper" in noor.text and "By post on" in noor.text and "The complainant" in noor.text
    keep(noor, "post-told")
    amina.go("/follow/case")
    assert "Dear Amina Said," in amina.unfolded and "We sent you a letter by post" in amina.unfolded
    assert "Your identity was opened" in amina.unfolded
    amina.press("Do not send me letters by post any more").press("Do not send me letters by post any more")
    assert "none can be sent to them" in noor.go(f"/desk/cases/{reference}/post").text


def test_the_company_gets_its_letter_on_its_page(app, live_server, new_page, filed):
    reference, _code = filed
    noor, victor = (Visitor(new_page(), live_server) for _ in range(2))
    write(sign_in(noor, "Noor"), reference, "information", addressee="company").press("Write a letter")
    noor.go(f"/desk/cases/{reference}/post").press("Send it to the company").press("Send the letter to the company")
    assert "On the company's page" in noor.go(f"/desk/cases/{reference}/post").text
    sign_in(victor, "Victor").go(f"/company/cases/{reference}")
    assert "Dear Amina Said," in victor.unfolded


def test_without_her_yes_the_choice_to_write_to_her_is_closed_and_says_why(app, live_server, new_page, filed):
    reference, _code = filed
    noor = Visitor(new_page(), live_server)
    sign_in(noor, "Noor").go(f"/desk/cases/{reference}").press("Letters on paper")
    assert "did not say yes to letters by post" in noor.text
    noor.press("Write a letter")
    assert noor.page.locator("[name=addressee][value=complainant]").is_disabled()
    assert "did not say yes to letters by post" in noor.text


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_letters_fit_and_can_be_read_aloud(chromium, live_server, filed, width):
    reference, _code = filed
    page = with_axe(chromium).new_page()
    resize(page, width)
    write(sign_in(Visitor(page, live_server), "Noor"), reference, "information", addressee="company")
    Visitor(page, live_server).press("Write a letter")
    for path in ("/post", "/told", "/steps/write_letter"):
        page.goto(f"{live_server}/desk/cases/{reference}{path}")
        assert faults(page) == [] and overflow(page) <= 0, path
