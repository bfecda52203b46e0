"""Where nobody can act: the desk says so with what to do, and each person does their part at their own page."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import leaving, people, waits
from grievance.demonstration import do, email_of
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.people import Account, Role
from grievance.workflow import steps
from tests.accounts import two_people
from tests.accounts.test_leaving import account_of, join
from tests.views.test_routes import EVERYBODY, client_of, token
from tests.workflow.test_who_could import closed

SENTENCE = "Nobody can act in this case"


@pytest.fixture(autouse=True)
def petra_signs_in_too(monkeypatch):
    monkeypatch.setattr("tests.views.test_routes.EVERYBODY", EVERYBODY | {"Petra", "Paula"})


@pytest.fixture
def stuck(app, cast):
    """A case whose only officer has just declared a conflict at its page."""
    reference, _amina, _code = demonstration.file_one(clock.now())
    do("acknowledge", cast["Noor"], reference, clock.now())
    noor = client_of(app, "Noor")
    send(noor, f"/desk/cases/{reference}/steps/declare_conflict", why="My brother works there.")
    return reference


def send(client, path, **answers):
    """Fill in the form of a step's page, and send it."""
    page = client.get(path)
    assert page.status_code == 200, page.text[:500]
    version = re.search(r'name="version" value="(\d+)"', page.text)
    data = {"csrf_token": token(page), **({"version": version[1]} if version else {}), **answers}
    return client.post(path, data=data, follow_redirects=True)


def deputies(client, path):
    """Who is offered, as (value, words)."""
    return re.findall(r'name="deputy" value="([^"]+)"[^>]*>\s*(?:<[^>]+>\s*)*([^<]+)', client.get(path).text)


def test_the_queue_and_the_case_say_it_to_whoever_still_sees_the_case_and_to_nobody_else(app, cast, stuck):
    tomas = client_of(app, "Tomas")
    for path in ("/desk", f"/desk/cases/{stuck}"):
        page = tomas.get(path).text
        assert SENTENCE in page and "Tomas, the head of the office, names a deputy" in page
    assert "nobody can act" in tomas.get("/desk").text
    noor = client_of(app, "Noor").get("/desk").text
    assert SENTENCE not in noor and stuck not in noor


def test_a_case_in_which_somebody_can_act_says_nothing(app, cast):
    reference, _amina, _code = demonstration.file_one(clock.now())
    for path in ("/desk", f"/desk/cases/{reference}"):
        page = client_of(app, "Noor").get(path).text
        assert SENTENCE not in page and "nobody can act" not in page


def test_the_head_names_a_deputy_who_finds_the_case_and_another_person_approves(app, cast, stuck):
    petra = join("Petra", Role.APPROVER, cast["Noor"])
    tomas, path = client_of(app, "Tomas"), f"/desk/cases/{stuck}/steps/name_deputy"
    assert f'href="{path}"' in tomas.get(f"/desk/cases/{stuck}").text
    offered = [value for value, _words in deputies(tomas, path)]
    assert offered == [f"{cast['Tomas'].account_id}:officer", f"{petra.account_id}:officer"]
    page = send(tomas, path, deputy=f"{petra.account_id}:officer")
    assert "Done." in page.text and SENTENCE not in page.text and "Petra, as an officer" in page.text
    hers = client_of(app, "Petra")
    assert stuck in hers.get("/desk?show=mine").text
    send(hers, f"/desk/cases/{stuck}/steps/ask", question="Which gate was it?")
    answer = send(hers, f"/desk/cases/{stuck}/steps/dismiss", reason="no_code_issue", letter="It is not of the Code.")
    assert "An approver decides next" in answer.text
    decision = steps.open_proposals(case_of(stuck))[0].id
    proposal = f"/desk/cases/{stuck}/proposals/{decision}"
    assert "Another person decides this" in hers.get(proposal).text
    data = {"csrf_token": token(tomas.get(proposal)), "answer": "approve"}
    assert "Approved." in tomas.post(proposal, data=data, follow_redirects=True).text
    assert case_of(stuck).state == "closed"


def case_of(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def test_an_approver_who_is_not_the_head_is_shown_whose_it_is_and_cannot_name(app, cast, stuck):
    join("Paula", Role.APPROVER, cast["Noor"])
    paula = client_of(app, "Paula")
    page = paula.get(f"/desk/cases/{stuck}").text
    assert "Tomas, the head of the office, names a deputy" in page and "Name a deputy</a>" not in page
    answer = paula.get(f"/desk/cases/{stuck}/steps/name_deputy")
    assert answer.status_code == 409 and "The head of the office names a deputy" in answer.text


def test_custodians_find_the_case_where_the_head_closed_it_and_name_who_decides_the_appeal(app, cast):
    reference, amina = closed(cast)
    steps.take("appeal", amina, reference, {"why": "It is not settled."})
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    assert "A custodian names a deputy" in client_of(app, "Tomas").get(f"/desk/cases/{reference}").text
    ines, path = client_of(app, "Ines"), f"/custodian/cases/{reference}/steps/name_deputy"
    assert path in ines.get("/custodian").text
    assert "Done." in send(ines, path, deputy=f"{petra.account_id}:approver").text
    assert reference not in ines.get("/custodian").text
    one = client_of(app, "Petra")
    answer = send(one, f"/desk/cases/{reference}/steps/refuse_appeal", letter="We looked at it again.", why="Same.")
    assert "Done." in answer.text and doctor.examine() == []


def test_a_custodian_reads_no_word_of_the_case_and_reaches_no_other(app, cast, stuck):
    other, _amina, _code = demonstration.file_one(clock.now())
    ines = client_of(app, "Ines")
    for reference in (stuck, other):
        assert ines.get(f"/custodian/cases/{reference}/steps/name_deputy").status_code == 404
    join("Petra", Role.APPROVER, cast["Noor"])
    do("declare_conflict", cast["Tomas"], stuck, clock.now())
    page = ines.get(f"/custodian/cases/{stuck}/steps/name_deputy")
    assert page.status_code == 200 and "Larkfield" not in page.text and demonstration.ACCOUNT not in page.text


def test_where_nobody_can_be_named_the_desk_says_to_invite_another_person(app, cast, stuck):
    tomas = client_of(app, "Tomas")
    send(tomas, f"/desk/cases/{stuck}/steps/name_deputy", deputy=f"{cast['Tomas'].account_id}:officer")
    page = tomas.get(f"/desk/cases/{stuck}").text
    assert "Nobody is left who could be named" in page and "/account/people" in page


def test_an_office_of_one_person_is_told_so_and_how_many_it_needs(app, cast):
    leaving.leave(cast["Tomas"], cast["Noor"].account_id)
    tomas = client_of(app, "Tomas")
    page = tomas.get("/desk").text
    assert "Nobody can act in any case." in page and "An office needs at least one officer" in page
    people = tomas.get("/account/people").text
    assert "officers 0, approvers 1, custodians 1" in people and "Better two of each" in people


# --- at the people's pages -----------------------------------------------------------------------------------


def press(client, path, **answers):
    data = {"csrf_token": token(client.get("/account/people")), **answers}
    return client.post(path, data=data, follow_redirects=True)


def forms(page, words):
    """The addresses of the forms with a button that says this."""
    return [one for one, inside in re.findall(r'<form[^>]+action="([^"]+)"[^>]*>(.*?)</form>', page, re.S)
            if words in inside]  # fmt: skip


def test_another_head_is_proposed_and_confirmed_at_the_people_page(app, cast):
    join("Paula", Role.APPROVER, cast["Noor"])
    tomas, paula, ines = (client_of(app, name) for name in ("Tomas", "Paula", "Ines"))
    (propose,) = forms(tomas.get("/account/people").text, "Propose as the head")
    assert "Proposed." in press(tomas, propose).text
    assert forms(tomas.get("/account/people").text, "Confirm") == []
    assert forms(paula.get("/account/people").text, "Confirm") == []  # nobody decides what they become themselves
    (confirm,) = forms(ines.get("/account/people").text, "Confirm")
    press(ines, confirm, answer="confirm")
    assert account_of("Paula").head and not account_of("Tomas").head
    assert re.search(r"Paula.*?Head of the office", paula.get("/account/people").text, re.S)


def test_another_role_is_proposed_by_an_approver_and_confirmed_by_the_custodian_of_a_small_office(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    tomas, ines = client_of(app, "Tomas"), client_of(app, "Ines")
    path = f"/account/people/{petra.account_id}/role"
    assert f'href="{path}"' in tomas.get("/account/people").text
    assert "Proposed." in send(tomas, path, role="approver").text
    (confirm,) = forms(ines.get("/account/people").text, "Confirm")
    press(ines, confirm, answer="confirm")
    assert account_of("Petra").role == Role.APPROVER
    client_of(app, "Petra").get("/desk")


def test_who_left_is_brought_back_at_their_own_address_at_the_people_page(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    two_people.left_for_good(cast["Tomas"], petra.account_id)
    tomas, path = client_of(app, "Tomas"), f"/account/people/{petra.account_id}/again"
    page = tomas.get("/account/people").text
    assert re.search(f'href="{path}">Bring back', page)
    assert "belongs to a person who left" in send(tomas, path, email="petra@example.net").text
    assert "/account/invitation#" not in send(tomas, path).text  # a second person, or three days
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        page = send(client_of(app, "Tomas"), path).text
        assert "/account/invitation#" not in page and "flask people invite-again --email petra@example.org" in page
    assert db.session.get_one(Account, petra.account_id).email == "petra@example.org"


def test_a_taken_address_is_refused_on_the_page_and_nothing_is_sent(app, cast):
    people.invite(cast["Tomas"], "petra@example.org", "Petra", Role.OFFICER)
    path = f"/account/people/{account_of('Petra').id}/again"
    answer = send(client_of(app, "Tomas"), path, email="noor@example.org")
    assert answer.status_code == 422 and "There is an account with this address" in answer.text


def test_everybody_asks_for_another_address_with_their_password_and_a_second_person_confirms_it(app, cast):
    victor = client_of(app, "Victor")
    answer = send(victor, "/account/address", email="victor@example.net", password="wrong")
    assert answer.status_code == 422 and "not your password" in answer.text
    answer = send(victor, "/account/address", email="victor@example.net", password=demonstration.PASSWORD)
    assert "Until a second person has confirmed it" in answer.text and account_in(email_of("Victor")).name == "Victor"
    wait = waits.of(account_in(email_of("Victor")).id)
    tomas = client_of(app, "Tomas")
    form = {"csrf_token": token(tomas.get("/account/people")), "answer": "confirm"}
    assert tomas.post(f"/account/people/waits/{wait.id}", data=form).status_code == 303
    assert account_in("victor@example.net").name == "Victor"


def account_in(email):
    return db.session.scalars(select(Account).where(Account.email == email)).one()
