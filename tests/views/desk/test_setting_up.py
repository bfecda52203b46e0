"""A new office, set up by its own pages until its form is open."""

import re

import pytest
from flask_migrate import upgrade

from grievance.demonstration import PASSWORD
from grievance.extensions import db
from tests.accounts import two_people
from tests.conftest import ROOT, make_app


@pytest.fixture
def empty(tmp_path):
    app = make_app(f"sqlite:///{tmp_path}/new.sqlite", tmp_path / "files")
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        yield app
        db.session.remove()
        db.engine.dispose()


def token(page):
    return re.search(r'csrf_token" value="([^"]+)', page.get_data(as_text=True))[1]


def accepted(app, address):
    """Whoever opens the invitation, chooses a password and signs in: their browser."""
    browser, path = app.test_client(), "/account/invitation"
    chosen = {
        "code": address.partition("#")[2],
        "password": PASSWORD,
        "again": PASSWORD,
        "csrf_token": token(browser.get(path)),
    }
    assert browser.post(path, data=chosen).status_code == 303
    return browser


def signed_in(browser, email):
    page = browser.get("/account/sign-in")
    sent = {"email": email, "password": PASSWORD, "csrf_token": token(page)}
    return browser.post("/account/sign-in", data=sent)


def invited(head, name, role):
    sent = {
        "email": f"{name}@example.org",
        "name": name,
        "role": role,
        "csrf_token": token(head.get("/account/people")),
    }
    page = head.post("/account/people/invite", data=sent, follow_redirects=True).get_data(as_text=True)
    command = re.search(rf"flask (people invite-again --email {name}@example.org)", page)[1]
    printed = head.application.test_cli_runner().invoke(args=command.split()).output
    return re.search(r"http\S+/account/invitation#[\w-]+", printed)[0]


def test_a_new_office_is_led_by_its_list_until_its_form_is_open(empty):
    lines = empty.test_cli_runner().invoke(args=["init", "--email", "head@example.org", "--name", "The head"]).output
    head = accepted(empty, lines.strip())
    assert signed_in(head, "head@example.org").location == "/desk/admin/setup"
    page = head.get("/desk/admin/setup").get_data(as_text=True)
    assert "still being set up" in page and page.count('<strong class="late">missing') == 3
    accepted(empty, invited(head, "ines", "custodian"))
    accepted(empty, invited(head, "noor", "officer"))
    assert empty.test_client().get("/complain").status_code == 503  # Noor waits to be admitted
    admit = re.search(r'"(/account/people/\d+/admit)"', head.get("/account/people").get_data(as_text=True))[1]
    with empty.app_context():
        digits = two_people.read_out(int(admit.split("/")[3]))
    head.post(admit, data={"csrf_token": token(head.get(admit)), "fingerprint": digits})
    assert "The form is open." in head.get("/desk/admin/setup").get_data(as_text=True)
    assert empty.test_client().get("/complain").status_code == 200
