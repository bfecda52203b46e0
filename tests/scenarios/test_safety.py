"""Who may be in danger is looked at first, whichever way she says it; and no company ever learns that she did."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.deadlines import rows as deadlines
from grievance.extensions import db
from grievance.forms.kinds import Kind
from grievance.models.case import Case
from grievance.models.desk import URGENT, NewMark
from grievance.models.event import Event
from grievance.models.people import Account, Role
from grievance.models.writing import Letter
from grievance.workflow import steps
from grievance.workflow.procedure import ROWS
from tests.outside import a_release_came
from tests.scenarios.pages import hidden, press
from tests.views.test_routes import client_of

FRIDAY = datetime(2026, 11, 27, 10, tzinfo=UTC)
"""Eleven o'clock at the office."""
HER = {Role.COMPLAINANT, Role.REPRESENTATIVE}


def case_of(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def owed(reference):
    return {limit.key: limit.due_at for limit in deadlines.owed(case_of(reference)) if limit.key.startswith("L14")}


def urgent(reference):
    """By name or desk: for whom the case is urgent."""
    query = select(NewMark.reader, Account.name).outerjoin(Account, Account.id == NewMark.account_id)
    marks = db.session.execute(query.where(NewMark.case_id == case_of(reference).id, NewMark.rank == URGENT))
    return {(name or reader).split()[0] for reader, name in marks}


# --- at filing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"could_harm": "no"}, {}),
        ({"could_harm": "no", "harm_when": "soon"}, {}),  # without script a choice cannot be taken back
        ({"could_harm": "yes"}, {"L14": datetime(2026, 11, 30, 23, tzinfo=UTC)}),
        ({"could_harm": "unsure"}, {"L14": datetime(2026, 11, 30, 23, tzinfo=UTC)}),
        ({"could_harm": "unsure", "harm_when": "later"}, {"L14": datetime(2026, 11, 30, 23, tzinfo=UTC)}),
        ({"could_harm": "unsure", "harm_when": "soon"}, {"L14h": FRIDAY + timedelta(days=1)}),
        ({"could_harm": "yes", "harm_when": "soon"}, {"L14h": FRIDAY + timedelta(days=1)}),
    ],
)
def test_yes_and_not_sure_raise_the_alert_and_what_is_near_is_looked_at_within_a_day(app, cast, answers, expected):
    with time_machine.travel(FRIDAY, tick=False):
        reference, _amina, _code = demonstration.file_one(FRIDAY, **answers)
        assert case_of(reference).safety_alert == bool(expected) and owed(reference) == expected


def test_who_is_not_sure_is_looked_at_before_anything_goes_to_the_company(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now(), could_harm="unsure")
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    with pytest.raises(steps.Refused, match="A safety alert is open"):
        demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Tomas"])


def test_the_form_asks_when_it_could_happen_and_the_officer_reads_it_beside_the_form(app, cast):
    client = app.test_client()
    form = hidden(client.get("/complain?step=all"))
    sent = {**form, "account": "x", "company": "unknown", "could_harm": "unsure", "harm_when": "soon"}
    assert client.post("/complain", data=sent).status_code == 303
    reference = db.session.scalars(select(Case.reference)).one()
    assert owed(reference).keys() == {"L14h"}
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/acknowledge").text
    assert "I am not sure · Now, or in the next days" in page


def test_her_own_page_says_nothing_of_when_it_could_happen(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now(), could_harm="yes", harm_when="soon")
    her = app.test_client()
    her.post("/follow", data={"code": code})
    page = her.get("/follow/case").text
    assert "Could someone harm you" in page
    assert "When could that happen" not in page and "Now, or in the next days" not in page


def test_a_complaint_over_the_api_without_the_answer_about_safety_is_refused_with_a_sentence(app, cast):
    body = {"account": "They pushed me."}
    answer = app.test_client().post("/api/v1/complaints", json=body)
    assert answer.status_code == 422 and db.session.scalars(select(Case)).all() == []
    assert {"field": "could_harm", "sentence": "Say whether someone could harm you."} in answer.json["errors"]
    schema = app.test_client().get("/api/v1/openapi.json").json["paths"]["/api/v1/complaints"]["post"]
    assert "could_harm" in schema["requestBody"]["content"]["application/json"]["schema"]["required"]


def test_a_complaint_over_the_api_says_when_it_could_happen(app, cast):
    body = {"account": "They pushed me.", "could_harm": "unsure", "harm_when": "soon"}
    answer = app.test_client().post("/api/v1/complaints", json=body)
    assert answer.status_code == 201 and owed(answer.json["reference"]).keys() == {"L14h"}


def test_a_report_of_retaliation_is_looked_at_within_a_day_whatever_the_severity(app, cast):
    with time_machine.travel(FRIDAY, tick=False):
        reference, amina, _code = demonstration.file_one(FRIDAY)
        demonstration.do("report_retaliation", amina, reference, FRIDAY)
        assert owed(reference) == {"L14h": FRIDAY + timedelta(days=1)}


def test_what_she_says_after_a_look_was_missed_gets_its_own_day_and_before_that_none(app, cast):
    later, too_late = FRIDAY + timedelta(hours=5), FRIDAY + timedelta(hours=30)
    with time_machine.travel(FRIDAY, tick=False) as travel:
        reference, amina, _code = demonstration.file_one(FRIDAY)
        for at in (FRIDAY, later):
            demonstration.do("report_retaliation", amina, reference, at)
        assert owed(reference) == {"L14h": FRIDAY + timedelta(days=1)}
        travel.move_to(too_late)
        demonstration.do("report_retaliation", amina, reference, too_late)
        assert owed(reference) == {"L14h": too_late + timedelta(days=1)}


# --- on whatever she writes --------------------------------------------------------------------------------

HERS = [row for row in ROWS if row.who <= HER]
WITHOUT_A_TICK = {
    "report_retaliation": "it says so itself",
    "agree_good_offices": "one press, without a word of hers",
    "accept_remedy": "one press, without a word of hers",
    "agree_protection": "it is about her safety, and the alert is up",
    "undo_withdrawal": "one press, without a word of hers",
    "cannot_read": "one press, without a word of hers",
    "can_read": "one press, without a word of hers",
    "show_visits": "one press, without a word of hers",
    "hide_visits": "one press, without a word of hers",
    "say_about_file": "one press, without a word of hers",
    "undo_deletion": "one press, without a word of hers",
    "come_back": "one press, without a word of hers",
    "let_speak": "one press, without a word of hers",
    "revoke_authority": "one press, without a word of hers",
    "change_consent": "three ticks, without a word of hers",
    "choose_road": "two choices, without a word of hers",
    "agree_post": "one press, without a word of hers",
    "end_post": "one press, without a word of hers",
    "answer_retention": "one choice, without a word of hers",
    "correct_identity": "nobody of the office reads it before two people agree",
}
"""Which steps of hers do not ask whether it is about her safety, and why."""
WRITING = [row for row in HERS if row.step not in WITHOUT_A_TICK]
"""Every row by which she writes to the office, sends files or withdraws with a reason."""


def test_every_step_of_hers_asks_whether_it_is_about_her_safety_or_there_is_a_reason_why_not():
    ticked = {row.step for row in HERS if any(field.name == "about_safety" for field in row.asks)}
    assert {row.step for row in HERS} - ticked == set(WITHOUT_A_TICK)
    silent = {row.step for row in HERS if row.step in WITHOUT_A_TICK and row.step != "report_retaliation"}
    words = {row.step for row in HERS if {Kind.TEXT, Kind.FILES} & {field.kind for field in row.asks}}
    assert not silent & words


def test_each_step_of_hers_that_an_officer_writes_down_has_the_same_tick():
    """By telephone, by letter or in person; what is no step of its own is recorded as what she said."""
    noted = {row.step: {field.name for field in row.asks} for row in ROWS if row.recorded or row.in_her_words}
    assert {step for step, asked in noted.items() if "about_safety" not in asked} <= set(WITHOUT_A_TICK)
    assert "about_safety" in noted["record_message"]


def test_her_writing_rows_are_those_that_one_thinks_of():
    assert {row.step for row in WRITING} >= {
        "write", "attach", "comment", "dispute_remedy", "decline_remedy", "waive_remedy", "verify_remedy", "withdraw",
        "answer", "appeal", "escalate", "decline_good_offices", "answer_follow_up",
    }  # fmt: skip


@pytest.mark.parametrize("row", WRITING, ids=lambda row: f"{row.step}-{'-'.join(sorted(row.source))}")
def test_every_writing_row_of_hers_asks_whether_it_is_about_her_safety(row):
    (tick,) = [field for field in row.asks if field.name == "about_safety"]
    assert tick.kind == Kind.YES and not tick.required and tick.readers == frozenset()
    assert "L14h" in row.may_open and row.asks[-1] is tick


@pytest.fixture
def referred(app, cast):
    """A referred case of which everything is seen, with her receipt."""
    reference, code = demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))
    db.session.execute(NewMark.__table__.delete())
    db.session.commit()
    return reference, code


TICKED = {"about_safety": "yes"}
SAID = {
    "write": {"audience": "secretariat", "message": "They stand outside my house."},
    "attach": {"files": "a photo"},
    "comment": {"comment": "They stand outside my house."},
    "withdraw": {"sure": "yes", "forced": "no"},
    "ask_deletion": {"sure": "yes", "forced": "no"},
}


def say(amina, reference, step, **more):
    answers = {**SAID[step], **more}
    if "files" in answers:
        answers["files"] = [demonstration.upload("photo.txt", b"Outside my house.")]
    steps.take(step, amina, reference, answers)


@pytest.mark.parametrize("step", SAID)
def test_what_she_ticks_as_about_her_safety_does_what_a_report_of_retaliation_does(referred, cast, step):
    reference, code = referred
    before = clock.now()
    say(receipts.person_with(code), reference, step, **TICKED)
    case = case_of(reference)
    assert case.safety_alert and before <= owed(reference)["L14h"] - timedelta(days=1) <= clock.now()
    assert urgent(reference) == {"Noor", "Tomas"}
    last = db.session.scalars(select(Event).where(Event.case_id == case.id, Event.kind == step)).one()
    told = select(Letter.recipient).where(Letter.event_id == last.id, Letter.template == "in_danger")
    assert set(db.session.scalars(told)) == {"officer", "approver"}


@pytest.mark.parametrize("ticked", [{}, TICKED], ids=["not ticked", "ticked"])
def test_what_she_says_by_telephone_is_ticked_by_who_writes_it_down(app, cast, referred, ticked):
    reference, _code = referred
    noor, asked = client_of(app, "Noor"), f"/desk/cases/{reference}/steps/record_message"
    assert "This is about the complainant" in noor.get(asked).text
    answers = {"message": "They stand outside my house.", "channel": "phone", "read_back": "yes", **ticked}
    assert press(noor, asked, **answers).status_code == 303
    assert case_of(reference).safety_alert is bool(ticked) and bool(owed(reference)) is bool(ticked)
    assert ("Tomas" in urgent(reference)) is bool(ticked)


@pytest.mark.parametrize("step", SAID)
def test_without_the_tick_nothing_is_raised(referred, step):
    reference, code = referred
    say(receipts.person_with(code), reference, step)
    assert not case_of(reference).safety_alert and not owed(reference) and urgent(reference) == set()


def test_a_withdrawal_that_waits_for_a_second_person_raises_the_alert_at_once_and_only_once(referred, cast):
    """Whoever holds her up is there now; and what was looked at since is not raised again by the second person."""
    reference, _code = referred
    by_phone = {"sure": "yes", "forced": "no", "channel": "phone", "read_back": "yes", **TICKED}
    decision = steps.take("withdraw", cast["Noor"], reference, by_phone)
    assert decision and case_of(reference).safety_alert and owed(reference).keys() == {"L14h"}
    assert "Tomas" in urgent(reference)
    demonstration.do("lift_safety_alert", cast["Noor"], reference, clock.now(), cast["Tomas"])
    steps.decide(cast["Tomas"], reference, decision.id, True)
    assert case_of(reference).withdrawn_at and not case_of(reference).safety_alert and not owed(reference)


def test_the_tick_on_her_page_reaches_the_desk_and_leaves_no_trace_on_her_page(app, referred):
    reference, code = referred
    her = app.test_client()
    her.post("/follow", data={"code": code})
    assert "This is about my safety" in her.get("/follow/case/steps/write").text
    said = {**SAID["write"], **TICKED}
    assert press(her, "/follow/case/steps/write", **said).status_code == 303
    assert case_of(reference).safety_alert
    assert "about my safety" not in her.get("/follow/case").text
    assert "This is about my safety" in client_of(app, "Noor").get(f"/desk/cases/{reference}").text


@pytest.mark.parametrize(
    ("at", "hour"),
    [
        (datetime(2026, 11, 27, 23, tzinfo=UTC), "at work again on"),  # a Friday night
        (datetime(2026, 11, 27, 10, tzinfo=UTC), "is at work now"),
    ],
)
def test_at_the_tick_stands_the_next_hour_of_work_and_no_promise_for_a_day_on_which_nobody_is_there(
    app, cast, at, hour
):
    with time_machine.travel(at, tick=False):
        _reference, _amina, code = demonstration.file_one(at)
        her = app.test_client()
        her.post("/follow", data={"code": code})
        hint = her.get("/follow/case/steps/write").text.split('id="about_safety-hint">')[1].split("</p>")[0]
    assert hour in hint and "24 hours" not in hint and "as soon as somebody is at work" in hint


LOOKS = ("assess_safety", "lift_safety_alert")


@pytest.mark.parametrize("look", LOOKS)
def test_who_looks_at_the_safety_reads_the_message_that_raised_the_alert_and_not_only_the_last_one(app, referred, look):
    reference, code = referred
    amina = receipts.person_with(code)
    say(amina, reference, "write", **TICKED)
    say(amina, reference, "write", message="When do you answer?")
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/{look}").text
    raised = page.split("What raised the alert")[1].split("<h2>")[0]
    assert "They stand outside my house." in raised and "This is about my safety" in raised
    assert "When do you answer?" not in raised


@pytest.mark.parametrize("look", LOOKS)
def test_who_looks_at_the_safety_reads_a_follow_up_that_said_yes_without_a_word(app, cast, look):
    reference, code = demonstration.walk_story(cast, "remedy", clock.now() - timedelta(days=32 + 80))
    steps.take("answer_follow_up", receipts.person_with(code), reference, {"retaliation": "yes"})
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/{look}").text
    raised = page.split("What raised the alert")[1].split("<h2>")[0]
    assert "Did anybody harm you" in raised and "Yes" in raised


def test_the_story_marks_the_ticked_message_for_the_secretariat_alone(app, referred):
    reference, code = referred
    amina = receipts.person_with(code)
    say(amina, reference, "write", audience="all", message="When do you answer?")
    say(amina, reference, "write", **{**TICKED, "audience": "all"})
    told = client_of(app, "Noor").get(f"/desk/cases/{reference}").text.split('id="account"')[1].split("<article")
    marked = [card for card in told if "Safety alert" in card.split("</article>")[0]]
    assert len(marked) == 1 and "They stand outside my house." in marked[0]
    her = app.test_client()
    her.post("/follow", data={"code": code})
    a_release_came()
    theirs = client_of(app, "Victor").get(f"/company/cases/{reference}").text
    assert "They stand outside my house." in theirs and "They stand outside my house." in her.get("/follow/case").text
    assert "Safety alert" not in theirs + her.get("/follow/case").text


def test_a_message_over_the_api_may_say_that_it_is_about_her_safety(app, referred):
    reference, code = referred
    body = {"message": "They stand outside my house.", "about_safety": True}
    sent = app.test_client().post("/api/v1/case/messages", json=body, headers={"Authorization": f"Receipt {code}"})
    assert sent.status_code == 201 and case_of(reference).safety_alert and "about_safety" not in sent.text
