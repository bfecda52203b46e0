"""Small things that stop people: each at its page."""

import re

import pytest

from grievance.views.public.filing import KEYS
from tests.views.public.test_filing import answer, fill_in, hidden, send


@pytest.fixture
def client(app, cast):
    return app.test_client()


def sections(page):
    return dict(re.findall(r'<div id="(\w+)">(.*?)</div>', page, re.DOTALL))


def go_on(client):
    return re.search(r'filled" href="([^"]+)">Go on with it', client.get("/complain").text)[1]


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
    assert "Delete what you wrote?" in asks.text and client.get("/complain?step=account").status_code == 200
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
    fill_in(client, "agree")
    page = answer(client, "you", email=wrong)
    assert page.status_code == 422 and "name@example.org" in page.text and wrong in page.text


@pytest.mark.parametrize("right", ["amina@example.org", "амина@пример.рф", ""])
def test_an_address_in_any_script_is_taken(client, right):
    fill_in(client, "agree")
    assert answer(client, "you", email=right).location == "/complain?step=check"
    assert send(client).location == "/complain/receipt"


def test_a_page_that_is_not_there_leads_to_the_first_one(client):
    page = client.get("/nowhere?lang=es")
    assert page.status_code == 404 and re.search(r'class="button filled" href="/\?lang=es"', page.text)
