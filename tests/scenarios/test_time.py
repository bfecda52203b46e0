"""Limits that pass while nothing runs, and extensions at the last minute."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from grievance import demonstration
from grievance.accounts import receipts
from grievance.deadlines import rows as deadlines
from grievance.demonstration import do
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.limit import Limit
from grievance.models.people import Company, Membership, Role
from grievance.workflow import steps
from tests.scenarios.days import START, another_approver, day, limits

# --- 7. the limit passes while the server is down ----------------------------------------------------------


def test_a_limit_that_passed_while_nothing_ran_is_dated_when_it_passed_and_escalates_once(story):
    due = limits(story.case)["L4"].due_at
    assert sweep(day(45)).escalated == 1 and sweep(day(45)).escalated == 0
    (event,) = db.session.scalars(select(Event).where(Event.kind == "escalate"))
    assert (event.happened_at, event.recorded_at) == (due, day(45))


# --- 9. an extension asked for at the last minute ----------------------------------------------------------


@pytest.fixture
def asked_late(story):
    """The company acknowledged, and asks at 23:58 of its last day; its day ends at 21:00 UTC."""
    story.at("company_acknowledge", "Victor", 6)
    limit = limits(story.case)["L5"]
    at = limit.due_at - timedelta(minutes=2)
    until = (limit.due_on + timedelta(days=20)).isoformat()
    steps.take(
        "request_extension", story.victor, story.reference, {"until": until, "why": "The guard is away."}, now=at
    )
    return SimpleNamespace(story=story, due=limit.due_at, until=date.fromisoformat(until), id=limit.id)


def test_an_extension_asked_at_2358_and_granted_two_days_late_leaves_no_breach(asked_late):
    story, late = asked_late.story, asked_late.due + timedelta(days=2)
    sweep(late - timedelta(minutes=1))
    assert story.case.state == State.REFERRED
    raw = {"answer": "grant", "why": "It is a good reason."}
    steps.take("decide_extension", story.noor, story.reference, raw, now=late)
    sweep(late + timedelta(days=1))
    limit = db.session.get(Limit, asked_late.id)
    assert (limit.due_on, limit.missed_at, story.case.state) == (asked_late.until, None, State.REFERRED)


def test_an_extension_refused_after_the_due_day_is_a_breach_dated_when_it_fell(asked_late):
    story, late = asked_late.story, asked_late.due + timedelta(days=2)
    raw = {"answer": "refuse", "why": "It is no reason."}
    steps.take("decide_extension", story.noor, story.reference, raw, now=late)
    sweep(late)
    assert db.session.get(Limit, asked_late.id).missed_at == asked_late.due and story.case.state == State.ESCALATED


def test_an_extension_that_nobody_decides_counts_as_refused_after_three_business_days(asked_late):
    story = asked_late.story
    end = db.session.get(Limit, asked_late.id).waits_until
    sweep(end - timedelta(minutes=1))
    assert story.case.state == State.REFERRED
    sweep(end)
    assert db.session.get(Limit, asked_late.id).missed_at == asked_late.due and story.case.state == State.ESCALATED


def test_an_extension_is_asked_for_once_in_time_and_not_beyond_ninety_days(story):
    story.at("company_acknowledge", "Victor", 6)

    def ask(until, number):
        raw = {"until": until.isoformat(), "why": "We need it."}
        steps.take("request_extension", story.victor, story.reference, raw, now=day(number))

    with pytest.raises(steps.Refused, match="at most"):
        ask(day(5 + 100).date(), 10)
    with pytest.raises(steps.Refused, match="after the due day"):
        ask(day(20).date(), 10)
    ask(day(5 + 80).date(), 10)
    with pytest.raises(steps.Refused, match="before"):
        ask(day(5 + 85).date(), 11)


# --- 10 to 12 ----------------------------------------------------------------------------------------------


def test_a_representative_whose_authority_is_revoked_reads_nothing_more(app, cast):
    filed, joseph, his = demonstration.file_one(START, represents="yes", authority="A letter.")
    case = db.session.scalars(select(Case).where(Case.reference == filed)).one()
    reissue = {"holder": "complainant", "channel": "in_person", "why": "She came herself."}
    steps.take("reissue_receipt", cast["Noor"], filed, reissue)
    (decision,) = steps.open_proposals(case)
    steps.decide(cast["Tomas"], filed, decision.id, True)
    assert joseph.role == Role.REPRESENTATIVE and receipts.follow(his) is not None
    with pytest.raises(steps.Refused):
        steps.take("revoke_authority", joseph, filed, {"sure": "yes"})


def test_a_company_that_leaves_in_the_middle_keeps_what_it_owes_and_gets_nothing_new(story):
    company = db.session.get(Company, story.case.company_id)
    company.membership = Membership.FORMER
    db.session.commit()
    story.at("company_acknowledge", "Victor", 6)
    sweep(day(60))
    assert story.case.state == State.ESCALATED
    with pytest.raises(steps.Refused, match="member or affiliate"):
        steps.take("refer_back", story.noor, story.reference,
                   {**demonstration.ANSWERS["refer"], "agrees": "yes"}, now=day(61))  # fmt: skip


def test_delivered_says_the_company_no_says_the_complainant_then_silence(story):
    for step, who, number in demonstration.STORY[4:9]:
        story.at(step, who, number)
    story.at("dispute_remedy", "Amina", 31)
    assert "L17" in limits(story.case)
    for number in range(35, 200, 20):
        sweep(day(number))
    assert story.case.state != State.CLOSED and deadlines.has_next_step(story.case)
    with pytest.raises(steps.Refused, match="verified"):
        steps.take("remedy", story.noor, story.reference, {"reason": "It is long ago."}, now=day(201))


# --- beside the ordinary way -------------------------------------------------------------------------------


def test_good_offices_need_both_sides_and_a_mediation_ends_in_the_next_move(story):
    story.at("escalate", "Noor", 10)
    story.at("offer_good_offices", "Noor", 11)
    story.at("agree_good_offices", "Amina", 12)
    with pytest.raises(steps.Refused, match="Both sides"):
        story.at("begin_mediation", "Noor", 12)
    story.at("agree_good_offices", "Victor", 13)
    story.at("begin_mediation", "Noor", 14)
    assert "L9m" in limits(story.case)
    story.at("end_mediation", "Noor", 60)
    assert "L17" in limits(story.case) and "L9m" not in limits(story.case)


def test_good_offices_that_one_side_declines_are_over(story):
    story.at("escalate", "Noor", 10)
    story.at("offer_good_offices", "Noor", 11)
    story.at("decline_good_offices", "Victor", 12)
    assert not {"L9", "L9c"} & set(limits(story.case))
    with pytest.raises(steps.Refused, match="Nothing was offered"):
        story.at("agree_good_offices", "Amina", 13)


def test_a_case_goes_back_to_the_company_once_without_the_board(story):
    story.at("escalate", "Noor", 10)
    story.at("refer_back", "Noor", 12)
    assert story.case.state == State.REFERRED and {"L4", "L5"} <= set(limits(story.case))
    story.at("escalate", "Noor", 13)
    with pytest.raises(steps.Refused, match="needs the Board"):
        story.at("refer_back", "Noor", 14)
    story.at("ask_board", "Noor", 15)
    story.at("record_board_decision", "Tomas", 30)
    story.at("refer_back", "Noor", 31)
    assert story.case.handovers == 3 and doctor.examine() == []


def test_a_suspension_holds_the_named_limits_and_is_looked_at_again(story):
    review = day(40).date().isoformat()
    story.at("company_acknowledge", "Victor", 6)
    raw = {"ground": "safety", "why": "She is threatened.", "review_on": review, "limits": ["L5"]}
    far = {**raw, "review_on": day(200).date().isoformat()}
    with pytest.raises(steps.Refused, match="at most 90 days"):
        steps.take("suspend", story.tomas, story.reference, far, now=day(6))
    steps.take("suspend", story.tomas, story.reference, raw, now=day(6))
    before = limits(story.case)["L5"]
    assert before.paused_at and limits(story.case)["L16"].due_on.isoformat() == review
    due = before.due_on
    steps.take("resume", story.tomas, story.reference, {"reason": "She is safe."}, now=day(16))
    assert limits(story.case)["L5"].due_on == due + timedelta(days=10) and "L16" not in limits(story.case)


def test_a_case_closed_for_want_of_an_answer_opens_again_when_the_complainant_returns(story):
    story.at("escalate", "Noor", 10)
    story.at("ask", "Noor", 11)
    for number in (30, 40):  # the clock reminds her before each
        story.at("note", "Noor", number)
    story.at("close", "Noor", 60, reason="no_answer")
    story.at("come_back", "Amina", 400)
    assert story.case.state == State.ESCALATED and "L8" in limits(story.case)


def test_a_case_that_was_never_admitted_opens_again_at_its_admissibility(app, cast):
    reference, amina, _code = demonstration.file_one(START)
    do("acknowledge", cast["Noor"], reference, day(1))
    do("dismiss", cast["Noor"], reference, day(3), cast["Tomas"])
    do("appeal", amina, reference, day(10))
    with pytest.raises(steps.Refused, match="never admitted"):
        do("reopen", cast["Noor"], reference, day(11))
    do("reopen_admission", cast["Noor"], reference, day(11), another_approver(cast))
    case = db.session.scalars(select(Case)).one()
    assert case.state == State.RECEIVED and "L2" in limits(case)


def test_a_concern_of_the_alert_track_ends_with_monitoring_and_without_identity(app, cast):
    reference, _amina, _code = demonstration.file_one(START, track="alert")
    do("acknowledge", cast["Noor"], reference, day(1))
    do("record_concern", cast["Noor"], reference, day(3), cast["Tomas"])
    case = db.session.scalars(select(Case)).one()
    assert (case.state, case.closing_reason) == (State.CLOSED, "concern")
