"""Filing, one thing a page: nothing that was typed or sent is lost, and nothing of it is in clear."""

import io
import logging
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import func, select

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.keys import Draft
from grievance.models.writing import Attachment
from grievance.record import files
from grievance.views.public.form_pages import KEYS
from tests.views.test_routes import _policy, with_files

ANSWERS = {
    "account": {"account": "They pushed me at the gate."},
    "company": {"company": "unknown", "company_named": "Elm Guards"},
    "when": {"where": "At the gate"},
    "about": {"topics": ["force"], "wanted": "An apology"},
    "files": {},
    "safety": {"could_harm": "no"},
    "you": {"name": "Amina"},
    "agree": {"share_account": "yes"},
}


def go_on(client, **more):
    """Where *Go on with it* leads, on the page of a form that was begun."""
    return client.post("/complain/go-on", data={**hidden(client.get("/complain")), "go": "on", **more}).location


def hidden(page):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))


def page_of(client, key=KEYS[0]):
    """A page of the form, for who cannot write the lines of the receipt down: what this browser holds is all."""
    page = client.get(f"/complain?step={key}")
    if hidden(page).get("step") == "receipt":
        client.post("/complain", data={**hidden(page), "go": "later"})
        page = client.get(f"/complain?step={key}")
    return page


def answer(client, key, **more):
    """Open a page of the form and answer it; the answer to that."""
    page = page_of(client, key)
    return client.post("/complain", data={**hidden(page), **ANSWERS[key], "go": "next", **more})


def fill_in(client, until=KEYS[-1]):
    for key in KEYS[: KEYS.index(until) + 1]:
        given = answer(client, key)
        assert given.status_code == 303, (key, given.text)
    return given


def cases():
    return db.session.scalar(select(func.count()).select_from(Case))


def send(client):
    return client.post("/complain", data={**hidden(client.get("/complain?step=check")), "go": "send"})


@pytest.fixture
def client(app, cast):
    return app.test_client()


def test_page_by_page_a_complaint_is_filed_as_it_was_typed(client, cast):
    assert fill_in(client).location == "/complain?step=check"
    page = client.get("/complain?step=check")
    for words in ("They pushed me at the gate.", "Elm Guards", "An apology", "Force, threats or weapons", "Amina"):
        assert words in page.text
    assert send(client).location == "/complain/receipt" and cases() == 1
    assert len(re.findall(r"<span>(\d{4})</span>", client.get("/complain/receipt").text)) == 5
    assert db.session.scalars(select(Draft)).all() == []


def test_the_button_pressed_twice_makes_one_complaint(client):
    fill_in(client)
    form = {**hidden(client.get("/complain?step=check")), "go": "send"}
    assert {client.post("/complain", data=form).location for _ in range(2)} == {"/complain/receipt"}
    assert cases() == 1


@pytest.mark.parametrize(
    ("key", "wrong", "sentence"),
    [
        ("account", {"account": ""}, "Write what happened, or say it."),
        ("account", {"account": "x" * 20_001}, "too long"),
        ("company", {"company": "999"}, "Choose a company"),
        ("about", {"topics": ["nothing"]}, "Choose from the list."),
        ("safety", {"could_harm": "perhaps"}, "in the list"),
        ("you", {"represents": "yes", "phone": "0700 000 000"}, "allowed you to speak"),
    ],
)
def test_a_wrong_answer_is_said_on_its_page_and_stays_there(client, key, wrong, sentence):
    for before in KEYS[: KEYS.index(key)]:
        answer(client, before)
    page = answer(client, key, **wrong)
    assert page.status_code == 422 and sentence in page.text and cases() == 0
    assert all(v in page.text for v in wrong.values() if isinstance(v, str) and v not in ("perhaps", "999"))


@pytest.mark.parametrize("key", KEYS[KEYS.index("company") : -1])
def test_once_the_three_answers_are_there_the_rest_can_be_left_out_at_once(client, key):
    fill_in(client, KEYS[KEYS.index(key) - 1])
    assert answer(client, key, go="check").location == "/complain?step=check"
    page = client.get("/complain?step=check").text
    assert page.count("Not answered: it counts as No.") == 3
    assert "it counts as No.</span> The company reads nothing from us. Then we cannot ask it for an answer" in page
    assert send(client).location == "/complain/receipt" and cases() == 1


def test_the_rest_is_not_left_out_while_a_needed_answer_is_missing(client):
    fill_in(client, "account")
    page = answer(client, "company", company="", go="check")
    assert page.status_code == 422 and "Choose a company" in page.text
    assert not re.search(r'value="check"|<button class="skip"', client.get("/complain?step=account").text)


def test_what_was_left_out_is_one_line_that_opens_and_what_was_answered_stands_open(client):
    fill_in(client, "when")
    answer(client, "about", topics=[], wanted="")
    page = client.get("/complain?step=check").text
    folded = re.search(r"<details><summary>Left out: ([^<]*)</summary>(.*?)</details>", page)
    assert unescape(folded[1]) == "What is it about? · Photos, documents, sound or video · Who are you?"
    assert re.findall(r"step=(\w+)", folded[2]) == ["about", "files", "you"] and "At the gate" in page


def test_going_back_keeps_what_was_typed_even_if_it_is_not_complete(client):
    fill_in(client, "when")
    page = client.get("/complain?step=about")
    back = client.post("/complain", data={**hidden(page), "wanted": "Half a sent", "go": "back"})
    assert back.location == "/complain?step=when"
    assert "Half a sent" in client.get("/complain?step=about").text


def test_an_answer_changed_from_the_summary_leads_back_to_it(client):
    fill_in(client)
    page = client.get("/complain?step=company&change=yes")
    changed = client.post("/complain", data={**hidden(page), "company": demonstration.larkfield(), "go": "next"})
    assert changed.location == "/complain?step=check"
    assert "Larkfield Guarding" in client.get("/complain?step=check").text


def test_a_consent_that_is_taken_back_is_taken_back(client):
    fill_in(client)
    page = client.get("/complain?step=agree&change=yes")
    client.post("/complain", data={**hidden(page), "share_account": "no", "go": "next"})
    page = client.get("/complain?step=agree").text
    assert 'name="share_account" value="yes" checked' not in page and 'name="share_account" value="no" checked' in page


def test_a_missing_answer_is_named_on_the_summary_and_nothing_is_filed(client):
    answer(client, "account")
    page = send(client)
    assert page.status_code == 422 and 'href="#could_harm"' in page.text and cases() == 0


def test_files_are_kept_with_the_form_shown_taken_away_and_filed_with_it(app, client):
    fill_in(client, "about")
    form = {**hidden(client.get("/complain?step=files")), "go": "upload"}
    two = [(io.BytesIO(b"one"), "gate.jpg"), (io.BytesIO(b"two"), "slip.pdf")]
    assert with_files(client, "/complain", {**form, "files": two}).location == "/complain?step=files"
    page = client.get("/complain?step=files")
    assert "gate.jpg" in page.text and "slip.pdf" in page.text
    drop = re.search(r'name="drop" value="(\w{32})"', page.text).group(1)
    client.post("/complain", data={**hidden(page), "drop": drop})
    assert "gate.jpg" not in client.get("/complain?step=files").text
    for key in ("files", "agree", "you"):
        answer(client, key)
    assert send(client).status_code == 303
    assert len(db.session.scalars(select(Attachment)).all()) == 2  # the file and its clean copy
    assert len([p for p in app.config["FILES"].rglob("*") if p.is_file()]) == 2


def test_a_file_that_is_refused_is_named_and_the_others_are_kept(client):
    fill_in(client, "about")
    form = {**hidden(client.get("/complain?step=files")), "go": "next"}
    sent = [(io.BytesIO(b"x" * (26 * 1024 * 1024)), "film.mp4"), (io.BytesIO(b"two"), "slip.pdf")]
    page = with_files(client, "/complain", {**form, "files": sent})
    assert page.status_code == 422 and "film.mp4 is too large" in page.text and "slip.pdf" in page.text


def test_nothing_of_a_begun_form_is_in_clear_in_the_database_the_folder_the_log_or_the_cookie(
    app, client, tmp_path, caplog
):
    caplog.set_level(logging.DEBUG)
    visitor = {"headers": {"User-Agent": "Zinnober-Phone/1.0"}, "environ_base": {"REMOTE_ADDR": "203.0.113.77"}}
    client.post("/complain", data={**hidden(client.get("/complain", **visitor)), "go": "next"}, **visitor)
    page = client.get("/complain?step=account", **visitor)
    client.post("/complain", data={**hidden(page), "account": "Zinnober at the gate", "go": "next"}, **visitor)
    form = {**hidden(client.get("/complain?step=files")), "go": "upload"}
    with_files(client, "/complain", {**form, "files": [(io.BytesIO(b"Zinnober" * 999), "zinnober.jpg")]})
    page = client.get("/complain?step=account")
    assert "Zinnober at the gate" in page.text
    db.session.remove()
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    said = (raw + caplog.text.encode() + str(page.request.headers).encode()).lower()
    assert len(raw) > 10_000 and b"zinnober" not in said and b"203.0.113.77" not in said


def test_another_browser_sees_nothing_of_it(app, client):
    answer(client, "account")
    assert "They pushed me" not in app.test_client().get("/complain?step=account").text


def test_the_start_of_the_form_tells_that_one_was_begun_and_not_what_is_in_it(client):
    answer(client, "account")
    page = client.get("/complain")
    assert "A complaint was begun here" in page.text and "They pushed me" not in page.text
    client.post("/complain", data={**hidden(page), "secret": _secret(client), "go": "anew"})
    assert "A complaint was begun here" not in client.get("/complain").text


def _secret(client):
    with client.session_transaction() as session:
        return session["f"]


def test_leaving_deletes_the_begun_form_and_once_the_answer_went_out_its_files(app, client, monkeypatch):
    fill_in(client, "about")
    form = {**hidden(client.get("/complain?step=files")), "go": "upload"}
    with_files(client, "/complain", {**form, "files": [(io.BytesIO(b"one"), "gate.jpg")]})
    asked, before = [], files.store().delete
    monkeypatch.setattr(files.store(), "delete", lambda name: (asked.append(name), before(name)))
    page = client.get("/leave")
    assert db.session.scalars(select(Draft)).all() == [] and asked == []  # nobody waits for a store that hangs
    page.close()  # as a server does once the answer went out
    assert asked and [p for p in app.config["FILES"].rglob("*") if p.is_file()] == []


def test_a_begun_form_dies_a_day_after_its_last_answer(client):
    answer(client, "account")
    now = clock.now()
    with time_machine.travel(now + timedelta(hours=23)):
        assert go_on(client) == "/complain?step=account"
        assert "They pushed me" in client.get("/complain?step=account").text
    with time_machine.travel(now + timedelta(hours=24, seconds=5)):
        assert "They pushed me" not in client.get("/complain?step=account").text
        sweep(clock.now())
    assert db.session.scalars(select(Draft)).all() == []


def test_a_program_that_fills_the_hidden_field_is_told_and_nothing_is_filed(client):
    fill_in(client)
    form = {**hidden(client.get("/complain?step=check")), "go": "send", "website": "x"}
    page = client.post("/complain", data=form)
    assert page.status_code == 422 and "Leave the field at the end" in page.text and cases() == 0


@pytest.mark.parametrize(("seconds", "code"), [(2, 422), (4, 303)])
def test_a_form_sent_faster_than_a_person_writes_is_asked_for_again(app, client, seconds, code):
    app.config["FORM_SECONDS"] = 3
    with time_machine.travel(clock.now(), tick=False) as traveller:
        page = client.get("/complain?step=all")
        form = {**hidden(page), "account": "x", "company": "unknown", "could_harm": "no"}
        traveller.shift(timedelta(seconds=seconds))
        assert client.post("/complain", data=form).status_code == code


def test_another_site_cannot_begin_a_form_here(client):
    form = hidden(client.get("/complain"))
    page = client.post("/complain", data={**form, "account": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 400 and "Set-Cookie" not in page.headers
    _policy(page)


def test_the_language_links_keep_the_page_of_the_form(client):
    answer(client, "account")
    form = hidden(client.get("/complain?step=company"))
    sent = client.post("/complain?lang=ar", data={**form, "only": "language"})
    assert sent.status_code == 303 and sent.location == "/complain?step=company&lang=ar"
    assert 'lang="ar" dir="rtl"' in client.get(sent.location).text


def test_very_many_tries_from_one_address_are_slowed_and_told_so_and_others_are_not(app, client, monkeypatch):
    from grievance.views import rate_limit

    monkeypatch.setattr(rate_limit, "codes", rate_limit.RateLimit(at_once=2, seconds=5))
    with time_machine.travel(clock.now(), tick=False) as traveller:
        codes = [client.post("/follow", data={"code": "0" * 20}).status_code for _ in range(3)]
        assert codes == [422, 422, 429]
        page = client.post("/follow", data={"code": "1234"})
        assert "press again in 5 seconds" in page.text and "1234" in page.text
        assert page.headers["Retry-After"] == "5"
        elsewhere = {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}}
        assert client.post("/follow", data={"code": "0" * 20}, **elsewhere).status_code == 422
        traveller.shift(timedelta(seconds=5))
        assert client.post("/follow", data={"code": "0" * 20}).status_code == 422


def test_a_complaint_that_has_to_wait_loses_nothing(client, monkeypatch):
    from grievance.views import rate_limit

    fill_in(client)
    monkeypatch.setattr(rate_limit, "filing", rate_limit.RateLimit(at_once=0, seconds=5))
    page = send(client)
    assert page.status_code == 429 and "They pushed me at the gate." in page.text and cases() == 0


def test_a_file_sent_again_after_a_broken_connection_is_kept_once(app, client):
    fill_in(client, "about")
    form = {**hidden(client.get("/complain?step=files")), "go": "upload"}
    for _ in range(2):
        with_files(client, "/complain", {**form, "files": [(io.BytesIO(b"one"), "gate.jpg")]})
    assert client.get("/complain?step=files").text.count("gate.jpg</span> <span") == 1
    assert len([p for p in app.config["FILES"].rglob("*") if p.is_file()]) == 2  # the file and its clean copy


def test_an_answer_that_may_be_needed_says_when(app):
    page = app.test_client().get("/complain?step=all").text
    label = page[page.index('<label for="authority"') :].split("</label>")[0]
    assert "needed if you speak for someone else" in label and "leave this out" not in label


def test_a_page_that_is_sent_again_after_the_complaint_says_so_and_gives_the_words_back(client):
    fill_in(client)
    page = hidden(client.get("/complain?step=account"))
    send(client)
    late = client.post("/complain", data={**page, "step": "account", "account": "It was two guards."})
    assert late.status_code == 409 and "sent already" in late.text and "It was two guards." in late.text
    assert 'href="/complain/receipt"' in late.text and cases() == 1
    assert client.get("/complain/receipt").status_code == 200
