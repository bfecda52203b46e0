"""What the cookie of somebody who is signed in holds: one secret, and nothing of their address or browser."""

from flask.sessions import SecureCookieSessionInterface

from grievance import clock, demonstration
from grievance.accounts import sessions
from tests.views.test_routes import client_of, token


def held(client, app):
    """What the cookie says, as anybody with the server's key could read it."""
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    return signer.loads(client.get_cookie("s").value)


def test_the_cookie_of_who_signed_in_holds_a_secret_and_the_forms_token_alone(app, cast):
    client = app.test_client()
    form = {"email": demonstration.email_of("Noor"), "password": demonstration.PASSWORD}
    form["csrf_token"] = token(client.get("/account/sign-in"))
    client.post("/account/sign-in", data=form, headers={"User-Agent": "Zinnober"})
    assert client.get("/desk").status_code == 200
    said = held(client, app)
    assert set(said) <= {"a", "csrf_token", "_flashes"} and len(said["a"]) == 43
    assert sessions.person_of(said["a"]).name == "Noor"


def test_flask_logins_own_key_in_a_cookie_signs_nobody_in(app, cast):
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = sessions.sign_in(demonstration.email_of("Noor"), demonstration.PASSWORD)
    assert client.get("/desk").location == "/account/sign-in"


def test_a_cookie_to_remember_somebody_signs_nobody_in(app, cast):
    client = app.test_client()
    client.set_cookie("remember_token", "1|0000")
    assert client.get("/desk").location == "/account/sign-in"


def test_a_cookie_of_another_program_on_the_host_shuts_nobody_out(app, cast):
    client = client_of(app, "Noor")
    client.set_cookie("remember_token", "1|0000")
    assert client.get("/desk").status_code == 200


def test_who_signs_out_is_not_signed_in_by_the_same_cookie_again(app, cast):
    client = client_of(app, "Noor")
    value = client.get_cookie("s").value
    client.post("/account/sign-out", data={"csrf_token": token(client.get("/desk"))})
    client.set_cookie("s", value)
    assert client.get("/desk").location == "/account/sign-in"


def test_a_receipts_session_is_no_accounts(app, cast):
    _reference, _amina, code = demonstration.file_one(clock.now())
    client = app.test_client()
    client.post("/follow", data={"code": code})
    with client.session_transaction() as session:
        session["a"] = session["c"]
    assert client.get("/desk").location == "/account/sign-in"
