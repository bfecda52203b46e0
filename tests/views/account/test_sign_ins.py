"""A person sees their own sign-ins, an approver who read a case; signing in again ends the former session."""

import threading
from datetime import timedelta

import pytest

from grievance import clock, demonstration
from grievance.accounts import sessions, slowed
from grievance.crypto import passwords
from grievance.crypto.turns import NoTurn, Turns
from grievance.demonstration import PASSWORD, email_of
from grievance.extensions import db
from grievance.models.counted import ReadingCount, SignInCount
from grievance.record import counted
from grievance.record.transaction import unit_of_work
from grievance.workflow.words import ROLES
from tests.times import days_later
from tests.views.test_routes import client_of, token


def signs_in(client, name="Noor", password=PASSWORD):
    form = {"email": email_of(name), "password": password, "csrf_token": token(client.get("/account/sign-in"))}
    return client.post("/account/sign-in", data=form)


def the_day_is_over():
    """As a sweep says it: of the sweep itself a session dies that nobody used for a day."""
    with unit_of_work():
        counted.say(days_later(1), 90)


@pytest.fixture
def case(app, cast):
    return demonstration.walk_story(cast, "respond", clock.now() - timedelta(days=25))


def test_a_person_sees_when_they_signed_in_and_what_failed_and_not_that_of_others(app):
    here = app.test_client()
    signs_in(here, password="not hers")
    signs_in(here)
    signs_in(app.test_client(), "Tomas", "not his")
    page = here.get("/account/sign-ins").text
    assert "A wrong password</strong>: 1" in page and "Signed in with the password: 1" in page
    assert page.count("Not on the record yet") == 2
    the_day_is_over()
    assert here.get("/account/sign-ins").text.count("On the record.") == 2


def test_what_somebody_changed_of_a_count_is_said_at_the_page(app):
    here = app.test_client()
    signs_in(here, password="not hers")
    signs_in(here)
    the_day_is_over()
    db.session.execute(db.update(SignInCount).values(number=7, said=7))
    db.session.commit()
    assert here.get("/account/sign-ins").text.count("does not fit the record") == 2


def test_signing_in_again_ends_the_former_session_and_says_so_where_it_was_open(app):
    before, after = app.test_client(), app.test_client()
    assert "You were still signed in" not in before.get(signs_in(before).location).text
    assert "You were still signed in somewhere else" in after.get(signs_in(after).location).text
    assert before.get("/desk").location == "/account/sign-in" and after.get("/desk").status_code == 200


def test_a_session_that_was_over_by_itself_is_not_spoken_of(app):
    before, after = app.test_client(), app.test_client()
    signs_in(before)
    before.post("/account/sign-out", data={"csrf_token": token(before.get("/account/people"))})
    assert "You were still signed in" not in after.get(signs_in(after).location).text


def test_one_press_signs_out_everywhere(app):
    here = app.test_client()
    signs_in(here)
    form = {"csrf_token": token(here.get("/account/sign-ins"))}
    assert here.post("/account/sign-ins/end", data=form).location == "/account/sign-in"
    assert here.get("/desk").location == "/account/sign-in"


def test_an_approver_sees_who_read_a_case_and_nobody_else_does(app, case):
    reference, _code = case
    for name, path in (("Noor", "/desk/cases/"), ("Noor", "/desk/cases/"), ("Victor", "/company/cases/")):
        assert client_of(app, name).get(f"{path}{reference}").status_code == 200
    tomas = client_of(app, "Tomas")
    assert f"/desk/cases/{reference}/readers" in tomas.get(f"/desk/cases/{reference}").text
    page = tomas.get(f"/desk/cases/{reference}/readers").text
    for words in (
        "Noor</strong> (Officer): 2 pages",
        f"Victor</strong> ({ROLES['company']}): 1 page",
        "Tomas</strong>",
    ):
        assert words in page, words
    noor = client_of(app, "Noor")
    assert noor.get(f"/desk/cases/{reference}/readers").status_code == 403
    assert "/readers" not in noor.get(f"/desk/cases/{reference}").text


def test_a_page_that_was_refused_is_no_reading_and_a_part_of_a_page_is_none(app, case):
    reference, _code = case
    olga = client_of(app, "Olga")
    assert olga.get(f"/company/cases/{reference}").status_code == 404
    assert client_of(app, "Noor").get("/desk/cases/NO-CASE").status_code == 404
    assert db.session.query(ReadingCount).count() == 0


def test_the_complainants_page_says_nothing_of_who_read_it(app, case):
    reference, code = case
    client_of(app, "Noor").get(f"/desk/cases/{reference}")
    the_day_is_over()
    amina = app.test_client()
    amina.post("/follow", data={"code": code})
    assert "How often people read" not in amina.get("/follow/case").text


def test_too_many_tries_are_told_how_long_and_nothing_of_whether_there_is_an_account(app, monkeypatch):
    monkeypatch.setattr(slowed, "ACCOUNT", slowed.Measure(1, 40))
    monkeypatch.setattr(slowed, "BOTH", slowed.Measure(1, 40))
    answers = []
    for name in ("Noor", "Nobody"):
        signs_in(app.test_client(), name, "not hers")
        answers.append(signs_in(app.test_client(), name, "not hers"))
    assert [(one.status_code, one.headers["Retry-After"]) for one in answers] == [(429, "40")] * 2
    assert all("Nothing is locked: press again in 40 seconds" in one.text for one in answers)


# --- taking turns ------------------------------------------------------------------------------------------


@pytest.fixture
def all_busy(monkeypatch):
    """Somebody else works on as many passwords as there may be at once, and does not end."""
    turns, started, ends = Turns(1), threading.Event(), threading.Event()
    monkeypatch.setattr(turns, "longest", 0.01)
    monkeypatch.setattr(passwords, "TURNS", turns)

    def works():
        with turns:
            started.set()
            ends.wait(30)

    other = threading.Thread(target=works)
    other.start()
    started.wait(30)
    yield ends, other
    ends.set()
    other.join()


def test_where_there_is_no_turn_in_time_the_page_says_so_calmly_and_keeps_the_address(app, all_busy):
    answer = signs_in(app.test_client())
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert "Very many people sign in just now" in answer.text
    assert f'value="{email_of("Noor")}"' in answer.text and PASSWORD not in answer.text


def test_who_has_waited_gets_their_turn_as_soon_as_another_ends(app, all_busy):
    ends, other = all_busy
    with pytest.raises(NoTurn), passwords.TURNS:
        pass
    ends.set()
    other.join()
    assert sessions.sign_in(email_of("Noor"), PASSWORD)


def test_a_password_that_is_changed_meanwhile_is_never_given_back(app, monkeypatch, request):
    here = app.test_client()
    signs_in(here)
    form = {"csrf_token": token(here.get("/account/password")), "old": PASSWORD, "password": "a new long password",
            "again": "a new long password"}  # fmt: skip
    request.getfixturevalue("all_busy")
    answer = here.post("/account/password", data=form)
    assert answer.status_code == 503 and "Retry-After" in answer.headers
    assert PASSWORD not in answer.text and "a new long password" not in answer.text
