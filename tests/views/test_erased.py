"""A form that was left open on a case that is erased by now: a sentence, with what was typed, and never a fault."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.writing import Letter
from grievance.workflow.beside import THIS_WAS_ERASED
from grievance.workflow.procedure import ROWS
from tests import ways
from tests.views.test_crawl import come_in
from tests.views.test_routes import token

STARTS = {"Noor": "/desk", "Tomas": "/desk", "Ines": "/custodian", "Victor": "/company", "Amina": "/follow/case",
          "Joseph": "/follow/case"}  # fmt: skip
BASES = {"Noor": "/desk/cases/{}", "Tomas": "/desk/cases/{}", "Ines": "/custodian/cases/{}",
         "Victor": "/company/cases/{}", "Amina": "/follow/case", "Joseph": "/follow/case"}  # fmt: skip
FORMS = dict.fromkeys(("Amina", "Joseph"), "/follow/case/steps/write")
"""Pages with a form, for whoever has no account."""
WORDS = "Words that took me an hour."
ERASED = (*ways.DISMISSED, ways.Stop("ask_identity", "Noor"), ways.Stop("erase", "Noor", 1200))
WITH_COMPANY = (*ways.CLOSED, ways.Stop("erase", "Noor", 1200))


class Left:
    """People with a page open on a case, and the case erased."""

    def __init__(self, app, cast, stops):
        people, begun = ways.office(cast), clock.now() - timedelta(days=1500)
        with time_machine.travel(begun, tick=False) as travel:
            self.place = ways.begin(people, begun, False)
            for stop in stops[:-1]:
                travel.shift(timedelta(days=stop.after, minutes=1))
                ways.go(self.place, stop, clock.now())
        self.reference = self.place.case.reference
        self.clients = {who: come_in(app, who, self.place) for who in STARTS}
        self.tokens = {
            who: token(client.get(FORMS.get(who, "/account/password"))) for who, client in self.clients.items()
        }
        self.fields = {who: self.typed(who) for who in STARTS}
        ways.go(self.place, stops[-1], clock.now())

    def typed(self, who):
        """For each step of this person, a full form."""
        role = ways.people_roles(who)
        rows = {row.step: row for row in ROWS if role in row.who}
        return {step: self.form(row, who) for step, row in rows.items()}

    def form(self, row, who):
        words = {field.name: WORDS for field in row.asks if field.kind.value == "text"}
        known = demonstration.answers_for(row.step, self.place.people[who], self.place.case)
        return {**{name: value for name, value in known.items() if name != "files"}, **words}

    def press(self, who, step, more=""):
        form = {**self.fields[who][step], "csrf_token": self.tokens[who], "version": "3"}
        return self.clients[who].post(f"{BASES[who].format(self.reference)}/steps/{step}{more}", data=form)


@pytest.fixture(params=[ERASED, WITH_COMPANY], ids=["never admitted", "with a company"])
def left(request, app, cast):
    return Left(app, cast, request.param)


def test_no_step_that_was_left_open_on_an_erased_case_ends_in_a_fault(left):
    before = db.session.scalars(select(Event.id)).all()
    answers = {(who, step): left.press(who, step) for who in STARTS for step in left.fields[who]}
    statuses = {key: answer.status_code for key, answer in answers.items()}
    assert {key: status for key, status in statuses.items() if status not in (401, 404, 409)} == {}
    assert {status for (who, _step), status in statuses.items() if who in ("Noor", "Tomas")} == {409}
    assert db.session.scalars(select(Event.id)).all() == before
    assert len(answers) >= 100


def test_the_desk_says_that_it_was_erased_and_shows_what_was_typed(left):
    for who in ("Noor", "Tomas"):
        for step, typed in left.fields[who].items():
            page = left.press(who, step)
            assert str(THIS_WAS_ERASED) in page.text, step
            assert (WORDS in page.text) == (WORDS in typed.values()), step


def test_neither_the_page_of_a_step_nor_keeping_its_words_is_a_fault(left):
    for who in STARTS:
        for step in left.fields[who]:
            page = left.clients[who].get(f"{BASES[who].format(left.reference)}/steps/{step}")
            kept = left.press(who, step, "/draft")
            assert {page.status_code, kept.status_code} <= {302, 303, 404, 405, 409}, (who, step)


def test_the_tombstone_is_read_and_offers_no_step(left):
    page = left.clients["Noor"].get(f"/desk/cases/{left.reference}")
    assert page.status_code == 200 and "/steps/" not in page.text


@pytest.mark.parametrize("step", ["note", "write", "set_legal_hold", "reopen_admission"])
def test_what_was_typed_is_there_where_somebody_signs_in_again_after_the_erasure(left, step):
    form = {f"kept.{name}": value for name, value in left.fields["Noor"][step].items() if isinstance(value, str)}
    client = left.clients["Noor"].application.test_client()
    typed = {"email": demonstration.email_of("Noor"), "password": demonstration.PASSWORD}
    action = f"{BASES['Noor'].format(left.reference)}/steps/{step}"
    page = client.get("/account/sign-in")
    answer = client.post("/account/sign-in", data={**typed, **form, "csrf_token": token(page), "next": action})
    assert answer.status_code == 409 and str(THIS_WAS_ERASED) in answer.text and WORDS in answer.text


def test_what_is_printed_of_an_erased_case_is_no_fault(left):
    client, base = left.clients["Noor"], BASES["Noor"].format(left.reference)
    letters = db.session.scalars(select(Letter).where(Letter.case_id == left.place.case.id)).all()
    pages = [f"{base}/brief.pdf", *(f"{base}/letters/{one.name}.pdf" for one in letters)]
    assert {path: status for path in pages if (status := client.get(path).status_code) >= 500} == {}
