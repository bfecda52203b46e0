"""What goes wrong on ordinary days, at the page where a person meets it."""

import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from grievance import clock, demonstration
from grievance.accounts import leaving
from grievance.crypto import receipt_codes
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.case import Case, State
from grievance.models.event import Event
from grievance.models.keys import Holder
from grievance.models.people import Account, AccountStatus, Company, Membership, PartyShare, Role
from grievance.record import chain
from grievance.workflow import steps
from tests.accounts.test_leaving import join
from tests.outside import another_receipt
from tests.scenarios.days import events, limits
from tests.scenarios.pages import company, desk, form, hidden, press
from tests.views.test_routes import client_of

TWICE = "You sent this twice. It counts once."
CHANGED = "This case has changed since you opened it"


# --- pressed twice, opened long ago ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "face", "step", "answers"),
    [
        ("Noor", desk, "escalate", {"ground": "inadequate", "why": "Nobody answers."}),
        ("Noor", desk, "note", {"note": "She called again."}),
        ("Victor", company, "company_acknowledge", {"contact": "The site manager", "undertakes": "yes"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_button_that_is_pressed_twice_is_one_event_and_the_second_is_led_to_the_first_ones_page(
    app, today, name, face, step, answers
):
    client, path = client_of(app, name), face(today, step)
    sent = {**form(client, path), **answers}
    first, second = client.post(path, data=sent), client.post(path, data=sent)
    assert (first.status_code, second.status_code) == (303, 303) and first.location == second.location
    assert TWICE in client.get(second.location).text
    assert events(today.case, step) == 1


def test_an_approval_that_is_pressed_twice_is_one_event_and_the_second_is_led_to_the_first_ones_page(app, today):
    steps.take("set_legal_hold", today.noor, today.reference, {"reason": "A court asks."})
    (decision,) = steps.open_proposals(today.case)
    client, path = client_of(app, "Tomas"), f"/desk/cases/{today.reference}/proposals/{decision.id}"
    sent = {**form(client, path), "answer": "approve"}
    first, second = client.post(path, data=sent), client.post(path, data=sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert TWICE in client.get(second.location).text and events(today.case, "set_legal_hold") == 1


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
    back = client.get(client.post("/account/sign-in", data={**hidden(answer), **who}).location)
    assert "Words that took a week." in back.text and events(today.case, "note") == 1
    assert "The case has changed since you wrote this." in back.text
    assert client.post(path, data={**hidden(back), "note": "Words that took a week."}).status_code == 303


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


@pytest.mark.parametrize(("name", "may"), [("Noor", False), ("Tomas", True)])
def test_a_proposal_says_what_is_to_be_done_and_its_buttons_are_for_who_may_decide(app, today, name, may):
    path = proposed(today)
    client = client_of(app, name)
    page, case = client.get(path).text, client.get(f"/desk/cases/{today.reference}").text
    assert "Proposal: Refer back" in page and ('value="approve"' in page) is may
    assert ("look and decide" in case) is may and (": waits for an approver" in case) is not may


def test_in_an_office_of_one_the_proposer_gets_the_buttons(app, today, monkeypatch):
    monkeypatch.setitem(app.config, "ALLOW_SOLO", True)
    assert 'value="approve"' in client_of(app, "Noor").get(proposed(today)).text


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


def test_while_a_state_stands_against_it_both_pages_say_why_it_waits_and_what_comes_first(app, today):
    path = proposed(today)
    demonstration.do("report_retaliation", today.amina, today.reference, clock.now())
    said = "A safety alert is open. First look at the safety, and lift the alert."
    assert f"{said} While this is so it cannot be approved" in client_of(app, "Tomas").get(path).text
    case = client_of(app, "Noor").get(f"/desk/cases/{today.reference}").text
    assert f"It cannot be approved now:</strong> {said}" in case


def test_a_proposal_of_somebody_who_has_left_can_still_be_refused_and_the_case_has_a_next_step(app, today):
    join("Petra", Role.OFFICER, today.noor)
    path = proposed(today)
    leaving.leave(today.tomas, today.noor.account_id)
    assert press(client_of(app, "Tomas"), path, answer="refuse", reason="She left.").status_code == 303
    assert deadlines.has_next_step(today.case) and doctor.examine() == []


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
    assert chain.verify() == []


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


# --- 10. the representative's authority is revoked ---------------------------------------------------------


@pytest.fixture
def joseph(app, today):
    """Joseph represents Amina with a receipt of his own, and has his page open."""
    code = receipt_codes.make()
    another_receipt(today.case, today.amina, code, Holder.REPRESENTATIVE, clock.now())
    return following(app, code)


def following(app, code):
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return client


def test_a_revoked_authority_closes_the_representatives_open_page_and_the_receipt_and_not_hers(app, today, joseph):
    amina, page = following(app, today.code), "/follow/case"
    assert joseph.get(page).status_code == 200
    assert press(amina, f"{page}/steps/revoke_authority", sure="yes").status_code == 303
    assert joseph.get(page).status_code == 303 and amina.get(page).status_code == 200
    assert events(today.case, "revoke_authority") == 1


def test_what_the_representative_types_after_the_revocation_is_not_taken(app, today, joseph):
    path = "/follow/case/steps/write"
    sent = {**form(joseph, path), "audience": "secretariat", "message": "She agrees to everything."}
    press(following(app, today.code), "/follow/case/steps/revoke_authority", sure="yes")
    assert joseph.post(path, data=sent).status_code == 401 and events(today.case, "write") == 0


def test_a_representative_cannot_cut_the_complainants_receipt(app, today, joseph):
    answer = joseph.get("/follow/case/steps/revoke_authority")
    assert answer.status_code == 409 and events(today.case, "revoke_authority") == 0
    assert following(app, today.code).get("/follow/case").status_code == 200
