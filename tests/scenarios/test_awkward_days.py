"""What goes wrong on ordinary days, at the page where a person meets it."""

import re
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, func, select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.case import Case, State
from grievance.models.event import Checkpoint, Event
from grievance.models.people import Account, AccountStatus, Company, Membership, PartyShare
from grievance.reports.casefile import open_case_file
from grievance.workflow import doctor, holidays, owed, record, steps
from grievance.workflow.sweep import sweep
from tests.scenarios.days import day, kinds, letters, limits
from tests.scenarios.pages import form, hidden, press
from tests.test_routes import client_of, filled

CHANGED = "This case has changed since you opened it"


@pytest.fixture
def today(story):
    """Day 10 of the story: the company has it since day 5 and has not acknowledged."""
    with time_machine.travel(day(10)) as travel:
        story.travel = travel
        yield story


def desk(story, step):
    return f"/desk/cases/{story.reference}/steps/{step}"


def company(story, step):
    return f"/company/cases/{story.reference}/steps/{step}"


def events(case, kind):
    return kinds(case).count(kind)


# --- pressed twice, opened long ago ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "face", "step", "answers"),
    [
        ("Noor", desk, "escalate", {"ground": "inadequate", "why": "Nobody answers."}),
        ("Noor", desk, "note", {"note": "She called again."}),
        ("Victor", company, "company_acknowledge", {"contact": "The site manager"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_button_that_is_pressed_twice_is_one_event_and_the_second_gets_a_sentence(
    app, today, name, face, step, answers
):
    client, path = client_of(app, name), face(today, step)
    sent = {**form(client, path), **answers}
    first, second = client.post(path, data=sent), client.post(path, data=sent)
    assert (first.status_code, second.status_code) == (303, 409)
    assert CHANGED in second.text or "not possible now" in second.text
    assert events(today.case, step) == 1


def test_an_approval_that_is_pressed_twice_is_one_event_and_the_second_gets_a_sentence(app, today):
    steps.take("set_legal_hold", today.noor, today.reference, {"reason": "A court asks."})
    (decision,) = steps.open_proposals(today.case)
    client, path = client_of(app, "Tomas"), f"/desk/cases/{today.reference}/proposals/{decision.id}"
    sent = {**form(client, path), "answer": "approve"}
    first, second = client.post(path, data=sent), client.post(path, data=sent)
    assert (first.status_code, second.status_code) == (303, 409)
    assert "decided already" in second.text and events(today.case, "set_legal_hold") == 1


def test_a_page_that_was_opened_before_a_change_keeps_its_words_and_says_so(app, today):
    client, path = client_of(app, "Noor"), desk(today, "note")
    sent = {**form(client, path), "note": "Words that took a while."}
    press(client_of(app, "Tomas"), path, note="Another was faster.")
    today.travel.shift(timedelta(minutes=20))
    answer = client.post(path, data=sent)
    assert answer.status_code == 409 and CHANGED in answer.text and "Words that took a while." in answer.text
    assert client.post(path, data={**sent, **hidden(answer)}).status_code == 303
    assert "Words that took a while." in client.get(f"/desk/cases/{today.reference}").text


def test_a_page_that_is_a_week_old_keeps_its_words_through_signing_in(app, today):
    client, path = client_of(app, "Noor"), desk(today, "note")
    sent = {**form(client, path), "note": "Words that took a week."}
    press(client_of(app, "Tomas"), path, note="Another was faster.")
    today.travel.shift(timedelta(days=7))
    answer = client.post(path, data=sent)
    assert answer.status_code == 401 and "Words that took a week." in answer.text
    who = {"email": "noor@example.org", "password": demonstration.PASSWORD}
    back = client.post("/account/sign-in", data={**hidden(answer), **who})
    assert "Words that took a week." in back.text and events(today.case, "note") == 1
    changed = client.post(path, data={**hidden(back), "note": "Words that took a week."})
    assert changed.status_code == 409 and CHANGED in changed.text and "Words that took a week." in changed.text
    assert client.post(path, data={**hidden(changed), "note": "Words that took a week."}).status_code == 303


def test_what_only_the_clock_changed_does_not_send_a_person_back(app, today):
    today.travel.move_to(limits(today.case)["L4"].due_at - timedelta(minutes=10))
    client, path = client_of(app, "Noor"), desk(today, "note")
    sent = {**form(client, path), "note": "Nothing but the clock was here."}
    today.travel.shift(timedelta(minutes=20))
    assert client.post(path, data=sent).status_code == 303
    assert events(today.case, "escalate") == events(today.case, "note") == 1


# --- proposals that stop fitting ---------------------------------------------------------------------------


def proposed(story):
    """A case that goes back to the company, proposed and waiting."""
    demonstration.do("escalate", story.noor, story.reference, clock.now())
    raw = demonstration.answers_for("refer_back", story.noor, story.case)
    decision = steps.take("refer_back", story.noor, story.reference, raw)
    return f"/desk/cases/{story.reference}/proposals/{decision.id}"


def test_an_approval_after_the_facts_changed_is_refused_with_what_stands_against_it(app, today):
    path = proposed(today)
    client = client_of(app, "Tomas")
    sent = {**form(client, path), "answer": "approve"}
    demonstration.do("report_retaliation", today.amina, today.reference, clock.now())
    answer = client.post(path, data=sent)
    assert answer.status_code == 409 and "A safety alert is open." in answer.text
    assert today.case.state == State.ESCALATED and len(steps.open_proposals(today.case)) == 1


def test_a_proposal_of_somebody_who_has_left_can_still_be_approved_and_names_who_proposed_it(app, today):
    path, noor = proposed(today), today.noor.account_id
    db.session.get_one(Account, noor).status = AccountStatus.LEFT
    db.session.execute(delete(PartyShare).where(PartyShare.account_id == noor))
    db.session.commit()
    assert press(client_of(app, "Tomas"), path, answer="approve").status_code == 303
    assert today.case.state == State.REFERRED
    (event,) = db.session.scalars(select(Event).where(Event.kind == "refer_back"))
    assert f'"proposed_by":{noor}' in event.facts and event.actor_id == today.tomas.account_id


def test_a_proposal_of_somebody_who_has_left_can_still_be_refused_and_the_case_has_a_next_step(app, today):
    path = proposed(today)
    db.session.get_one(Account, today.noor.account_id).status = AccountStatus.LEFT
    db.session.commit()
    assert press(client_of(app, "Tomas"), path, answer="refuse", reason="She left.").status_code == 303
    assert owed.has_next_step(today.case) and doctor.examine() == []


# --- the company -------------------------------------------------------------------------------------------


def test_a_company_that_loses_its_membership_while_it_types_can_still_answer(app, today):
    client, path = client_of(app, "Victor"), company(today, "respond")
    sent = form(client, path)
    db.session.get_one(Company, today.case.company_id).membership = Membership.FORMER
    db.session.commit()
    answers = demonstration.answers_for("respond", today.victor, today.case)
    looked = re.search(r'name="looked" value="(\w+)"', client.post(path, data={**sent, **answers}).text).group(1)
    assert client.post(path, data={**sent, **answers, "looked": looked}).status_code == 303
    assert events(today.case, "respond") == 1 and "L5" not in limits(today.case)


def test_two_officers_who_press_two_buttons_at_once_one_wins_and_the_other_gets_the_sentence(both):
    reference, _amina, _code = demonstration.file_one(clock.now() - timedelta(hours=1))
    demonstration.do("acknowledge", both.cast["Noor"], reference, clock.now())
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    pressed = {"Noor": ("escalate", {"ground": "critical", "why": "It cannot wait."}), "Tomas": ("note", {"note": "x"})}
    ready, answers = threading.Barrier(2), {}
    clients = {}
    for name, (step, given) in pressed.items():
        client, path = client_of(both.app, name), f"/desk/cases/{reference}/steps/{step}"
        clients[name] = (client, path, {**form(client, path), **given})
    before = case.version
    db.session.rollback()

    def go(name):
        client, path, sent = clients[name]
        with both.app.app_context():
            ready.wait()
            answers[name] = client.post(path, data=sent)

    threads = [threading.Thread(target=go, args=(name,)) for name in pressed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers.values()) == [303, 409]
    assert [CHANGED in answer.text for answer in answers.values() if answer.status_code == 409] == [True]
    db.session.rollback()
    assert case.version == before + 1 and events(case, "escalate") + events(case, "note") == 1
    assert record.verify() == []


def test_two_approvers_who_decide_at_once_decide_once(both):
    reference, _amina, _code = demonstration.file_one(clock.now() - timedelta(hours=1))
    demonstration.do("acknowledge", both.cast["Noor"], reference, clock.now())
    decision = steps.take("refer", both.cast["Noor"], reference, demonstration.ANSWERS["refer"]).id
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    ready, said = threading.Barrier(2), []
    db.session.rollback()

    def go(approve):
        with both.app.app_context():
            ready.wait()
            try:
                steps.decide(both.cast["Tomas"], reference, decision, approve, "No.")
            except steps.Refused as refused:
                said.append(refused.sentence)

    threads = [threading.Thread(target=go, args=(approve,)) for approve in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [str(sentence) for sentence in said] == ["This proposal is decided already."]
    db.session.rollback()
    assert events(case, "refer") + events(case, "refused") == 1 and doctor.examine() == []


# --- the calendar ------------------------------------------------------------------------------------------


def test_a_holiday_added_on_the_due_day_moves_the_limit_to_the_minute(story):
    story.at("company_acknowledge", "Victor", 6)
    limit = limits(story.case)["L5"]
    due, on = limit.due_at, limit.due_on
    holidays.add(story.tomas, "KE", {on: "A day of mourning"}, due - timedelta(minutes=1))
    assert limit.due_on > on and limit.due_at - due >= timedelta(days=1) and limit.due_at.time() == due.time()
    for at, missed in ((due, None), (limit.due_at - timedelta(minutes=1), None), (limit.due_at, limit.due_at)):
        sweep(at)
        assert limit.missed_at == missed
    assert events(story.case, "escalate") == 1 and doctor.examine() == []


def test_a_holiday_that_is_added_the_minute_after_the_due_day_comes_too_late(story):
    story.at("company_acknowledge", "Victor", 6)
    limit = limits(story.case)["L5"]
    due, on = limit.due_at, limit.due_on
    holidays.add(story.tomas, "KE", {on: "A day of mourning"}, due)
    sweep(due + timedelta(days=3))
    assert limit.missed_at == due and events(story.case, "escalate") == 1


def referred_to(cast, begins, zone, weekend):
    """A case that Larkfield, with this calendar, must acknowledge; referred at `begins`."""
    larkfield = db.session.get_one(Company, int(demonstration.larkfield()))
    larkfield.zone, larkfield.weekend = zone, weekend
    db.session.commit()
    reference, _amina, code = demonstration.file_one(begins)
    demonstration.do("acknowledge", cast["Noor"], reference, begins)
    demonstration.do("refer", cast["Noor"], reference, begins, cast["Tomas"])
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    return reference, code, limits(case)


def shown(app, code, reference, on):
    """Whether the complainant, the company and the office all read this due date on their pages."""
    complainant = client_of(app, "Amina")
    complainant.post("/follow", data={"code": code})
    pages = [
        complainant.get("/follow/case").text,
        client_of(app, "Victor").get(f"/company/cases/{reference}").text,
        client_of(app, "Noor").get(f"/desk/cases/{reference}").text,
    ]
    return [f"by {on.day} {on:%B} {on.year}" in page for page in pages]


def test_where_friday_and_saturday_are_the_weekend_the_pages_show_a_sunday(app, cast):
    begins = datetime(2027, 3, 5, 9, tzinfo=UTC)  # a Friday: seven days later is a Friday, too
    with time_machine.travel(begins + timedelta(hours=1)):
        reference, code, due = referred_to(cast, begins, "Asia/Riyadh", [4, 5])
        assert due["L4"].due_on == date(2027, 3, 14) and due["L4"].due_on.weekday() == 6
        assert shown(app, code, reference, date(2027, 3, 14)) == [True] * 3


def test_a_limit_that_ends_on_29_february_ends_there_for_everybody(app, cast):
    begins = datetime(2028, 2, 22, 9, tzinfo=UTC)
    with time_machine.travel(begins + timedelta(hours=1)):
        reference, code, due = referred_to(cast, begins, "Africa/Nairobi", [5, 6])
        assert due["L4"].due_on == date(2028, 2, 29)
        assert shown(app, code, reference, date(2028, 2, 29)) == [True] * 3


def test_a_case_that_is_closed_on_29_february_is_kept_for_whole_years(story):
    story.at("escalate", "Noor", 10)
    at = datetime(2028, 2, 29, 9, tzinfo=UTC)
    demonstration.do("close", story.noor, story.reference, at, story.tomas, reason="no_answer")
    assert story.case.retain_until == date(2031, 2, 28)


@pytest.mark.parametrize(("begins", "ends"), [((2027, 3, 21), (2027, 3, 28, 22)), ((2027, 10, 24), (2027, 10, 31, 23))])
def test_a_last_day_on_which_the_clocks_change_ends_at_midnight_where_it_is_owed(app, cast, begins, ends):
    at = datetime(*begins, 9, tzinfo=UTC)
    with time_machine.travel(at + timedelta(hours=1)):
        reference, code, due = referred_to(cast, at, "Europe/Prague", [3, 4])
        limit, end = due["L4"], datetime(*ends, tzinfo=UTC)
        assert limit.due_at == end and shown(app, code, reference, end.date()) == [True] * 3
        sweep(end - timedelta(seconds=1))
        assert limit.missed_at is None
        sweep(end)
        assert limit.missed_at == end


# --- the machine's clock is set back an hour ---------------------------------------------------------------
#
# An event notes what the clock said; its number in the chain says in which order things happened. So a time may go
# back from one event to the next, and nothing is put in another order or given a time that no clock showed.


def test_a_clock_that_is_set_back_between_two_steps_leaves_the_order_and_a_whole_record(app, today):
    press(client_of(app, "Victor"), company(today, "company_acknowledge"), contact="The site manager")
    today.travel.shift(timedelta(hours=-1))
    press(client_of(app, "Noor"), desk(today, "note"), note="An hour earlier, and later.")
    assert kinds(today.case)[-2:] == ["company_acknowledge", "note"]
    happened = list(db.session.scalars(select(Event.happened_at).order_by(Event.id)))
    assert happened[-1] < happened[-2] and (record.verify(), doctor.examine()) == ([], [])
    page = open_case_file(today.noor, today.case)
    assert [one.kind for one in page.timeline[:2]] == ["note", "company_acknowledge"]


def test_a_clock_that_is_set_back_over_the_end_of_a_limit_misses_it_once(story):
    due = limits(story.case)["L4"].due_at
    for minutes in (0, -60, -30, 0, 30):
        sweep(due + timedelta(minutes=minutes))
    assert events(story.case, "escalate") == 1 and letters(story.case, "company").count("escalated_late") == 1
    assert (record.verify(), doctor.examine()) == ([], [])


def test_a_step_on_a_clock_that_is_set_back_over_the_end_of_a_limit_does_not_undo_the_breach(story):
    limit = limits(story.case)["L4"]
    due = limit.due_at
    sweep(due)
    demonstration.do("respond", story.victor, story.reference, due - timedelta(minutes=30))
    assert limit.missed_at == due and story.case.state == State.ESCALATED


def test_sessions_outlive_a_clock_that_is_set_back_and_still_end(app, today):
    client = client_of(app, "Noor")
    page = f"/desk/cases/{today.reference}"
    assert client.get(page).status_code == 200
    today.travel.shift(timedelta(hours=-1))
    assert client.get(page).status_code == 200
    today.travel.shift(timedelta(hours=2))
    assert client.get(page).status_code == 303
    today.travel.shift(timedelta(hours=26))
    assert "Set-Cookie" not in client.get("/").headers


def test_a_receipt_that_is_being_shown_survives_a_clock_that_is_set_back(app, cast):
    with time_machine.travel(day(10)) as travel:
        client = app.test_client()
        assert client.post("/complain", data=filled(client)).status_code == 303
        before = client.get("/complain/receipt").text
        travel.shift(timedelta(hours=-1))
        after = client.get("/complain/receipt")
        assert after.status_code == 200 and codes(after.text) == codes(before)


def codes(text):
    return re.findall(r"<span>(\d{4})</span>", text)


def test_checkpoints_go_on_after_a_clock_that_was_set_back(story):
    now = clock.now()
    for minutes in (0, -60, 59, 61):
        sweep(now + timedelta(minutes=minutes))
    assert db.session.scalar(select(func.count()).select_from(Checkpoint)) == 2 and record.verify() == []
