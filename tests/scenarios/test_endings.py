"""How a case ends and comes back: withdrawal, appeal, erasure, return."""

import pytest
from sqlalchemy import select

from grievance.accounts import receipts
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import State
from grievance.models.keys import CompanyEnvelope, IdentityEntry, SecretariatEnvelope
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.scenarios.days import another_approver, day, letters, limits

# --- 1. withdrawal -----------------------------------------------------------------------------------------


def test_a_withdrawal_holds_the_companys_limits_and_the_company_is_told_nothing(story):
    story.at("company_acknowledge", "Victor", 6)
    sweep(day(40))
    told = letters(story.case, "company")
    story.at("withdraw", "Amina", 40)
    sweep(day(60))
    assert story.case.state == State.REFERRED and limits(story.case)["L5"].missed_at is None
    assert letters(story.case, "company") == told
    page = open_case_file(story.victor, story.case)
    assert "withdraw" not in [e.kind for e in page.timeline] and "L20" not in [one.key for one in page.limits]


def test_a_withdrawal_undone_on_day_13_gives_the_company_seven_days_where_its_limit_passed(story):
    story.at("company_acknowledge", "Victor", 6)
    story.at("withdraw", "Amina", 40)
    story.at("undo_withdrawal", "Amina", 53)
    assert limits(story.case)["L5"].due_on == day(60).date() and "L20" not in limits(story.case)
    sweep(day(61))
    assert story.case.state == State.ESCALATED


def test_a_withdrawal_that_was_pressed_for_is_not_confirmed_by_one_person_alone(story):
    story.at("company_acknowledge", "Victor", 6)
    story.at("withdraw", "Amina", 40)
    raw = {"free": "not_possible", "how": "She does not answer.", "letter": "We close the case."}
    decision = steps.take("confirm_withdrawal", story.noor, story.reference, raw, now=day(57))
    assert decision is not None and story.case.state == State.REFERRED
    steps.decide(story.tomas, story.reference, decision.id, False, "Try once more.", now=day(57))
    story.at("confirm_withdrawal", "Noor", 58, free="confirmed")
    assert story.case.state == State.CLOSED and story.case.closing_reason == "withdrawn"


def test_a_case_that_was_suspended_when_it_closed_is_not_suspended_when_it_is_opened_again(story):
    story.at("suspend", "Tomas", 9, review_on=day(40).date().isoformat(), limits=[])
    story.case.mediation = {"stage": "offered", "complainant": "agreed", "company": "agreed"}
    db.session.commit()
    story.at("withdraw", "Amina", 10)
    story.at("confirm_withdrawal", "Noor", 11, free="confirmed")
    assert not story.case.suspended and story.case.mediation["stage"] == "ended"
    story.at("reopen", "Noor", 12)
    with pytest.raises(steps.Refused, match="not suspended"):
        steps.take("resume", story.tomas, story.reference, {"reason": "She is safe."}, now=day(13))


def test_a_withdrawal_that_nobody_confirms_never_closes_the_case(story):
    story.at("withdraw", "Amina", 10)
    for number in range(11, 120, 9):
        sweep(day(number))
    assert story.case.state == State.REFERRED and "L17" in limits(story.case)


# --- 6. an appeal after closing ----------------------------------------------------------------------------


def test_an_appeal_is_decided_by_another_approver_than_the_one_who_closed_it(closed, cast):
    closed.at("appeal", "Amina", 130)
    assert "L19" in limits(closed.case) and "L13" not in limits(closed.case)
    with pytest.raises(steps.Refused, match="Another approver"):
        steps.take("refuse_appeal", closed.tomas, closed.reference, {"letter": "No."}, now=day(131))
    raw = {"ground": "appeal_granted", "letter": "You are right."}
    decision = steps.take("reopen", closed.noor, closed.reference, raw, now=day(131))
    with pytest.raises(steps.Refused, match="Another approver"):
        steps.decide(closed.tomas, closed.reference, decision.id, True, now=day(131))
    paula = another_approver(cast)
    steps.decide(paula, closed.reference, decision.id, True, now=day(131))
    assert closed.case.state == State.ESCALATED and closed.case.closed_at is None
    assert {"L8"} <= set(limits(closed.case)) and not {"L4", "L5", "L19"} & set(limits(closed.case))


def test_an_appeal_after_its_time_needs_good_cause(closed):
    sweep(day(200))
    with pytest.raises(steps.Refused, match="time for an appeal is over"):
        steps.take("appeal", closed.amina, closed.reference, {"why": "It was not paid."}, now=day(201))
    closed.at("appeal", "Amina", 201, late="I was in hospital.")
    assert "L19" in limits(closed.case)


def test_deletion_waits_for_the_appeal(closed):
    sweep(day(112 + 1000))  # she is asked, in time
    sweep(day(112 + 1100))
    closed.at("appeal", "Amina", 1320, late="I was in prison.")
    with pytest.raises(steps.Refused, match="An appeal waits"):
        steps.take("erase", closed.noor, closed.reference, {"reason": "Retention is over."}, now=day(1321))


def test_erasing_leaves_a_tombstone_and_a_whole_record(closed):
    with pytest.raises(steps.Refused, match="retention"):
        steps.take("erase", closed.noor, closed.reference, {"reason": "Now."}, now=day(200))
    closed.at("erase", "Noor", 112 + 1200)
    for table in (SecretariatEnvelope, CompanyEnvelope, IdentityEntry):
        assert db.session.scalars(select(table).where(table.case_id == closed.case.id)).all() == []
    page = open_case_file(closed.noor, closed.case)
    assert page.writings == [] and page.timeline[0].kind == "erase" and doctor.examine() == []
    assert receipts.follow(closed.code) is None
    with pytest.raises(steps.Refused):
        steps.take("note", closed.noor, closed.reference, {"note": "x"}, now=day(1400))


def test_what_was_proposed_before_an_erasure_is_overtaken_because_nobody_can_read_it_any_more(closed):
    steps.take("set_legal_hold", closed.noor, closed.reference, {"reason": "A court may ask."}, now=day(200))
    (waits,) = steps.open_proposals(closed.case)
    decision = waits.id
    closed.at("erase", "Noor", 112 + 1200)
    for approve in (True, False):
        with pytest.raises(steps.Refused, match="decided already"):
            steps.decide(closed.tomas, closed.reference, decision, approve, "No.", now=day(1400))
    assert steps.open_proposals(closed.case) == [] and "L18" not in limits(closed.case) and doctor.examine() == []


def test_a_legal_hold_stops_erasing(closed):
    closed.at("set_legal_hold", "Noor", 1300)
    with pytest.raises(steps.Refused, match="legal hold"):
        steps.take("erase", closed.noor, closed.reference, {"reason": "Retention is over."}, now=day(1400))
    closed.at("lift_legal_hold", "Noor", 1400)
    closed.at("erase", "Noor", 1401)


def told_the_company(story):
    """The newest thing on the company's record: what it is, and whose doing."""
    newest = open_case_file(story.victor, story.case).timeline[0]
    return newest.kind, newest.role


def test_to_a_company_a_confirmed_withdrawal_is_a_closure_by_the_secretariat(story):
    story.at("company_acknowledge", "Victor", 6)
    story.at("withdraw", "Amina", 10)
    story.at("confirm_withdrawal", "Noor", 11, free="confirmed")
    assert told_the_company(story) == ("close", "officer")
    assert story.case.state == State.CLOSED and open_case_file(story.victor, story.case).timeline[0].answers == []
    assert open_case_file(story.noor, story.case).timeline[0].kind == "confirm_withdrawal"


@pytest.mark.parametrize("who", ["Amina", "Noor"])
def test_to_a_company_her_coming_back_is_a_reopening_by_the_secretariat(story, who):
    story.at("company_acknowledge", "Victor", 6)
    story.at("escalate", "Noor", 7)
    story.case.state, story.case.closed_at, story.case.closing_reason = State.CLOSED, day(8), "no_answer"
    db.session.commit()
    more = {"channel": "phone", "said": "She is back."} if who == "Noor" else {}
    story.at("come_back", who, 9, **more)
    assert story.case.state == State.ESCALATED and told_the_company(story) == ("reopen", "officer")
    assert "reopened" in letters(story.case, "company")
