"""Interim measures: she reads what would protect her, says yes or no, and the alert stays until each is settled."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.accounts import receipts
from grievance.contacts import Emergency
from grievance.crypto.compartments import Compartment
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.models.writing import Writing
from grievance.workflow import steps
from grievance.workflow.measures import measures
from tests.her_steps import with_names
from tests.scenarios.pages import press
from tests.times import days_later
from tests.views.test_routes import client_of

WHAT = {"what": "She works at the other gate.", "by_whom": "The site manager", "where": "The north gate"}


@pytest.fixture
def afraid(app, cast):
    """A complaint of somebody who could be harmed now: its reference, receipt and people."""
    reference, amina, code = demonstration.file_one(clock.now(), could_harm="yes", harm_when="soon")
    return Afraid(reference, code, {**cast, "Amina": amina})


class Afraid:
    def __init__(self, reference, code, people):
        self.reference, self.code, self.people = reference, code, people

    @property
    def case(self):
        return find_case(self.people["Noor"], self.reference)

    def take(self, step, who, decided=True, **given):
        decision = steps.take(step, self.people[who], self.reference, given)
        if decision and decided:
            steps.decide(self.people["Tomas"], self.reference, decision.id, True)
        return decision

    def propose(self, days=3):
        self.take("protect", "Noor", **WHAT, by_when=self.day(days).isoformat())

    def day(self, days):
        return clock.office_day(days_later(days))

    def standing(self):
        return [one.standing.value for one in measures(self.case)]

    def lift(self):
        return self.take("lift_safety_alert", "Noor", assessment="She is safe.")

    def her(self, app):
        client = app.test_client()
        client.post("/follow", data={"code": self.code})
        return client


def look(afraid, outcome):
    return afraid.take("review_protection", "Noor", measure="1", outcome=outcome, how="She called.")


def test_a_measure_is_proposed_agreed_to_done_and_then_the_alert_can_be_lifted(afraid):
    afraid.propose()
    with pytest.raises(steps.Refused, match="A measure of protection is not settled"):
        afraid.lift()
    afraid.take("agree_protection", "Amina", measure="1")
    with pytest.raises(steps.Refused, match="A measure of protection is not settled"):
        afraid.lift()
    look(afraid, "done")
    assert afraid.standing() == ["done"]
    afraid.lift()
    assert not afraid.case.safety_alert


def test_what_she_declines_holds_the_alert_no_longer(afraid):
    afraid.propose()
    afraid.take("decline_protection", "Amina", measure="1", why="They would know that it was me.")
    assert afraid.standing() == ["declined"]
    afraid.lift()
    assert not afraid.case.safety_alert


def test_what_was_not_done_stays_owed(afraid):
    afraid.propose()
    afraid.take("agree_protection", "Amina", measure="1")
    look(afraid, "not_done")
    assert afraid.standing() == ["not_done"]
    with pytest.raises(steps.Refused, match="not settled"):
        afraid.lift()
    look(afraid, "done")
    afraid.lift()


def test_a_measure_that_came_between_proposal_and_approval_holds_the_alert(afraid):
    decision = afraid.take("lift_safety_alert", "Noor", decided=False, assessment="She is safe.")
    afraid.propose()
    with pytest.raises(steps.Refused, match="not settled"):
        steps.decide(afraid.people["Tomas"], afraid.reference, decision.id, True)
    assert afraid.case.safety_alert


def test_without_her_yes_nothing_can_be_said_to_be_done(afraid):
    afraid.propose()
    with pytest.raises(BadInput):
        look(afraid, "done")


def test_without_an_alert_no_measure_is_proposed(afraid):
    afraid.lift()
    with pytest.raises(steps.Refused, match="There is no safety alert"):
        afraid.propose()


def test_no_measure_is_promised_for_a_day_that_is_over(afraid):
    with pytest.raises(steps.Refused, match="This day has passed"):
        afraid.propose(-1)


def test_her_yes_on_the_telephone_is_confirmed_by_a_second_person(afraid):
    afraid.propose()
    by_phone = {"measure": "1", "channel": "phone", "read_back": "yes"}
    decision = afraid.take("agree_protection", "Noor", decided=False, **by_phone)
    assert decision and afraid.standing() == ["proposed"]
    steps.decide(afraid.people["Tomas"], afraid.reference, decision.id, True)
    assert afraid.standing() == ["agreed"]


def safety_limits(afraid):
    return {one.key: one.due_on for one in deadlines.owed(afraid.case) if one.key.startswith("L14")}


def test_the_office_looks_again_on_the_day_of_the_measure_and_not_a_month_later(afraid):
    afraid.propose(5)
    afraid.take("assess_safety", "Noor", assessment="She waits.")
    assert safety_limits(afraid)["L14r"] > afraid.day(20)
    afraid.take("agree_protection", "Amina", measure="1")
    assert safety_limits(afraid) == {"L14r": afraid.day(5)}
    afraid.take("assess_safety", "Noor", assessment="It is not done yet.")
    assert safety_limits(afraid) == {"L14r": afraid.day(5)}


def test_a_look_that_comes_sooner_keeps_its_hour(afraid):
    before = safety_limits(afraid)
    afraid.propose(5)
    afraid.take("agree_protection", "Amina", measure="1")
    assert safety_limits(afraid) == before and set(before) == {"L14h"}


def test_what_a_measure_says_is_sealed_for_her_and_the_office(afraid):
    afraid.propose()
    query = select(Writing.compartment).where(Writing.step == "protect")
    assert db.session.scalars(query).all() == [Compartment.CORRESPONDENCE]


def test_at_her_page_she_reads_the_measure_and_says_yes_and_then_no(app, afraid):
    afraid.propose()
    her = afraid.her(app)
    page = with_names(her.get("/follow/case").text)
    fold = page.split("About your safety")[1].split("</details>")[0]
    assert "She works at the other gate." in fold and "It waits for your yes" in fold
    assert "She works at the other gate." not in page.replace(fold, "")
    assert press(her, "/follow/case/steps/agree_protection", measure="1").status_code == 303
    assert "You said yes" in her.get("/follow/case").text and afraid.standing() == ["agreed"]
    assert press(her, "/follow/case/steps/decline_protection", measure="1").status_code == 303
    assert afraid.standing() == ["declined"]


def test_the_officer_reads_how_each_measure_stands_on_the_case_page(app, afraid):
    afraid.propose()
    page = client_of(app, "Noor").get(f"/desk/cases/{afraid.reference}").text
    assert "Measures of protection" in page and "It waits for the complainant" in page and "s yes<" in page
    afraid.take("agree_protection", "Amina", measure="1")
    page = client_of(app, "Noor").get(f"/desk/cases/{afraid.reference}").text
    assert "The complainant said yes: it is owed" in page
    assert f"/desk/cases/{afraid.reference}/steps/review_protection?measure=1" in page


def test_whoever_holds_her_phone_sees_one_line_of_safety_and_the_same_one_whatever_happened(app, cast, afraid):
    """What is folded away stands between the line and the end of its fold."""
    afraid.propose()
    afraid.take("report_retaliation", "Amina", happened="They came to my house.")
    page = afraid.her(app).get("/follow/case").text
    fold = page.split("About your safety</strong>")[1].split("</details>")[0]
    seen = page.replace(fold, "").split("<footer")[0]
    assert "Could someone harm you because you complain?" in fold
    assert "They came to my house." in fold and "They came to my house." not in seen
    for word in ("danger", "harm", "retaliat", "protect", "measure"):
        assert word not in seen.lower(), word


def test_the_fold_says_what_her_answer_set_off_and_by_which_day(app, afraid):
    fold = afraid.her(app).get("/follow/case").text.split("About your safety</strong>")[1].split("</details>")[0]
    assert "We look at your safety before all else, by" in fold
    assert "we give the company nothing more of yours" in fold
    afraid.lift()
    fold = afraid.her(app).get("/follow/case").text.split("About your safety</strong>")[1].split("</details>")[0]
    assert "Nothing about your safety is open here." in fold


def test_with_a_receipt_that_replaced_another_her_word_is_checked_first(afraid):
    """Whoever took it from her may say no for her, and with it the alert would go."""
    afraid.propose()
    checked = replace(receipts.person_with(afraid.code), checked=True)
    decision = steps.take("decline_protection", checked, afraid.reference, {"measure": "1"})
    assert decision and afraid.standing() == ["proposed"]


HELPS = {"GB": Emergency("Those who protect", "+44 00 000 0000", date(2026, 11, 29), "day and night"),
         "KE": Emergency("Neighbours", "+254 00 000 0000", date(2026, 11, 1))}  # fmt: skip


def test_who_can_help_at_once_stands_where_the_office_has_checked_one_and_nowhere_else(app, afraid):
    her = afraid.her(app)
    assert "Who can help at once" not in her.get("/safety").text + her.get("/follow/case").text
    app.config["EMERGENCY"] = HELPS
    page = her.get("/safety").text
    assert "Those who protect" in page and "Neighbours" in page and "We checked this on 29 November 2026." in page
    fold = her.get("/follow/case").text.split("About your safety</strong>")[1].split("</details>")[0]
    assert ("Those who protect" in fold, "Neighbours" in fold) == which_of(afraid.case)


def which_of(case):
    """Of the country where it happened or the company is; of each, where nobody was checked there."""
    country = (case.country or case.company.country).partition("-")[0]
    return (country != "KE", country != "GB")
