"""The wrong company was handed a complaint: in a browser, from the proposal to the right company's page."""

from datetime import timedelta

from grievance import clock, demonstration
from tests.browser.test_story import PACKET, Visitor, approve, is_right, shown, sign_in


def test_the_wrong_company_is_changed_and_the_right_one_gets_the_case(app, live_server, new_page, cast):
    noor, tomas, victor, olga, amina = (Visitor(new_page(), live_server) for _ in range(5))
    reference, receipt = demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=8))
    for visitor, name in ((noor, "Noor"), (tomas, "Tomas"), (victor, "Victor"), (olga, "Olga")):
        sign_in(visitor, name)
    amina.go("/follow").fill(code=receipt).press("Continue")
    victor.go("/company").press(reference)
    assert demonstration.PACKET in victor.text

    noor.go(f"/desk/cases/{reference}").press("Classify").fill(company="Ostrova Security", severity="High")
    assert "Take the step Change the company" in noor.press("Classify").text
    noor.go(f"/desk/cases/{reference}")
    noor.step("Change the company", company="Ostrova Security", why="The gate is theirs.",
              letter="We had sent it to the wrong company.", told="The gate is not yours.")  # fmt: skip
    assert reference in victor.go("/company").text
    tomas.go(f"/desk/cases/{reference}").press("look and decide")
    assert "Ostrova Security" in tomas.text and "The gate is not yours." in tomas.text
    tomas.press("Approve")

    assert victor.go(f"/company/cases/{reference}").text.startswith("There is no such page")
    victor.go("/company").press(reference)
    assert "Please destroy every copy" in victor.text and "The gate is not yours." in victor.text
    victor.fill(destroyed=True).press("Confirm it")
    assert "It is noted that your copies are destroyed." in victor.page.content()

    amina.go("/follow/case")
    assert "We had sent it to the wrong company." in amina.text and "Somebody there had opened it by" in amina.text
    assert "said that it destroyed its copies" in amina.text

    noor.go(f"/desk/cases/{reference}/steps/refer")
    assert "A safety alert is open." in noor.text
    assert noor.page.locator("main textarea, main select, main input:not([type=hidden])").count() == 0
    noor.go(f"/desk/cases/{reference}").step("Lift the safety alert", assessment="She was asked: nothing to fear.")
    approve(tomas, live_server, reference)
    noor.go(f"/desk/cases/{reference}/steps/refer")
    assert "The complainant did not agree to share the account." in noor.text
    amina.step("Change what I agree to", share_account=True)
    shown(noor, reference, PACKET)
    is_right(amina)
    noor.go(f"/desk/cases/{reference}").press("Refer to the company")
    noor.fill(packet=PACKET, mechanism_not_subject=True).press("Refer to the company").press("Propose with this packet")
    assert reference not in olga.go("/company").text
    approve(tomas, live_server, reference)

    olga.go("/company").press(reference)
    assert PACKET in olga.text and "Larkfield" not in olga.page.content()
    assert victor.go(f"/company/cases/{reference}").text.startswith("There is no such page")
