"""The receipt comes before the first question: five lines on paper lead back to what was not sent yet."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from grievance import clock
from grievance.accounts import draft_receipts, receipts
from grievance.crypto import receipt_codes
from grievance.extensions import db
from grievance.intake import filing, form_draft
from grievance.maintenance.sweep import sweep
from grievance.models.keys import Draft, DraftReceipt, ReceiptEnvelope
from grievance.record import files
from grievance.views.public.form_pages import KEYS
from tests import sounds
from tests.times import days_later
from tests.views.public.test_filing import ANSWERS, answer, cases, fill_in, go_on, hidden, send
from tests.views.test_routes import token, with_files

UNSENT = "Not sent yet. Nobody has read this."


@pytest.fixture
def client(app, cast):
    return app.test_client()


def codes(page):
    digits = re.findall(r"<span>(\d{4})</span>", page.text)
    return ["".join(digits[at : at + 5]) for at in range(0, len(digits), 5)]


def with_lines(client, **more):
    """Who wrote the lines down and went on; the digits, and the answer to *Continue*."""
    page = client.get("/complain")
    (code,) = codes(page)
    return code, client.post("/complain", data={**hidden(page), "go": "next", **more})


def back(app, code):
    """The same lines, typed into another phone."""
    phone = app.test_client()
    return phone, phone.post("/follow", data={"code": code})


def on_with(app, code):
    """The phone on which the same lines were typed, and gone on."""
    phone, opened = back(app, code)
    assert opened.location == "/complain" and go_on(phone).startswith("/complain?step=")
    return phone


def asked_back(page):
    return int(re.search(r"Type line (\d)", page.text)[1])


# --- the lines ---------------------------------------------------------------------------------------------


def test_the_form_begins_with_five_lines_and_keeps_nothing_before_they_are_on_paper(client):
    page = client.get("/complain")
    (code,) = codes(page)
    assert receipt_codes.normalise(code) == code and UNSENT in page.text
    assert db.session.scalars(select(DraftReceipt)).all() == []


def test_the_lines_stay_the_same_in_another_language_and_when_she_goes_back_to_them(client):
    page = client.get("/complain")
    (code,) = codes(page)
    arabic = client.post("/complain?lang=ar", data={**hidden(page), "only": "language"})
    assert receipt_codes.grouped(code) in arabic.text and 'dir="rtl"' in arabic.text
    client.post("/complain", data={**hidden(arabic), "go": "next"})
    safety = client.get("/complain?step=safety&lang=en")
    assert client.post("/complain", data={**hidden(safety), "go": "back"}).location == "/complain?step=receipt"
    assert codes(client.get("/complain?step=receipt&lang=en")) == [code]


def test_one_line_is_asked_back_and_a_slip_of_the_pen_is_said(client):
    page = client.get("/complain")
    (code,), at = codes(page), asked_back(page)
    line = receipt_codes.lines(code)[at - 1]
    slip = client.post("/complain", data={**hidden(page), "go": "next", "line": f"{(int(line) + 1) % 10000:04}"})
    assert slip.status_code == 422 and f"This is not line {at}." in slip.text and codes(slip) == [code]
    assert db.session.scalars(select(Draft)).all() == []
    told = client.post("/complain", data={**hidden(slip), "go": "next", "line": f" {line[:2]} {line[2:]} "})
    assert told.location == "/complain?step=safety"


def test_who_cannot_write_now_is_kept_by_the_browser_alone_and_gets_a_receipt_at_the_end(app, client):
    page = client.get("/complain")
    (code,) = codes(page)
    client.post("/complain", data={**hidden(page), "go": "later"})
    fill_in(client)
    assert back(app, code)[1].status_code == 422 and db.session.scalars(select(DraftReceipt)).all() == []
    send(client)
    shown = client.get("/complain/receipt")
    assert "Write it down now" in shown.text and codes(shown) != [code]


def test_who_could_not_write_before_can_write_the_lines_down_later(app, client):
    page = client.get("/complain")
    client.post("/complain", data={**hidden(page), "go": "later"})
    answer(client, "safety")
    lines = client.get("/complain?step=receipt")
    client.post("/complain", data={**hidden(lines), "go": "next"})
    phone, opened = back(app, codes(lines)[0])
    assert opened.location == "/complain" and go_on(phone) == "/complain?step=account"


@pytest.mark.parametrize("key", KEYS)
def test_a_language_switched_in_the_middle_of_a_page_loses_nothing_of_it(client, key):
    with_lines(client)
    page = client.get(f"/complain?step={key}")
    typed = {**ANSWERS[key], "only": "language"}
    sent = client.post("/complain?lang=ar", data={**hidden(page), **typed})
    shown = client.get(sent.location).text
    assert sent.location == f"/complain?step={key}&lang=ar" and 'dir="rtl"' in shown
    assert "لم يُرسَل بعد. لم يقرأه أحد." in shown
    for words in (one for one in ANSWERS[key].values() if isinstance(one, str) and one not in ("no", "yes", "unknown")):
        assert words in shown
    assert key not in ("safety", "agree") or re.search(r'value="(no|yes)" checked', shown)


def test_a_receipt_that_was_not_written_down_before_is_shown_for_an_hour(client):
    fill_in(client)
    send(client)
    now = clock.now()
    for minutes, status in ((59, 200), (61, 404)):
        with time_machine.travel(now + timedelta(minutes=minutes)):
            assert client.get("/complain/receipt").status_code == status


def test_pressed_twice_the_lines_open_one_form(client):
    page = client.get("/complain")
    assert {client.post("/complain", data={**hidden(page), "go": "next"}).location for _ in range(2)} == {
        "/complain?step=safety"
    }
    assert len(db.session.scalars(select(DraftReceipt)).all()) == 1


def test_many_receipts_at_once_from_one_address_are_slowed_and_told_so(client, monkeypatch):
    from grievance.views import rate_limit

    monkeypatch.setattr(rate_limit, "lines", rate_limit.RateLimit(at_once=1, seconds=5))
    page = client.get("/complain")
    assert client.post("/complain", data={**hidden(page), "go": "next"}).status_code == 303
    late = with_lines(client.application.test_client())[1]
    assert late.status_code == 429 and "press again in 5 seconds" in late.text


# --- the first question, under the lines -------------------------------------------------------------------


@pytest.mark.parametrize("go", ["next", "later"])
def test_the_first_answer_is_kept_with_the_lines_or_without_them(client, go):
    form = {**hidden(client.get("/complain")), "could_harm": "unsure", "harm_when": "soon", "go": go}
    assert client.post("/complain", data=form).location == "/complain?step=account"
    assert checked(client.get("/complain?step=safety")) == ["unsure", "soon"]
    assert checked(client.get("/complain?step=receipt")) == ["unsure", "soon"]


def test_who_gives_no_answer_under_the_lines_is_asked_once_more_and_not_scolded(client):
    _code, to = with_lines(client)
    page = client.get(to.location)
    assert to.location == "/complain?step=safety" and 'role="alert"' not in page.text and checked(page) == []


@pytest.mark.parametrize("more", [{"line": "12"}, {"only": "language"}])
def test_the_first_answer_stays_chosen_where_a_line_is_wrong_or_the_language_another(client, more):
    page = client.get("/complain")
    form = {**hidden(page), "could_harm": "yes", "harm_when": "later", "go": "next", **more}
    shown = client.post("/complain", data=form)
    assert checked(shown) == ["yes", "later"] and codes(shown) == codes(page)
    right = {**hidden(shown), "could_harm": "yes", "go": "next"}
    assert client.post("/complain", data=right).location == "/complain?step=account"


def test_an_answer_under_the_lines_that_is_none_is_named_on_its_own_page(client):
    _code, to = with_lines(client, harm_when="soon")
    assert to.status_code == 422 and "Say whether someone could harm you." in to.text and checked(to) == ["soon"]


def test_what_another_phone_answered_meanwhile_is_not_overwritten_from_the_page_of_the_lines(app, client):
    code, _to = with_lines(client, could_harm="no")
    phone = on_with(app, code)
    here = client.get("/complain?step=receipt")
    answer(phone, "safety", could_harm="yes")
    both = client.post("/complain", data={**hidden(here), "could_harm": "unsure", "go": "next"})
    assert both.status_code == 409 and "saved from another phone" in both.text


def checked(page):
    return re.findall(r'value="(\w+)" checked', page.text)


# --- and back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("until", KEYS)
def test_on_another_phone_the_lines_lead_to_where_she_was_with_every_word(app, client, until):
    code, _to = with_lines(client)
    fill_in(client, until)
    phone, opened = back(app, code)
    begun = phone.get(opened.location)
    assert UNSENT in begun.text and "They pushed me" not in begun.text
    assert go_on(phone) == f"/complain?step={after(until)}"
    assert until not in ("account", "you") or "They pushed me" in phone.get("/complain?step=account").text


def after(key):
    return (*KEYS, "check")[KEYS.index(key) + 1]


def test_what_one_phone_kept_the_other_sends_and_the_same_lines_open_the_case(app, client):
    code, _to = with_lines(client)
    fill_in(client, "company")
    phone = on_with(app, code)
    for key in KEYS[KEYS.index("when") :]:
        answer(phone, key)
    assert send(phone).location == "/complain/receipt" and cases() == 1
    third, opened = back(app, code)
    assert opened.location == "/follow/case" and "They pushed me at the gate." in third.get("/follow/case").text
    assert db.session.scalars(select(DraftReceipt)).all() == [] == db.session.scalars(select(Draft)).all()


def test_on_one_page_too_the_lines_are_the_receipt_of_the_case(app, client):
    code, _to = with_lines(client)
    form = hidden(client.get("/complain?step=all"))
    client.post("/complain", data={**form, **ANSWERS["account"], **ANSWERS["company"], "could_harm": "no"})
    assert back(app, code)[1].location == "/follow/case"


@pytest.mark.parametrize("step", [*KEYS, "check", "all", "receipt", "anew", ""])
def test_until_it_is_sent_every_page_says_so_first(client, step):
    with_lines(client)
    main = client.get(f"/complain?step={step}").text.split('<main id="main">')[1]
    assert re.sub("<[^>]+>", "", main).split("\n", 1)[0].strip() == "" and main.index(UNSENT) < main.index("<h1>")


def test_to_delete_it_asks_first_and_the_lines_then_say_on_which_day(app, client):
    code, _to = with_lines(client)
    fill_in(client, "account")
    phone, _opened = back(app, code)
    begun = phone.get("/complain")
    asks = phone.get(unescape(re.search(r'href="([^"]+)">Delete it', begun.text)[1]))
    assert "Delete what you wrote?" in asks.text and "They pushed me" in client.get("/complain?step=account").text
    phone.post("/complain", data={**hidden(asks), "go": "anew"})
    assert db.session.scalars(select(Draft)).all() == []
    told = back(app, code)[1]
    assert told.status_code == 422 and "This complaint was never sent." in told.text
    assert str(clock.office_today().year) in told.text


# --- until when --------------------------------------------------------------------------------------------


def with_a_file(client):
    code, _to = with_lines(client)
    fill_in(client, "about")
    form = {**hidden(client.get("/complain?step=files")), "go": "upload"}
    with_files(client, "/complain", {**form, "files": [(io.BytesIO(b"one"), "gate.txt")]})
    return code


def on_disk(app):
    return [path for path in app.config["FILES"].rglob("*") if path.is_file()]


def test_after_29_days_every_word_and_file_is_there(app, client):
    code, kept = with_a_file(client), len(on_disk(app))
    with time_machine.travel(days_later(29)):
        sweep(clock.now())
        files.remove_forgotten(clock.now())
        assert kept and len(on_disk(app)) == kept
        phone = on_with(app, code)
        assert "gate.txt" in phone.get("/complain?step=files").text


def test_a_form_that_could_not_be_sent_keeps_its_files_as_long_as_its_words(app, client, monkeypatch):
    def away(*_said):
        raise OperationalError("INSERT", {}, Exception("server closed the connection unexpectedly"))

    code = with_a_file(client)
    for key in ("files", "safety", "you", "agree"):
        answer(client, key)
    with monkeypatch.context() as patched:
        patched.setattr(filing, "_file", away)
        assert send(client).status_code == 503
    with time_machine.travel(days_later(9)):
        files.remove_forgotten(clock.now())
        assert "gate.txt" in (phone := on_with(app, code)).get("/complain?step=files").text and len(on_disk(app)) == 2
        assert send(phone).status_code == 303 and cases() == 1


def test_after_31_days_nothing_is_left_but_that_it_was_never_sent(app, client):
    code = with_a_file(client)
    with time_machine.travel(days_later(31)):
        before = back(app, code)[1]
        sweep(clock.now())
        files.remove_forgotten(clock.now())
        told = back(app, code)[1]
    assert "This complaint was never sent." in before.text and "This complaint was never sent." in told.text
    assert db.session.scalars(select(Draft)).all() == [] == on_disk(app)
    (left,) = db.session.scalars(select(DraftReceipt))
    assert left.sealed_secret is None and left.kept_until == clock.day_began(left.kept_until)


@pytest.mark.parametrize(("days", "said"), [(30 + 364, True), (31 + 366, False)])
def test_for_a_year_the_lines_say_that_it_was_never_sent(app, client, days, said):
    code, _to = with_lines(client)
    now = clock.now()
    for later in (31, days):
        with time_machine.travel(now + timedelta(days=later)):
            sweep(clock.now())
    with time_machine.travel(now + timedelta(days=days)):
        told = back(app, code)[1].text
    assert ("This complaint was never sent." in told, "do not know this receipt" in told) == (said, not said)


def test_each_answer_keeps_lines_and_words_for_thirty_days_more(app, client):
    code, _to = with_lines(client)
    with time_machine.travel(days_later(20)):
        answer(on_with(app, code), "safety")
        (draft,), (lines,) = db.session.scalars(select(Draft)), db.session.scalars(select(DraftReceipt))
        assert draft.expires_at == lines.kept_until > days_later(29)


# --- Leave -------------------------------------------------------------------------------------------------


def test_leaving_ends_the_visit_and_the_lines_bring_everything_back(app, client):
    code = with_a_file(client)
    client.get("/leave")
    assert "They pushed me" not in client.get("/complain?step=account").text
    phone = on_with(app, code)
    assert "They pushed me" in phone.get("/complain?step=account").text
    assert "gate.txt" in phone.get("/complain?step=files").text


def test_the_page_of_the_lines_says_what_the_red_bar_keeps_and_what_it_deletes(client):
    page = client.get("/complain").text
    assert "kept for 30 days under these lines, also when you press the red bar" in page
    assert "this browser alone keeps it, for 1 day, and the red bar deletes it at once" in page


# --- two phones --------------------------------------------------------------------------------------------


def test_what_another_phone_saved_meanwhile_is_shown_and_not_overwritten_without_a_word(app, client):
    code, _to = with_lines(client)
    answer(client, "safety")
    phone = on_with(app, code)
    here, there = (one.get("/complain?step=account") for one in (client, phone))
    phone.post("/complain", data={**hidden(there), "account": "Two guards held me.", "go": "next"})
    both = client.post("/complain", data={**hidden(here), "account": "They pushed me.", "go": "next"})
    assert both.status_code == 409 and "saved from another phone" in both.text
    assert "Two guards held me." in both.text and "They pushed me.</textarea>" in both.text
    once_more = client.post("/complain", data={**hidden(both), "account": "They pushed me.", "go": "next"})
    assert once_more.location == "/complain?step=company"
    assert "They pushed me." in phone.get("/complain?step=account").text


@pytest.mark.parametrize("recorded_there", [False, True])
def test_what_was_recorded_on_one_of_two_phones_is_kept_or_is_said_not_to_be(app, client, recorded_there):
    code, _to = with_lines(client)
    answer(client, "safety")
    phone = on_with(app, code)
    here, there = (one.get("/complain?step=account") for one in (client, phone))
    theirs = {"spoken": [(io.BytesIO(sounds.wav(9)), "There.wav")]} if recorded_there else {}
    with_files(phone, "/complain", {**hidden(there), "account": "Two guards held me.", "go": "next", **theirs})
    mine = {"account": "They pushed me.", "go": "next", "spoken": [(io.BytesIO(sounds.wav(4)), "Here.wav")]}
    both = with_files(client, "/complain", {**hidden(here), **mine})
    assert both.status_code == 409 and "saved from another phone" in both.text
    assert ("0:09" if recorded_there else "0:04") in both.text
    assert ("Choose the files again" in both.text) == recorded_there


# --- the digits, as they are typed -------------------------------------------------------------------------


def turned(code):
    return "".join(reversed(receipt_codes.lines(code)))


def test_the_lines_may_be_typed_from_the_last_to_the_first(app, client):
    code, _to = with_lines(client)
    for typed in (turned(code), "\n".join(receipt_codes.lines(turned(code))), "-".join(re.findall("..", code))):
        assert back(app, typed)[1].location == "/complain"
    fill_in(client)
    send(client)
    assert back(app, turned(code))[1].location == "/follow/case"


def test_a_receipt_costs_two_derivations_at_most(app, client, monkeypatch):
    work, real = [], receipt_codes.stretch
    monkeypatch.setattr(receipt_codes, "stretch", lambda *given: work.append(1) or real(*given))
    both_ways = next(code for code in iter(receipt_codes.make, None) if receipt_codes._check(turned(code)) == 0)
    assert back(app, both_ways)[1].status_code == 422 and len(work) == 2


@pytest.mark.parametrize(
    ("kept", "sentence"),
    [(16, "16 of 20 digits: one line is missing."), (12, "12 of 20 digits: 2 lines are missing."),
     (19, "You typed 19 digits, and a receipt has 20."), (0, "A receipt has 20 digits. Check what you typed.")],
)  # fmt: skip
def test_what_is_missing_is_said_and_what_is_there_stands_as_on_the_paper(app, cast, kept, sentence):
    code = receipt_codes.make()
    page = back(app, code[:kept])[1]
    assert page.status_code == 422 and sentence in page.text
    assert f">{chr(10).join(receipt_codes.lines(code[:kept]))}</textarea>" in page.text


def test_in_arabic_the_field_shows_her_own_digits(app, cast):
    page = app.test_client().post("/follow?lang=ar", data={"code": "1234567890123456", "lang": "ar"})
    assert "١٢٣٤\n٥٦٧٨\n٩٠١٢\n٣٤٥٦</textarea>" in page.text and "ينقص سطر واحد" in page.text


# --- when it is sent ---------------------------------------------------------------------------------------


def test_after_sending_the_page_says_the_day_and_that_her_lines_open_it(client):
    code, _to = with_lines(client)
    fill_in(client)
    send(client)
    page = client.get("/complain/receipt")
    assert "It was sent on" in page.text and "only way back" not in page.text and codes(page) == []
    more = unescape(re.search(r'href="([^"]+)">I do not have them any more', page.text)[1])
    assert codes(client.get(more)) == [code]
    opened = client.post("/complain/receipt", data={"csrf_token": token(page)})
    assert opened.location == "/follow/case"


def test_a_second_receipt_is_shown_though_the_first_is_on_paper(app, client):
    with_lines(client)
    fill_in(client)
    send(client)
    client.post("/complain/receipt/second", data={"csrf_token": token(client.get("/complain/receipt"))})
    (second,) = codes(client.get("/complain/receipt"))
    assert back(app, second)[1].location == "/follow/case"


# --- safety first ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "shown"), [("yes", True), ("unsure", True), ("no", False)])
def test_who_may_be_harmed_reads_what_to_leave_out_above_the_story(client, said, shown):
    with_lines(client)
    answer(client, "safety", could_harm=said)
    page = client.get("/complain?step=account").text
    advice = "Leave out names, places and times that only you could know."
    assert ("Say when and where, if you can." in page) is not shown
    assert (advice in page) is shown and (not shown or page.index(advice) < page.index('id="account"'))


def test_on_one_page_what_to_leave_out_is_said_before_the_story(client):
    page = client.get("/complain?step=all").text
    assert page.index("better to leave out your name, and places or times") < page.index('id="account"')
    assert "better to leave out" not in client.get("/complain").text  # there it comes where it is needed


@pytest.mark.parametrize(("said", "folded"), [("yes", True), ("unsure", True), ("no", False)])
def test_who_may_be_harmed_is_asked_for_a_name_only_if_she_opens_it(client, said, folded):
    with_lines(client)
    fill_in(client, "files")
    answer(client, "safety", could_harm=said)
    page = client.get("/complain?step=you").text
    assert bool(re.search(r"<details><summary>If you want us to know[^§]*id=\"name\"", page)) is folded
    answer(client, "you", name="Amina")
    page = client.get("/complain?step=you").text
    assert ("<details open><summary>If you want us to know" in page) is folded and 'value="Amina"' in page


def test_the_order_of_the_form_is_receipt_safety_what_happened_and_the_rest():
    assert KEYS[:2] == ["safety", "account"]


# --- beneath -----------------------------------------------------------------------------------------------


def test_a_receipt_from_before_a_new_pepper_opens_its_form(app, client):
    from grievance.crypto.keyring import Keyring

    code, _to = with_lines(client)
    old = app.config["PEPPERS"]
    app.config["PEPPERS"] = Keyring([("b", b"b" * 32), *old.keys])
    assert back(app, code)[1].location == "/complain"
    fill_in(client)
    send(client)
    assert db.session.scalars(select(DraftReceipt)).all() == [] and back(app, code)[1].location == "/follow/case"


def test_the_database_alone_opens_no_form_and_names_no_receipt(client):
    code, _to = with_lines(client)
    (row,) = db.session.scalars(select(DraftReceipt))
    with client.session_transaction() as session:
        secret = session["f"]
    assert draft_receipts.code_of(secret) == code and code not in row.lookup
    assert secret.encode() not in row.sealed_secret and form_draft.load(secret).receipt == row.lookup


def test_the_receipt_of_the_case_is_derived_anew_and_not_that_of_the_form(client):
    code, _to = with_lines(client)
    fill_in(client)
    send(client)
    (envelope,) = db.session.scalars(select(ReceiptEnvelope))
    assert envelope.lookup == receipts.receipt_keys(code).lookup.hex()


def test_a_page_that_the_phone_loads_anew_shows_the_lines_that_she_is_writing_down(client):
    assert shown_lines(client.get("/complain")) == shown_lines(client.get("/complain"))


def test_a_form_that_was_deleted_is_not_begun_with_the_same_lines(client):
    first = client.get("/complain")
    client.post("/complain", data={**hidden(first), "go": "next"})
    client.post("/complain", data={**hidden(first), "go": "anew"})
    assert shown_lines(client.get("/complain")) != shown_lines(first)


def shown_lines(page):
    found = re.findall(r"<span>(\d{4})</span>", page.text)
    assert len(found) == 5
    return found
