"""The page in between: nothing of hers goes to a company before she was asked whether it shows who she is."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import opened
from grievance.crypto.compartments import Compartment
from grievance.extensions import db
from grievance.forms.fields import Kind
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.sides import COMPANY
from grievance.models.writing import Decision, Writing
from grievance.record.writings import read_writing
from grievance.workflow import company_reads, readers, steps
from grievance.workflow.procedure import ROWS
from tests.views.api.test_complaints import bearer
from tests.views.test_routes import client_of

ASKED = "The company will read this, word for word, and keep it."
NUMBER = "Call me: 0700 123 456. I am Amina from Kitui."
HERS = [row for row in ROWS if company_reads.is_hers(row)]
QUESTIONS = [
    pytest.param(row, field, id=f"{'recorded-' if row.recorded else ''}{row.step}-{field.name}-{min(row.source)}")
    for row in HERS
    for field in row.asks
    if field.kind in (Kind.TEXT, Kind.LINE)
]


@pytest.fixture
def case(cast):
    """A company has it, and proposed a remedy: its reference and receipt."""
    return demonstration.walk_story(cast, "propose_remedy", clock.now() - timedelta(days=25))


@pytest.fixture
def client(app, case):
    client = app.test_client()
    client.post("/follow", data={"code": case[1]})
    return client


def fields(page):
    """What the page's form would send, but for its buttons."""
    form = re.search(r'<form id="typed".*?</form>', page.text, re.DOTALL).group()
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found}


def button(page, words):
    """Name and value of the button that says this."""
    name, value = re.search(rf'<button[^>]* name="(\w+)" value="(\w+)"[^>]*>{words}<', page.text).groups()
    return {name: value}


def send(client, step, path="/follow/case", **answers):
    """Open the step, answer it and send it; what comes back, with where it came from."""
    page = client.get(f"{path}/steps/{step}")
    sent = client.post(page.request.path, data={**fields(page), **answers})
    return sent, page.request.path


def press(client, between, words):
    page, path = between
    return client.post(path, data={**fields(page), **button(page, words)})


def newest(cast):
    """The newest writing of the case, in clear: its step, its compartment and what it says."""
    db.session.rollback()
    row = db.session.scalars(select(Writing).order_by(Writing.written_at.desc(), Writing.id)).first()
    keys = opened(cast["Noor"], db.session.get(Case, row.case_id))
    return row.step, row.compartment, read_writing(keys, row)


def written(step):
    return len(db.session.scalars(select(Event.seq).where(Event.kind == step)).all())


def remedy(client):
    return re.search(r'name="remedy" value="(\w+)"', client.get("/follow/case/steps/decline_remedy").text).group(1)


# --- when it comes: for each step of hers, and each question ------------------------------------------------


@pytest.mark.parametrize(("row", "field"), QUESTIONS)
def test_the_page_comes_for_each_text_that_a_company_reads_and_for_no_other(row, field):
    audience = readers.audience_asked(row)
    for chosen in [value for value, _text in audience.choices] if audience else [None]:
        where = readers.sealed_in(field, "complainant", chosen)
        read = where in readers.HANDED if where else COMPANY in (field.readers or ())
        assert bool(company_reads.of(row, {field.name: "Words.", "audience": chosen})) == read


def test_what_a_company_reads_of_hers_is_nothing_but_texts_files_and_answers_from_a_list():
    """What is no text is a closed list, a day or a tick: nobody's name fits into it."""
    for row in HERS:
        asked = {field.name for field in company_reads.may_reach(row)}
        for field in row.asks:
            if field.name not in asked and COMPANY in (field.readers or ()):
                assert field.kind in (Kind.REMEDY, Kind.CHOICE, Kind.CHOICES, Kind.YES, Kind.DATE), (row.step, field)


def test_no_step_of_hers_brings_a_company_a_file(client, case):
    sent, _path = send(client, "write", audience="all", message="Look at this.")
    assert ASKED in sent.text
    for row in HERS:
        of_files = [f for f in company_reads.may_reach(row) if f.kind == Kind.FILES]
        assert not of_files or row.step == "write"


# --- what she does there -----------------------------------------------------------------------------------


def test_a_message_to_the_company_is_marked_and_goes_when_she_says_so(client, cast):
    before = written("write")
    between = send(client, "write", audience="all", message=NUMBER)
    page = between[0]
    assert page.status_code == 200 and ASKED in page.text and "no-store" in page.headers["Cache-Control"]
    assert {"0700 123 456", "Amina", "Kitui"} <= set(re.findall("<mark>(.*?)</mark>", page.text))
    assert "in which language you write" in page.text and written("write") == before
    assert press(client, between, "Send it").status_code == 303
    assert newest(cast)[:2] == ("write", Compartment.SHARED) and newest(cast)[2]["message"] == NUMBER


def test_changed_words_are_looked_at_anew(client, case):
    page, path = send(client, "write", audience="all", message="I wait.")
    forged = client.post(path, data={**fields(page), **button(page, "Send it"), "message": NUMBER})
    assert ASKED in forged.text and "<mark>0700 123 456</mark>" in forged.text and written("write") == 0


def test_change_it_brings_back_every_word_and_the_tick(client):
    between = send(client, "write", audience="all", message=NUMBER, about_safety="yes")
    page = press(client, between, "Change it")
    assert f">{NUMBER}</textarea>" in page.text
    assert re.search(r'name="audience" value="all" checked', page.text)
    assert re.search(r'name="about_safety" value="yes" checked', page.text) and written("write") == 0


def test_only_to_the_secretariat_is_a_message_that_the_company_does_not_read(client, cast):
    between = send(client, "write", audience="all", message=NUMBER)
    assert press(client, between, "Only to the Secretariat").status_code == 303
    assert newest(cast) == ("write", Compartment.CORRESPONDENCE, {"message": NUMBER})


def test_where_a_step_has_no_such_reader_the_same_words_become_a_message_and_the_step_is_not_taken(client, case, cast):
    between = send(client, "decline_remedy", remedy=remedy(client), why=NUMBER, about_safety="yes")
    assert "it becomes a message to us" in between[0].text
    page = client.get(press(client, between, "Only to the Secretariat").location)
    assert "Not done: Say no to an offer" in page.text and written("decline_remedy") == 0
    step, where, says = newest(cast)
    assert (step, where) == ("write", Compartment.CORRESPONDENCE) and says[
        "message"
    ] == f"Say no to an offer\n\n{NUMBER}"
    assert db.session.scalars(select(Case).where(Case.reference == case[0])).one().safety_alert


def test_a_step_without_words_goes_at_once(client):
    sent, _path = send(client, "decline_remedy", remedy=remedy(client), why="")
    assert sent.status_code == 303 and written("decline_remedy") == 1


def test_what_cannot_go_is_said_before_anybody_looks_it_through(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    client = app.test_client()
    client.post("/follow", data={"code": code})
    sent, _path = send(client, "write", audience="all", message=NUMBER)
    assert sent.status_code == 409 and "No company takes part" in sent.text and NUMBER in sent.text


def test_another_language_on_the_page_loses_no_word(client):
    page, path = send(client, "write", audience="all", message=NUMBER)
    french = client.post(f"{path}?lang=fr", data={**fields(page), "only": "language"})
    assert 'lang="fr"' in french.text and "<mark>0700 123 456</mark>" in french.text and ASKED not in french.text
    assert fields(french)["message"] == NUMBER and written("write") == 0


def test_a_session_that_ends_on_the_page_loses_no_word(client, case):
    page, path = send(client, "write", audience="all", message=NUMBER)
    client.delete_cookie("s")
    kept = client.post(path, data={**fields(page), **button(page, "Send it")})
    assert kept.status_code == 401 and NUMBER in kept.text and written("write") == 0


# --- who enters it for her ---------------------------------------------------------------------------------


def test_an_officer_who_records_it_is_asked_to_ask_her(app, case, cast):
    noor = client_of(app, "Noor")
    page = noor.get(f"/desk/cases/{case[0]}/steps/decline_remedy")
    found = re.search(r'name="remedy" value="(\w+)"|<option value="(\w{32})"', page.text)
    answers = {"remedy": found.group(1) or found.group(2), "why": NUMBER, "channel": "phone", "read_back": "yes"}
    between = send(noor, "decline_remedy", f"/desk/cases/{case[0]}", **answers)
    assert ASKED in between[0].text and "Ask the complainant" in between[0].text and written("decline_remedy") == 0
    assert press(noor, between, "Only to the Secretariat").status_code == 303
    assert newest(cast)[:2] == ("record_message", Compartment.CORRESPONDENCE) and written("decline_remedy") == 0
    assert press(noor, send(noor, "decline_remedy", f"/desk/cases/{case[0]}", **answers), "Send it").status_code == 303
    decision = db.session.scalars(select(Decision).where(Decision.step == "decline_remedy")).one()
    steps.decide(cast["Tomas"], case[0], decision.id, True)
    assert written("decline_remedy") == 1


def test_through_the_api_whoever_enters_it_says_that_she_was_asked(app, case):
    client, way = app.test_client(), {"headers": bearer(case[1])}
    said = {"audience": "all", "message": NUMBER}
    for more in ({}, {"company_may_read": False}, {"company_may_read": "yes"}):
        refused = client.post("/api/v1/case/messages", json={**said, **more}, **way)
        (error,) = refused.json["errors"]
        assert refused.status_code == 422 and error["field"] == "company_may_read" and ASKED in error["sentence"]
    assert written("write") == 0
    assert client.post("/api/v1/case/messages", json={**said, "company_may_read": True}, **way).status_code == 201
    assert client.post("/api/v1/case/messages", json={"message": NUMBER}, **way).status_code == 201
    refused = client.post("/api/v1/case/remedies/1/decline", json={"why": NUMBER}, **way)
    assert refused.status_code == 422 and refused.json["errors"][0]["field"] == "company_may_read"
    assert client.post("/api/v1/case/remedies/1/decline", json={}, **way).status_code == 201
