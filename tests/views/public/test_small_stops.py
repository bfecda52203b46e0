"""Small things that stop people: each at its page."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from grievance import clock, demonstration
from grievance.forms.fields import LONG
from grievance.maintenance.sweep import sweep
from grievance.views.public.form_pages import KEYS
from tests.views.public.test_filing import answer, fill_in, go_on, hidden, send
from tests.views.test_routes import token


@pytest.fixture
def client(app, cast):
    return app.test_client()


def sections(page):
    return dict(re.findall(r'<div id="(\w+)">(.*?)</div>', page, re.DOTALL))


@pytest.mark.parametrize("at", ["when", "files", "you"])
def test_who_goes_on_with_a_form_is_where_she_was(client, at):
    fill_in(client, KEYS[KEYS.index(at) - 1])
    client.get(f"/complain?step={at}")
    assert go_on(client) == f"/complain?step={at}"


def test_who_looked_through_everything_goes_on_there(client):
    fill_in(client)
    client.get("/complain?step=check")
    assert go_on(client) == "/complain?step=check"


def test_nothing_is_deleted_before_a_page_has_asked(client):
    answer(client, "account")
    begun = client.get("/complain").text
    assert "anew" not in hidden_buttons(begun)
    asks = client.get(re.search(r'href="([^"]+)">Delete it and begin anew', begun)[1].replace("&amp;", "&"))
    assert "Delete what you wrote?" in asks.text and go_on(client) == "/complain?step=account"
    assert "They pushed me" in client.get("/complain?step=account").text
    client.post("/complain", data={**hidden(asks), "go": "anew"})
    assert "A complaint was begun here" not in client.get("/complain").text


def hidden_buttons(page):
    return re.findall(r'<button name="go" value="(\w+)"', page)


def test_left_out_is_said_only_of_what_could_apply(client):
    fill_in(client)
    shown = sections(client.get("/complain?step=check").text)
    assert {"harm_when", "authority"}.isdisjoint(shown) and "Left out" in shown["when"]
    answer(client, "safety", could_harm="unsure")
    answer(client, "you", represents="yes", authority="She asked me to.")
    assert "Left out" in sections(client.get("/complain?step=check").text)["harm_when"]


@pytest.mark.parametrize("wrong", ["amina", "amina@", "amina at example.org", "a b@example.org", "amina@example"])
def test_an_address_that_no_mail_reaches_is_said_where_it_is_typed(client, wrong):
    fill_in(client, "safety")
    page = answer(client, "you", email=wrong)
    assert page.status_code == 422 and "name@example.org" in page.text and wrong in page.text


@pytest.mark.parametrize("right", ["amina@example.org", "амина@пример.рф", ""])
def test_an_address_in_any_script_is_taken(client, right):
    fill_in(client, "files")
    assert answer(client, "you", email=right).location == "/complain?step=agree"
    assert send(client).location == "/complain/receipt"


def test_a_page_that_is_not_there_leads_to_the_first_one(client):
    page = client.get("/nowhere?lang=es")
    assert page.status_code == 404 and re.search(r'class="button filled" href="/\?lang=es"', page.text)


def her(app, code):
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return client


def test_of_two_readers_she_chooses_and_one_alone_is_said_and_not_asked(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    client = her(app, code)
    page = client.get("/follow/case/steps/write")
    assert 'type="radio"' not in page.text and "Only the Secretariat" in page.text
    said = {**hidden(page), "message": "They came to my house."}
    assert client.post(page.request.path, data=said).location == "/follow/case"
    assert "They came to my house." in client.get("/follow/case").text


@pytest.mark.parametrize(("days", "asked"), [(1, False), (70, True)])
def test_why_she_comes_late_is_asked_only_of_who_is_late(app, cast, days, asked):
    filed = clock.now() - timedelta(days=days)
    reference, _amina, code = demonstration.file_one(filed)
    for step, answers in (("acknowledge", {}), ("dismiss", {"reason": "no_code_issue"})):
        demonstration.do(step, cast["Noor"], reference, filed, cast["Tomas"], **answers)
    sweep(clock.now())
    client = her(app, code)
    page = client.get("/follow/case/steps/appeal")
    assert ('name="late"' in page.text) is asked
    said = {"csrf_token": token(page), "why": "They broke it.", **({"late": "I was ill."} if asked else {})}
    assert client.post(page.request.path, data=said).location == "/follow/case"


def test_after_a_name_was_written_its_page_says_that_it_is_kept(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    client = her(app, code)
    page = client.get("/follow/case/steps/correct_identity")
    form = {"csrf_token": token(page), "name": "Amina Said"}
    slip = client.post(page.request.path, data={**form, "email": "amina at example"})
    assert slip.status_code == 422 and "name@example.org" in slip.text
    client.post(page.request.path, data=form)
    shown = client.get("/follow/case").text
    assert "It is kept, locked apart" in shown and "Amina Said" not in shown


@pytest.mark.parametrize(("length", "said"), [(LONG - 100, True), (LONG + 50, True), (200, False)])
def test_near_the_limit_of_a_text_the_page_counts(client, length, said):
    answer(client, "account", account="a" * length)
    page = client.get("/complain?step=account").text
    assert (f"{length} of {LONG} characters" in page) is said


def test_a_case_is_printed_without_its_buttons():
    sheet = Path("static/style.css").read_text()
    hides = sheet.split("@media print")[1].split("display: none")[0]
    assert {".button", "button", "form"} <= {one.strip(" {") for one in hides.split(",")}
