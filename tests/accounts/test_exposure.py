"""A key is to be changed because somebody left; who has not left after all is no reason."""

from datetime import timedelta

import pytest
import time_machine

from grievance import clock
from grievance.accounts import changes, leaving
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.people import Party, Role
from tests.accounts.test_leaving import join
from tests.accounts.test_two_people import wait_about
from tests.views.account.test_second_person import client_for

LEFT = "Somebody who had your key has left"


@pytest.fixture
def petra(app, cast):
    return join("Petra", Role.OFFICER, cast["Noor"])


def exposed_since(cast):
    return db.session.get_one(Party, cast["Noor"].party_id, populate_existing=True).exposed_since


def test_after_a_cut_was_taken_back_nobody_is_told_that_somebody_left(app, cast, petra):
    leaving.leave(cast["Tomas"], petra.account_id)
    noor = client_for(app, "Noor")
    assert LEFT in noor.get("/account/people").text and "Your key is to be changed" in noor.get("/desk").text
    leaving.take_back(cast["Noor"], wait_about("Petra").id)
    for path in ("/account/people", "/account/keys", "/desk"):
        assert "has left" not in noor.get(path).text and "is to be changed" not in noor.get(path).text
    assert doctor.examine() == []


@pytest.mark.parametrize("order", [("Petra", "Paula"), ("Paula", "Petra")])
def test_it_is_said_as_long_as_somebody_else_has_left(app, cast, petra, order):
    paula = join("Paula", Role.OFFICER, cast["Noor"])
    began = {}
    for minutes, person in enumerate((petra, paula)):
        with time_machine.travel(clock.now() + timedelta(minutes=minutes)):
            leaving.leave(cast["Tomas"], person.account_id)
        began[person.name] = wait_about(person.name).began_at
    leaving.take_back(cast["Noor"], wait_about(order[0]).id)
    assert exposed_since(cast) == began[order[1]]
    leaving.take_back(cast["Noor"], wait_about(order[1]).id)
    assert exposed_since(cast) is None


def test_who_moved_to_another_party_meanwhile_had_the_key_too(app, cast, petra):
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    ivy = join("Ivy", Role.OFFICER, cast["Noor"])
    leaving.leave(cast["Tomas"], petra.account_id)
    changes.propose_role(cast["Tomas"], ivy.account_id, Role.CUSTODIAN)
    changes.decide(paula, changes.waiting(paula)[0].id, True)
    leaving.take_back(cast["Noor"], wait_about("Petra").id)
    assert exposed_since(cast) is not None
