"""What may be a password: not the person's name, not the site's, and none that many have."""

import pytest

from grievance.accounts import new_passwords
from grievance.demonstration import PASSWORD
from grievance.forms.fields import BadInput
from tests.accounts.test_leaving import account_of
from tests.views.test_routes import client_of, token


def refused(password):
    with pytest.raises(BadInput) as bad:
        new_passwords.check(password, account_of("noor"))
    return bad.value.errors["password"]


@pytest.mark.parametrize("password", ["noor@example.org", "NoorNoorNoor12", "Noor.Example.2026", "127.0.0.1:8000 http",
                                      "Association for Responsible Security", "responsible-security-1"])  # fmt: skip
def test_the_names_of_person_and_site_are_no_password(app, cast, password):
    assert "name of this site" in refused(password)


@pytest.mark.parametrize("password", ["123456789012", "qwertyuiop123", "PasswordPassword", "Administrator1"])
def test_one_of_the_commonest_is_no_password_in_whatever_case(app, cast, password):
    assert "Many people use this" in refused(password)


@pytest.mark.parametrize(
    "password", [PASSWORD, "Noor likes three guards", "correct horse battery staple", "ثلاثة حراس عند البوابة"]
)
def test_a_sentence_of_ones_own_is_taken(app, cast, password):
    new_passwords.check(password, account_of("noor"))


def test_a_short_one_is_told_how_long(app, cast):
    assert "at least 12" in refused("eleven char")


def test_the_page_to_change_it_says_why_one_is_refused(app, cast):
    client = client_of(app, "Noor")
    sent = {"old": PASSWORD, "password": "qwertyuiop123", "again": "qwertyuiop123"}
    answer = client.post("/account/password", data={**sent, "csrf_token": token(client.get("/account/password"))})
    assert answer.status_code == 422 and "Many people use this password" in answer.text
