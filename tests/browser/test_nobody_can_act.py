"""An office of one officer, one approver and one custodian, as its people live it when one of them cannot act."""

import pytest

from grievance import clock, demonstration
from grievance.demonstration import PASSWORD, email_of
from grievance.maintenance import doctor
from grievance.models.people import Role
from tests.accounts.test_leaving import join
from tests.browser.looks import WIDTHS, faults, overflow, resize, with_axe
from tests.browser.test_story import Visitor, approve, sign_in
from tests.mailed import code_for
from tests.workflow.test_who_could import closed

SENTENCE = "Nobody can act in this case"


def named(cast, name, role):
    """The answer that names somebody, as a selector wants it."""
    return f'"{cast[name].account_id}:{role}"'


@pytest.fixture
def reference(app, cast):
    return demonstration.file_one(clock.now())[0]


def test_the_only_officer_has_a_conflict_and_the_case_goes_on(app, cast, live_server, new_page, reference):
    noor, tomas, petra = (Visitor(new_page(), live_server) for _ in range(3))
    sign_in(noor, "Noor").go(f"/desk/cases/{reference}").step("Declare a conflict", why="My brother works there.")
    assert reference not in noor.text

    sign_in(tomas, "Tomas").go("/desk")
    assert SENTENCE in tomas.text and "nobody can act" in tomas.text
    tomas.press("Name a deputy").fill(deputy=named(cast, "Tomas", "officer")).press("Name a deputy for this case")
    assert "Tomas, as an officer" in tomas.text and "Nobody is left who could be named" in tomas.text
    tomas.press("Acknowledge").fill(no_conflict=True, safety_looked_at=True).press("Acknowledge")

    tomas.go("/account/people").fill(name="Petra", email=email_of("Petra"), role="Officer").press("Invite")
    code = code_for(email_of("Petra"))
    petra.go("/account/invitation").fill(code=code, password=PASSWORD, again=PASSWORD).press("Accept the invitation")
    sign_in(petra, "Petra").go("/account/people")
    read_out = petra.page.locator(".receipt").inner_text()
    noor.go("/account/people").press("Admit to our keys").fill(fingerprint=read_out).press("The digits were read out")

    tomas.go("/desk")
    assert SENTENCE not in tomas.text
    sign_in(petra, "Petra").go(f"/desk/cases/{reference}").press("Dismiss")
    petra.fill(reason="No issue of the Code", letter="It is not of the Code.").press("Dismiss")
    assert "An approver decides next" in petra.text
    approve(tomas, live_server, reference)
    assert "Closed" in tomas.text and doctor.examine() == []


def test_the_appeal_against_the_only_approvers_own_closing_is_decided_by_another(app, cast, live_server, new_page):
    reference, amina = closed(cast)
    demonstration.do("appeal", amina, reference, clock.now())
    everybody = {**cast, "Petra": join("Petra", Role.OFFICER, cast["Noor"])}
    noor, tomas, ines, petra = (Visitor(new_page(), live_server) for _ in range(4))
    sign_in(tomas, "Tomas").go(f"/desk/cases/{reference}")
    assert "A custodian names a deputy" in tomas.text
    sign_in(ines, "Ines").go("/custodian").press("Name a deputy")
    ines.fill(deputy=named(everybody, "Petra", "approver")).press("Name a deputy for this case")
    assert reference not in ines.text

    sign_in(noor, "Noor").go(f"/desk/cases/{reference}").press("Reopen")
    noor.fill(ground="The appeal is granted", letter="You are right.")
    noor.press("Reopen")
    approve(sign_in(petra, "Petra"), live_server, reference)
    assert "Escalated" in petra.text and doctor.examine() == []


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_said_where_nobody_can_act_is_read_by_everybody(app, cast, live_server, chromium, reference, width):
    demonstration.do("declare_conflict", cast["Noor"], reference, clock.now())
    page = with_axe(chromium).new_page()
    resize(page, width)
    sign_in(Visitor(page, live_server), "Tomas")
    where = ("/desk", f"/desk/cases/{reference}", f"/desk/cases/{reference}/steps/name_deputy", "/account/people",
             f"/account/people/{cast['Noor'].account_id}/role", "/account/address")  # fmt: skip
    for path in where:
        page.goto(live_server + path)
        assert faults(page) == [] and overflow(page) <= 0, path
