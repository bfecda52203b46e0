"""Taking it back: a withdrawal that was pressed for, and a wish for deletion, undone, granted and refused."""

from dataclasses import replace

import pytest

from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.maintenance.sweep import sweep
from grievance.models.case import State
from grievance.models.keys import ReceiptEnvelope
from grievance.reports.casefile import open_case_file
from grievance.workflow import steps
from tests.scenarios.days import day, events, facts, letters, limits

FREE = {"free": "confirmed", "how": "On the phone that she chose.", "letter": "We end it, as you wish."}
UNREACHED = {**FREE, "free": "not_possible"}
LETTER = {"how": "On the phone that she chose.", "letter": "The court's paper stays until 2029."}


def take(story, step, who, number, **raw):
    return steps.take(step, who, story.reference, raw, now=day(number))


# --- a withdrawal ------------------------------------------------------------------------------------------


def test_she_is_asked_whether_somebody_made_her_withdraw_and_may_leave_it_unsaid(story):
    with pytest.raises(BadInput, match="forced"):
        take(story, "withdraw", story.amina, 10, sure="yes")
    take(story, "withdraw", story.amina, 10, sure="yes", forced="rather_not")
    assert story.case.withdrawn_at and not story.case.safety_alert


def test_a_forced_withdrawal_stands_raises_the_alert_and_is_not_confirmed_under_it(story):
    take(story, "withdraw", story.amina, 10, sure="yes", forced="yes")
    assert story.case.withdrawn_at and story.case.safety_alert
    assert limits(story.case)["L14h"].due_at == day(11) and "in_danger" in letters(story.case, "approver")
    with pytest.raises(steps.Refused, match="safety alert"):
        take(story, "confirm_withdrawal", story.noor, 10, **FREE)
    story.at("lift_safety_alert", "Noor", 11)
    take(story, "confirm_withdrawal", story.noor, 12, **FREE)
    assert story.case.state == State.CLOSED


def test_a_forced_withdrawal_that_waits_for_a_second_person_raises_the_alert_at_once(story):
    with_new_receipt = replace(story.amina, checked=True)
    assert take(story, "withdraw", with_new_receipt, 10, sure="yes", forced="yes")
    assert story.case.safety_alert and not story.case.withdrawn_at


def test_whom_nobody_reached_keeps_the_days_that_her_page_promised(story):
    story.at("withdraw", "Amina", 10)
    last = limits(story.case)["L20"].due_on
    with pytest.raises(steps.Refused, match="undo it until"):
        take(story, "confirm_withdrawal", story.noor, 10 + (last - day(10).date()).days, **UNREACHED)
    assert take(story, "confirm_withdrawal", story.noor, 11 + (last - day(10).date()).days, **UNREACHED)


def test_a_withdrawal_that_is_confirmed_ends_what_the_company_owes(story):
    for step, who, number in (("company_acknowledge", "Victor", 6), ("respond", "Victor", 7)):
        story.at(step, who, number)
    story.at("propose_remedy", "Victor", 8)
    story.at("accept_remedy", "Amina", 9)
    assert "L11" in limits(story.case)
    story.at("withdraw", "Amina", 10)
    story.at("confirm_withdrawal", "Noor", 12, free="confirmed")
    assert not [one for one in limits(story.case).values() if one.owed_by == "company"]


def test_what_was_withdrawn_is_kept_until_its_years_are_over(story):
    story.at("withdraw", "Amina", 10)
    story.at("confirm_withdrawal", "Noor", 12, free="confirmed")
    with pytest.raises(steps.Refused, match="retention"):
        take(story, "erase", story.noor, 3 * 365, reason="Its time has come.")
    sweep(day(3 * 365 - 60))
    story.at("erase_name", "Noor", 3 * 366 + 30)
    assert take(story, "erase", story.noor, 3 * 366 + 30, reason="Its time has come.")


def test_she_never_reads_on_her_page_what_she_answered_and_the_office_does(story):
    take(story, "withdraw", story.amina, 10, sure="yes", forced="yes")
    hers, ours = (open_case_file(one, story.case).timeline for one in (story.amina, story.noor))
    assert [one for one in hers if one.kind == "withdraw" and "forced" in one.facts and one.answers] == []
    assert facts(story.case, "withdraw")[0]["forced"] == "yes"
    assert any(one.kind == "withdraw" and one.answers for one in ours)


# --- a wish for deletion -----------------------------------------------------------------------------------


def test_a_wish_for_deletion_opens_its_time_limit_and_the_case_goes_on(story):
    told = letters(story.case, "company")
    story.at("ask_deletion", "Amina", 6)
    assert limits(story.case)["L23"].owed_by == "secretariat" and story.case.state == State.REFERRED
    assert letters(story.case, "complainant")[-1] == "deletion_wish" and letters(story.case, "company") == told
    page = open_case_file(story.victor, story.case)
    assert "ask_deletion" not in [e.kind for e in page.timeline] and "L23" not in [one.key for one in page.limits]


def test_a_wish_that_nobody_answers_is_missed_as_the_acknowledgement_is(story):
    story.at("ask_deletion", "Amina", 10)
    story.at("company_acknowledge", "Victor", 10)
    due = limits(story.case)["L23"].due_at
    sweep(due)
    assert limits(story.case)["L23"].missed_at and "alert" in letters(story.case, "approver")


def test_she_takes_it_back_and_nothing_is_deleted(story):
    story.at("ask_deletion", "Amina", 10)
    story.at("undo_deletion", "Amina", 24)
    assert "L23" not in limits(story.case) and letters(story.case, "complainant")[-1] == "deletion_wish_undone"
    with pytest.raises(steps.Refused, match="No wish"):
        take(story, "close_for_deletion", story.noor, 30, **LETTER)


def test_she_can_take_it_back_for_as_long_as_nobody_has_answered(story):
    story.at("ask_deletion", "Amina", 10)
    story.at("undo_deletion", "Amina", 36)
    assert "L23" not in limits(story.case)


def test_it_is_answered_from_the_fifteenth_day_and_the_sentence_names_it(story):
    story.at("ask_deletion", "Amina", 10)
    with pytest.raises(steps.Refused, match="take the wish back until 26 March 2026.*from 27 March 2026"):
        steps.take("close_for_deletion", story.noor, story.reference, LETTER, now=day(24, 14))
    assert steps.take("close_for_deletion", story.noor, story.reference, LETTER, now=day(25, 4))


def test_granted_an_open_case_is_closed_first_and_may_then_be_erased_by_two_people(story):
    story.at("company_acknowledge", "Victor", 6)
    told = letters(story.case, "company")
    story.at("ask_deletion", "Amina", 10)
    story.at("close_for_deletion", "Noor", 26)
    assert (story.case.state, story.case.closing_reason) == (State.CLOSED, "wish_for_deletion")
    assert letters(story.case, "company")[len(told) :] == ["closed"]
    assert not {"L12", "L12b", "L12c", "L13", "L23"} & limits(story.case).keys()
    story.at("erase", "Noor", 27)
    assert story.case.erased_at
    assert db.session.query(ReceiptEnvelope).filter_by(case_id=story.case.id).count() == 0


def test_an_open_case_is_not_granted_without_its_end(story):
    story.at("ask_deletion", "Amina", 10)
    with pytest.raises(steps.Refused, match="choose the step that closes it"):
        take(story, "answer_deletion", story.noor, 26, answer="granted", **LETTER)


def test_a_closed_case_is_granted_and_nobody_asks_her_afterwards(closed):
    assert limits(closed.case).keys() & {"L12b", "L12c"}
    closed.at("ask_deletion", "Amina", 120)
    closed.at("answer_deletion", "Noor", 136, answer="granted")
    assert not {"L12b", "L12c", "L23"} & limits(closed.case).keys()
    closed.at("erase", "Noor", 137)
    assert closed.case.erased_at


def test_refused_she_reads_why_and_nothing_may_be_erased(closed):
    closed.at("ask_deletion", "Amina", 120)
    closed.at("answer_deletion", "Noor", 136, answer="refused", letter="The court's paper stays until 2029.")
    assert letters(closed.case, "complainant")[-1] == "deletion_answered"
    assert "stays until 2029" in str(open_case_file(closed.amina, closed.case).writings)
    with pytest.raises(steps.Refused, match="retention"):
        take(closed, "erase", closed.noor, 137, reason="Its time has come.")


def test_a_wish_outlives_the_closing_of_the_case(story):
    story.at("ask_deletion", "Amina", 10)
    story.at("withdraw", "Amina", 11)
    story.at("confirm_withdrawal", "Noor", 12, free="confirmed")
    assert "L23" in limits(story.case)


def test_nothing_is_erased_while_she_can_take_the_wish_back(closed):
    sweep(day(1900))
    closed.at("ask_deletion", "Amina", 2000)
    with pytest.raises(steps.Refused, match="answer it first"):
        take(closed, "erase", closed.noor, 2001, reason="Its time has come.")


def test_under_an_open_alert_she_is_told_kindly_why_it_is_not_taken_now(story):
    story.at("report_retaliation", "Amina", 10)
    with pytest.raises(steps.Refused, match="Then you can ask again") as said:
        take(story, "ask_deletion", story.amina, 10, sure="yes", forced="no")
    assert "alert" not in said.value.sentence and "safety" not in said.value.sentence


def test_a_wish_that_somebody_made_her_ask_raises_the_alert_and_is_not_granted_under_it(story):
    take(story, "ask_deletion", story.amina, 10, sure="yes", forced="yes")
    assert story.case.safety_alert and limits(story.case)["L14h"].due_at == day(11)
    story.at("assess_safety", "Noor", 11)
    with pytest.raises(steps.Refused, match="safety alert"):
        take(story, "close_for_deletion", story.noor, 26, **LETTER)
    story.at("answer_deletion", "Noor", 26, answer="refused")
    assert "L23" not in limits(story.case)


def test_a_legal_hold_lets_it_be_refused_and_not_granted(closed):
    closed.at("ask_deletion", "Amina", 120)
    closed.at("set_legal_hold", "Noor", 121)
    with pytest.raises(steps.Refused, match="legal hold"):
        take(closed, "answer_deletion", closed.noor, 136, answer="granted", **LETTER)
    closed.at("answer_deletion", "Noor", 136, answer="refused")
    assert events(closed.case, "answer_deletion") == 1


def test_a_proposal_to_grant_is_overtaken_when_she_takes_it_back(story):
    story.at("ask_deletion", "Amina", 10)
    assert take(story, "close_for_deletion", story.noor, 26, **LETTER)
    story.at("undo_deletion", "Amina", 27)
    assert not steps.open_proposals(story.case) and story.case.state != State.CLOSED
