"""The process that receives complaints takes questions from outside too, and shows what two people published."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from grievance import demonstration
from grievance.desk import public_questions
from grievance.extensions import db
from grievance.in_public import lessons, texts
from grievance.maintenance.database_roles import Process
from grievance.models.public_question import PublicQuestion
from grievance.models.public_text import PublicText
from tests.desk.test_public_questions import QUESTION
from tests.in_public.test_texts import LESSON, newest


def test_the_public_process_takes_a_question_that_it_cannot_read_and_shows_lessons_without_their_authors(office):
    with office.acting(Process.STAFF):
        lessons.propose(demonstration.signed_in("Noor"), LESSON)
        texts.approve(demonstration.signed_in("Tomas"), newest().id)
    client = office.client(Process.FORM)
    assert "Say who pays" in client.get("/lessons").text
    assert client.post("/ask", data=QUESTION).status_code == 303
    assert office.refused == []
    with office.acting(Process.STAFF):
        (line,) = public_questions.listed(demonstration.signed_in("Noor"), answered=False)
        assert line.words == QUESTION["words"]
    for column in (PublicText.proposed_by, PublicQuestion.sealed):
        with office.acting(Process.FORM), pytest.raises(ProgrammingError):
            db.session.scalars(select(column)).all()
