"""The pages on people and keys, and the commands beside them: each person does what they may, and reads why not."""

import re

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import opened
from grievance.accounts import calendar_tokens, leaving, people, sessions
from grievance.accounts.keys import rotation
from grievance.crypto import paper
from grievance.crypto.compartments import Compartment
from grievance.demonstration import PASSWORD, signed_in
from grievance.extensions import db
from grievance.models.people import AccountStatus, Party, Role
from tests.accounts import two_people
from tests.accounts.keys.test_company_keys import spoken_on
from tests.accounts.test_leaving import account_of, case_with, join
from tests.mailed import code_for
from tests.scenarios.days import facts
from tests.views.test_routes import EVERYBODY, client_of, token


def press(client, path, **data):
    """POST with the token of the page that it stands on."""
    return client.post(path, data={"csrf_token": token(client.get("/account/people")), **data})


def invited(name, role=Role.OFFICER, company_id=None):
    people.invite(None, demonstration.email_of(name), name, role, company_id)
    return account_of(name)


SEES = {
    "Noor": {"noor", "tomas", "petra"},
    "Tomas": {"noor", "tomas", "petra", "victor", "olga"},
    "Ines": {"ines"},
    "Victor": {"victor"},
    "Olga": {"olga"},
}


@pytest.mark.parametrize("name", SEES)
def test_everybody_sees_their_own_people_and_an_approver_those_of_companies_too(app, cast, petra, name):
    page = client_of(app, name).get("/account/people").text
    assert set(re.findall(r"(\w+)@example.org", page)) == SEES[name]
    buttons = {"Noor": 0, "Tomas": 5, "Ines": 1, "Victor": 1, "Olga": 1}[name]
    assert len(re.findall(r"/account/people/\d+/leave", page)) == buttons


MAY_END = {"Petra": {"Tomas"}, "Rosa": {"Tomas", "Victor"}, "Iris": {"Ines", "Tomas"}}
"""All three are invited: until one accepts, an approver, who may have invited a custodian, also puts that right."""


@pytest.mark.parametrize("name", sorted(EVERYBODY))
@pytest.mark.parametrize("what", ["leave", "again"])
def test_only_those_who_may_end_or_renew_an_account_and_nobody_else_reads_its_page(app, cast, name, what):
    whom = {"Petra": invited("Petra"), "Iris": invited("Iris", Role.CUSTODIAN),
            "Rosa": invited("Rosa", Role.COMPANY, cast["Victor"].company_id)}  # fmt: skip
    ids = {one: account.id for one, account in whom.items()}
    client = client_of(app, name)
    for one, account_id in ids.items():
        path = f"/account/people/{account_id}/{what}"
        allowed = name in MAY_END[one]
        assert client.get(path).status_code == (200 if allowed else 403), one
        answer = press(client, path)
        assert answer.status_code == (303 if allowed else 403), one
        assert (account_of(one).status == AccountStatus.LEFT) is (allowed and what == "leave")


@pytest.mark.parametrize("state", ["accepted", "left"])
def test_a_custodian_who_was_once_there_is_not_the_approvers(app, cast, state):
    iris = join("Iris", Role.CUSTODIAN, cast["Ines"])
    if state == "left":
        leaving.leave(cast["Ines"], iris.account_id)
    client = client_of(app, "Tomas")
    assert "iris@" not in client.get("/account/people").text
    for what in ("leave", "again"):
        assert client.get(f"/account/people/{iris.account_id}/{what}").status_code == 403


def test_a_wrong_address_of_a_custodian_is_put_right_at_the_page_of_who_invited_them(app, cast):
    client = client_of(app, "Tomas")
    press(client, "/account/people/invite", name="Iris", email="iris@exmaple.org", role="custodian")
    page = client.get("/account/people").text
    assert "iris@exmaple.org" in page and "Send the link again, or correct the address" in page
    path = re.search(r"/account/people/\d+/again(?=\">Send the link again, or)", page).group()
    assert 'name="email"' in client.get(path).text
    assert press(client, path, email="iris@example.org").status_code == 303
    people.accept(code_for("iris@example.org"), PASSWORD)
    assert account_of("Iris").role == Role.CUSTODIAN


def test_who_left_is_brought_back_by_a_page_that_speaks_of_that(app, cast, petra):
    leaving.leave(cast["Tomas"], petra.account_id)
    page = client_of(app, "Tomas").get(f"/account/people/{petra.account_id}/again").text
    assert "Bring Petra back" in page and "sign in with petra@example.org" in page
    assert "is signed out" not in page and 'name="email"' not in page


def test_a_person_leaves_by_a_page_of_its_own_and_the_key_is_changed_by_pressing_on(app, cast, petra, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 1)
    monkeypatch.setattr(rotation, "PAUSE", 0)
    monkeypatch.setattr("grievance.views.account.people.BATCHES", 1)
    reference = demonstration.file_one(clock.now(), name="Amina Said")[0]
    theirs, tomas = client_of(app, "Noor"), client_of(app, "Tomas")
    page = tomas.get(f"/account/people/{petra.account_id}/leave")
    assert "Petra has left" in page.text
    tomas.post(page.request.path, data={"csrf_token": token(page)})
    assert "Please change the key" in theirs.get("/account/people").text
    assert press(theirs, "/account/keys").status_code == 303
    assert "0 of 4" in theirs.get("/account/keys").text
    assert "1 of 4" in press(theirs, "/account/keys").text
    assert theirs.get(f"/desk/cases/{reference}").status_code == 200
    for done in ("2 of 4", "3 of 4"):
        assert done in press(tomas, "/account/keys").text
    assert press(tomas, "/account/keys").headers["Location"] == "/account/people"
    assert "Please change the key" not in theirs.get("/account/people").text
    assert opened(signed_in("Noor"), case_with(reference)).can_open(Compartment.INTERNAL)


def test_a_refusal_is_a_page_with_a_sentence(app, cast):
    client = client_of(app, "Ines")
    for what in ("leave", "again"):
        answer = press(client, f"/account/people/{cast['Ines'].account_id}/{what}")
        assert answer.status_code == 409 and "Nobody else" in answer.text


def test_who_waits_to_be_admitted_may_change_their_password_and_nothing_else(app, cast):
    people.accept(people.invite(None, "petra@example.org", "Petra", Role.APPROVER), PASSWORD)
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = sessions.sign_in("petra@example.org", PASSWORD)
    assert "noor@" not in client.get("/account/people").text
    assert client.get("/account/password").status_code == 200
    for path in ("/account/keys", "/account/away", f"/account/people/{cast['Noor'].account_id}/leave"):
        assert client.get(path).status_code == 403
    page = client.get("/account/password")
    for path in ("/account/keys", "/account/away", "/account/people/invite", "/account/people/1/leave",
                 "/account/people/1/again", "/account/people/6/admit"):  # fmt: skip
        answer = client.post(path, data={"csrf_token": token(page), "role": "officer", "email": "x@y", "name": "x"})
        assert answer.status_code == 403, path


def test_a_password_is_changed_on_its_page(app, cast):
    client, new = client_of(app, "Noor"), "four guards at the gate"
    for old, password, again, sentence in (
        ("wrong", new, new, "not your password"), (PASSWORD, new, "other", "not the same"),
        (PASSWORD, "short", "short", "at least 12"),
    ):  # fmt: skip
        answer = press(client, "/account/password", old=old, password=password, again=again)
        assert answer.status_code == 422 and sentence in answer.text and new not in answer.text
    assert press(client, "/account/password", old=PASSWORD, password=new, again=new).status_code == 303
    assert client.get("/desk").status_code == 200 and sessions.sign_in("noor@example.org", new)


def test_a_password_that_was_typed_into_a_session_that_ended_is_not_shown_again(app, cast):
    data = {"old": "the old one of mine", "password": "the new one of mine", "again": "the new one of mine"}
    client = client_of(app, "Noor")
    page = client.get("/account/password")
    client.post("/account/sign-out", data={"csrf_token": token(page)})
    answer = client.post("/account/password", data=data)
    assert answer.status_code in (400, 401) and "one of mine" not in answer.text


def test_what_was_typed_into_an_invitation_stays_where_it_is_refused(app, cast):
    client = client_of(app, "Tomas")
    answer = press(client, "/account/people/invite", name="Petra", email="noor@example.org", role="approver")
    assert answer.status_code == 422 and 'value="Petra"' in answer.text
    assert '<option value="approver" selected>' in answer.text


def test_the_desk_says_who_is_away_and_who_stands_in(app, cast, petra):
    client = client_of(app, "Noor")
    bad = press(client, "/account/away", first_day="2026-05-03", last_day="x", stand_in=str(petra.account_id))
    assert bad.status_code == 422 and 'value="2026-05-03"' in bad.text
    today = clock.now().date().isoformat()
    good = {"first_day": today, "last_day": "2099-01-01", "stand_in": str(petra.account_id)}
    assert press(client, "/account/away", **good).status_code == 303
    other = client_of(app, "Tomas")
    assert "Noor is away until 1 January 2099. Petra stands in." in other.get("/desk").text
    assert "Away" in other.get("/account/people").text
    assert press(client, "/account/away", answer="back").status_code == 303
    assert "is away" not in other.get("/desk").text
    assert press(client_of(app, "Victor"), "/account/away", answer="back").status_code == 403


def test_a_date_that_can_be_two_comes_back_with_both_and_one_with_dots_is_taken(app, cast, petra):
    client, rest = (
        client_of(app, "Noor"),
        {"stand_in": str(petra.account_id), "first_day": clock.now().date().isoformat()},
    )
    asked = press(client, "/account/away", last_day="03/04/2099", **rest)
    assert asked.status_code == 422 and "Write 2099-04-03 or 2099-03-04" in asked.text
    assert press(client, "/account/away", last_day="20.12.2099", **rest).status_code == 303
    assert "Noor is away until 20 December 2099." in client.get("/desk").text


@pytest.mark.parametrize("path", ["/safety", "/complain", "/complain?step=all"])
def test_an_office_that_may_work_alone_says_so_before_filing(app, cast, path):
    client, sentence = app.test_client(), "One person may decide alone"
    assert sentence not in client.get(path).text
    app.config["ALLOW_SOLO"] = True
    assert sentence in client.get(path).text


def test_what_one_person_decided_alone_says_so_on_the_record(app, cast):
    app.config["ALLOW_SOLO"] = True
    reference, _amina, _code = demonstration.file_one(clock.now())
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("refer", cast["Noor"], reference, clock.now(), cast["Noor"])
    assert [one["solo"] for one in facts(case_with(reference), "refer")] == [True]


# --- commands ----------------------------------------------------------------------------------------------


def run(app, *arguments, password=PASSWORD):
    return app.test_cli_runner().invoke(args=arguments, input=f"{password}\n")


def test_people_join_and_leave_by_commands(app, cast):
    made = run(app, "people", "invite", "--email", "petra@example.org", "--name", "Petra", "--role", "officer")
    people.accept(made.output.rpartition("#")[2].strip(), PASSWORD)
    admit = ("people", "admit", "--email", "petra@example.org", "--by", "noor@example.org")
    wrong = run(app, *admit, password="not the password")
    assert wrong.exit_code == 1 and "do not fit" in wrong.output
    slip = run(app, *admit, password=f"{PASSWORD}\n123")
    assert slip.exit_code == 1 and "has 24 digits" in slip.output and not signed_in("Petra").party_seed
    digits = two_people.read_out(account_of("Petra").id)
    assert run(app, *admit, password=f"{PASSWORD}\n{digits}").exit_code == 0 and signed_in("Petra").party_seed
    by = ("--by", "noor@example.org")
    refused = run(app, "people", "leave", "--email", "petra@example.org", *by)
    assert refused.exit_code == 1 and "cannot change" in refused.output
    done = run(app, "people", "leave", "--email", "petra@example.org", "--by", "tomas@example.org")
    assert done.exit_code == 0 and account_of("Petra").status == AccountStatus.LEFT
    assert "to be rotated" in run(app, "keys", "status").output
    again = ("people", "invite-again", "--email", "noor@example.org")
    with two_people.three_days_ago():
        asked = run(app, *again)
    assert asked.exit_code == 0 and "It waits until" in asked.output and "/account/invitation#" not in asked.output
    assert account_of("Noor").status == AccountStatus.ACTIVE
    done = run(app, *again)
    assert "/account/invitation#" in done.output and account_of("Noor").status == AccountStatus.INVITED


def test_a_key_is_rotated_by_a_command(app, cast):
    reference = demonstration.file_one(clock.now())[0]
    party = db.session.scalars(select(Party).where(Party.id == cast["Noor"].party_id)).one()
    rotate = ("keys", "rotate", "--email", "noor@example.org", "--party")
    assert run(app, *rotate, "custodians").exit_code == 1
    old = party.key_id
    assert "is rotated" in run(app, *rotate, "secretariat").output
    assert old not in run(app, "keys", "status").output and party.key_id in run(app, "keys", "status").output
    assert opened(signed_in("Tomas"), case_with(reference)).can_open(Compartment.INTERNAL)


# --- the recovery code -------------------------------------------------------------------------------------


def waits_again(app, name, code=""):
    """Whoever forgot the password has a new one and is signed in, and waits to be admitted."""
    people.accept(two_people.invited_again(None, account_of(name).id, code), PASSWORD)
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = sessions.sign_in(demonstration.email_of(name), PASSWORD)
    return client


def test_a_recovery_code_is_shown_once_and_admits_who_waits(app, cast):
    client = client_of(app, "Ines")
    assert "no recovery code yet" in client.get("/account/people").text
    wrong = press(client, "/account/keys/paper", password="not my password")
    assert wrong.status_code == 422 and "not your password" in wrong.text
    page = press(client, "/account/keys/paper", password=PASSWORD).text
    code = " ".join(re.findall(r"<span>(\w{4})</span>", page))
    assert len(code) == 39 and code not in client.get("/account/keys").text
    assert "no recovery code yet" not in client.get("/account/people").text
    client = waits_again(app, "Ines", code)
    page = client.get("/account/people").text
    refused = press(client, "/account/recover", code=code)
    assert refused.status_code == 409 and f'value="{code}"' in refused.text
    assert "First somebody of the other" in page
    path = f"/account/people/{cast['Ines'].account_id}/vouch"
    noor = client_of(app, "Noor")
    assert path in noor.get("/account/people").text and "waits for its recovery code" in noor.get("/desk").text
    assert press(noor, path, fingerprint=spoken_on(page)[:-1]).status_code == 422
    assert press(noor, path, fingerprint=spoken_on(page)).status_code == 303
    assert path not in noor.get("/account/people").text
    wrong = press(client, "/account/recover", code=code[:-1])
    assert wrong.status_code == 422 and "look for a slip" in wrong.text and f'value="{code[:-1]}"' in wrong.text
    assert press(client, "/account/recover", code=code).headers["Location"] == "/account/people"
    assert client.get("/custodian").status_code == 200
    assert "was used on" in client.get("/account/people").text
    again = press(client, "/account/recover", code=code)
    assert again.status_code == 409 and "not waiting" in again.text


@pytest.mark.parametrize("name", sorted(EVERYBODY))
def test_only_approvers_and_custodians_are_offered_a_recovery_code(app, cast, name):
    client, may = client_of(app, name), name in ("Tomas", "Ines")
    assert ("/account/keys/paper" in client.get("/account/keys").text) is may
    assert press(client, "/account/keys/paper", password=PASSWORD).status_code == (200 if may else 403)


def test_a_recovery_code_is_made_and_used_by_commands(app, cast):
    made = run(app, "keys", "paper", "--email", "ines@example.org")
    code = re.search(r"(\w{4} ){7}\w{4}", made.output).group()
    assert "recovery code of 20" in run(app, "keys", "status").output
    assert "no recovery code" in run(app, "keys", "status").output  # the Secretariat's
    again = ("people", "invite-again", "--email", "ines@example.org")
    refused = run(app, *again)
    assert refused.exit_code == 1 and "Nobody else" in refused.output
    assert "not the code" in run(app, *again, "--paper", password=paper.make()).output
    with two_people.three_days_ago():
        assert "It waits until" in run(app, *again, "--paper", password=code).output
    made = run(app, *again, "--paper", password=code)
    people.accept(made.output.rpartition("#")[2].strip(), PASSWORD)
    recover = ("keys", "recover", "--email", "ines@example.org")
    assert "look for a slip" in run(app, *recover, password=f"{PASSWORD}\nnothing").output
    assert "other party of the office must type" in run(app, *recover, password=f"{PASSWORD}\n{code}").output
    two_people.vouch(cast["Noor"], account_of("Ines").id)
    assert run(app, *recover, password=f"{PASSWORD}\n{code}").exit_code == 0 and signed_in("Ines").party_seed
    assert "make a new one" in run(app, "keys", "status").output
    refused = run(app, "keys", "paper", "--email", "noor@example.org")
    assert refused.exit_code == 1 and "Only an approver" in refused.output


# --- a company that has lost its key -----------------------------------------------------------------------


def test_a_company_comes_back_by_pages_when_both_parties_have_handed_over_their_half(app, cast):
    victor, path = waits_again(app, "Victor"), f"/account/people/{cast['Victor'].account_id}/half"
    page = victor.get("/account/people").text
    spoken = spoken_on(page)
    assert page.count("not yet") == 2
    assert press(victor, "/account/people/open").status_code == 409
    for name, handed in (("Tomas", 1), ("Ines", 2)):
        client = client_of(app, name)
        assert path in client.get("/account/people").text
        page = client.get(path)
        assert "Larkfield Guarding" in page.text and spoken not in page.text
        slip = press(client, path, fingerprint="0" * 24)
        assert slip.status_code == 422 and f'value="{"0" * 24}"' in slip.text
        assert press(client, path, fingerprint=spoken).status_code == 303
        assert path not in client.get("/account/people").text
        assert victor.get("/account/people").text.count("handed over") == handed
    assert press(victor, "/account/people/open").headers["Location"] == "/account/keys"
    assert victor.get("/company").status_code == 200
    assert "has lost" not in client.get("/account/people").text
    late = client.get(path)
    assert late.status_code == 409 and "opened their company" in late.text


@pytest.mark.parametrize("name", sorted(set(EVERYBODY) - {"Victor"}))
def test_only_an_approver_and_custodians_see_a_company_that_has_lost_its_key(app, cast, name):
    waits_again(app, "Victor")
    path, client = f"/account/people/{cast['Victor'].account_id}/half", client_of(app, name)
    may = name in ("Tomas", "Ines")
    assert ("have lost their key" in client.get("/account/people").text) is may
    assert client.get(path).status_code == (200 if may else 403)
    spoken = two_people.read_out(account_of("Victor").id)
    assert press(client, path, fingerprint=spoken).status_code == (303 if may else 403)


@pytest.mark.parametrize(
    ("name", "path", "start"), [("Noor", "/desk/nowhere", "/desk"), ("Victor", "/desk", "/company")]
)
def test_an_error_leads_back_to_ones_own_start_page(app, cast, name, path, start):
    client = client_of(app, name)
    page = client.get(path)
    assert page.status_code in (403, 404) and '<a class="button filled" href="/account">' in page.text
    assert client.get("/account").location == start


def test_the_start_page_of_nobody_is_the_sign_in(app):
    assert app.test_client().get("/account").location == "/account/sign-in"
    assert 'href="/account"' not in app.test_client().get("/nowhere").text


def test_a_person_chooses_the_language_of_their_mail_and_calendar(app, cast):
    client, path = client_of(app, "Noor"), "/account/language"
    assert f'href="{path}"' in client.get("/account/people").text
    assert press(client, path, account_language="xx").status_code == 422
    assert press(client, path, account_language="fr").status_code == 303
    assert '<option value="fr" selected>' in client.get(path).text
    reference, _code = demonstration.walk_story(cast, "acknowledge", clock.now())
    feed = client.application.test_client().get(f"/calendar/{calendar_tokens.make_calendar(cast['Noor'])}.ics").text
    assert f"{reference}: due" not in feed and f"{reference} : échéance" in feed
    assert account_of("noor").language == "fr"  # by which a mail is written
