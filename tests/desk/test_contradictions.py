"""What officers say of incidents never stands beside its opposite, and what is said of two cases is said of both."""

import pytest
from sqlalchemy import func, select

from grievance.access import find_case
from grievance.desk import incidents
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.incident import Incident, StandsIn
from grievance.record import chain, compare
from grievance.workflow import unfit
from tests.views.desk.test_incidents import file, say
from tests.views.test_routes import client_of

FORD = {"kind": "incident", "name": "At the ford"}
GATE = {"kind": "site", "name": "North Gate"}


@pytest.fixture
def noor(app, cast):
    return cast["Noor"]


def standing(by, reference):
    """What stands of a case now: the incident, or the other case, and whether it is the same."""
    db.session.rollback()
    case = find_case(by, reference)
    rows = db.session.scalars(select(StandsIn).where(StandsIn.case_id == case.id, StandsIn.ended_at.is_(None)))
    return {(row.incident_id or references()[row.other_id], row.same) for row in rows}


def references():
    return dict(db.session.execute(select(Case.id, Case.reference)).all())


def number(table):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def whole():
    return chain.verify() == [] and list(compare.everything()) == []


def test_not_in_it_ends_that_it_stands_in_it_and_the_other_way_round(noor):
    reference = file()
    ford = incidents.write_down(noor, reference, FORD)
    incidents.is_not(noor, reference, ford)
    assert standing(noor, reference) == {(ford, False)}
    incidents.stands_in(noor, reference, ford)
    assert standing(noor, reference) == {(ford, True)} and whole()


@pytest.mark.parametrize("turned", [False, True])
def test_two_that_are_of_one_after_all_are_not_apart_whichever_of_them_was_asked(noor, turned):
    first, second = file(), file()
    incidents.is_not(noor, *((second, "", first) if turned else (first, "", second)))
    ford = incidents.are_of_one(noor, first, second, {"name": "At the ford"})
    assert standing(noor, first) == standing(noor, second) == {(ford, True)} and whole()


@pytest.mark.parametrize("turned", [False, True])
def test_a_case_that_is_brought_into_the_incident_of_another_is_not_apart_from_it(both, turned):
    noor = both.cast["Noor"]
    first, second, third = file(), file(), file()
    ford = incidents.write_down(noor, first, FORD)
    incidents.is_not(noor, *((second, "", first) if turned else (first, "", second)))
    incidents.is_not(noor, second, other=third)
    incidents.stands_in(noor, second, ford)
    assert standing(noor, first) == {(ford, True)}
    assert standing(noor, second) == {(ford, True), (third, False)} and whole()


def test_two_that_stand_at_one_site_may_be_of_two_incidents(noor):
    first, second = file(), file()
    gate = incidents.write_down(noor, first, GATE)
    incidents.is_not(noor, first, other=second)
    incidents.stands_in(noor, second, gate)
    assert standing(noor, first) == {(gate, True), (second, False)}
    assert standing(noor, second) == {(gate, True)}


def test_a_case_that_is_not_of_one_with_another_leaves_the_incident_of_both_and_no_site(noor):
    first, second = file(), file()
    ford = incidents.are_of_one(noor, first, second, {"name": "At the ford"})
    gate = incidents.write_down(noor, first, GATE)
    incidents.stands_in(noor, second, gate)
    incidents.is_not(noor, second, other=first)
    assert standing(noor, first) == {(ford, True), (gate, True)}
    assert standing(noor, second) == {(gate, True), (first, False)} and whole()


def test_that_two_are_not_of_one_is_said_once_and_taken_back_at_either(noor):
    first, second = file(), file()
    incidents.is_not(noor, first, other=second)
    incidents.is_not(noor, second, other=first)
    assert number(StandsIn) == 1
    said = db.session.scalars(select(StandsIn.id)).one()
    incidents.take_back(noor, second, said)
    assert standing(noor, first) == set() and whole()
    with pytest.raises(Refused):
        incidents.take_back(noor, second, said)


@pytest.mark.parametrize("refusing", [0, 1])
@pytest.mark.parametrize("there", [False, True])
def test_where_one_of_two_refuses_nothing_is_said_of_either(noor, monkeypatch, refusing, there):
    both = [file(), file()]
    if there:
        incidents.write_down(noor, both[0], FORD)
    before = (number(Incident), number(StandsIn), number(Event))
    real = unfit.refuse

    def refuse(person, case):
        if case.reference == both[refusing]:
            raise Refused("Not this one.")
        real(person, case)

    monkeypatch.setattr(unfit, "refuse", refuse)
    with pytest.raises(Refused):
        incidents.are_of_one(noor, *both, {"name": "At the ford"})
    assert (number(Incident), number(StandsIn), number(Event)) == before


def test_without_a_name_nothing_is_said_of_either(noor):
    both = [file(), file()]
    before = number(Event)
    with pytest.raises(BadInput):
        incidents.are_of_one(noor, *both, {"name": ""})
    assert number(StandsIn) == 0 and number(Event) == before


@pytest.mark.parametrize("do", ["same", "is_not"])
def test_a_case_is_neither_of_one_nor_not_of_one_with_itself(app, cast, do):
    reference = file()
    answer = say(client_of(app, "Noor"), reference, do=do, other=reference.lower(), name="At the ford")
    assert answer.status_code == 409 and "This is the same case." in answer.text
    assert number(StandsIn) == number(Incident) == 0
