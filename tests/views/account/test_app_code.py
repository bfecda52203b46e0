"""The page on which codes of an app are set up, the page to sign in with one, and what no page gives back."""

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine

from grievance import clock, demonstration
from grievance.accounts import app_codes, sessions
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.views import rate_limit
from grievance.views.errors import NOT_KEPT
from tests.conftest import ROOT
from tests.unpadded import unpadded
from tests.views.test_routes import client_of, token

EMAIL = demonstration.email_of("Noor")
PAGE = "/account/app"


def press(client, path, page=PAGE, **form):
    return client.post(path, data={**form, "csrf_token": token(client.get(page))})


def secret_on(page):
    found = re.search(r'<p class="receipt" dir="ltr">(.*?)</p>', page.text)
    return "".join(re.findall(r"<span>([A-Z2-7]+)</span>", found[1]))


def made_on(page):
    return re.search(r'name="made" value="([^"]+)"', page.text)[1]


def set_up(client):
    """The secret of the app that is asked from now on."""
    begun = press(client, PAGE, password=PASSWORD)
    secret, made = secret_on(begun), made_on(begun)
    code = pyotp.TOTP(secret).at(clock.now())
    assert press(client, f"{PAGE}/confirm", made=made, otp=code).status_code == 303
    return secret


def signing_in(client, **form):
    return press(client, "/account/sign-in", "/account/sign-in", email=EMAIL, **form)


def test_it_is_set_up_with_a_picture_and_asked_at_the_next_sign_in(app, cast):
    client = client_of(app, "Noor")
    with time_machine.travel(clock.now(), tick=False) as moment:
        begun = press(client, PAGE, password=PASSWORD)
        assert 'svg class="picture fine"' in begun.text and begun.headers["Cache-Control"] == "no-store"
        secret = set_up(client)
        assert "You are asked for a code" in client.get(PAGE).text
        moment.shift(timedelta(minutes=1))
        code, other = pyotp.TOTP(secret).at(clock.now()), app.test_client()
        assert signing_in(other, password=PASSWORD).status_code == 422
        assert signing_in(other, password=PASSWORD, otp=code).location == "/desk"


def test_a_wrong_password_a_missing_code_and_a_wrong_one_read_the_same(app, cast):
    secret = set_up(client_of(app, "Noor"))
    right = pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30))
    wrong = ({"password": "x", "otp": right}, {"password": PASSWORD, "otp": ""}, {"password": PASSWORD, "otp": "0"})
    told = [signing_in(app.test_client(), **form) for form in wrong]
    told += [press(app.test_client(), "/account/sign-in", "/account/sign-in", email=EMAIL.replace("noor", "nora"))]
    pages = {re.sub(r'value="[^"]*"', "", unpadded(one.text)) for one in told}
    assert len(pages) == 1 and {one.status_code for one in told} == {422}


def test_the_page_to_sign_in_is_the_same_whether_somebody_has_an_app_or_not(app, cast):
    before = unpadded(app.test_client().get("/account/sign-in").text)
    set_up(client_of(app, "Noor"))
    after = unpadded(app.test_client().get("/account/sign-in").text)
    assert 'name="otp"' in before and re.sub(r'value="[^"]*"', "", before) == re.sub(r'value="[^"]*"', "", after)


def test_the_page_is_shown_again_after_a_wrong_code_and_nothing_is_set_up(app, cast):
    client = client_of(app, "Noor")
    begun = press(client, PAGE, password=PASSWORD)
    again = press(client, f"{PAGE}/confirm", made=made_on(begun), otp="123456")
    assert again.status_code == 422 and secret_on(again) == secret_on(begun) and 'value="123456"' not in again.text
    assert not app_codes.is_on(cast["Noor"].account_id)


@pytest.mark.parametrize("made", ["", "x", "%" * 3000])
def test_a_page_that_is_no_page_of_ours_sets_nothing_up(app, cast, made):
    answer = press(client_of(app, "Noor"), f"{PAGE}/confirm", made=made, otp="123456")
    assert answer.status_code == 409 and "Begin once more" in answer.text


def test_it_is_switched_off_on_its_page(app, cast):
    client = client_of(app, "Noor")
    with time_machine.travel(clock.now(), tick=False) as moment:
        secret = set_up(client)
        moment.shift(timedelta(minutes=1))
        assert press(client, f"{PAGE}/off", password=PASSWORD, otp="000000").status_code == 422
        code = pyotp.TOTP(secret).at(clock.now())
        assert press(client, f"{PAGE}/off", password=PASSWORD, otp=code).status_code == 303
    assert sessions.sign_in(EMAIL, PASSWORD)


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/confirm", f"{PAGE}/off"])
def test_what_is_tried_there_is_counted(app, cast, monkeypatch, path):
    client = client_of(app, "Noor")
    monkeypatch.setattr(rate_limit, "codes", rate_limit.RateLimit(1, 60))
    told = [press(client, path, password="wrong", otp="000000", made="").status_code for _ in range(2)]
    assert told[1] == 429


# --- what no page gives back ---------------------------------------------------------------------------------

INPUT = re.compile(r"<input[^>]*>")
SECRET = re.compile(r'type="password"|one-time-code|kind == "password"')
TYPED_SECRETS = {"otp", "made", "prf", "passkey", "password", "old", "again", "code"}


def fields_of_secrets():
    """By template: the names of fields in which somebody shows who they are."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for field in INPUT.findall(path.read_text()):
            name = re.search(r'name="([a-z_]+)"', field)
            if SECRET.search(field) and name:
                yield path.name, name[1]


def test_each_field_of_a_secret_is_one_that_no_page_gives_back():
    named = set(fields_of_secrets())
    assert ("_credentials.html", "otp") in named and ("invitation.html", "again") in named
    assert {name for _template, name in named} <= set(NOT_KEPT) and set(NOT_KEPT) >= TYPED_SECRETS


KEPT_WORDS = ("/desk/cases/GR-AAAA-AAAA/steps/note", "/company/cases/GR-AAAA-AAAA/steps/note", "/account/app/off",
              "/account/app/confirm", "/account/password", "/account/sign-in", "/follow/case/steps/write")  # fmt: skip


@pytest.mark.parametrize("path", KEPT_WORDS)
def test_a_form_of_a_session_that_ended_comes_back_without_them(app, cast, path):
    form = {name: f"Zinnober {name} that is long enough to be shown" for name in NOT_KEPT}
    answer = app.test_client().post(path, data={**form, "message": "My own words, which are long enough to be shown."})
    assert answer.status_code >= 400 and "Zinnober" not in answer.text


@pytest.mark.parametrize("path", KEPT_WORDS)
def test_a_form_that_came_while_the_database_was_away_comes_back_without_them(app, cast, monkeypatch, path):
    client = client_of(app, "Noor")
    form = {name: f"Zinnober {name} that is long enough to be shown" for name in NOT_KEPT}
    form["csrf_token"] = token(client.get(PAGE))

    def away(*_args, **_more):
        raise OSError

    monkeypatch.setattr(db.session, "execute", away)
    monkeypatch.setattr(db.session, "get", away)
    answer = client.post(path, data=form)
    assert answer.status_code >= 400 and "Zinnober" not in answer.text
