"""Whoever must act, or was written to, has a letter: each that was owed to nobody once, by its step or its moment."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import demonstration
from grievance.accounts import leaving, people
from grievance.deadlines import holidays, holidays_taken_back
from grievance.demonstration import upload
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.people import Role
from grievance.models.writing import Holiday
from grievance.workflow import steps
from tests.accounts import two_people
from tests.scenarios.days import day, events, letters, limits
from tests.views.test_routes import client_of
from tests.workflow.test_recusal import join

OFFICE = ("officer", "approver")


def new(case, *recipients):
    """What letters there are since the last call, by recipient."""
    known = vars(case).setdefault("_known", {})
    found = {}
    for one in recipients or ("company", "complainant", *OFFICE):
        now = letters(case, one)
        found[one], known[one] = now[len(known.get(one, ())) :], now
    return {one: told for one, told in found.items() if told}


@pytest.fixture
def quiet(story):
    new(story.case)
    return story


@pytest.mark.parametrize(("who", "audience", "told"), [
    ("Noor", "complainant", {"complainant": ["message"]}), ("Noor", "company", {"company": ["message"]}),
    ("Noor", "all", {"company": ["message"], "complainant": ["message"]}),
    ("Amina", "secretariat", {"officer": ["message"]}),
    ("Amina", "all", {"officer": ["message"], "company": ["message"]}),
    ("Victor", "secretariat", {"officer": ["message"]}),
    ("Victor", "all", {"officer": ["message"], "complainant": ["message"]}),
])  # fmt: skip
def test_a_message_is_told_to_whom_its_writer_chose(quiet, who, audience, told):
    quiet.at("write", who, 6, audience=audience)
    assert new(quiet.case) == told


@pytest.mark.parametrize(("who", "audience", "told"), [
    ("Noor", "secretariat", {"officer": ["files"]}),
    ("Noor", "complainant", {"officer": ["files"], "complainant": ["files"]}),
    ("Victor", "secretariat", {"officer": ["files"]}),
    ("Victor", "all", {"officer": ["files"], "complainant": ["files"]}),
])  # fmt: skip
def test_files_are_told_to_whom_their_giver_chose(quiet, who, audience, told):
    raw = {"audience": audience, "files": [upload("a.txt", b"A list.")]}
    steps.take("attach", getattr(quiet, who.lower()), quiet.reference, raw, now=day(6))
    assert new(quiet.case) == told


@pytest.mark.parametrize(("step", "who", "told"), [
    ("assign", "Noor", {"officer": ["assigned"]}),
    ("note", "Tomas", {"officer": ["note"]}),
    ("correct_identity", "Amina", {"officer": ["identity_written"]}),
])  # fmt: skip
def test_a_step_that_was_silent_tells_the_officer(quiet, step, who, told):
    raw = {"officer": str(quiet.noor.account_id), "note": "Called.", "name": "Amina Said"}
    steps.take(step, getattr(quiet, who.lower()), quiet.reference, raw, now=day(6))
    assert new(quiet.case) == told


def another_officer(cast):
    code = people.invite(None, "petra@example.org", "Petra", Role.OFFICER)
    people.accept(code, demonstration.PASSWORD)
    two_people.admit(cast["Noor"], people.waiting(cast["Noor"])[0].id)
    return demonstration.signed_in("Petra")


def test_a_conflict_and_an_exclusion_are_told_to_those_who_stay(quiet, cast):
    petra = another_officer(cast)
    join(cast["Victor"])
    quiet.at("declare_conflict", "Noor", 6)
    assert new(quiet.case) == {"officer": ["conflict_declared"], "approver": ["conflict_declared"]}
    raw = {"person": str(quiet.victor.account_id), "why": "Named in it."}
    steps.take("exclude_person", quiet.tomas, quiet.reference, raw, now=day(7))
    assert new(quiet.case) == {"officer": ["person_excluded"], "approver": ["person_excluded"]} and petra


def test_the_cases_of_an_officer_who_left_are_told_of_to_the_office(quiet, cast):
    another_officer(cast)
    leaving.leave(cast["Tomas"], cast["Noor"].account_id)
    assert new(quiet.case) == {"officer": ["unassigned"], "approver": ["unassigned"]}


def test_a_refused_proposal_is_told_to_its_author_with_the_reason_at_the_case(app, quiet, cast):
    raw = demonstration.answers_for("conclude_review", cast["Noor"], quiet.case)
    decision = steps.take("conclude_review", cast["Noor"], quiet.reference, raw, now=day(6))
    new(quiet.case)
    steps.decide(cast["Tomas"], quiet.reference, decision.id, False, "Two questions are open.", now=day(6, 1))
    assert letters(quiet.case, "proposer") == ["proposal_refused"] and new(quiet.case) == {}
    page = client_of(app, "Noor").get(f"/desk/cases/{quiet.reference}").text
    assert "What you proposed was refused." in page and "Two questions are open." in page


def test_what_she_asked_for_with_a_replaced_receipt_and_was_refused_is_told_to_her(app, quiet, cast):
    amina, at = replace(quiet.amina, checked=True), day(8)  # as with a receipt that replaced a lost one
    decision = steps.take("withdraw", amina, quiet.reference,
                          demonstration.answers_for("withdraw", amina, quiet.case), now=at)  # fmt: skip
    new(quiet.case)
    steps.decide(cast["Tomas"], quiet.reference, decision.id, False, "She did not know of it.", now=at)
    assert new(quiet.case) == {"complainant": ["check_refused"]} and letters(quiet.case, "proposer") == []


def test_a_packet_that_nobody_opened_is_told_to_the_company_and_to_the_officer(quiet):
    sweep(day(9))
    assert new(quiet.case) == {"company": ["not_opened"], "officer": ["not_opened_by_company"]}
    assert sweep(day(9, 1)).reminded == 0


def test_once_somebody_of_the_company_opened_its_page_it_is_only_reminded(app, quiet):
    page = client_of(app, "Victor").get(f"/company/cases/{quiet.reference}")
    assert page.status_code == 200
    sweep(day(9))
    assert new(quiet.case) == {"company": ["reminder"]}


def test_a_packet_that_is_handed_over_anew_is_unopened_again(app, quiet):
    client_of(app, "Victor").get(f"/company/cases/{quiet.reference}")
    quiet.at("escalate", "Noor", 6)
    quiet.at("refer_back", "Noor", 7)
    new(quiet.case)
    sweep(day(11))
    assert new(quiet.case, "officer") == {"officer": ["not_opened_by_company"]}


def test_a_decision_on_more_time_that_is_still_out_after_the_last_day_is_told_to_the_officer_once(quiet):
    quiet.at("company_acknowledge", "Victor", 6)
    quiet.at("request_extension", "Victor", 20, until=date(2026, 5, 1).isoformat())
    due = limits(quiet.case)["L5"].due_at
    sweep(due - timedelta(days=1))  # the company was warned as ever
    new(quiet.case)
    for minutes in (-1, 1, 2):
        sweep(due + timedelta(minutes=minutes))
    assert new(quiet.case) == {"officer": ["decision_waits"]} and events(quiet.case, "escalate") == 0
    sweep(limits(quiet.case)["L5"].waits_until + timedelta(minutes=1))
    assert events(quiet.case, "escalate") == 1 and new(quiet.case, "officer") == {"officer": ["escalated_late"]}


def test_a_decision_in_time_is_asked_of_nobody(quiet):
    quiet.at("company_acknowledge", "Victor", 6)
    quiet.at("request_extension", "Victor", 20, until=date(2026, 5, 1).isoformat())
    with time_machine.travel(day(21)):
        quiet.at("decide_extension", "Noor", 21)
    new(quiet.case)
    sweep(day(55))
    assert "decision_waits" not in new(quiet.case, "officer").get("officer", [])


def test_a_holiday_that_moves_dates_is_told_once_to_each_who_is_shown_one_of_them(quiet, cast):
    due = {limits(quiet.case)[key].due_on: key for key in ("L4", "L5")}
    assert holidays.add(cast["Tomas"], "KE", dict.fromkeys(due, "New"), day(6)).limits == 2
    assert new(quiet.case) == {"company": ["holiday_moved"], "complainant": ["holiday_moved"]}


def test_a_holiday_of_the_office_that_moves_what_a_company_is_not_shown_is_not_told_to_it(quiet, cast):
    office = limits(quiet.case)["L6"].due_on
    assert holidays.add(cast["Tomas"], "*", {office: "New"}, day(6)).limits >= 1
    assert new(quiet.case) == {"complainant": ["holiday_moved"]}


def test_a_holiday_that_is_taken_back_is_told_to_each_whose_date_is_earlier_again(quiet, cast):
    due = limits(quiet.case)["L5"].due_on
    holidays.add(cast["Tomas"], "KE", {due: "New"}, day(6))
    holiday = db.session.scalars(select(Holiday).where(Holiday.on == due, Holiday.country == "KE")).one().id
    new(quiet.case)
    holidays_taken_back.ask(cast["Noor"], holiday)
    assert holidays_taken_back.take_back(cast["Tomas"], holiday, day(7)).limits == 1
    assert new(quiet.case) == {"company": ["holiday_moved_back"], "complainant": ["holiday_moved_back"]}


def test_a_holiday_tells_a_company_nothing_of_a_limit_that_is_kept_from_it(quiet, cast):
    raw = {**demonstration.answers_for("escalate_unseen", cast["Noor"], quiet.case), "tell_on": "2026-03-14"}
    steps.take("escalate_unseen", cast["Noor"], quiet.reference, raw, now=day(6))
    new(quiet.case)
    review = limits(quiet.case)["L8"].due_on
    assert holidays.add(cast["Tomas"], "*", {review: "New"}, day(7)).limits >= 1
    assert new(quiet.case) == {"complainant": ["holiday_moved"]}


def test_a_missed_look_at_the_safety_is_urgent_and_any_other_limit_is_not(quiet):
    quiet.at("report_retaliation", "Amina", 6)
    new(quiet.case)
    sweep(day(8, 12))
    assert "safety_missed" in new(quiet.case)["approver"]
    sweep(day(16))
    assert "alert" in new(quiet.case)["approver"]
