"""All questions on one page: a bad answer gets a sentence, a form sent twice counts once, and nothing lies in clear."""

import logging
import re
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock
from grievance.extensions import db
from grievance.models.case import Case
from tests.views.test_routes import _policy, filled, token

BAD = {
    "too long": {"account": "x" * 20_001},
    "unknown company": {"company": "9999999"},
    "not a company": {"company": "'; DROP TABLE cases"},
    "not in the list": {"could_harm": "perhaps"},
    "empty": {"account": " \u202e\x00 "},
    "many topics": {"topics": ["x"] * 50},
    "no authority": {"represents": "yes"},
    "odd secret": {"secret": "x"},
    "no stamp": {"stamp": ""},
    "long name": {"name": "n" * 300},
}


@pytest.mark.parametrize("what", BAD)
def test_a_wrong_answer_gets_a_sentence_and_what_was_typed_stays(app, cast, what):
    client = app.test_client()
    answer = client.post("/complain", data=filled(client, wanted="An apology, please.", **BAD[what]))
    assert answer.status_code == 422 and "An apology, please." in answer.text
    assert 'role="alert"' in answer.text and "Traceback" not in answer.text


def test_ten_megabytes_get_a_sentence(app, cast):
    client = app.test_client()
    answer = client.post("/complain", data=filled(client, account="x" * 10_000_000))
    assert answer.status_code == 413 and "too large" in answer.text
    _policy(answer)


def test_a_form_that_was_open_for_more_than_a_day_is_shown_again_with_the_words(app, cast):
    client = app.test_client()
    form = filled(client, account="Written slowly, over two days.")
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        answer = client.post("/complain", data=form)
        assert answer.status_code == 422 and "Written slowly, over two days." in answer.text
        stamp = re.search(r'name="stamp" value="([^"]+)"', answer.text).group(1)
        assert client.post("/complain", data={**form, "stamp": stamp}).status_code == 303


def test_a_form_sent_twice_makes_one_complaint_and_shows_the_same_receipt_to_its_sender_alone(app, cast):
    client, other = app.test_client(), app.test_client()
    form = filled(client)
    codes = []
    for _ in range(2):
        assert client.post("/complain", data=form).status_code == 303
        codes.append(re.findall(r"<span>(\d{4})</span>", client.get("/complain/receipt").text))
    assert codes[0] == codes[1] and len(codes[0]) == 5
    assert other.get("/complain/receipt").status_code == 404
    from sqlalchemy import func

    from grievance.models.case import Case

    assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_a_receipt_dies_when_it_was_written_down_and_after_an_hour(app, cast):
    client = app.test_client()
    client.post("/complain", data=filled(client))
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert client.get("/complain/receipt").status_code == 404
    page = client.get("/complain/receipt")
    assert client.post("/complain/receipt", data={"csrf_token": token(page), "kept": "yes"}).status_code == 303
    assert client.get("/complain/receipt").status_code == 404
    assert client.get("/follow/case").status_code == 200


def test_neither_words_nor_receipt_are_in_a_log_or_a_cookie(app, cast, caplog):
    caplog.set_level(logging.DEBUG)
    client = app.test_client()
    client.post("/complain", data=filled(client, account="Zinnober at the gate", name="Zinnober"))
    page = client.get("/complain/receipt")
    code = "".join(re.findall(r"<span>(\d{4})</span>", page.text))
    cookies = str(page.request.headers.get("Cookie"))
    assert "Zinnober" not in caplog.text + cookies and code not in caplog.text + cookies


def test_the_chosen_language_stays_from_the_first_page_to_the_receipt(app, cast):
    client = app.test_client()
    page = client.get("/?lang=ar")
    assert 'dir="rtl"' in page.text and 'href="/complain?lang=ar"' in page.text
    form = client.get("/complain?step=all&lang=ar").text
    hidden = dict(re.findall(r'name="(secret|stamp|lang)" value="([^"]+)"', form))
    bad = client.post("/complain", data=hidden)
    assert bad.status_code == 422 and "يلزم كتابة ما حدث، أو قوله بصوتك." in bad.text
    client.post("/complain", data={**hidden, "account": "دفعوني.", "company": "unknown", "could_harm": "no"})
    assert "شكواك في أمان عندنا." in client.get("/complain/receipt").text


def test_a_file_that_nobody_asked_for_reaches_no_disk_in_clear(app, cast, monkeypatch):
    import io

    from grievance.crypto import streams

    written = []
    real = streams.SealingSpool.finish

    def finish(self):
        written.append(real(self).read())
        return real(self)

    monkeypatch.setattr(streams.SealingSpool, "finish", finish)
    client = app.test_client()
    form = filled(client, photo=(io.BytesIO(b"Zinnober" * 40_000), "zinnober.jpg"))
    answer = client.post("/complain", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert len(written) == 1 and len(written[0]) > 320_000 and b"Zinnober" not in written[0]


@pytest.mark.parametrize("change", [{"account": "It was two guards."}, {"name": "Amina"}, {"could_harm": "yes"}])
def test_a_form_that_says_something_else_after_it_was_sent_is_not_dropped_without_a_word(app, cast, change):
    client = app.test_client()
    form = filled(client)
    assert client.post("/complain", data=form).status_code == 303
    late = client.post("/complain", data={**form, **change, "wanted": "An apology."})
    assert late.status_code == 409 and "sent already" in late.text and "An apology." in late.text
    assert len(db.session.scalars(select(Case)).all()) == 1


@pytest.mark.parametrize(("first", "again", "status"), [("ab", "ab", 303), ("ab", "", 303), ("a", "ab", 409)])
def test_only_a_file_that_was_not_there_before_makes_a_form_another(app, cast, first, again, status):
    client = app.test_client()
    form = filled(client)
    for names, expected in ((first, 303), (again, status)):
        files = [(BytesIO(b"%PDF-1.4 " + name.encode()), f"{name}.pdf") for name in names]
        assert client.post("/complain", data={**form, "files": files}).status_code == expected


def test_who_may_not_see_the_receipt_any_more_is_led_to_where_it_is_typed(app, cast):
    client = app.test_client()
    form = filled(client)
    client.post("/complain", data=form)
    late = app.test_client().post("/complain", data={**form, "account": "It was two guards."})
    assert late.status_code == 409 and 'href="/follow' in late.text and "/complain/receipt" not in late.text


def test_how_much_of_a_text_is_used_is_counted_here_as_on_every_page_of_the_form(app, cast):
    page = app.test_client().get("/complain?step=all").text
    assert "data-count" in page and "/static/form.js" in page
