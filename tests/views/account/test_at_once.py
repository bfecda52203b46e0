"""Two people who decide the same thing at one time: the second reads what happened, who did it, and where to go on."""

import pytest
from lxml import html

from grievance import clock, demonstration
from grievance.accounts import changes, fingerprints, hands, leaving, passkeys, people
from grievance.accounts.keys import company_keys, escrow, recovery
from grievance.demonstration import PASSWORD, signed_in
from grievance.models.people import Role
from grievance.reports.people import changes_waiting
from grievance.reports.waits import account_waits
from grievance.workflow import steps
from tests.accounts import devices, two_people
from tests.accounts.keys.test_company_keys import new_company
from tests.accounts.test_leaving import account_of, case_with, join
from tests.scenarios.pages import hidden
from tests.views.account.test_people import waits_again
from tests.views.account.test_second_person import client_for, send

KINDS = {}
"""By the endpoint of the press: how it comes about."""
OTHERWISE = {
    "people.again": "asking once more decides nothing: it says until when it waits for another person",
    "people.propose_role": "as the page before it, `people.ask_role`; a second proposal is refused in words",
    "people.propose_head": "a second proposal is refused in words",
    "company_calendars.decide": "says that it was decided, beside the calendar as it is now",
}


def kind(endpoint):
    def known(of_it):
        KINDS[endpoint, of_it.__name__] = of_it
        return of_it

    return known


class Second:
    """Somebody with a page open: `press()` sends what stands on it."""

    def __init__(self, app, name, path, button="", **answers):
        self.client = client_for(app, name)
        self.page, self.button, self.answers = self.client.get(path), button, answers
        assert self.page.status_code == 200, self.page.text

    def press(self):
        if self.button:
            return send(self.client, self.page, self.button, **self.answers)
        return self.client.post(self.page.request.path, data={**hidden(self.page), **self.answers})


def waiting(name="Petra"):
    people.accept(people.invite(None, demonstration.email_of(name), name, Role.OFFICER), PASSWORD)
    return account_of(name).id


@kind("people.leave")
def said_to_have_left(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    second = Second(app, "Paula", f"/account/people/{petra.account_id}/leave")
    leaving.leave(cast["Tomas"], petra.account_id)
    return second, "Tomas"


@kind("people.ask_role")
def another_role_for_who_has_left(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    second = Second(app, "Paula", f"/account/people/{petra.account_id}/role", role="approver")
    leaving.leave(cast["Tomas"], petra.account_id)
    return second, "Tomas"


@kind("people.decide_wait")
def for_good_and_taken_back(app, cast):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    leaving.leave(cast["Tomas"], petra.account_id)
    second = Second(app, "Paula", "/account/people", "Confirm: for good")
    leaving.take_back(cast["Noor"], account_waits(cast["Noor"])[0].id)
    return second, "Noor"


@kind("people.decide_change")
def a_change_of_role(app, cast):
    petra, pia = join("Petra", Role.OFFICER, cast["Noor"]), join("Pia", Role.APPROVER, cast["Noor"])
    changes.propose_role(cast["Tomas"], petra.account_id, Role.APPROVER)
    second = Second(app, "Paula", "/account/people", "Refuse")
    changes.decide(pia, changes_waiting(pia)[0].id, True)
    return second, "Pia"


@kind("fingerprints.admit")
def admitted(app, cast):
    petra = waiting()
    second = Second(app, "Noor", f"/account/people/{petra}/admit", fingerprint=two_people.read_out(petra))
    two_people.admit(cast["Tomas"], petra)
    return second, "Tomas"


@kind("fingerprints.hear")
def heard_by_a_second(app, cast):
    petra = waiting()
    two_people.admit(cast["Noor"], petra)
    second = Second(app, "Paula", f"/account/people/{petra}/hear", fingerprint=two_people.read_out(petra))
    hands.hear(cast["Ines"], petra, two_people.read_out(petra))
    return second, "Ines"


@kind("fingerprints.hand_over_half")
def a_company_that_has_its_key_again(app, cast):
    waits_again(app, "Victor")
    victor = account_of("Victor").id
    second = Second(app, "Paula", f"/account/people/{victor}/half", fingerprint=two_people.read_out(victor))
    for name in ("Tomas", "Ines"):
        two_people.hand_over(cast[name], victor)
    escrow.open_key(signed_in("Victor"))
    return second, "Victor"


@kind("fingerprints.vouch")
def heard_by_the_other_party(app, cast):
    waits_again(app, "Ines", recovery.make(cast["Ines"]))
    ines = account_of("Ines").id
    second = Second(app, "Noor", f"/account/people/{ines}/vouch", fingerprint=two_people.read_out(ines))
    two_people.vouch(cast["Tomas"], ines)
    return second, "Tomas"


@kind("fingerprints.confirm_company_key")
def the_key_of_a_company(app, cast):
    nils, company_id = new_company(cast)
    spoken = fingerprints.of_company(nils)
    second = Second(app, "Paula", f"/account/companies/{company_id}/key", fingerprint=spoken)
    company_keys.confirm(cast["Tomas"], company_id, spoken)
    return second, "Tomas"


@kind("fingerprints.confirm_passkey")
def a_first_passkey(app, cast):
    device = devices.asked("Noor")
    row = passkeys.owner_of(device.credential_id)
    wait, spoken = account_waits(cast["Tomas"])[0].id, passkeys.digits(row)
    second = Second(app, "Paula", f"/account/people/waits/{wait}/passkey", fingerprint=spoken)
    passkeys.confirm(cast["Tomas"], wait, spoken)
    return second, "Tomas"


@kind("desk.decide")
def a_proposal(app, cast):
    reference, _code = demonstration.walk_story(cast, "acknowledge", clock.now())
    answers = demonstration.answers_for("refer", cast["Noor"], case_with(reference))
    decision = steps.take("refer", cast["Noor"], reference, answers)
    second = Second(
        app, "Paula", f"/desk/cases/{reference}/proposals/{decision.id}", "Refuse", reason="It is not whole."
    )
    steps.decide(cast["Tomas"], reference, decision.id, True)
    return second, "Tomas"


@kind("custodian.press")
def a_request_for_an_identity(app, cast):
    join("Iris", Role.CUSTODIAN, cast["Ines"])
    reference = demonstration.file_one(clock.now(), name="Amina Said", share_identity="yes")[0]
    demonstration.do("acknowledge", cast["Noor"], reference, clock.now())
    demonstration.do("ask_identity", cast["Noor"], reference, clock.now())
    answers = demonstration.answers_for("grant_identity", cast["Ines"], case_with(reference))
    second = Second(app, "Iris", f"/custodian/cases/{reference}/steps/grant_identity", **answers)
    steps.take("grant_identity", cast["Ines"], reference, answers)
    return second, "Ines"


@pytest.mark.parametrize(("endpoint", "how"), KINDS)
def test_the_second_one_reads_who_was_faster_and_where_to_go_on(app, cast, endpoint, how):
    join("Paula", Role.APPROVER, cast["Noor"])
    second, first = KINDS[endpoint, how](app, cast)
    page = second.press()
    told = html.fromstring(page.text).find(".//main").text_content()
    assert page.status_code == 409
    assert "This was decided already." in told and f": {first}, " in told and "changed nothing" in told
    assert second.answers.get("reason", "") in told
    assert has_a_way_on(page)


def has_a_way_on(page):
    """A way back, or the page of people itself."""
    main = html.fromstring(page.text).find(".//main")
    return bool(main.xpath(".//h1[contains(., 'People')]") or main.find_class("button filled"))


def test_each_press_by_which_one_of_two_decides_is_walked(app):
    about = ("account.people", "account.fingerprints", "desk.company_calendars", "desk.custodian")
    decided = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in rule.methods and rule.arguments
               and app.view_functions[rule.endpoint].__module__.removeprefix("grievance.views.") in about}  # fmt: skip
    assert decided | {"desk.decide"} == {one for one, _how in KINDS} - {"people.ask_role"} | OTHERWISE.keys()


@pytest.mark.parametrize("name", ["Noor", "Ines", "Victor"])
def test_who_could_never_have_decided_it_reads_nothing_of_it(app, cast, name):
    petra = join("Petra", Role.OFFICER, cast["Noor"])
    leaving.leave(cast["Tomas"], petra.account_id)
    for what in ("leave", "role"):
        assert client_for(app, name).get(f"/account/people/{petra.account_id}/{what}").status_code == 403
