"""The first page answers before anybody decides; and who can be asked stands where she is."""

import re
from dataclasses import replace
from html import unescape

import pytest

from grievance import clock, demonstration
from grievance.forms.choices import GROUPS
from grievance.intake.filing import QUESTIONS
from grievance.models.case import State
from grievance.models.people import Role
from grievance.views.public.form_pages import KEYS
from grievance.workflow import procedure
from grievance.workflow.row import COMPLAINANT
from tests.conftest import ROOT
from tests.views.public.test_filing import ANSWERS, answer, fill_in, hidden, send
from tests.views.public.test_receipt_pages import reissue, taken_over
from tests.views.test_routes import token

PROMISES = {
    section.partition("\n")[0]: re.findall(r"^\| (?!sentence)(\S.*?) \| (tests/.*) \|$", section, re.M)
    for section in (ROOT / "docs/promises.md").read_text().split("\n## ")[1:]
}
"""Of each page or group of pages: its sentences, each with the tests that hold it."""
PROMISED = PROMISES["The first page"]


def promised(part):
    """What a part of docs/promises.md says: (sentence, tests)."""
    return PROMISES[part]


@pytest.fixture
def client(app, cast):
    return app.test_client()


def answers(client, path="/"):
    """What the first page says when its questions are opened."""
    found = re.findall(r"<details><summary>(.*?)</summary><p>(.*?)</p></details>", client.get(path).text, re.DOTALL)
    return {question: unescape(re.sub("<[^>]+>", "", answer)) for question, answer in found}


def row(step, role=Role.OFFICER):
    return next(one for one in procedure.ROWS if one.step == step and role in one.who)


def test_ten_questions_open_and_each_answer_is_a_promise_with_a_test(client):
    said = answers(client)
    assert len(said) == 10
    for sentence in said.values():
        assert any(sentence.startswith(promise) for promise, _tests in PROMISED), sentence
    assert len(PROMISED) == 10


@pytest.mark.parametrize("section", PROMISES)
def test_every_promise_names_tests_that_are_there(section):
    assert PROMISES[section]
    for _promise, tests in PROMISES[section]:
        for path, name in (one.split("::") for one in tests.split()):
            assert f"def {name}(" in (ROOT / path).read_text(), name


def said_on(page):
    return " ".join(unescape(re.sub("<[^>]+>", "", page.text)).split())


def missing(section, pages):
    """The promises of a section that stand on none of these pages; a day of the calendar stands for itself."""
    shown = re.sub(r"\d+ \w+ 20\d\d", "…", " ".join(said_on(page) for page in pages))
    return [promise for promise, _tests in PROMISES[section] if promise not in shown]


def test_what_form_receipt_and_follow_promise_stands_there(app, client):
    start = client.get("/complain")
    pages = [start]
    client.post("/complain", data={**hidden(start), "go": "next"})
    fill_in(client, "you")
    answer(client, "safety", could_harm="unsure")
    pages += [client.get(f"/complain?step={key}") for key in (*KEYS, "check")]
    send(client)
    pages.append(client.get("/complain/receipt"))
    later = app.test_client()
    fill_in(later)
    send(later)
    pages.append(later.get("/complain/receipt"))
    gone = app.test_client()
    start = gone.get("/complain")
    gone.post("/complain", data={**hidden(start), "go": "next"})
    gone.post("/complain", data={**hidden(start), "go": "anew"})
    code = "".join(re.findall(r"<span>(\d{4})</span>", start.text))
    pages.append(gone.post("/follow", data={"code": code}))
    assert missing("The receipt and the form", pages) == []


def test_who_pays_is_what_the_office_says_or_that_it_does_not_say(app, client):
    assert answers(client)["Who pays for this office?"] == "It is not written here yet. You may ask the office."
    contacts = app.config["CONTACTS"]
    app.config["CONTACTS"] = {**contacts, "en": replace(contacts["en"], paid_by="Four governments pay.")}
    assert answers(client)["Who pays for this office?"] == "Four governments pay."


def test_what_the_code_is_about_is_what_the_form_asks(client):
    said = answers(client)["What is the Code of Conduct?"]
    assert said.endswith(" · ".join(str(text) for _key, text in GROUPS))


def test_the_list_of_companies_is_where_the_link_leads(client):
    link = re.search(r'href="(/complain\?step=all[^"]*)#company"', client.get("/?lang=es").text)[1]
    page = client.get(unescape(link)).text
    assert "Larkfield Guarding" in page and 'id="company"' in page and 'lang="es"' in page


def test_the_procedure_asks_reviews_and_lets_her_verify_and_has_no_step_that_orders():
    assert row("refer") and row("conclude_review") and row("verify_remedy", Role.COMPLAINANT)
    assert not re.search(r"punish|fine|award|order|sanction", " ".join(procedure.STEPS))


def test_three_answers_are_a_complaint(client):
    assert {field.name for field in QUESTIONS if field.required} == {"account", "company", "could_harm"}
    form = {**hidden(client.get("/complain?step=all")), **ANSWERS["account"], **ANSWERS["company"]}
    assert client.post("/complain", data={**form, "could_harm": "no"}).location == "/complain/receipt"


def test_nobody_is_turned_away_without_a_letter_and_a_right_to_appeal():
    dismiss = row("dismiss")
    letter = next(field for field in dismiss.asks if field.name == "letter")
    assert letter.required and letter.read_as == "Why, and who else may help" and "L13" in dismiss.opens


def test_she_can_withdraw_in_every_open_state_and_undo_it():
    for step in ("withdraw", "undo_withdrawal"):
        mine = [one for one in procedure.ROWS if one.step == step and one.who >= COMPLAINANT]
        assert set().union(*(one.source for one in mine)) >= set(State) - {State.CLOSED, State.REMEDIED}


def test_words_are_deleted_by_two_people():
    assert row("erase").approved


def test_the_receipt_says_the_day_itself(client):
    fill_in(client)
    send(client)
    page = client.get("/complain/receipt").text
    assert "within 7 days" not in page and re.search(r"What comes next: by \w+ \d+ \w+ 20\d\d|by \d+ \w+ 20\d\d", page)


def test_a_receipt_that_replaces_another_promises_nothing_anew(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    client, _new = taken_over(app, reissue(cast))
    page = client.get("/complain/receipt").text
    assert "This is your receipt" in page and "What comes next" not in page


@pytest.mark.parametrize("path", ["/", "/complain", "/follow", "/safety", "/procedure", "/nowhere"])
def test_who_can_be_asked_stands_at_the_foot_of_every_page(client, path):
    foot = client.get(path).text.split("<footer>")[1]
    assert "+41 22 000 00 00" in foot and "contact@example.org" in foot and "You need not say your name." in foot


def test_receipt_and_follow_say_who_can_be_asked_above_the_foot(client):
    fill_in(client)
    send(client)
    for page in (client.get("/complain/receipt"), client.get("/follow")):
        head = page.text.split("<footer>")[0]
        assert "+41 22 000 00 00" in head and "09:00–17:00" in head and "You need not say your name." in head
    assert token(client.get("/complain/receipt"))


@pytest.mark.parametrize(("language", "said"), [("en", "tell you how it stands"), ("ar", "إخبارك بما وصلت إليه")])
def test_how_it_works_speaks_to_her_of_what_is_owed_to_her(client, language, said):
    page = client.get(f"/procedure?lang={language}").text
    assert said in page and "tell the complainant" not in page
