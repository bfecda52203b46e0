"""Suspended, withdrawn: what the clock holds meanwhile, and what an approver is told before approving."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import demonstration
from grievance.accounts.receipts import living_receipts
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Channel, State
from grievance.models.event import Event
from grievance.workflow import steps
from tests.scenarios.days import day, kinds
from tests.scenarios.pages import form
from tests.views.test_routes import client_of

SAFE = {"reason": "She is safe."}


def suspend(story, number, until):
    story.at("suspend", "Tomas", number, review_on=day(until).date().isoformat(), limits=[])


def ground(story):
    events = db.session.scalars(select(Event).where(Event.case_id == story.case.id, Event.kind == "escalate"))
    return [one.happened_at for one in events]


def test_a_miss_in_a_suspended_case_is_on_the_record_and_escalates_it_when_it_is_resumed_and_not_before(story):
    suspend(story, 9, 60)
    for number in range(10, 30, 3):
        sweep(day(number))
    assert story.case.state == State.REFERRED and kinds(story.case).count("limit_missed") == 1
    assert "L17" in {limit.key for limit in deadlines.owed(story.case)} and doctor.examine() == []
    story.at("resume", "Tomas", 30)
    sweep(day(30, 1))
    sweep(day(30, 2))
    assert story.case.state == State.ESCALATED and [at.date() for at in ground(story)] == [day(30).date()]
    assert doctor.examine() == []


def test_what_the_company_answers_late_in_a_suspended_case_is_taken_and_nothing_is_escalated_afterwards(story):
    suspend(story, 9, 60)
    sweep(day(20))
    story.at("respond", "Victor", 21)
    story.at("resume", "Tomas", 30)
    sweep(day(30, 1))
    assert story.case.state == State.REFERRED and "escalate" not in kinds(story.case)


def test_the_company_is_not_told_by_the_clock_while_the_case_is_suspended(story):
    story.at("escalate_unseen", "Noor", 8, tell_on=day(10).date().isoformat())
    suspend(story, 9, 60)
    sweep(day(12))
    assert story.case.escalation_unseen and doctor.examine() == []
    story.at("resume", "Tomas", 30)
    sweep(day(40))
    assert not story.case.escalation_unseen and "tell_company" in kinds(story.case)


def test_undoing_a_withdrawal_wakes_nothing_that_a_suspension_still_holds(story):
    suspend(story, 9, 60)
    sweep(day(20))
    story.at("withdraw", "Amina", 21)
    story.at("undo_withdrawal", "Amina", 22)
    sweep(day(22, 1))
    assert story.case.state == State.REFERRED
    story.at("resume", "Tomas", 30)
    sweep(day(30, 1))
    assert story.case.state == State.ESCALATED


# --- a proposal ----------------------------------------------------------------------------------------------


@pytest.fixture
def proposed(today):
    raw = demonstration.answers_for("conclude_review", today.noor, today.case)
    today.decision = steps.take("conclude_review", today.noor, today.reference, raw).id
    today.path = f"/desk/cases/{today.reference}/proposals/{today.decision}"
    return today


def test_a_proposal_that_cannot_be_approved_now_says_why_and_offers_only_to_refuse_it(app, proposed):
    client = client_of(app, "Tomas")
    left_open = {**form(client, proposed.path), "answer": "approve"}
    assert 'value="approve"' in client.get(proposed.path).text
    raw = demonstration.answers_for("suspend", proposed.tomas, proposed.case)
    steps.take("suspend", proposed.tomas, proposed.reference, raw)
    page = client.get(proposed.path).text
    assert "The case is suspended" in page and 'value="approve"' not in page and 'value="refuse"' in page
    answer = client.post(proposed.path, data=left_open)
    assert answer.status_code == 409 and "The case is suspended" in answer.text
    assert "conclude_review" not in kinds(proposed.case)


@pytest.mark.parametrize("approve", [True, False])
def test_of_an_erased_case_no_proposal_is_decided(app, closed, approve):
    sweep(day(1200))
    closed.at("erase_name", "Noor", 1400)
    decision = steps.take("erase", closed.noor, closed.reference, SAFE, now=day(1400))
    hold = steps.take("set_legal_hold", closed.noor, closed.reference, SAFE, now=day(1400))
    path = f"/desk/cases/{closed.reference}/proposals/{hold.id}"
    steps.decide(closed.tomas, closed.reference, decision.id, True, now=day(1400, 1))
    with pytest.raises(Refused):
        steps.decide(closed.tomas, closed.reference, hold.id, approve, "No.", now=day(1400) + timedelta(hours=2))
    assert client_of(app, "Tomas").get(path).status_code == 409


def test_a_link_to_an_erased_case_is_taken_away_from_the_other_one(closed):
    other = demonstration.file_one(day(100))[0]
    steps.take("link", closed.noor, other, {"other": closed.reference, "why": "One night."}, now=day(110))
    closed.at("erase", "Noor", 112 + 1200)
    steps.take("unlink", closed.noor, other, {"other": closed.reference, "why": "It is gone."}, now=day(1400))


# --- from a register -----------------------------------------------------------------------------------------


def test_where_nobody_has_a_receipt_the_page_offers_no_message_to_her_and_a_code_changes_that(app, today):
    today.case.channel = Channel.REGISTER
    for receipt in living_receipts(today.case):
        receipt.revoked_at = day(9)
    db.session.commit()
    client, path = client_of(app, "Noor"), f"/desk/cases/{today.reference}/steps"
    page = client.get(f"{path}/write").text
    assert "audience=company" in page and "audience=complainant" not in page and "nobody has a receipt" in page
    assert client.get(f"{path}/write?audience=complainant").status_code == 409
    assert client.get(f"{path}/ask").status_code == 409
    today.at("reissue_receipt", "Noor", 10, holder="complainant")
    assert "audience=complainant" in client.get(f"{path}/write").text
    assert client.get(f"{path}/ask").status_code == 200


def test_a_new_packet_is_not_looked_through_while_a_withdrawal_waits(app, today):
    client, path = client_of(app, "Noor"), f"/desk/cases/{today.reference}/steps/recall_packet"
    answers = {**demonstration.answers_for("recall_packet", today.noor, today.case), "previewed": ""}
    left_open = {**form(client, path), **answers}
    today.at("withdraw", "Amina", 10)
    answer = client.post(path, data=left_open)
    assert (
        answer.status_code == 409 and "A withdrawal waits" in answer.text and "recall_packet" not in kinds(today.case)
    )
