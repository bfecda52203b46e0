"""Her page of signs: what is said before she asks, what she chooses, and that it ends with one press."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts.keys import sign_key
from grievance.extensions import db
from grievance.models.event import Event
from grievance.models.sign import Sign
from grievance.notify import sign_texts
from tests.notify import signing
from tests.scenarios.pages import hidden

NEWS, CASE = "/follow/case/news", "/follow/case"


@pytest.fixture
def amina(app, cast):
    """Her browser, on the page of her case."""
    signing.offer(app, cast)
    _reference, _person, code = demonstration.file_one(clock.now())
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return client


def checked(page):
    """What a browser would send of the page's form as it stands there: hidden fields, ticks and selects."""
    found = {**hidden(page)}
    for name, value in re.findall(r'type="checkbox" name="(\w+)" value="(\w*)" checked', page.text):
        found.setdefault(name, []).append(value)
    for name, options in re.findall(r'(?s)<select id="(\w+)".*?>(.*?)</select>', page.text):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def asked(client, to="+254 712 345678", place=0, **changed):
    texts = sign_texts.offered(changed.get("lang", "en"))
    page = client.get(NEWS)
    return client.post(NEWS, data={**checked(page), "to": to, "text": str(texts[place].id), **changed})


def the_sign():
    db.session.expire_all()
    return db.session.scalars(select(Sign)).one_or_none()


def said_to_the_worker():
    sign = the_sign()
    return sign_key.opened(*sign_key.key_pairs().values(), sign.case_id, sign.id, sign.sealed)


def test_before_she_asks_she_reads_who_may_see_it_what_is_kept_and_each_text_as_it_comes(amina):
    page = amina.get(NEWS).text
    assert "Whoever holds your phone may see it." in page
    assert "The telephone company keeps that a message came to your number, when, and from whom." in page
    assert f"It comes from: {signing.FROM}" in page and "end it at any time, with one press" in page
    assert all(one.text in page for one in sign_texts.offered("en")) and page.count('name="text"') == 5
    assert "e-mail" not in page.partition("<main")[2]


def test_she_asks_by_the_form_as_it_stands_and_reads_what_she_gets(amina):
    answer = asked(amina, place=2)
    assert answer.status_code == 303
    page = amina.get(NEWS).text
    assert (
        "When there is news, this comes:" in page
        and str(sign_texts.DEFAULTS[2]) in page
        and "From 09:00 to 19:00" in page
    )
    assert said_to_the_worker() == {"to": "+254712345678", "text": "A short reminder for you."}
    assert (the_sign().zone, the_sign().days) == ("Africa/Nairobi", [0, 1, 2, 3, 4, 5, 6])


def test_her_case_page_offers_it_and_then_ends_it_with_one_press(amina):
    assert "Get a sign when there is news" in amina.get(CASE).text
    asked(amina)
    page = amina.get(CASE)
    assert "You get a sign when there is news." in page.text
    action = re.search(r'action="(/follow/case/news/end)"', page.text)[1]
    ended = amina.post(action, data=hidden(page), follow_redirects=True)
    assert "Nothing more comes when there is news. We deleted where it went." in ended.text and the_sign() is None
    assert "Get a sign when there is news" in amina.get(CASE).text


def test_pressing_twice_ends_once(amina):
    asked(amina)
    page = amina.get(NEWS)
    for _press in range(2):
        assert amina.post(f"{NEWS}/end", data=hidden(page)).status_code == 303
    assert db.session.scalars(select(Event.kind).where(Event.kind == "sign_ended")).all() == ["sign_ended"]


def test_asking_anew_takes_the_place_of_what_she_asked_before(amina):
    asked(amina)
    asked(amina, to="+254 799 000000", to_hour="12")
    assert said_to_the_worker()["to"] == "+254799000000" and the_sign().to_hour == 12


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("", "Write where it should go."),
        ("0712 345678", "Begin with + and the code of the country"),
        ("+0 712 345678", "Begin with + and the code of the country"),
        ("+254 712", "too many or too few digits"),
        ("+254 712 345678 901234", "too many or too few digits"),
        ("+254 712 CALLME", "with digits only"),
        ("amina@example.org", "Write a telephone number: we cannot send e-mail."),
    ],
)
def test_an_address_that_cannot_be_sent_to_is_said_to_be_so_and_what_was_typed_stays(amina, to, sentence):
    page = asked(amina, to=to, from_hour="10")
    assert page.status_code == 422 and sentence in page.text and the_sign() is None
    assert f'value="{to}"' in page.text and '<option value="10" selected' in page.text


@pytest.mark.parametrize(
    "typed",
    [
        "+254 712 345678",
        "00254712345678",
        "+254-712-345-678",
        "+254 (712) 345678",
        "٠٠٢٥٤٧١٢٣٤٥٦٧٨",
        "\u200e+254712345678",
    ],
)
def test_a_number_is_taken_as_people_write_it(amina, typed):
    asked(amina, to=typed)
    assert said_to_the_worker()["to"] == "+254712345678"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "Choose a text."),
        ({"text": "999"}, "Choose one of the answers in the list."),
        ({"days": []}, "Choose a day."),
        ({"from_hour": "18", "to_hour": "19"}, "at least this between: 2 hours"),
        ({"from_hour": "22", "to_hour": "6"}, "at least this between: 2 hours"),
        ({"zone": "Mars/Olympus"}, "Choose one of the answers in the list."),
    ],
)
def test_what_is_chosen_wrongly_is_said_to_be_so(amina, changed, sentence):
    page = asked(amina, **changed)
    assert page.status_code == 422 and sentence in page.text and the_sign() is None


def test_an_e_mail_address_is_taken_where_mail_goes_and_whose_it_is_stands_there(app, amina):
    app.config |= {"MAIL_URL": "smtp://127.0.0.1:25", "SIGN_MAIL_FROM": "hello@example.net"}
    assert "hello@example.net" in amina.get(NEWS).text
    assert asked(amina, to="amina@example").status_code == 303
    assert said_to_the_worker()["to"] == "amina@example"
    assert "like this: name@example.org" in asked(amina, to="a b@example.org").text


def test_without_a_text_in_her_language_it_is_said_and_nothing_is_asked(amina):
    page = amina.get(f"{NEWS}?lang=sw").text
    assert "Kwa sasa hatuwezi kutuma arifa katika lugha hii." in page and 'name="to"' not in page


def test_an_office_that_sends_none_offers_none(app, amina):
    app.config["SIGN_PUBLIC"] = b""
    assert "sign when there is news" not in amina.get(CASE).text
    assert "In this language we cannot send a sign that there is news now." in amina.get(NEWS).text


def test_the_page_is_hers_alone(app, cast):
    client = app.test_client()
    assert client.get(NEWS).status_code == 303 and client.post(f"{NEWS}/end").status_code == 401


def test_each_holder_has_a_sign_of_their_own(app, cast):
    signing.offer(app, cast)
    reference, amina, _code = demonstration.file_one(clock.now(), represents="yes", authority="She asked me to.")
    signing.ask(amina, reference)
    assert the_sign().receipt_id == amina.receipt_id


@pytest.mark.parametrize("language", ["ar", "fr", "sw"])
def test_in_each_language_she_reads_all_of_it_and_the_very_text(app, cast, amina, language):
    demonstration.approve_signs(cast, [language])
    page = amina.get(f"{NEWS}?lang={language}").text
    assert all(unescape(one.text) in unescape(page) for one in sign_texts.offered(language))
    for text in ("Whoever holds your phone", "Send me a sign", "On which days"):
        assert text not in page
