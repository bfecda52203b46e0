"""Days that people choose and read: none that has passed, and each by the calendar of who reads or owes it."""

import pytest
from sqlalchemy import select

from grievance import clock
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import State
from grievance.models.writing import Remedy
from grievance.workflow import steps
from tests.scenarios.days import day, limits

# --- the day of a remedy -----------------------------------------------------------------------------------


@pytest.fixture
def negotiating(story):
    """The company acknowledged; a day of the story in Nairobi, where it owes what it promises."""
    story.at("company_acknowledge", "Victor", 6)
    return story


def in_nairobi(number, hours=0):
    return clock.day(day(number, hours), "Africa/Nairobi").isoformat()


@pytest.mark.parametrize("who", ["Victor", "Noor"])
def test_a_remedy_is_not_promised_for_a_day_that_has_passed(negotiating, who):
    with pytest.raises(steps.Refused, match="This day has passed"):
        negotiating.at("propose_remedy", who, 20, due_on=in_nairobi(19))
    negotiating.at("propose_remedy", who, 20, due_on=in_nairobi(20))


def test_a_remedy_whose_day_has_passed_is_proposed_anew_before_it_is_accepted(negotiating):
    negotiating.at("propose_remedy", "Victor", 10, due_on=in_nairobi(20))
    with pytest.raises(steps.Refused, match="new date must be proposed"):
        negotiating.at("accept_remedy", "Amina", 25)
    assert sweep(day(25)).escalated == 0 and negotiating.case.state == State.REFERRED
    negotiating.at("decline_remedy", "Amina", 25)
    negotiating.at("propose_remedy", "Victor", 25, due_on=in_nairobi(30))
    negotiating.at("accept_remedy", "Amina", 26)
    assert limits(negotiating.case)["L11"].missed_at is None


def test_a_remedy_is_accepted_until_its_day_ends_where_it_is_owed(negotiating):
    """At 12 hours past nine the day is over in Nairobi, though not in London."""
    negotiating.at("propose_remedy", "Victor", 10, due_on=in_nairobi(20))
    with pytest.raises(steps.Refused, match="new date must be proposed"):
        negotiating.at("accept_remedy", "Amina", 20, hours=12)
    negotiating.at("accept_remedy", "Amina", 20, hours=11)
    assert limits(negotiating.case)["L11"].due_at == day(20, 12)


def test_what_an_officer_noted_in_time_is_not_approved_when_the_day_has_passed(negotiating):
    negotiating.at("propose_remedy", "Victor", 10, due_on=in_nairobi(20))
    raw = {"channel": "phone", "read_back": "yes"}
    remedy = str(db.session.scalars(select(Remedy.id).where(Remedy.case_id == negotiating.case.id)).one())
    steps.take("accept_remedy", negotiating.noor, negotiating.reference, {**raw, "remedy": remedy}, now=day(19))
    (decision,) = steps.open_proposals(negotiating.case)
    with pytest.raises(steps.Refused, match="new date must be proposed"):
        steps.decide(negotiating.tomas, negotiating.reference, decision.id, True, now=day(21))
