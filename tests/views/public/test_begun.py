"""A begun form that is opened again asks before it shows a word: who has the phone now may not be who wrote it."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock
from grievance.crypto import receipt_codes
from grievance.extensions import db
from grievance.forms.choices import LANGUAGES
from grievance.models.keys import Draft
from grievance.views.public.begun import MOST_WRONG, PAUSE
from grievance.views.public.form_pages import KEYS
from tests.times import days_later
from tests.views.public.test_filing import fill_in, go_on, hidden, send
from tests.views.public.test_receipt_first import asked_back, back, codes

HERS = ("They pushed me", "Larkfield", "Amina", "gate")
PAGES = [*KEYS, "check", "all", "receipt", ""]


@pytest.fixture
def client(app, cast):
    return app.test_client()


def with_lines(client, typed=True):
    """Who wrote five lines down, typed one back or did not, and answered everything. Returns the lines and that one."""
    page = client.get("/complain")
    (code,) = codes(page)
    line = receipt_codes.lines(code)[asked_back(page) - 1]
    client.post("/complain", data={**hidden(page), "go": "next", "line": line if typed else ""})
    fill_in(client)
    return code, line


def other(line):
    return f"{(int(line) + 1) % 10_000:04}"


def later():
    return time_machine.travel(clock.now() + PAUSE + timedelta(minutes=1))


def shows_nothing(page, *digits):
    assert page.status_code in (200, 422) and "A complaint was begun here" in page.text
    assert page.headers["Cache-Control"] == "no-store" and "<title>Information</title>" in page.text
    return not any(word in page.text for word in (*HERS, *digits))


@pytest.mark.parametrize("step", PAGES)
def test_after_a_pause_no_page_shows_a_word_before_the_line_is_typed(client, step):
    code, line = with_lines(client)
    at = f"/complain?step={step}" if step else "/complain"
    with later():
        asks = client.get(at)
        assert shows_nothing(asks, receipt_codes.grouped(code)) and f"Type line {asked_back(asks)}" in asks.text
        wrong = client.post("/complain/go-on", data={**hidden(asks), "go": "on", "line": other(line)})
        assert wrong.status_code == 422 and shows_nothing(wrong, line) and "This is not line" in wrong.text
        assert shows_nothing(client.get("/complain?step=check"))
        assert go_on(client, line=line) == "/complain?step=check"
        assert "They pushed me" in client.get("/complain?step=check").text


@pytest.mark.parametrize("step", PAGES)
def test_without_lines_after_a_pause_a_button_is_asked_for_first(client, step):
    fill_in(client)
    with later():
        asks = client.get(f"/complain?step={step}")
        assert shows_nothing(asks) and "Anyone with this phone can." in asks.text and 'id="line"' not in asks.text
        assert shows_nothing(client.get("/complain?step=account"))
        assert go_on(client).startswith("/complain?step=") and "They pushed me" in client.get("/complain?step=all").text


def test_who_never_typed_a_line_back_is_not_shut_out_by_a_line(client):
    with_lines(client, typed=False)
    with later():
        asks = client.get("/complain?step=account")
        assert shows_nothing(asks) and 'id="line"' not in asks.text and "The red bar" not in asks.text
        go_on(client)
        assert "They pushed me" in client.get("/complain?step=account").text


def test_from_the_start_page_it_asks_at_any_time_and_is_closed_with_that(client):
    _code, line = with_lines(client)
    assert "They pushed me" in client.get("/complain?step=account").text
    assert shows_nothing(client.get("/complain")) and shows_nothing(client.get("/complain?step=account"))
    go_on(client, line=line)
    assert "They pushed me" in client.get("/complain?step=account").text


def test_who_is_at_it_is_never_asked(client):
    with_lines(client)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _each in range(4):
            traveller.shift(PAUSE - timedelta(minutes=1))
            assert "They pushed me" in client.get("/complain?step=account").text


def test_what_was_typed_through_a_pause_is_kept_and_the_next_page_opens(client):
    with_lines(client)
    page = client.get("/complain?step=account")
    with later():
        form = {**hidden(page), "account": "It took me an hour to write.", "go": "next"}
        assert client.post("/complain", data=form).location == "/complain?step=company"
        assert "It took me an hour" in client.get("/complain?step=account").text


def test_after_five_wrong_lines_all_five_are_asked_for_and_no_line_opens_it(app, client):
    code, line = with_lines(client)
    for _each in range(MOST_WRONG):
        go_on(client, line=other(line))
    page = client.get("/complain")
    assert "That was the wrong line too often." in page.text and 'id="line"' not in page.text
    go_on(client, line=line)
    assert shows_nothing(client.get("/complain?step=account"))
    phone, _opened = back(app, code)
    go_on(phone)
    assert "They pushed me" in phone.get("/complain?step=account").text
    go_on(client, line=line)  # whoever has all five set it right
    assert "They pushed me" in client.get("/complain?step=account").text


def test_a_line_that_is_left_empty_counts_as_none(client):
    _code, line = with_lines(client)
    for _each in range(MOST_WRONG + 1):
        go_on(client, line=" ")
    assert go_on(client, line=line) == "/complain?step=agree"


def test_a_wrong_line_does_not_make_it_live_longer(client):
    _code, line = with_lines(client)
    until = db.session.scalars(select(Draft.expires_at)).one()
    with time_machine.travel(days_later(3)):
        go_on(client, line=other(line))
        go_on(client, line=line)
    assert db.session.scalars(select(Draft.expires_at)).one() == until


def test_all_five_lines_are_enough_and_none_is_asked_for_after_them(app, client):
    code, _line = with_lines(client)
    phone, opened = back(app, code)
    begun = phone.get(opened.location)
    assert shows_nothing(begun) and 'id="line"' not in begun.text
    assert go_on(phone) == "/complain?step=check" and "They pushed me" in phone.get("/complain?step=check").text
    with later():
        assert 'id="line"' in phone.get("/complain?step=check").text


def test_whoever_has_the_phone_and_no_line_deletes_nothing(app, client):
    code, _line = with_lines(client)
    asks = client.get("/complain")
    assert shows_nothing(client.get("/complain?step=anew")) and "Delete it" not in asks.text
    assert client.post("/complain/go-on", data={**hidden(asks), "go": "another"}).location == "/complain"
    assert codes(client.get("/complain")) not in ([], [code])  # another one begins here
    phone, _opened = back(app, code)
    assert go_on(phone) == "/complain?step=check"


@pytest.mark.parametrize("language", [code for code, _name in LANGUAGES])
def test_the_page_is_whole_in_each_language_and_keeps_what_was_typed(app, client, monkeypatch, language):
    monkeypatch.setitem(app.config, "LANGUAGES", ["en", language])
    _code, line = with_lines(client)
    asks = client.get("/complain")
    shown = client.post(f"/complain/go-on?lang={language}", data={**hidden(asks), "only": "language", "line": "12"})
    assert 'value="12"' in shown.text and f'lang="{language}"' in shown.text and line not in shown.text
    assert not re.search("They pushed me|Larkfield", shown.text)


def test_a_mark_of_another_form_opens_nothing(app, client):
    with_lines(client)
    client.get("/complain")
    fresh = app.test_client().get("/complain")
    client.post("/complain?lang=en", data={**hidden(fresh), "step": "receipt", "only": "language"})
    assert shows_nothing(client.get("/complain?step=account"))


def test_a_form_that_was_opened_again_is_sent_as_any_other(client):
    _code, line = with_lines(client)
    with later():
        go_on(client, line=line)
        assert send(client).location == "/complain/receipt"
