"""Interviews and visits: with her yes, a visit with an approved safety check, and none while an alert is open."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.event import Event
from grievance.models.writing import Decision
from grievance.record import compare
from grievance.workflow import steps
from grievance.workflow.meetings import ENDED_BY, meetings
from tests.outside import a_release_came
from tests.unpadded import unpadded
from tests.views.test_routes import client_of

SECRET = "Zinnober, at the well behind the school."
PLAN = {"about": SECRET, "by_whom": "Noor and a driver", "spoken": "Swahili, nobody interprets",
        "consent": "On the phone on Monday: yes, come."}  # fmt: skip
CHECK = {"safety_check": "Nobody of the site is there on market day. We leave when a uniform comes."}


@pytest.fixture
def case(app, cast):
    return demonstration.walk_story(cast, "company_acknowledge", clock.now() - timedelta(days=15))


@pytest.fixture
def reference(case):
    return case[0]


def on(days=3):
    return {"on": (clock.office_today() + timedelta(days=days)).isoformat()}


def decide(cast, reference, approve=True, by="Tomas"):
    decision = db.session.scalars(select(Decision.id).order_by(Decision.proposed_at.desc())).first()
    steps.decide(cast[by], reference, decision, approve, "" if approve else "The road is watched.")


def kinds(reference, cast):
    db.session.rollback()
    query = select(Event.kind).where(Event.chain == find_case(cast["Noor"], reference).id).order_by(Event.seq)
    return list(db.session.scalars(query))


def test_a_visit_takes_place_once_another_person_approved_its_safety_check(cast, reference):
    steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on()})
    with pytest.raises(Refused, match="No visit is planned that was approved"):
        steps.take("record_visit", cast["Noor"], reference, {"held": "held", "outcome": "She showed us the pay slips."})
    decide(cast, reference)
    steps.take("record_visit", cast["Noor"], reference, {"held": "held", "outcome": "She showed us the pay slips."})
    assert kinds(reference, cast)[-2:] == ["plan_visit", "record_visit"] and list(compare.everything()) == []
    with pytest.raises(Refused):
        steps.take("record_visit", cast["Noor"], reference, {"held": "held", "outcome": "Once more."})


def test_a_visit_that_was_refused_is_not_planned(cast, reference):
    steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on()})
    decide(cast, reference, approve=False)
    with pytest.raises(Refused, match="No visit is planned"):
        steps.take("record_visit", cast["Noor"], reference, {"held": "held", "outcome": "We went all the same."})


def test_no_visit_is_planned_or_approved_while_a_safety_alert_is_open(cast, case):
    reference, amina = case[0], demonstration.receipts.person_with(case[1])
    steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on()})
    steps.take("report_retaliation", amina, reference, {"happened": "They came to my house."})
    with pytest.raises(Refused, match="A safety alert is open"):
        decide(cast, reference)
    with pytest.raises(Refused, match="A safety alert is open"):
        steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on()})


def test_a_visit_that_was_approved_before_an_alert_is_warned_of_at_its_case(app, cast, case):
    reference, amina = case[0], demonstration.receipts.person_with(case[1])
    steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on()})
    decide(cast, reference)
    steps.take("report_retaliation", amina, reference, {"happened": "They came to my house."})
    page, warned = f"/desk/cases/{reference}", "the visit that was planned must not take place now"
    assert warned in client_of(app, "Noor").get(page).text
    steps.take("record_visit", cast["Noor"], reference, {"held": "called_off", "outcome": "She is afraid."})
    assert warned not in client_of(app, "Noor").get(page).text


@pytest.mark.parametrize("missing", ["consent", "on", "safety_check"])
def test_without_her_yes_a_day_or_a_safety_check_no_visit_is_planned(cast, reference, missing):
    answers = {**PLAN, **CHECK, **on()}
    del answers[missing]
    with pytest.raises(BadInput, match=missing):
        steps.take("plan_visit", cast["Noor"], reference, answers)


def test_an_interview_needs_her_yes_and_a_day_to_come_and_its_outcome_is_written(cast, reference):
    with pytest.raises(Refused, match="This day has passed"):
        steps.take("plan_interview", cast["Noor"], reference, {**PLAN, **on(-1)})
    with pytest.raises(Refused, match="No interview is planned"):
        steps.take("record_interview", cast["Noor"], reference, {"held": "held", "outcome": "She told it again."})
    steps.take("plan_interview", cast["Noor"], reference, {**PLAN, **on()})
    steps.take("record_interview", cast["Noor"], reference, {"held": "held", "outcome": "She told it again."})
    assert kinds(reference, cast)[-2:] == ["plan_interview", "record_interview"]


TOKENS = re.compile(r'name="(?:csrf|form)_token" value="[^"]*"|Proof of the record of your complaint: [0-9a-f]{64}')
"""And the hash at the end of her record, which any event of the office moves on, and none says what it was."""


def plain(page):
    return TOKENS.sub("", unpadded(page.text))


def test_neither_she_nor_the_company_learns_of_a_visit_and_no_day_of_it_is_in_clear(app, cast, case):
    reference, code = case
    a_release_came()
    hers, company = app.test_client(), client_of(app, "Victor")
    hers.post("/follow", data={"code": code})
    look = (lambda: plain(company.get(f"/company/cases/{reference}")), lambda: plain(hers.get("/follow/case")))
    before = [[one() for one in look] for _ in range(2)][-1]  # the first look takes the marks of what was new
    steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on(17)})
    decide(cast, reference)
    a_release_came()
    assert [one() for one in look] == before
    facts = " ".join(db.session.scalars(select(Event.facts).where(Event.kind.in_(("plan_visit", "proposed")))))
    assert on(17)["on"] not in facts and "Zinnober" not in facts


def two(cast, reference, step="plan_visit"):
    """Two of a kind, planned and approved: the second one for the earlier day."""
    for days in (8, 4):
        steps.take(step, cast["Noor"], reference, {**PLAN, **(CHECK if step == "plan_visit" else {}), **on(days)})
        if step == "plan_visit":
            decide(cast, reference)


def became(cast, reference, step="plan_visit"):
    db.session.rollback()
    return [one.became.value for one in meetings(find_case(cast["Noor"], reference), step)]


SAID = {"held": "held", "outcome": "She showed us the pay slips."}


@pytest.mark.parametrize(("plan", "ended"), ENDED_BY.items())
def test_of_two_each_end_says_which_one_it_is_about_and_leaves_the_other(cast, reference, plan, ended):
    two(cast, reference, plan)
    with pytest.raises(Refused, match="Several are planned: choose which one it is about"):
        steps.take(ended, cast["Noor"], reference, SAID)
    steps.take(
        ended, cast["Noor"], reference, {"meeting": "2", "held": "called_off", "outcome": "The road is watched."}
    )
    assert became(cast, reference, plan) == ["planned", "called_off"]
    with pytest.raises(BadInput, match="meeting"):
        steps.take(ended, cast["Noor"], reference, {**SAID, "meeting": "2"})
    steps.take(ended, cast["Noor"], reference, SAID)
    assert became(cast, reference, plan) == ["held", "called_off"]
    facts = [json.loads(one) for one in db.session.scalars(
        select(Event.facts).where(Event.kind == ended).order_by(Event.seq))]  # fmt: skip
    assert [one["meeting"] for one in facts] == ["2", "1"] and list(compare.everything()) == []


def test_a_safety_check_is_of_its_own_visit_and_lets_no_other_go(cast, reference):
    """The first was approved; the second waits for its own check, and nothing can be said of it."""
    steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on(8)})
    decide(cast, reference)
    steps.take("plan_visit", cast["Noor"], reference, {**PLAN, "safety_check": "Another road.", **on(4)})
    assert became(cast, reference) == ["planned"]
    with pytest.raises(BadInput, match="meeting"):
        steps.take("record_visit", cast["Noor"], reference, {**SAID, "meeting": "2"})
    decide(cast, reference, approve=False)
    assert became(cast, reference) == ["planned"]


def test_an_end_of_before_it_said_of_which_is_of_the_first_that_was_planned(cast, reference, monkeypatch):
    two(cast, reference)
    monkeypatch.setattr("grievance.workflow.field_work._says_which", lambda *_any: None)
    monkeypatch.setattr("grievance.workflow.field_work._note_which", lambda *_any: None)
    steps.take("record_visit", cast["Noor"], reference, SAID)
    assert became(cast, reference) == ["held", "planned"]


def test_under_an_open_alert_each_visit_says_that_it_must_not_take_place_now(app, cast, case):
    reference, amina = case[0], demonstration.receipts.person_with(case[1])
    two(cast, reference)
    steps.take("report_retaliation", amina, reference, {"happened": "They came to my house."})
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}").text
    assert page.count("It must not take place now") == 2
    with pytest.raises(Refused, match="A safety alert is open"):
        steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on()})


def test_of_a_single_visit_nothing_is_asked_and_its_number_is_kept_all_the_same(app, cast, reference):
    steps.take("plan_visit", cast["Noor"], reference, {**PLAN, **CHECK, **on()})
    decide(cast, reference)
    assert 'name="meeting"' not in client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/record_visit").text
    steps.take("record_visit", cast["Noor"], reference, SAID)
    (facts,) = db.session.scalars(select(Event.facts).where(Event.kind == "record_visit"))
    assert json.loads(facts)["meeting"] == "1"
