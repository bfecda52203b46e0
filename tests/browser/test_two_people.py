"""Fingerprints are read from one page and typed at another; what one person began, a second one ends."""

import re

import pytest

from grievance import clock, demonstration
from grievance.accounts import leaving, people, resets, sessions
from grievance.demonstration import PASSWORD, do, email_of, signed_in
from grievance.models.people import Role
from grievance.workflow import steps
from tests import said_right
from tests.accounts import two_people
from tests.accounts.devices import asked
from tests.accounts.keys.test_company_keys import case_for, new_company
from tests.accounts.keys.test_recovery import comes_back
from tests.accounts.test_leaving import account_of, join
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor, approve, sign_in

PACKET = "A person reports being pushed by guards at a gate."


def digits(visitor):
    return visitor.page.locator(".receipt").inner_text()


def test_a_company_that_is_new_reads_its_key_out_and_then_a_case_is_handed_over_to_it(app, cast, live_server, new_page):
    _nils, company_id = new_company(cast)
    reference = case_for(cast, company_id)
    noor, tomas, nils = (Visitor(new_page(), live_server) for _ in range(3))
    sign_in(noor, "Noor").go(f"/desk/cases/{reference}")
    assert "Refer to the company: Nobody has confirmed the key of this company yet." in noor.text
    noor.go(f"/desk/cases/{reference}/steps/refer")
    assert "Nobody has confirmed the key of this company yet." in noor.text
    sign_in(nils, "Nils").go("/company").press("has not confirmed your company")
    sign_in(tomas, "Tomas").go("/desk").press("The key of 1 company is to be confirmed")
    tomas.press("Call, and type its fingerprint").fill(fingerprint="1234 5678").press("The digits were read out")
    assert "24 digits, and here are 8" in tomas.text
    assert tomas.page.locator("#fingerprint").input_value() == "1234 5678"
    tomas.fill(fingerprint=digits(nils)).press("The digits were read out")
    assert "The key is confirmed" in tomas.page.locator("body").inner_text()
    nils.go("/account/people")
    assert "is to be confirmed" not in nils.text
    said_right.say(reference, PACKET)
    noor.go(f"/desk/cases/{reference}").press("Refer to the company")
    noor.fill(packet=PACKET, mechanism_not_subject=True).press("Refer to the company").press("Propose with this packet")
    approve(tomas, live_server, reference)
    nils.go("/company")
    assert reference in nils.text


def test_a_company_that_lost_its_key_is_helped_from_both_start_pages_and_told_to_go_on_with_the_new_one(
    app, cast, live_server, new_page
):
    comes_back("Victor")
    victor, tomas, ines = (Visitor(new_page(), live_server) for _ in range(3))
    victor.go("/account/sign-in").fill(email=email_of("Victor"), password="another password of mine").press("Sign in")
    victor.go("/account/people")
    read = digits(victor)
    for visitor, name, path in ((tomas, "Tomas", "/desk"), (ines, "Ines", "/custodian")):
        sign_in(visitor, name).go(path).press("lost its key waits for your half").press("Hand over our half")
        visitor.fill(fingerprint=read).press("The digits were read out")
        visitor.go(path)
        assert "lost its key" not in visitor.text
    victor.go("/account/people").press("Open our key").press("Change the key")
    victor.go("/company").press("The change of your key is not finished: go on").press("Go on")
    victor.go("/company")
    assert "not finished" not in victor.text and "key is to be changed" not in victor.text


def test_a_cut_by_mistake_is_taken_back_and_the_person_is_admitted_again(app, cast, live_server, new_page):
    join("Petra", Role.OFFICER, cast["Noor"])
    noor, tomas, petra = (Visitor(new_page(), live_server) for _ in range(3))
    sign_in(tomas, "Tomas").go("/account/people")
    tomas.follow(tomas.page.locator(f"a[href$='/{account_of('Petra').id}/leave']")).press("Yes, Petra has left")
    petra.go("/account/sign-in").fill(email=email_of("Petra"), password=PASSWORD).press("Sign in")
    assert petra.page.url.endswith("/account/sign-in")
    sign_in(noor, "Noor").go("/desk").press("You can object")
    noor.press("Take it back: they have not left")
    sign_in(petra, "Petra").go("/account/people")
    tomas.go("/account/people").press("Admit to our keys").fill(fingerprint=digits(petra))
    tomas.press("The digits were read out")
    petra.go("/desk")
    assert "What waits" in petra.page.title()


def test_a_forgotten_password_takes_a_second_approver_and_the_digits(app, cast, live_server, new_page):
    join("Petra", Role.OFFICER, cast["Noor"])
    join("Paula", Role.APPROVER, cast["Noor"])
    noor, tomas, paula, petra = (Visitor(new_page(), live_server) for _ in range(4))
    sign_in(tomas, "Tomas").go(f"/account/people/{account_of('Petra').id}/again").press("Ask for a new invitation")
    assert "You asked for a new invitation for Petra." in tomas.text
    sign_in(paula, "Paula").go("/account/people").press("Confirm, and make the invitation")
    code = re.search(r"/account/invitation#(\S+)", paula.text).group(1)
    petra.go("/account/invitation").fill(code=code, password=PASSWORD, again=PASSWORD).press("Accept the invitation")
    sign_in(petra, "Petra").go("/account/people")
    sign_in(noor, "Noor").go("/account/people").press("Admit to our keys").fill(fingerprint=digits(petra))
    noor.press("The digits were read out")
    petra.go("/desk")
    assert "What waits" in petra.page.title()


def test_whom_one_colleague_let_in_is_heard_by_a_custodian_and_decides_unmarked_from_then_on(
    app, cast, live_server, new_page
):
    people.accept(people.invite(None, email_of("Petra"), "Petra", Role.OFFICER), PASSWORD)
    two_people.admit(cast["Tomas"], account_of("Petra").id)
    reference, _amina, _code = demonstration.file_one(clock.now())
    do("acknowledge", signed_in("Petra"), reference, clock.now())
    decision = steps.take("refer", signed_in("Petra"), reference, demonstration.ANSWERS["refer"])
    tomas, ines, petra = (Visitor(new_page(), live_server) for _ in range(3))
    sign_in(tomas, "Tomas").go(f"/desk/cases/{reference}/proposals/{decision.id}")
    assert "it is marked on the record as if one person had decided it" in tomas.text
    sign_in(petra, "Petra").go("/account/people")
    sign_in(ines, "Ines").go("/custodian").press("let in by one colleague alone").press("Call, and type their digits")
    ines.fill(fingerprint=digits(petra)).press("The digits were read out: I heard them")
    tomas.go(f"/desk/cases/{reference}/proposals/{decision.id}")
    assert "it is marked on the record" not in tomas.text
    petra.go("/account/people")
    assert "One colleague alone has let you in" not in petra.text


@pytest.mark.parametrize("width", WIDTHS)
def test_what_waits_for_a_second_person_is_read_by_everybody(app, cast, live_server, chromium, width):
    _nils, company_id = new_company(cast)
    petra, paula = join("Petra", Role.OFFICER, cast["Noor"]), join("Paula", Role.APPROVER, cast["Noor"])
    leaving.leave(paula, petra.account_id)
    resets.ask(cast["Tomas"], cast["Noor"].account_id)
    for name in ("Rosa", "Nina"):
        people.accept(people.invite(None, email_of(name), name, Role.OFFICER), PASSWORD)
    two_people.admit(cast["Noor"], account_of("Nina").id)
    sessions.change_address(sessions.sign_in(email_of("Ines"), PASSWORD), PASSWORD, "ines@example.net")
    page = with_axe(chromium).new_page()
    resize(page, width)
    visitor = sign_in(Visitor(page, live_server), "Tomas")
    where = ("/desk", "/account/people", f"/account/people/{account_of('Rosa').id}/admit",
             f"/account/people/{account_of('Nina').id}/hear", "/account/address",
             f"/account/companies/{company_id}/key", f"/account/people/{paula.account_id}/again",
             f"/account/people/{paula.account_id}/leave")  # fmt: skip
    for path in where:
        page.goto(live_server + path)
        assert faults(page) == [] and overflow(page) <= 0, path
    for name in ("Nils", "Rosa", "Nina"):
        visitor.go("/account/people").press("Sign out")
        sign_in(visitor, name).go("/account/people")
        assert faults(page) == [] and overflow(page) <= 0, name


@pytest.mark.parametrize("width", WIDTHS)
def test_a_first_passkey_is_read_out_by_its_person_and_confirmed_by_a_colleague(
    app, cast, live_server, chromium, width
):
    asked("Noor")
    noor, ines = (Visitor(with_axe(chromium).new_page(), live_server) for _ in range(2))
    for visitor, name in ((noor, "Noor"), (ines, "Ines")):
        resize(visitor.page, width)
        sign_in(visitor, name).go("/account/people")
        assert "enrolled a first passkey." in visitor.text
        assert faults(visitor.page) == [] and overflow(visitor.page) <= 0, name
    ines.press("Call, and type the digits of the passkey")
    assert faults(ines.page) == [] and overflow(ines.page) <= 0
    ines.fill(fingerprint=digits(noor)).press("confirm the passkey")
    assert "the passkey counts with its next use" in ines.page.locator("body").inner_text()
