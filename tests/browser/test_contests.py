"""A company says at its page that the complaint is not its own, she answers at hers, and two people decide."""

from datetime import timedelta

import pytest

from grievance import clock, demonstration
from tests.browser.test_safety import enter
from tests.browser.test_story import Visitor, approve, sign_in
from tests.outside import a_release_came

HERS = "The name stood on their jackets."


@pytest.fixture
def people(app, cast, live_server, new_page):
    """Larkfield was referred a case three days ago, its person has just said that it is not its site; everybody signed
    in, and she at her page."""
    reference, receipt = demonstration.walk_story(cast, "refer", clock.now() - timedelta(days=8))
    noor, tomas, victor = (sign_in(Visitor(new_page(1280), live_server), name) for name in ("Noor", "Tomas", "Victor"))
    victor.go("/company").press(reference).press("Say that it is not yours")
    assert "A subcontractor did it? You answer for it" in victor.text
    victor.press("Say that it is not yours")
    assert "Choose why it is not yours." in victor.text and "Write what shows it." in victor.text
    victor.fill(ground="site", words="Ostrova guards the depot since May.").press("Say that it is not yours")
    return reference, noor, tomas, victor, enter(Visitor(new_page(), live_server), receipt)


def she_answers(amina):
    assert "Ostrova guards the depot since May." in amina.text and "It was not our site" in amina.unfolded
    amina.press("Say whether it was this company")
    assert "Ostrova guards the depot since May." in amina.unfolded and "The company does not." in amina.text
    amina.fill(theirs="yes", words=HERS).press("Say whether it was this company")
    assert "decide whether the complaint is with the right company" in amina.unfolded


def test_a_company_that_is_wrong_reads_why_and_has_the_days_that_were_left(people, live_server):
    reference, noor, tomas, victor, amina = people
    assert "Held for now" in victor.text and "It can be contested once." in victor.text
    noor.go(f"/desk/cases/{reference}/steps/refuse_contest")
    assert "the complainant has not answered that yet" in noor.text
    she_answers(amina)
    assert "right company" not in victor.go(f"/company/cases/{reference}").text
    a_release_came()
    assert "decide whether the complaint is with the right company" in victor.go(f"/company/cases/{reference}").text
    noor.go(f"/desk/cases/{reference}").press("It stays with the company")
    assert "Ostrova guards the depot since May." in noor.text and "Yes, it was this company." in noor.text
    noor.fill(told="Your own roster names this gate.", letter="We asked, and it was Larkfield's gate.")
    noor.press("It stays with the company")
    assert "Your own roster" not in victor.go(f"/company/cases/{reference}").text
    approve(tomas, live_server, reference)
    victor.go(f"/company/cases/{reference}")
    assert "Your own roster names this gate." in victor.unfolded and "Held for now" not in victor.text
    assert HERS not in victor.page.content() and "You must acknowledge the referral" in victor.text
    assert "We asked, and it was Larkfield's gate." in amina.go("/follow/case").unfolded
    assert "Your own roster" not in amina.page.content()
    victor.step("Acknowledge the referral", contact="The site manager", readers="The head of operations",
                undertakes=True)  # fmt: skip
    assert "The company had opened it by" in amina.go("/follow/case").unfolded
    assert "The head of operations" in amina.text and "nobody there tries to find out who complained" in amina.text


def test_a_company_that_is_right_loses_the_page_and_nothing_counts(people, live_server):
    reference, noor, tomas, victor, amina = people
    she_answers(amina)
    noor.go(f"/desk/cases/{reference}")
    noor.step("Change the company", company="Ostrova Security", why="The gate is theirs.",
              letter="It was another company.", told="You were right: the gate is not yours.")  # fmt: skip
    assert reference in victor.go("/company").text
    approve(tomas, live_server, reference)
    assert victor.go(f"/company/cases/{reference}").text.startswith("There is no such page")
    victor.go("/company").press(reference)
    assert "You were right: the gate is not yours." in victor.text and "nothing of it counts against you" in victor.text
    assert HERS not in victor.page.content()
    assert "It was another company." in amina.go("/follow/case").unfolded


def test_each_side_comments_on_a_draft_and_reads_nothing_of_the_others(app, cast, live_server, new_page):
    reference, receipt = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=21))
    noor, tomas, victor = (sign_in(Visitor(new_page(1280), live_server), name) for name in ("Noor", "Tomas", "Victor"))
    noor.go(f"/desk/cases/{reference}").step("Show both sides a draft of the observations", draft="Wages were owed.")
    amina = enter(Visitor(new_page(), live_server), receipt)
    assert "Wages were owed." in amina.unfolded
    amina.press("Comment on the draft").fill(comment=HERS).press("Comment on the draft")
    a_release_came()
    victor.go("/company").press(reference)
    assert "You can comment on the draft of the observations" in victor.text and "Wages were owed." in victor.text
    noor.go(f"/desk/cases/{reference}/steps/conclude_review")
    assert "one of them can still comment" in noor.text
    victor.press("Comment on the draft").fill(comment="Two guards are left out.").press("Comment on the draft")
    assert HERS not in victor.page.content() and "Two guards are left out." in victor.text
    amina.go("/follow/case")
    assert "Two guards" not in amina.unfolded and HERS in amina.text
    noor.go(f"/desk/cases/{reference}")
    assert HERS in noor.unfolded and "Two guards are left out." in noor.text
    noor.step("Conclude the fairness review", fair="yes", accessible="yes", effective="yes", observations="So it was.")
    approve(tomas, live_server, reference)
    assert "So it was." in amina.go("/follow/case").unfolded
