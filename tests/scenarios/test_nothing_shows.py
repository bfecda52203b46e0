"""What else would tell a company of an escalation that it is told of later: its queue, its record, a date, a mark."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance.deadlines import holidays, holidays_taken_back
from grievance.desk.message_templates import filled
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.desk import MessageTemplate
from grievance.models.people import Role
from grievance.models.writing import Holiday, Letter
from grievance.notify.recipients import pressed
from grievance.reports import exports
from grievance.reports.casefile import open_case_file
from grievance.reports.letters import letter_pdf
from grievance.reports.queue import queue
from grievance.reports.queue_asked import Wanted
from grievance.workflow.procedure import find_row
from grievance.workflow.visibility import version_for
from tests.reports.test_letters import seen
from tests.scenarios.days import day, kinds, letters, limits
from tests.scenarios.test_told_later import at_ten, escalate
from tests.views.public.test_since import visit
from tests.views.test_routes import client_of

__all__ = ["at_ten"]


def test_its_queue_names_no_review_once_it_has_answered(at_ten):
    escalate(at_ten, tell_on=40)
    at_ten.at("respond", "Victor", 11)
    (line,) = queue(at_ten.victor, Wanted()).lines
    assert (line.title, line.due_on) == ("comment on the answer", limits(at_ten.case)["L7"].due_on)


def test_a_wording_that_the_company_reads_has_no_date_of_the_hidden_review_nor_one_of_hers(at_ten):
    at_ten.at("respond", "Victor", 10)
    escalate(at_ten, tell_on=10)
    row = find_row("write", Role.OFFICER, at_ten.case.state)
    text = filled(MessageTemplate(name="Due", language="en", text="{due}"), at_ten.case, row)
    owed = limits(at_ten.case)
    assert owed["L8"].due_on < owed["L7"].due_on and text == "{due}"


@pytest.mark.parametrize("back", [False, True])
def test_a_holiday_that_moves_the_hidden_review_stands_nowhere_on_its_record(at_ten, cast, back):
    escalate(at_ten, tell_on=40)
    shown = [one.kind for one in open_case_file(at_ten.victor, at_ten.case).timeline]
    on = limits(at_ten.case)["L8"].due_on
    holidays.add(at_ten.tomas, "*", {on: "A day"}, day(10))
    if back:
        (holiday,) = db.session.scalars(select(Holiday).where(Holiday.on == on))
        holidays_taken_back.ask(at_ten.tomas, holiday.id)
        holidays_taken_back.take_back(cast["Noor"], holiday.id, day(10))
    assert kinds(at_ten.case)[-1] == ("holiday_moved_back" if back else "holiday_moved")
    assert [one.kind for one in open_case_file(at_ten.victor, at_ten.case).timeline] == shown
    assert "holiday_moved" not in "".join(exports.as_json(at_ten.victor, [at_ten.case.id]))
    at_ten.at("tell_company", "Noor", 12)
    assert "holiday_moved" not in [one.kind for one in open_case_file(at_ten.victor, at_ten.case).timeline]


def seen_to_be_owed(story):
    return [(one.key, one.due_on) for one in open_case_file(story.victor, story.case).limits]


@pytest.mark.parametrize("unseen", [False, True])
def test_her_comment_opens_the_review_for_the_company_as_it_always_does(at_ten, unseen):
    if unseen:
        escalate(at_ten, tell_on=40)
    at_ten.at("respond", "Victor", 11)
    at_ten.travel.move_to(day(12))
    at_ten.at("comment", "Amina", 12)
    assert seen_to_be_owed(at_ten) == [("L8", limits(at_ten.case)["L8"].due_on)]
    assert limits(at_ten.case)["L8"].opened_at.date() == day(12).date()


def test_so_does_the_end_of_her_time_to_comment(at_ten):
    at_ten.at("respond", "Victor", 10)
    at_ten.travel.move_to(day(20))
    escalate(at_ten, 20, tell_on=45)
    passed = limits(at_ten.case)["L7"].due_at
    at_ten.travel.move_to(passed)
    sweep(passed)
    assert at_ten.case.escalation_unseen and limits(at_ten.case)["L8"].opened_at == passed
    assert seen_to_be_owed(at_ten)[-1] == ("L8", limits(at_ten.case)["L8"].due_on)


def test_told_by_the_clock_it_reads_as_told_by_hand(at_ten):
    version = version_for(at_ten.victor, at_ten.case)
    escalate(at_ten)
    at_ten.travel.move_to(day(13, 12))
    sweep(day(13, 12))
    told = open_case_file(at_ten.victor, at_ten.case).timeline[0]
    assert (told.kind, told.role) == ("tell_company", "officer")
    assert version_for(at_ten.victor, at_ten.case) == version
    at_ten.travel.move_to(day(14, 12))  # it is told at a release, as hers would be
    assert version_for(at_ten.victor, at_ten.case) == version + 1
    assert open_case_file(at_ten.noor, at_ten.case).timeline[0].role == "clock"


@pytest.mark.parametrize("first", ["escalate_unseen", "withdraw"])
def test_while_a_withdrawal_waits_the_day_passes_and_the_company_is_told_nothing(at_ten, first):
    if first == "escalate_unseen":
        escalate(at_ten, tell_on=12)
    at_ten.at("withdraw", "Amina", 10, 1)
    if first == "withdraw":
        escalate(at_ten, tell_on=12)
    at_ten.travel.move_to(day(14))
    sweep(day(14))
    assert at_ten.case.escalation_unseen and "tell_company" not in kinds(at_ten.case)
    at_ten.at("undo_withdrawal", "Amina", 14)
    at_ten.travel.move_to(day(22))
    sweep(day(22))
    assert "tell_company" in kinds(at_ten.case) and not at_ten.case.escalation_unseen


@pytest.mark.parametrize("waits", [False, True])
def test_a_company_is_reminded_as_ever_while_a_withdrawal_waits(story, waits):
    story.at("company_acknowledge", "Victor", 6)
    if waits:
        story.at("withdraw", "Amina", 7)
    due_at = limits(story.case)["L5"].due_at
    before = letters(story.case, "company").count("reminder")
    for later in range((due_at - day(7)).days):
        sweep(day(8 + later))
    assert letters(story.case, "company").count("reminder") - before == 2


@pytest.mark.parametrize("waits", [False, True])
def test_nor_does_a_mail_of_a_near_date_come_slower(story, waits):
    if waits:
        story.at("withdraw", "Amina", 7)
    assert pressed([story.case.id], limits(story.case)["L5"].due_at - timedelta(hours=5)) == {story.case.id}


@pytest.mark.parametrize("early", [True, False])
def test_its_end_is_held_whether_the_clock_came_for_its_warnings_or_not(story, early):
    story.at("company_acknowledge", "Victor", 6)
    story.at("withdraw", "Amina", 7)
    limit = limits(story.case)["L5"]
    for at in ([limit.wake_at] if early else []) + [limit.due_at + timedelta(days=1)] * 2:
        sweep(at)
    assert limit.missed_at is None and limit.open and limit.wake_at is None and story.case.state == "referred"
    assert doctor.examine() == []


def test_a_reminder_to_her_is_nothing_new_for_the_company(app, story):
    story.at("company_acknowledge", "Victor", 6)
    story.at("respond", "Victor", 7)
    with time_machine.travel(day(8), tick=False) as travel:
        client_of(app, "Victor").get(f"/company/cases/{story.reference}")
        travel.move_to(day(30))
        sweep(day(30))
        assert "reminder" in kinds(story.case)
        assert queue(story.victor, Wanted(show="unseen")).lines == []


def test_whoever_holds_her_phone_reads_no_word_of_safety(app, at_ten):
    page = visit(app, at_ten.code)
    before = page().lower()
    escalate(at_ten, tell_on=12)
    now = page()
    assert now.count("The Secretariat took your complaint over") == 1  # in its place, and not at the head of her page
    letter = db.session.scalars(select(Letter).where(Letter.template == "escalated_unseen")).one()
    read = now.lower() + seen(letter_pdf(at_ten.amina, at_ten.case, letter.name)).lower()
    assert {word for word in ("safe", "retaliat", "ground") if read.count(word) > before.count(word)} == set()
