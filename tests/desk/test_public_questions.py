"""Questions from outside: sealed to the Secretariat, told to it, answered, and gone some time afterwards."""

import pytest
import time_machine
from sqlalchemy import select

from grievance.access import Person
from grievance.desk import public_questions
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.maintenance import doctor, expiry
from grievance.models.concern import ConcernMail
from grievance.models.people import Role
from grievance.models.public_question import PublicQuestion
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.times import days_later
from tests.views.test_routes import client_of

QUESTION = {"about": "join", "words": "What does an audit cost?", "reach": "amal@example.org"}


@pytest.fixture(autouse=True)
def _in_a_language(app):
    with app.test_request_context():
        yield


def waiting(person):
    return public_questions.listed(person, answered=False)


def test_a_question_is_read_by_the_secretariat_and_stands_in_clear_nowhere(app, cast):
    answer = app.test_client().post("/ask", data=QUESTION)
    assert answer.status_code == 303 and answer.location == "/ask/sent"
    row = db.session.scalars(select(PublicQuestion)).one()
    assert b"audit" not in row.sealed and b"amal" not in row.sealed
    (line,) = waiting(cast["Noor"])
    assert (line.words, line.reach, line.about) == ("What does an audit cost?", "amal@example.org", "join")
    for name in ("Victor", "Ines"):
        assert client_of(app, name).get("/desk/outside-questions").status_code == 403
    assert waiting(Person(Role.OFFICER, party_seed=cast["Ines"].party_seed))[0].words is None


def test_everybody_of_the_secretariat_gets_a_mail_that_something_waits(app, cast):
    public_questions.ask(QUESTION, "en")
    people = {cast[name].account_id for name in ("Noor", "Tomas")}
    assert people <= set(db.session.scalars(select(ConcernMail.to_mail)).one())
    assert cast["Victor"].account_id not in db.session.scalars(select(ConcernMail.to_mail)).one()


def test_the_answer_is_kept_beside_it_on_the_record_and_no_second_one_takes_its_place(app, cast):
    public_questions.ask(QUESTION, "en")
    number = waiting(cast["Noor"])[0].id
    with pytest.raises(BadInput):
        public_questions.answer(cast["Noor"], number, {"answer": ""})
    public_questions.answer(cast["Noor"], number, {"answer": "Mailed the price list."})
    assert waiting(cast["Tomas"]) == []
    (line,) = public_questions.listed(cast["Tomas"], answered=True)
    assert (line.answer, line.answered_by) == ("Mailed the price list.", "Noor")
    with pytest.raises(Refused, match="meanwhile"):
        public_questions.answer(cast["Tomas"], number, {"answer": "Again."})
    with pytest.raises(Refused):
        public_questions.answer(cast["Victor"], number, {"answer": "Ours."})
    assert chain.verify() == [] and doctor.examine() == []


def test_an_answered_question_goes_when_its_time_is_over_and_one_that_waits_stays(app, cast):
    for _time in range(2):
        public_questions.ask(QUESTION, "en")
    public_questions.answer(cast["Noor"], waiting(cast["Noor"])[0].id, {"answer": "Mailed."})
    for after, left in ((-1, 2), (0, 1)):
        at = days_later(public_questions.kept_for().days + after)
        with time_machine.travel(at, tick=False), unit_of_work(effect=False):
            expiry.tidy(at)
        assert len(db.session.scalars(select(PublicQuestion.id)).all()) == left
    assert len(waiting(cast["Noor"])) == 1


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(app, cast):
    page = app.test_client().post("/ask", data={"words": "Who audits?", "reach": "a@b.example"})
    assert page.status_code == 422 and "Who audits?" in page.text and "a@b.example" in page.text
    page = app.test_client().post("/ask", data={**QUESTION, "words": "a" * 4_001})
    assert page.status_code == 422 and "at most 4000" in page.text


def test_a_program_that_fills_every_field_and_a_flood_leave_nothing(app, cast, monkeypatch):
    client = app.test_client()
    assert client.post("/ask", data={**QUESTION, "website": "x"}).status_code == 303
    assert waiting(cast["Noor"]) == []
    monkeypatch.setattr("grievance.views.public.ask.limit.at_once", 0)
    page = client.post("/ask", data=QUESTION)
    assert page.status_code == 429 and "What does an audit cost?" in page.text and waiting(cast["Noor"]) == []


def test_where_very_many_wait_the_form_says_so(app, cast, monkeypatch):
    monkeypatch.setattr(public_questions, "MOST_WAITING", 0)
    page = app.test_client().post("/ask", data=QUESTION)
    assert page.status_code == 503 and "Call us" in page.text and "What does an audit cost?" in page.text


def test_another_site_sends_no_question_from_here(app, cast):
    assert app.test_client().post("/ask", data=QUESTION, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400


def test_the_form_says_first_that_it_is_no_complaint_and_leads_there(app, cast):
    page = app.test_client().get("/ask").text
    assert page.index("A question is no complaint") < page.index("<form") and 'href="/complain"' in page
    assert "Set-Cookie" not in app.test_client().get("/ask").headers
