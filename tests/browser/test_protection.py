"""A measure that protects her, from her *yes* to the form's question until the alert is lifted: 360 px, scripts off."""

import re

from grievance import clock, demonstration
from tests.browser.test_safety import enter, keep
from tests.browser.test_story import Visitor, approve, sign_in
from tests.times import days_later

TELLING = r"other gate|protect|safety|alert|danger|measure"


def filed(visitor):
    """She says that it could be now or in the next days. Her receipt and the reference."""
    visitor.go("/complain?step=all")
    visitor.fill(account="At the gate they pushed me.", company="Larkfield Guarding")
    visitor.fill(could_harm="yes", harm_when="soon", share_account=True).press("Send the complaint")
    code = visitor.page.locator(".receipt").first.inner_text()
    visitor.fill(kept=True).press("See my complaint")
    return code, re.search(r"GR-\w{4}-\w{4}", visitor.text).group()


def fold(visitor):
    """The line about her safety, opened."""
    line = visitor.page.locator("summary", has_text="About your safety")
    line.click()
    return line.locator("xpath=..").inner_text()


def test_she_says_yes_to_a_measure_it_is_done_and_the_alert_is_lifted_unseen_by_the_company(
    app, cast, live_server, new_page
):
    amina, noor, tomas, victor = (Visitor(new_page(360), live_server) for _ in range(4))
    code, reference = filed(amina)
    assert "danger" not in amina.text and "measure" not in amina.text
    assert "We look at your safety before all else, by" in fold(amina)

    sign_in(noor, "Noor").go(f"/desk/cases/{reference}")
    noor.step("Propose a measure of protection", what="She works at the other gate.", by_whom="The site manager",
              by_when=(days_later(3)).date().isoformat(), where="The north gate")  # fmt: skip
    assert "Measures of protection" in noor.text and "The north gate" in noor.text
    keep(noor, "protection-desk")

    enter(amina, code)
    assert "we need your yes or no" in amina.text and "other gate" not in amina.text
    assert "She works at the other gate." in fold(amina)
    keep(amina, "protection-hers")
    amina.press("Yes, do this to protect me")
    keep(amina, "protection-yes")
    amina.press("Yes, do this to protect me")
    assert "You said yes" in fold(amina)

    sign_in(tomas, "Tomas")
    noor.go(f"/desk/cases/{reference}")
    assert "The complainant said yes: it is owed" in noor.text
    assert "Lift the safety alert: A measure of protection is not settled" in noor.page.content()
    noor.press("Say what became of a measure of protection")
    noor.fill(outcome="done", how="She called.").press("Say what became of a measure of protection")
    approve(tomas, live_server, reference)
    noor.go(f"/desk/cases/{reference}").step("Lift the safety alert", assessment="She is at the other gate.")
    approve(tomas, live_server, reference)
    enter(amina, code)
    assert "It was done" in fold(amina) and "Nothing about your safety is open here." in fold_again(amina)

    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"])
    sign_in(victor, "Victor").go(f"/company/cases/{reference}")
    assert reference in victor.text and not re.search(TELLING, victor.text)


def fold_again(visitor):
    return visitor.page.locator("summary", has_text="About your safety").locator("xpath=..").inner_text()
