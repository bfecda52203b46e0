"""What holds a time limit: a suspension, a question, a withdrawal; and the date that it has when it goes on."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import select

from grievance import demonstration
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case, Severity, State
from grievance.workflow import steps
from tests.scenarios.days import START, day, limits
from tests.scenarios.pages import desk, form
from tests.views.test_routes import client_of


def test_the_page_to_suspend_holds_each_limit_that_was_ticked(app, today):
    client, path = client_of(app, "Tomas"), desk(today, "suspend")
    page = client.get(path)
    assert all(f'type="checkbox" name="limits" value="{key}"' in page.text for key in ("L4", "L5"))
    answers = {"ground": "safety", "why": "She is threatened.", "review_on": day(40).date().isoformat()}
    sent = client.post(path, data={**form(client, path), **answers, "limits": ["L4", "L5"]})
    assert sent.status_code == 303
    assert all(limits(today.case)[key].paused_at for key in ("L4", "L5"))


def test_what_was_ticked_is_ticked_when_the_page_comes_back(app, today):
    client, path = client_of(app, "Tomas"), desk(today, "suspend")
    sent = client.post(path, data={**form(client, path), "ground": "safety", "limits": ["L4", "L5"]})
    assert sent.status_code == 422
    assert all(f'name="limits" value="{key}" checked' in sent.text for key in ("L4", "L5"))


# --- a date that was agreed --------------------------------------------------------------------------------


def hold(story, number, *keys):
    raw = {"ground": "safety", "why": "She is threatened.", "review_on": day(number + 80).date().isoformat()}
    steps.take("suspend", story.tomas, story.reference, {**raw, "limits": list(keys)}, now=day(number))


def go_on(story, number):
    steps.take("resume", story.tomas, story.reference, {"reason": "She is safe."}, now=day(number))


def take(story, step, who, number, **raw):
    steps.take(step, who, story.reference, raw, now=day(number))


def asks_until(story, number, until):
    take(story, "request_extension", story.victor, number, until=until.isoformat(), why="The guard is away.")


def grant(story, number):
    take(story, "decide_extension", story.noor, number, answer="grant", why="It is a good reason.")


@pytest.fixture
def referred(story):
    story.at("company_acknowledge", "Victor", 6)
    return story


def test_an_answer_that_was_given_a_longer_time_has_the_days_of_a_suspension_again(referred):
    asks_until(referred, 10, date(2026, 5, 1))
    grant(referred, 11)
    hold(referred, 20, "L5")
    go_on(referred, 95)
    assert sweep(day(95)).escalated == 0
    limit = limits(referred.case)["L5"]
    assert (limit.due_on, limit.missed_at) == (date(2026, 5, 1) + timedelta(days=75), None)
    assert [(line.on, line.reason) for line in deadlines.explained(limit).days] == [
        (date(2026, 5, 1), "agreed"),
        (date(2026, 7, 15), "moved"),
    ]
    assert doctor.examine() == []


def test_a_longer_time_that_is_agreed_on_after_a_pause_is_until_the_day_that_was_said(referred):
    hold(referred, 20, "L5")
    go_on(referred, 30)
    asks_until(referred, 31, date(2026, 5, 20))
    grant(referred, 32)
    assert limits(referred.case)["L5"].due_on == date(2026, 5, 20)
    hold(referred, 40, "L5")
    go_on(referred, 45)
    assert limits(referred.case)["L5"].due_on == date(2026, 5, 25)


def test_the_day_of_a_remedy_moves_by_the_days_of_a_suspension_and_twice_by_those_of_two(referred):
    promised = day(40).date()
    referred.at("propose_remedy", "Victor", 20, due_on=promised.isoformat())
    referred.at("accept_remedy", "Amina", 21)
    for held, goes_on in ((30, 40), (45, 50)):
        hold(referred, held, "L11")
        go_on(referred, goes_on)
    assert limits(referred.case)["L11"].due_on == promised + timedelta(days=15)


# --- a question and a suspension at once -------------------------------------------------------------------


@pytest.fixture
def asked(app, cast):
    """A complaint that is looked at since day 1; a question is open since day 2."""
    reference, amina, _code = demonstration.file_one(START)
    story = SimpleNamespace(reference=reference, noor=cast["Noor"], tomas=cast["Tomas"], amina=amina)
    take(story, "acknowledge", story.noor, 1, no_conflict="yes", safety_looked_at="yes")
    take(story, "ask", story.noor, 2, question="Which gate was it?")
    story.case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    return story


def admissibility(story):
    return limits(story.case)["L2"]


def test_an_answer_does_not_let_go_on_what_a_suspension_holds(asked):
    hold(asked, 5, "L2")
    take(asked, "answer", asked.amina, 8, answer="The north gate.")
    assert admissibility(asked).paused_at == day(2)
    go_on(asked, 30)
    assert admissibility(asked).pauses == [["2026-03-04", "2026-04-01"]]


def test_an_answer_lets_go_on_what_a_suspension_does_not_name(asked):
    hold(asked, 5, "L6")
    take(asked, "answer", asked.amina, 8, answer="The north gate.")
    assert admissibility(asked).paused_at is None and limits(asked.case)["L6"].paused_at


def test_a_question_that_nobody_answers_does_not_let_go_on_what_a_suspension_holds(asked):
    hold(asked, 5, "L2")
    sweep(day(75))
    assert limits(asked.case)["L3"].missed_at and admissibility(asked).missed_at is None
    assert admissibility(asked).paused_at == day(2)


def test_a_question_whose_answer_is_overdue_holds_nothing_when_a_suspension_ends(asked):
    sweep(day(34))
    assert limits(asked.case)["L3"].missed_at and admissibility(asked).paused_at is None
    hold(asked, 35, "L2")
    go_on(asked, 40)
    assert admissibility(asked).paused_at is None


def test_the_end_of_a_suspension_leaves_the_decision_waiting_for_an_open_question(asked):
    hold(asked, 5, "L2", "L6")
    go_on(asked, 8)
    assert admissibility(asked).paused_at == day(2) and limits(asked.case)["L6"].paused_at is None
    take(asked, "answer", asked.amina, 9, answer="The north gate.")
    assert admissibility(asked).pauses == [["2026-03-04", "2026-03-11"]] and doctor.examine() == []


# --- while a withdrawal waits ------------------------------------------------------------------------------


def test_a_remedy_that_is_accepted_while_a_withdrawal_waits_is_not_missed_before_that_is_decided(referred):
    referred.at("propose_remedy", "Victor", 9, due_on=day(20).date().isoformat())
    referred.at("withdraw", "Amina", 10)
    referred.at("accept_remedy", "Amina", 11)
    assert sweep(day(21)).escalated == 0 and referred.case.state == State.REFERRED
    assert limits(referred.case)["L11"].missed_at is None and doctor.examine() == []
    referred.at("undo_withdrawal", "Amina", 22)
    assert limits(referred.case)["L11"].due_on == day(29).date()
    assert sweep(day(31)).escalated == 1


def test_what_the_secretariat_owes_is_not_held_by_a_withdrawal(referred):
    referred.at("withdraw", "Amina", 10)
    assert not limits(referred.case)["L20"].held


# --- more time and a suspension ----------------------------------------------------------------------------


def test_more_time_can_be_asked_for_after_a_suspension_to_the_most_counted_without_its_days(referred):
    hold(referred, 20, "L5")
    go_on(referred, 82)
    assert limits(referred.case)["L5"].due_on == date(2026, 6, 22)
    with pytest.raises(steps.Refused, match="at most 6 August 2026"):
        asks_until(referred, 83, date(2026, 8, 7))
    asks_until(referred, 83, date(2026, 8, 6))
    grant(referred, 84)
    assert limits(referred.case)["L5"].due_on == date(2026, 8, 6)


def test_the_wait_for_a_decision_on_more_time_moves_with_the_due_day(referred):
    asks_until(referred, 19, date(2026, 5, 1))
    hold(referred, 20, "L5")
    go_on(referred, 48)
    limit = limits(referred.case)["L5"]
    assert (limit.due_on, limit.asked_until) == (date(2026, 5, 19), date(2026, 5, 29))
    assert limit.waits_until == limit.due_at + timedelta(days=3) and limit.wake_at == deadlines.warnings_of(limit)[0]
    grant(referred, 49)
    assert limits(referred.case)["L5"].due_on == date(2026, 5, 29)


def test_more_time_that_is_granted_while_the_case_is_suspended_moves_by_the_whole_suspension(referred):
    asks_until(referred, 19, date(2026, 5, 1))
    hold(referred, 20, "L5")
    grant(referred, 30)
    go_on(referred, 48)
    assert limits(referred.case)["L5"].due_on == date(2026, 5, 29)


def test_a_suspension_after_the_due_day_holds_the_wait_for_a_decision(referred):
    asks_until(referred, 19, date(2026, 5, 1))
    limit = limits(referred.case)["L5"]
    assert (limit.due_on, limit.waits_until.date()) == (date(2026, 4, 21), date(2026, 4, 24))
    hold(referred, 51, "L5")
    go_on(referred, 61)
    assert (limit.due_on, limit.waits_until.date()) == (date(2026, 4, 21), date(2026, 5, 6))
    assert sweep(day(61)).escalated == 0


def test_the_wait_moves_where_a_withdrawal_that_is_undone_moves_the_due_day(referred):
    asks_until(referred, 19, date(2026, 5, 1))
    referred.at("withdraw", "Amina", 40)
    referred.at("undo_withdrawal", "Amina", 48)
    limit = limits(referred.case)["L5"]
    assert limit.due_on == date(2026, 4, 26) and limit.waits_until == limit.due_at + timedelta(days=3)


def page_of(app, name, path):
    with time_machine.travel(day(21)):
        return client_of(app, name).get(path).text


def test_a_suspended_case_says_so_in_the_row_of_each_queue_and_at_the_head_of_the_companys_page(app, referred):
    hold(referred, 20, "L5")
    referred.case.severity = Severity.CRITICAL
    referred.case.withdrawn_at = day(20)
    db.session.commit()
    desk_row, company_row = (page_of(app, *one) for one in (("Noor", "/desk"), ("Victor", "/company")))
    assert all(
        badge in desk_row for badge in (">suspended</strong>", ">withdrawal waits</strong>", ">critical</strong>")
    )
    assert ">suspended</strong>" in company_row
    assert "withdrawal waits" not in company_row and ">critical<" not in company_row


def test_a_company_reads_that_what_it_owes_is_held_and_never_why(app, referred):
    hold(referred, 20, "L5")
    page = page_of(app, "Victor", f"/company/cases/{referred.reference}")
    assert "Suspended</strong>" in page and "Held for now: answer the complaint" in page
    assert "You must answer the complaint" not in page and "safety" not in page.split("<main")[1].lower()
