"""STAFF_PEPPER: what the staff's server adds to each password."""

import pytest

from grievance import demonstration
from grievance.accounts import people, sessions, staff_pepper
from grievance.accounts.keys import log, recovery
from grievance.crypto import passwords
from grievance.crypto.keyring import Keyring, new_entry, parse
from grievance.crypto.sealing import seal
from grievance.demonstration import PASSWORD, signed_in
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.people import Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.reports import setup
from tests.accounts import two_people
from tests.accounts.test_leaving import account_of, office
from tests.views.test_routes import token


def named(name):
    return account_of(name).password.get("pepper_id", "")


@pytest.fixture
def older(app, cast):
    """As the version before it left an account: nothing is added, and nothing says so."""
    account, person = account_of("Noor"), cast["Noor"]
    record, wrapping = passwords.enrol(PASSWORD)
    said = {name: value for name, value in record.to_json().items() if name != "pepper_id"}
    with unit_of_work():
        account = account_of("Noor")
        account.password, account.wrapped_seed = said, seal(wrapping, person.own_seed, people.seed_place(account))
        chain.append(None, "password_changed", person, account.created_at, account.created_at, {"account": account.id})
    db.session.expire_all()
    return account


def test_a_new_password_is_locked_with_the_newest_key_and_its_record_says_which(app, cast):
    newest = app.config["STAFF_PEPPERS"].current[0]
    people.accept(people.invite(None, "rosa@example.org", "Rosa", Role.OFFICER), PASSWORD)
    assert named("Rosa") == named("Noor") == newest and signed_in("Rosa").own_seed
    here = sessions.sign_in(demonstration.email_of("Noor"), PASSWORD)
    sessions.change_password(here, PASSWORD, "four guards at the gate")
    assert named("Noor") == newest and signed_in("Noor", "four guards at the gate").party_seed


def test_a_password_from_before_opens_and_is_locked_with_it_at_the_next_sign_in(app, cast, older):
    assert "pepper_id" not in older.password and staff_pepper.from_before() == 1
    assert signed_in("Noor").party_seed == cast["Noor"].party_seed
    assert named("Noor") == app.config["STAFF_PEPPERS"].current[0] and staff_pepper.from_before() == 0
    assert office("locked_anew") == [{"account": cast["Noor"].account_id}]
    before = account_of("Noor").wrapped_seed
    assert signed_in("Noor").party_seed and account_of("Noor").wrapped_seed == before
    assert len(office("locked_anew")) == 1 and log.again().faults == [] and doctor.examine() == []


def test_a_newer_key_takes_over_person_by_person_and_the_older_one_still_opens(app, cast):
    old = app.config["STAFF_PEPPERS"]
    app.config["STAFF_PEPPERS"] = Keyring((*parse(new_entry()).keys, *old.keys))
    assert staff_pepper.from_before() == len(cast) and staff_pepper.lacking() == {}
    assert signed_in("Noor").party_seed and named("Noor") == app.config["STAFF_PEPPERS"].current[0]
    app.config["STAFF_PEPPERS"] = Keyring(app.config["STAFF_PEPPERS"].keys[:1])
    assert signed_in("Noor").party_seed
    assert staff_pepper.lacking() == {old.current[0]: len(cast) - 1}


def test_another_password_that_came_first_is_not_undone(app, cast, older, monkeypatch):
    person, kept = signed_in("Noor"), staff_pepper.is_older
    monkeypatch.setattr(staff_pepper, "is_older", lambda record: True)
    real = passwords.enrol

    def meanwhile(password, pepper, inner=b""):
        monkeypatch.setattr(passwords, "enrol", real)
        monkeypatch.setattr(staff_pepper, "is_older", kept)
        sessions.change_password(here, PASSWORD, "four guards at the gate")
        return real(password, pepper, inner)

    here = sessions.sign_in(demonstration.email_of("Noor"), PASSWORD)
    monkeypatch.setattr(passwords, "enrol", meanwhile)
    sessions._lock_anew(person, PASSWORD)
    assert signed_in("Noor", "four guards at the gate") and sessions.sign_in("noor@example.org", PASSWORD) is None


@pytest.mark.parametrize("email", ["noor@example.org", "nobody@example.org"])
def test_where_the_key_is_lost_the_sign_in_page_says_so_to_whoever_asks(app, cast, email):
    app.config["STAFF_PEPPERS"] = parse(new_entry())
    client = app.test_client()
    form = {"email": email, "password": PASSWORD, "csrf_token": token(client.get("/account/sign-in"))}
    answer = client.post("/account/sign-in", data=form)
    assert answer.status_code == 422 and "The server lacks a key (STAFF_PEPPER)" in answer.text


def test_a_wrong_password_is_not_blamed_on_the_server(app, cast):
    client = app.test_client()
    form = {"email": "noor@example.org", "password": "x", "csrf_token": token(client.get("/account/sign-in"))}
    assert "STAFF_PEPPER" not in client.post("/account/sign-in", data=form).text


def point():
    found = next(one for one in setup.points() if one.key == "staff_pepper")
    return found.lacks, found.says


def test_the_set_up_list_says_whether_it_is_there_whole_and_used(app, cast, older):
    assert point() == ("", "1 password is locked without its newest key until that person signs in next.")
    held = app.config["STAFF_PEPPERS"]
    app.config["STAFF_PEPPERS"] = parse(new_entry())
    assert point()[0] == f"STAFF_PEPPER lacks {held.current[0]}: people cannot sign in without it."
    app.config["STAFF_PEPPERS"] = None
    assert point()[0].startswith("STAFF_PEPPER is not set here")
    app.config["STAFF_PEPPERS"] = held
    signed_in("Noor")
    assert point() == ("", "")


def test_a_lost_key_shuts_everybody_out_and_both_papers_let_them_in_again(app, cast):
    ours, theirs = recovery.make(cast["Tomas"]), recovery.make(cast["Ines"])
    app.config["STAFF_PEPPERS"] = parse(new_entry())
    for name in cast:
        assert sessions.sign_in(demonstration.email_of(name), PASSWORD) is None, name
    new = "another password of mine"
    for name, paper in (("Noor", ""), ("Tomas", ours), ("Ines", theirs)):
        people.accept(two_people.invited_again(None, cast[name].account_id, paper), new)
    recovery.recover(signed_in("Tomas", new), ours, theirs)
    assert signed_in("Tomas", new).party_seed == cast["Tomas"].party_seed
    two_people.admit(signed_in("Tomas", new), cast["Noor"].account_id)
    two_people.recover(signed_in("Tomas", new), signed_in("Ines", new), theirs)
    assert all(signed_in(name, new).party_seed for name in ("Noor", "Tomas", "Ines")) and doctor.examine() == []
