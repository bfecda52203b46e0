"""What waits for a second person, at the page of each who may do something about it, and of nobody else."""

import re
from datetime import timedelta

import pytest
import time_machine
from lxml import html

from grievance import clock, demonstration
from grievance.accounts import changes, leaving, passkeys, people, resets, sessions, waits
from grievance.accounts.keys import recovery
from grievance.demonstration import PASSWORD, signed_in
from grievance.models.people import AccountStatus, Role
from grievance.reports.office_waits import office_waits
from tests.accounts import two_people
from tests.accounts.devices import asked, sign_in
from tests.accounts.keys.test_company_keys import spoken_on
from tests.accounts.keys.test_recovery import comes_back
from tests.accounts.test_leaving import account_of, join
from tests.views.test_routes import client_of

NEW = "another password of mine"


def client_for(app, name, password=PASSWORD):
    client = app.test_client()
    with client.session_transaction() as session:
        session["a"] = sessions.sign_in(demonstration.email_of(name), password)
    return client


def send(client, page, button, **answers):
    """Fill and send the form of a page that has this button, as a browser would; what the press leads to."""
    forms = [
        one for one in html.fromstring(page.text).forms for b in one.xpath(".//button") if button in b.text_content()
    ]
    (form,) = forms
    (pressed,) = [one for one in form.xpath(".//button") if button in one.text_content()]
    data = {**dict(form.form_values()), **answers}
    if pressed.get("name"):
        data[pressed.get("name")] = pressed.get("value")
    answer = client.post(form.action or page.request.path, data=data)
    return client.get(answer.location) if answer.status_code == 303 else answer


def at_people(app, name):
    client = client_for(app, name)
    return client, client.get("/account/people")


def test_who_waits_reads_digits_out_and_a_colleague_types_them(app, cast):
    code = people.invite(cast["Tomas"], "petra@example.org", "Petra", Role.OFFICER)
    people.accept(code, PASSWORD)
    _petra, own = at_people(app, "Petra")
    assert "Read these digits to the colleague who admits you" in own.text
    noor, page = at_people(app, "Noor")
    path = f"/account/people/{account_of('Petra').id}/admit"
    assert path in page.text and spoken_on(own.text) not in page.text
    page = noor.get(path)
    assert "Petra (petra@example.org)" in page.text and spoken_on(own.text) not in page.text
    wrong = send(noor, page, "admit", fingerprint="1111 2222 3333 4444 5555 6666")
    assert wrong.status_code == 422 and 'value="1111 2222 3333 4444 5555 6666"' in wrong.text
    done = send(noor, wrong, "admit", fingerprint=spoken_on(own.text))
    assert "Admitted." in done.text and signed_in("Petra").party_seed


@pytest.mark.parametrize("name", ["Ines", "Victor"])
def test_somebody_of_another_party_is_not_shown_the_page_on_which_they_would_be_admitted(app, cast, name):
    people.accept(people.invite(None, "petra@example.org", "Petra", Role.OFFICER), PASSWORD)
    assert client_of(app, name).get(f"/account/people/{account_of('Petra').id}/admit").status_code == 403


def test_a_cut_is_taken_back_at_the_page_and_the_person_reads_their_digits_out_again(app, cast, petra):
    tomas, page = at_people(app, "Tomas")
    page = tomas.get(f"/account/people/{petra.account_id}/leave")
    assert "For 3 days a colleague can take this back" in page.text
    after = send(tomas, page, "Yes, Petra has left")
    assert "Petra has left, as you said." in after.text and "Bring back" not in after.text
    noor, page = at_people(app, "Noor")
    assert "You can object" in noor.get("/desk").text
    assert "Taken back." in send(noor, page, "Take it back").text
    own = client_for(app, "Petra").get("/account/people")
    page = tomas.get(f"/account/people/{petra.account_id}/admit")
    assert "Admitted." in send(tomas, page, "admit", fingerprint=spoken_on(own.text)).text
    assert signed_in("Petra").party_seed and "You can object" not in noor.get("/desk").text


def test_a_second_approver_confirms_at_the_page_that_somebody_left_and_then_they_can_be_brought_back(
    app, cast, petra, paula
):
    leaving.leave(cast["Tomas"], petra.account_id)
    tomas, page = at_people(app, "Tomas")
    assert "Confirm: for good" not in page.text
    client, page = at_people(app, "Paula")
    after = send(client, page, "Confirm: for good")
    assert "Bring back" in after.text and "says Tomas" not in after.text
    asked = send(client, client.get(f"/account/people/{petra.account_id}/again"), "Ask for a new invitation")
    assert "Asked for." in asked.text and "Petra is to come back, as you asked." in asked.text
    link = re.search(r"/invitation#([\w-]+)", send(tomas, tomas.get("/account/people"), "make the invitation").text)
    people.accept(link.group(1), NEW)
    assert account_of("Petra").status == AccountStatus.WAITING


def test_the_page_says_who_asked_for_an_invitation_until_when_and_gives_the_link_to_who_confirms(
    app, cast, petra, paula
):
    tomas = client_for(app, "Tomas")
    page = tomas.get(f"/account/people/{petra.account_id}/again")
    assert "Until then nothing changes for Petra." in page.text
    after = send(tomas, page, "Ask for a new invitation")
    assert "/account/invitation#" not in after.text and "make the invitation" not in after.text
    client, page = at_people(app, "Paula")
    assert "A new invitation for Petra was asked for by Tomas." in page.text and "or on" in page.text
    assert "Ask Petra before you confirm it" in page.text
    link = re.search(r"/invitation#([\w-]+)", send(client, page, "make the invitation").text).group(1)
    people.accept(link, NEW)


@pytest.mark.parametrize("name", ["Noor", "Ines", "Petra"])
def test_whoever_is_told_objects_at_their_page(app, cast, petra, name):
    resets.ask(cast["Tomas"], petra.account_id)
    client, page = at_people(app, name)
    said = "You can object: 1 person's access is being changed"
    assert [one.sentence for one in office_waits(signed_in(name))] == [said]
    assert "make the invitation" not in page.text
    assert "was asked for by Tomas" not in send(client, page, "Object").text
    assert office_waits(signed_in(name)) == [] and signed_in("Petra").party_seed


def test_who_asked_alone_makes_the_invitation_at_the_page_after_three_days(app, cast, petra):
    resets.ask(cast["Tomas"], petra.account_id)
    assert office_waits(cast["Tomas"]) == []
    with time_machine.travel(clock.now() + timedelta(hours=73)):
        assert len(office_waits(cast["Tomas"])) == 1
        tomas, page = at_people(app, "Tomas")
        assert "The time is over, and nobody objected." in page.text
        answer = send(tomas, page, "Make the invitation")
        people.accept(re.search(r"/invitation#([\w-]+)", answer.text).group(1), NEW)
    assert account_of("Petra").status == AccountStatus.WAITING


def test_a_companys_only_person_comes_back_by_an_approver_and_three_days(app, cast):
    resets.ask(cast["Tomas"], cast["Victor"].account_id)
    victor, page = at_people(app, "Victor")
    assert "A new invitation for you was asked for by Tomas." in page.text
    assert "A new invitation for" not in client_of(app, "Olga").get("/account/people").text
    send(victor, page, "Object")
    assert "A new invitation for" not in victor.get("/account/people").text


@pytest.mark.parametrize(("name", "status"), [("Victor", 409), ("Olga", 409), ("Noor", 409)])
def test_who_may_not_confirm_is_refused_with_a_sentence(app, cast, petra, name, status):
    resets.ask(cast["Tomas"], petra.account_id)
    client, page = at_people(app, name)
    data = {"csrf_token": re.search(r'csrf_token" value="([^"]+)', page.text).group(1), "answer": "confirm"}
    answer = client.post("/account/people/waits/1", data=data)
    assert answer.status_code == status and "Another person must confirm this" in answer.text
    assert account_of("Petra").status == AccountStatus.ACTIVE


def test_both_papers_are_typed_at_the_page_where_nobody_is_left(app, cast):
    ours, theirs = recovery.make(cast["Tomas"]), recovery.make(cast["Ines"])
    people.accept(two_people.invited_again(None, cast["Ines"].account_id, theirs), NEW)
    leaving.leave(cast["Tomas"], cast["Noor"].account_id)
    people.accept(two_people.invited_again(None, cast["Tomas"].account_id, ours), NEW)
    client = client_for(app, "Tomas", NEW)
    page = client.get("/account/people")
    assert "Its recovery code is needed too: two safes, two people." in page.text
    wrong = send(client, page, "Open our key", code=ours, other=ours)
    assert wrong.status_code == 422 and wrong.text.count(f'value="{ours}"') == 2
    assert "You are admitted." in send(client, wrong, "Open our key", code=ours, other=theirs).text


ABOUT_HER = {
    "Petra": ("A new invitation for you was asked for by Tomas", "If you did not ask for it, object"),
    "Tomas": ("You asked for a new invitation for Petra", "a second person confirms it"),
    "Paula": ("A new invitation for Petra was asked for by Tomas", "Ask Petra before you confirm it"),
    "Noor": ("A new invitation for Petra was asked for by Tomas", "Object where Petra did not ask for it"),
    "Ines": ("A new invitation for Petra was asked for by Tomas", "Object where Petra did not ask for it"),
}
"""What each reads of a new invitation for Petra that Tomas asked for: what it is to them, and what they can do."""
ALL_SAID = {part for says in ABOUT_HER.values() for part in says if part != "a second person confirms it"}


@pytest.mark.parametrize("name", ABOUT_HER)
def test_each_reads_of_a_new_invitation_what_it_is_to_them_and_what_they_can_do(app, cast, petra, paula, name):
    resets.ask(cast["Tomas"], petra.account_id)
    _client, page = at_people(app, name)
    said = html.fromstring(page.text).xpath("//h2[.='Waits for a second person']/following-sibling::ul[1]")[0]
    told = " ".join(said.text_content().split())
    assert all(part in told for part in ABOUT_HER[name])
    assert not [part for part in ALL_SAID - set(ABOUT_HER[name]) if part in told]


def test_who_says_that_somebody_has_left_reads_it_as_their_own_word(app, cast, petra, paula):
    leaving.leave(cast["Tomas"], petra.account_id)
    own, other = at_people(app, "Tomas")[1].text, at_people(app, "Paula")[1].text
    assert "Petra has left, as you said." in own and "Petra has left, says Tomas." in other


def test_after_the_time_whoever_makes_the_invitation_still_asks_first(app, cast, petra):
    with time_machine.travel(clock.now() - timedelta(hours=73)):
        resets.ask(cast["Tomas"], petra.account_id)
    page = at_people(app, "Tomas")[1].text
    assert "The time is over" in page and "Ask Petra before you confirm it" in page


def invited_by_tomas(cast):
    people.accept(people.invite(cast["Tomas"], "petra@example.org", "Petra", Role.OFFICER), PASSWORD)


def cut_and_taken_back(cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    leaving.leave(cast["Tomas"], petra.account_id)
    leaving.take_back(cast["Tomas"], 1)


def moved_here(cast):
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    petra = join("Petra", Role.COMPANY, cast["Victor"], cast["Victor"].company_id)
    changes.propose_role(cast["Tomas"], petra.account_id, Role.OFFICER)
    changes.decide(paula, changes.waiting(paula)[0].id, True)


@pytest.mark.parametrize(
    ("comes", "said"),
    [
        (invited_by_tomas, "You made this person's invitation"),
        (cut_and_taken_back, "It was you who said that this person has not left"),
        (moved_here, "It was you who proposed this person's new role"),
    ],
)
def test_who_may_not_admit_somebody_reads_what_they_did_and_gets_no_page_to_type_digits(app, cast, comes, said):
    comes(cast)
    path = f"/account/people/{account_of('Petra').id}/admit"
    tomas, page = at_people(app, "Tomas")
    (line,) = [one.text_content() for one in html.fromstring(page.text).xpath("//li[contains(., 'petra@')]")]
    assert f"{said}: somebody else of you must admit them." in line and path not in page.text
    answer = tomas.get(path)
    assert answer.status_code == 409 and 'name="fingerprint"' not in answer.text
    assert said in html.fromstring(answer.text).text_content()
    noor, page = at_people(app, "Noor")
    assert path in page.text and 'name="fingerprint"' in noor.get(path).text


def test_who_handed_their_half_over_gets_no_page_to_type_digits_again(app, cast):
    victor = comes_back("Victor")
    two_people.hand_over(cast["Tomas"], victor.account_id)
    answer = client_for(app, "Tomas").get(f"/account/people/{victor.account_id}/half")
    assert answer.status_code == 409 and "Your half is handed over already" in answer.text
    assert 'name="fingerprint"' in client_for(app, "Ines").get(f"/account/people/{victor.account_id}/half").text


def lead_of(page):
    return html.fromstring(page.text).xpath("//p[@class='lead']")[0].text_content()


def test_who_comes_back_by_the_paper_is_led_to_it_and_to_who_hears_their_digits(app, cast):
    code = recovery.make(cast["Ines"])
    people.accept(two_people.invited_again(None, cast["Ines"].account_id, code), NEW)
    ines = client_for(app, "Ines", NEW)
    page = ines.get("/account/people")
    assert "the recovery code, which lies on paper" in lead_of(page) and "must admit you" not in page.text
    assert (
        "Read these digits out" in page.text
        and "other party of the office, the Secretariat, who types them" in page.text
    )
    assert html.fromstring(page.text).xpath("//details[@open]//input[@name='code']")
    two_people.vouch(cast["Noor"], cast["Ines"].account_id)
    page = ines.get("/account/people")
    assert "They were heard. The recovery code admits you now." in page.text and "Read these digits" not in page.text
    assert "You are admitted." in send(ines, page, "Open our key", code=code).text


def test_who_can_be_admitted_by_a_colleague_is_not_led_to_the_paper(app, cast):
    recovery.make(cast["Tomas"])
    people.accept(people.invite(cast["Tomas"], "petra@example.org", "Petra", Role.OFFICER), PASSWORD)
    page = client_for(app, "Petra").get("/account/people")
    assert "Somebody of your own office must admit you" in lead_of(page)
    assert not html.fromstring(page.text).xpath("//details[@open]//input[@name='code']")
    people.accept(people.invite(None, "rosa@example.org", "Rosa", Role.COMPANY, cast["Victor"].company_id), PASSWORD)
    assert "Somebody of your own company must admit" in lead_of(client_for(app, "Rosa").get("/account/people"))


@pytest.mark.parametrize(
    ("name", "whose", "other"), [("Tomas", "The Secretariat", "the custodians"),
                                 ("Ines", "The custodians", "the Secretariat")],
)  # fmt: skip
def test_the_sheet_of_the_recovery_code_says_whose_it_is_who_keeps_it_when_and_what_follows(
    app, cast, name, whose, other
):
    client = client_for(app, name)
    page = send(client, client.get("/account/keys"), "Make a recovery code", password=PASSWORD)
    assert [one.text for one in html.fromstring(page.text).xpath("//main//h2")] == [
        "What it is", "Who keeps it", "When to use it, and how", "What happens then",
    ]  # fmt: skip
    text = " ".join(html.fromstring(page.text).xpath("//main")[0].text_content().split())
    assert f"{whose} " in text and f"by {name}. Every earlier code is void" in text
    for said in (f"the other party of the office, {other}: for that there is another paper",
                 "a safe that not one person alone opens", "Only if all of you have lost their passwords",
                 f"to somebody of {other}, who types them at the page People.",
                 "who came in by it, and when"):  # fmt: skip
        assert said in text, said


def test_a_company_that_came_back_by_the_two_halves_is_asked_for_a_new_key_until_it_has_one(app, cast):
    victor = comes_back("Victor", NEW)
    for name in ("Tomas", "Ines"):
        two_people.hand_over(cast[name], victor.account_id)
    client = client_for(app, "Victor", NEW)
    page = send(client, client.get("/account/people"), "Open our key")
    assert "Your key was opened with the two halves" in page.text and "has left" not in page.text
    assert "Your key is to be changed" in client.get("/company").text
    assert "two halves" in client.get("/account/people").text
    send(client, page, "Change the key")
    send(client, client.get("/account/keys"), "Go on")
    assert "is to be changed" not in client_for(app, "Victor", NEW).get("/company").text


def test_another_address_is_asked_for_at_ones_own_page_and_confirmed_by_a_colleague_at_theirs(app, cast):
    noor = client_for(app, "Noor")
    asked = {"email": "noor@example.net", "password": PASSWORD}
    page = send(noor, noor.get("/account/address"), "Change my e-mail address", **asked)
    assert "Until a second person has confirmed it" in page.text and "If it was not you, object" in page.text
    assert "You can object" in client_for(app, "Noor").get("/desk").text  # in case it was not she
    ines, page = at_people(app, "Ines")
    assert "Noor is to sign in with another address, and get their mail there: noor@example.net." in page.text
    send(ines, page, "Confirm the new address")
    assert sessions.sign_in("noor@example.net", PASSWORD) and not sessions.sign_in("noor@example.org", PASSWORD)


# --- a first passkey ---------------------------------------------------------------------------------------


def test_who_enrolled_a_first_passkey_reads_its_digits_out_and_a_second_person_types_them(app, cast):
    device = asked("Noor")
    _noor, own = at_people(app, "Noor")
    assert "You enrolled a first passkey." in own.text and "Call, and type" not in own.text
    ines, page = at_people(app, "Ines")
    assert "Noor enrolled a first passkey." in page.text and spoken_on(own.text) not in page.text
    (path,) = re.findall(r"/account/people/waits/[0-9]+/passkey", page.text)
    page = ines.get(path)
    wrong = send(ines, page, "confirm the passkey", fingerprint="1111 2222 3333 4444 5555 6666")
    assert wrong.status_code == 422 and 'value="1111 2222 3333 4444 5555 6666"' in wrong.text
    done = send(ines, wrong, "confirm the passkey", fingerprint=spoken_on(own.text))
    assert "the passkey counts with its next use" in done.text
    assert sign_in("Noor") is None and sign_in("Noor", device)


def test_whose_password_was_stolen_objects_at_the_page_of_people(app, cast):
    thief = asked("Noor")
    noor, page = at_people(app, "Noor")
    assert "Refused." in send(noor, page, "Object").text
    assert passkeys.of(cast["Noor"].account_id) == [] and sign_in("Noor", thief)


@pytest.mark.parametrize("name", ["Noor", "Victor"])
def test_nobody_confirms_their_own_passkey_nor_somebody_elses_of_another_side(app, cast, name):
    asked("Noor")
    path = f"/account/people/waits/{waits.of(cast['Noor'].account_id).id}/passkey"
    assert client_of(app, name).get(path).status_code == 403
