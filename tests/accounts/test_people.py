"""Who may be invited: a person with a name, and with one address that a mail can go to."""

import pytest
from sqlalchemy import select

from grievance.accounts import people
from grievance.demonstration import signed_in
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.models.people import Account, Role

NO_ADDRESSES = [
    "a@b\nc@example.org", "a@b\rc@example.org", "a@b\x00", "a\t@b", "a b@example.org", "a@b, c@example.org", "a@b@c",
    "<a@b>", '"a"@b', "zoé@example.org", "a@büro.example", "\u212a@example.org", "a@b.", "a..b@c", "@b", "a@", "a",
    f"a@{'b' * 199}", "",
]  # fmt: skip


@pytest.mark.parametrize("email", NO_ADDRESSES)
def test_a_company_cannot_invite_what_is_not_one_plain_address(app, cast, email):
    victor = signed_in("Victor")
    with pytest.raises(BadInput) as bad:
        people.invite(victor, email, "Wanda", Role.COMPANY, victor.company_id)
    assert "like name@example.org" in bad.value.errors["email"]
    assert db.session.scalars(select(Account.name).where(Account.name == "Wanda")).all() == []


@pytest.mark.parametrize("email", ["Wanda@Example.org ", "w.o'neil+desk@mail.ex-ample.org", "root@localhost"])
def test_a_plain_address_is_kept_in_small_letters(app, cast, email):
    people.invite(None, email, "Wanda", Role.OFFICER)
    assert db.session.scalars(select(Account.email).where(Account.name == "Wanda")).one() == email.strip().lower()


@pytest.mark.parametrize("name", ["", " ", "W" * 121])
def test_nobody_is_invited_without_a_name_of_at_most_120_characters(app, cast, name):
    with pytest.raises(BadInput, match="email") as bad:
        people.invite(None, "wanda@example.org", name, Role.OFFICER)
    assert "Write a name" in bad.value.errors["email"]


@pytest.mark.parametrize(
    ("email", "sentence"),
    [("noor@example.org", "There is an account with this address."), ("noor", "Write one e-mail")],
)
def test_setting_up_an_office_again_or_with_a_bad_address_ends_in_a_sentence(app, cast, email, sentence):
    told = app.test_cli_runner().invoke(args=["init", "--email", email, "--name", "Noor"])
    assert told.exit_code == 1 and told.output.startswith(f"Error: {sentence}")
