"""The pages of passkeys, and the door: what is looked at first, what is asked, and who sees nothing else."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from werkzeug.routing import IntegerConverter

from grievance import clock, demonstration
from grievance.accounts import passkeys, sessions, slowed, waits
from grievance.crypto import passwords
from grievance.demonstration import PASSWORD
from grievance.views import faces, rate_limit
from grievance.views.account import enrolment
from grievance.views.errors import NOT_KEPT
from tests.accounts.device import PRESENT, Device
from tests.conftest import ROOT
from tests.times import days_later
from tests.unpadded import unpadded
from tests.views.account.test_app_code import press, set_up
from tests.views.test_routes import client_of, token

HERE = "http://localhost"
ADD, DOOR, ASK = "/account/passkeys/add", "/account/sign-in", "/account/passkeys/ask"
EMAIL = demonstration.email_of("Noor")
OFFICERS = frozenset({"officer"})
NOT_TOGETHER = "These do not fit together"


@pytest.fixture(autouse=True)
def at_a_name(app):
    app.config["STAFF_URL"] = HERE


@pytest.fixture
def device():
    return Device(HERE)


def asked_on(page):
    said = json.loads(html.unescape(re.search(r'data-passkey="([^"]*)"', page.text)[1]))
    return said, re.search(r'name="made" value="([^"]+)"', page.text)[1]


def sent(page, device, **typed):
    """What a browser would send from a page that asks for a passkey."""
    options, made = asked_on(page)
    shown, prf = device.answers(options)
    return {"made": made, "passkey": shown, "prf": prf, "csrf_token": token(page), **typed}


def enrol(client, device, **typed):
    form = sent(client.get(ADD), device, **{"name": "Blue key", "password": PASSWORD, **typed})
    return client.post(ADD, data=form)


def signing_in(client, device, page=DOOR, **typed):
    form = sent(client.get(page), device, **{"email": EMAIL, "password": PASSWORD, **typed})
    return client.post(DOOR, data=form)


@pytest.fixture
def with_one(app, cast, device):
    """Somebody whose first passkey counts."""
    client = client_of(app, "Noor")
    assert enrol(client, device).status_code == 303
    (row,) = passkeys.of(cast["Noor"].account_id)
    passkeys.confirm(cast["Tomas"], waits.of(row.account_id).id, passkeys.digits(row))
    assert signing_in(app.test_client(), device).location == "/desk"
    return device


# --- the door ------------------------------------------------------------------------------------------------


def test_the_page_looks_the_same_for_everybody_and_names_nobody(app, cast, with_one):
    pages = [re.sub(r'value="[^"]*"|challenge[^,]+', "", unpadded(app.test_client().get(DOOR).text)) for _ in range(2)]
    client = app.test_client()
    for email in (EMAIL, demonstration.email_of("Tomas"), "nobody@example.org"):
        page = unpadded(press(client, DOOR, DOOR, email=email, password="wrong").text)
        pages.append(re.sub(r'value="[^"]*"|challenge[^,]+|<div class="summary".*?</div>\n?', "", page))
    assert len({re.sub(r"\s+", " ", page) for page in pages}) == 1
    assert with_one.credential_id.hex() not in pages[0] and "allowCredentials" not in pages[0]


def test_a_passkey_names_its_account_and_an_address_that_is_somebody_elses_does_not_fit(app, cast, with_one):
    assert signing_in(app.test_client(), with_one, email="").location == "/desk"
    assert signing_in(app.test_client(), with_one, email=f" {EMAIL.upper()} ").location == "/desk"
    answer = signing_in(app.test_client(), with_one, email=demonstration.email_of("Tomas"))
    assert answer.status_code == 422 and NOT_TOGETHER in answer.text


WRONG = {
    "no passkey": {"passkey": None},
    "password": {"password": "another password"},
    "another's": {"credential_id": b"somebody's"},
    "not verified": {"flags": PRESENT},
    "key": {"key": Device(HERE).key},
    "secret": {"prf": b"another secret of thirty-two byte"[:32]},
    "place": {"origin": "http://localhost.example"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_whatever_is_wrong_is_one_sentence_after_one_derivation(app, cast, with_one, monkeypatch, wrong):
    derived, unlock = [], passwords.unlock

    def counted(*args):
        derived.append(1)
        return unlock(*args)

    monkeypatch.setattr(passwords, "unlock", counted)
    changes, client = dict(WRONG[wrong]), app.test_client()
    typed = {"password": changes.pop("password", PASSWORD), "email": EMAIL}
    device = Device(**{**vars(with_one), **{k: v for k, v in changes.items() if k != "passkey"}})
    form = sent(client.get(DOOR), device, **typed)
    answer = client.post(DOOR, data={k: v for k, v in form.items() if changes.get(k, v) is not None})
    assert answer.status_code == 422 and NOT_TOGETHER in answer.text and len(derived) == 1
    assert form["made"] not in answer.text


def test_a_wrong_passkey_is_refused_before_the_password_is_looked_at(app, cast, with_one, monkeypatch):
    tried = []
    monkeypatch.setattr(sessions, "sign_in", lambda *args: tried.append(args))
    with_one.flags = PRESENT
    signing_in(app.test_client(), with_one)
    assert tried == [("", PASSWORD, "", None)]  # nobody's: for the time that it takes


def test_what_was_sent_once_opens_nothing_again_not_even_with_another_password(app, cast, with_one):
    client = app.test_client()
    form = sent(client.get(DOOR), with_one, email=EMAIL, password="wrong")
    assert NOT_TOGETHER in client.post(DOOR, data=form).text
    answer = client.post(DOOR, data={**form, "password": PASSWORD})
    assert answer.status_code == 422 and "Please press once more" in answer.text


def test_a_page_that_lay_open_too_long_says_so_and_asks_anew(app, cast, with_one):
    client = app.test_client()
    with time_machine.travel(clock.now(), tick=False) as moment:
        form = sent(client.get(DOOR), with_one, email=EMAIL, password=PASSWORD)
        moment.shift(timedelta(minutes=61))
        answer = client.post(DOOR, data=form)
        assert "lay open" in answer.text and EMAIL in answer.text
        again = {**sent(answer, with_one, email=EMAIL, password=PASSWORD)}
        assert client.post(DOOR, data=again).location == "/desk"


def test_a_passkey_that_makes_no_secret_any_more_says_what_else_there_is(app, cast, with_one):
    with_one.prf = None
    answer = signing_in(app.test_client(), with_one)
    assert answer.status_code == 422 and "a code from an app" in answer.text


def test_words_come_back_after_a_passkey(app, cast, with_one):
    client, words = app.test_client(), "What I wrote before my session ended, and would not like to write again."
    page = client.post("/desk/cases/GR-AAAA-AAAA/steps/note", data={"message": words})
    assert page.status_code == 401 and words in page.text and 'class="passkey"' in page.text
    answer = client.post(DOOR, data=sent(page, with_one, email=EMAIL, password="wrong", **{"kept.message": words}))
    assert words in answer.text and not any(name in answer.text for name in ("kept.prf", "kept.passkey", "kept.made"))


def test_where_the_address_is_a_number_no_passkey_is_asked_for(app, cast):
    app.config["STAFF_URL"] = "http://127.0.0.1:8000"
    assert 'class="passkey"' not in app.test_client().get(DOOR).text
    client = client_of(app, "Noor")
    assert "cannot be made at this address" in client.get("/account/passkeys").text
    assert "cannot be made at this address" in client.get(ADD).text


# --- one's own -----------------------------------------------------------------------------------------------


def test_what_was_typed_stays_where_the_password_was_wrong_and_nothing_is_added(app, cast, device):
    client = client_of(app, "Noor")
    answer = enrol(client, device, password="wrong", name="Zinnober")
    assert answer.status_code == 422 and "This is not your password." in answer.text
    assert "Zinnober" in answer.text and passkeys.of(cast["Noor"].account_id) == []
    assert enrol(client, device).status_code == 303


def test_a_device_that_opens_nothing_is_not_enrolled(app, cast, device):
    device.prf = None
    answer = enrol(client_of(app, "Noor"), device)
    assert answer.status_code == 422 and "cannot be used here" in answer.text


def test_an_answer_that_does_not_fit_is_not_enrolled(app, cast, device):
    device.flags = PRESENT
    answer = enrol(client_of(app, "Noor"), device)
    assert answer.status_code == 422 and "did not fit" in answer.text
    assert client_of(app, "Noor").post(ADD, data={"passkey": "{", "prf": "x"}).status_code in (400, 401)


def test_a_form_sent_twice_makes_one(app, cast, device):
    client = client_of(app, "Noor")
    page = client.get(ADD)
    form = sent(page, device, name="Blue key", password=PASSWORD)
    form["form_token"] = re.search(r'form_token" value="([^"]+)', page.text)[1]
    assert [client.post(ADD, data=form).status_code for _ in range(2)] == [303, 303]
    assert len(passkeys.of(cast["Noor"].account_id)) == 1


def test_nobody_removes_somebody_elses(app, cast, device):
    enrol(client_of(app, "Noor"), device)
    (row,) = passkeys.of(cast["Noor"].account_id)
    client, path = client_of(app, "Tomas"), f"/account/passkeys/{row.id}/remove"
    assert client.get(path).status_code == 303
    press(client, path, "/account/passkeys", password=PASSWORD)
    assert len(passkeys.of(cast["Noor"].account_id)) == 1


def test_a_first_one_that_waits_is_taken_back(app, cast, device):
    client = client_of(app, "Noor")
    enrol(client, device)
    (row,) = passkeys.of(cast["Noor"].account_id)
    path = f"/account/passkeys/{row.id}/remove"
    assert press(client, path, path, password="wrong").status_code == 422
    assert press(client, path, path, password=PASSWORD).status_code == 303
    assert "You have none yet." in client.get("/account/passkeys").text


@pytest.mark.parametrize("path", [ADD, "/account/passkeys/1/remove", DOOR])
def test_what_is_tried_there_is_counted(app, cast, monkeypatch, path, device):
    client = client_of(app, "Noor")
    enrol(client, device)
    monkeypatch.setattr(rate_limit, "codes", rate_limit.RateLimit(1, 60))
    for measure in ("NETWORK", "ACCOUNT", "BOTH"):
        monkeypatch.setattr(slowed, measure, slowed.Measure(1, 60))
    assert [press(client, path, ADD, password="wrong").status_code for _ in range(2)][1] == 429


def test_only_the_person_asked_confirms_by_the_digits(app, cast, device):
    enrol(client_of(app, "Noor"), device)
    path = "/account/people/waits/1/passkey"
    assert client_of(app, "Noor").get(path).status_code == 403
    assert client_of(app, "Victor").get(path).status_code == 403
    page = client_of(app, "Tomas").get(path)
    (row,) = passkeys.of(cast["Noor"].account_id)
    assert page.status_code == 200 and passkeys.digits(row) not in page.text
    client = client_of(app, "Tomas")
    assert press(client, path, path, fingerprint=passkeys.digits(row)).status_code == 303
    assert client.get(path).status_code == 409


# --- who is to have one --------------------------------------------------------------------------------------


@pytest.fixture
def asked(app, cast):
    app.config["PASSKEYS_REQUIRED"] = OFFICERS


def arrives(app, days=0, **typed):
    """Somebody who signs in so many days after the office came to have passkeys."""
    client = app.test_client()
    with time_machine.travel(days_later(days), tick=False):
        answer = press(client, DOOR, DOOR, **{"email": EMAIL, "password": PASSWORD, **typed})
    return client, answer


def test_each_sign_in_asks_and_can_be_passed_over(app, asked):
    for _ in range(2):
        client, answer = arrives(app)
        assert answer.location == ASK
        page = client.get(ASK)
        assert "Not now" in page.text and 'href="/account/passkeys/add"' in page.text
        assert client.get("/desk").status_code == 200


def test_after_two_weeks_it_cannot(app, asked):
    with time_machine.travel(days_later(15), tick=False):
        client, answer = arrives(app)
        assert answer.location == ASK
        page = client.get(ASK)
        assert "Not now" not in page.text and client.get("/desk").location == ASK
        assert client.get("/account").location == ASK or client.get("/account").location == "/desk"


def test_whose_role_need_not_have_one_is_not_asked(app, asked):
    client = app.test_client()
    answer = press(client, DOOR, DOOR, email=demonstration.email_of("Tomas"), password=PASSWORD)
    assert answer.location == "/desk" and client.get(ASK).location == "/desk"


@pytest.mark.parametrize("how", ["passkey", "app"])
def test_with_either_every_page_is_open_again(app, asked, device, how):
    with time_machine.travel(days_later(15), tick=False):
        client, _answer = arrives(app)
        assert client.get("/desk").location == ASK
        if how == "passkey":
            assert enrol(client, device).status_code == 303
        else:
            set_up(client)
        assert client.get("/desk").status_code == 200


def test_words_are_shown_to_whoever_must_enrol_first(app, asked):
    words = "What I wrote before my session ended, and would not like to write again."
    with time_machine.travel(days_later(15), tick=False):
        client, answer = arrives(app, next="/desk/cases/GR-AAAA-AAAA/steps/note", **{"kept.message": words})
        assert words in answer.text and "Copy it now" in answer.text and client.get("/desk").location == ASK


def pages_of_staff(app):
    """Each method of each page that somebody signed in could see."""
    for rule in app.url_map.iter_rules():
        face = faces.of_endpoint(rule.endpoint)
        if face and face.layout in ("desk", "account"):
            numbers = {name for name, one in rule._converters.items() if isinstance(one, IntegerConverter)}
            values = {name: 1 if name in numbers else "x" for name in rule.arguments}
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield rule.endpoint, method, values


def test_whoever_owes_one_sees_these_pages_and_no_other(app, cast):
    client, seen = client_of(app, "Tomas"), {}
    with app.test_request_context():
        pages = [
            (endpoint, method, app.url_for(endpoint, **values)) for endpoint, method, values in pages_of_staff(app)
        ]
    csrf = token(client.get("/account/people"))
    for endpoint, method, path in pages:
        if endpoint in ("account.sign_out",):
            continue  # open, and ends the session of this test
        with client.session_transaction() as kept:
            kept[enrolment.OWES] = True
        answer = client.open(path, method=method, data={"csrf_token": csrf} if method == "POST" else None)
        shut = answer.status_code == 403 or answer.location == ASK
        seen.setdefault(shut, set()).add(endpoint)
    assert len(pages) > 120 and seen[False] <= enrolment.OPEN
    assert seen[True] == {one for one, _method, _path in pages} - enrolment.OPEN


def test_the_cookie_of_such_a_session_is_signed(app, asked):
    with time_machine.travel(days_later(15), tick=False):
        client, _answer = arrives(app)
        with client.session_transaction() as kept:
            assert kept[enrolment.OWES] is True and kept["a"]


# --- the script ----------------------------------------------------------------------------------------------


def test_the_script_is_small_and_takes_the_secret_out_of_what_it_sends():
    script = (ROOT / "static" / "passkey.js").read_text()
    assert len(script.encode()) <= 1300 and script.index("delete shown") < script.index("JSON.stringify(shown)")
    assert set(re.findall(r'sent\.push\(\["(\w+)"', script)) == {"prf", "passkey"} <= set(NOT_KEPT)
    assert "formdata" in script and not re.search(r"innerHTML|document\.write|\.value\s*=", script)
