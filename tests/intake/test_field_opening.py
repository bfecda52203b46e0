"""A form from a phone is opened in a session of the Secretariat, and becomes a case that began when it arrived."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import NoSuchCase, Person
from grievance.accounts.keys import rotation
from grievance.deadlines.kinds import Deadline
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.intake import field_clock, field_opening
from grievance.models.case import Case, Channel
from grievance.models.concern import ConcernMail
from grievance.models.event import Event
from grievance.models.field import FieldPart, FieldSubmission
from grievance.models.limit import Limit
from grievance.models.people import Role
from grievance.record import chain, compare, files
from grievance.reports.casefile import open_case_file
from tests.field import ANSWERS, filled_in, send
from tests.times import days_later
from tests.views.test_openrosa import PHOTO, token_of


@pytest.fixture
def request_context(app):
    with app.test_request_context():
        yield


@pytest.fixture
def arrived(app, cast, request_context):
    def arrive(answers=ANSWERS, media=(PHOTO,), **more):
        xml = filled_in(answers, media=[name for name, _content in media], **more)
        assert send(app.test_client(), arrive.token, xml, media).status_code == 201
        return db.session.scalars(select(FieldSubmission.id).order_by(FieldSubmission.arrived_at.desc())).first()

    arrive.token = token_of(app, cast)
    return arrive


def the_case(filed):
    return db.session.scalars(select(Case).where(Case.reference == filed.reference)).one()


def test_a_case_begins_when_the_form_arrived_and_says_on_which_day_it_was_told(app, cast, arrived):
    number, at = arrived(), clock.now()
    with time_machine.travel(at + timedelta(days=2), tick=False):
        case = the_case(field_opening.file(cast["Noor"], number, {}, frozenset()))
    assert case.received_at - at < timedelta(minutes=1) and case.channel == Channel.IN_PERSON and case.language == "sw"
    limit = db.session.scalars(
        select(Limit).where(Limit.case_id == case.id, Limit.key == Deadline.ACKNOWLEDGEMENT)
    ).one()
    assert limit.opened_at == case.received_at
    event = db.session.scalars(select(Event).where(Event.case_id == case.id, Event.kind == "file")).one()
    assert event.happened_at == case.received_at and event.recorded_at > event.happened_at + timedelta(days=1)
    facts = json.loads(event.facts)
    assert (facts["told_on"], facts["was_read_back"]) == ("2026-02-27", "yes")
    assert chain.verify() == [] and list(compare.everything()) == []


def test_the_case_holds_the_words_who_wrote_them_down_and_the_photo(app, cast, arrived):
    case = the_case(field_opening.file(cast["Noor"], arrived(), {}, frozenset()))
    file = open_case_file(cast["Noor"], case)
    said = {str(label): str(answer) for writing in file.writings for label, answer in writing.fields}
    assert said["What happened?"] == ANSWERS["account"] and "Asha" in said.values()
    assert [one["name"] for writing in file.writings for one in writing.files] == [PHOTO[0]]


def test_what_a_case_has_is_nowhere_else_any_more(app, cast, arrived):
    number = arrived()
    filed = field_opening.file(cast["Noor"], number, {}, frozenset())
    assert all(one.sealed is None for one in db.session.scalars(select(FieldPart)))
    assert field_opening.lines() == [] and len(field_opening.lines(settled=True)) == 1
    assert field_opening.file(cast["Noor"], number, {}, frozenset()).reference == filed.reference


def test_a_file_that_is_left_out_stays_with_the_form(app, cast, arrived):
    number = arrived()
    (photo,) = field_opening.opened(cast["Noor"], number).media
    case = the_case(field_opening.file(cast["Noor"], number, {}, frozenset({photo.part.id})))
    assert not [one for w in open_case_file(cast["Noor"], case).writings for one in w.files]
    assert [one.sealed is None for one in db.session.scalars(select(FieldPart).order_by(FieldPart.is_form))] == [
        False,
        True,
    ]


def test_an_answer_that_cannot_be_taken_is_named_and_put_right(app, cast, arrived):
    number = arrived({**ANSWERS, "company": "4711", "could_harm": ""})
    assert set(field_opening.errors_of(field_opening.opened(cast["Noor"], number))) == {"could_harm"}
    with pytest.raises(BadInput):
        field_opening.file(cast["Noor"], number, {"could_harm": "no"}, frozenset())
    filed = field_opening.file(cast["Noor"], number, {"could_harm": "no", "company": "unknown"}, frozenset())
    assert the_case(filed).company_id is None


def test_what_comes_after_the_case_was_made_waits_again(app, cast, arrived):
    number = arrived()
    field_opening.file(cast["Noor"], number, {}, frozenset())
    late = ("late.jpg", PHOTO[1] + b"2")
    xml = filled_in(media=[PHOTO[0]])
    assert send(app.test_client(), arrived.token, xml, [PHOTO, late]).status_code == 201
    assert [one.name for one in field_opening.opened(cast["Noor"], number).media] == ["late.jpg"]
    assert len(field_opening.lines()) == 1


def test_it_opens_after_the_secretariats_key_was_changed(app, cast, arrived):
    number = arrived()
    rotation.begin(cast["Tomas"])
    while not rotation.go_on(cast["Tomas"], 10).finished:
        pass
    noor = demonstration.signed_in("Noor")
    assert "papers" in field_opening.opened(noor, number).raw["account"]


def test_what_nobody_opens_rings_again_each_day_and_what_was_opened_does_not(app, cast, arrived):
    number, at = arrived(), clock.now()
    hours = (1, 24, 25, 47, 48)
    assert [field_clock.ring_again(at + timedelta(hours=one, minutes=1)) for one in hours] == [
        False, True, False, False, True]  # fmt: skip
    assert len(db.session.scalars(select(ConcernMail)).all()) == 3
    field_opening.file(cast["Noor"], number, {}, frozenset())
    assert not field_clock.ring_again(at + timedelta(hours=73))
    assert chain.verify() == [] and list(compare.of_the_office()) == []


def test_what_no_case_has_is_erased_some_months_after_it_was_settled_and_what_waits_is_not(app, cast, arrived):
    tried, waits = arrived(), arrived(number="uuid:another")
    field_opening.settle(cast["Noor"], tried, {"why": "trial"})
    at = days_later(90)
    for when, gone in ((at - timedelta(hours=1), 0), (at, 2), (at, 0)):
        assert field_clock.erase(when) == gone
    here = {one.submission_id for one in db.session.scalars(select(FieldPart)) if one.sealed}
    assert here == {waits} and files.remove_forgotten(at) == 2
    assert chain.verify() == [] and list(compare.of_the_office()) == []
    xml = filled_in(media=[PHOTO[0]])
    assert send(app.test_client(), arrived.token, xml, [PHOTO]).status_code == 202


def test_nobody_else_opens_or_files_one(app, cast, arrived):
    number = arrived()
    for name in ("Victor", "Ines"):
        with pytest.raises(NoSuchCase):
            field_opening.opened(cast[name], number)
    with pytest.raises(Refused):
        field_opening.file(cast["Tomas"], number, {}, frozenset())
    assert field_opening.opened(Person(Role.OFFICER, party_seed=cast["Ines"].party_seed), number).faults


def test_one_that_makes_no_case_is_settled_with_a_reason_and_stays_sealed(app, cast, arrived):
    number = arrived()
    with pytest.raises(BadInput):
        field_opening.settle(cast["Noor"], number, {})
    field_opening.settle(cast["Noor"], number, {"why": "trial"})
    with pytest.raises(Refused):
        field_opening.file(cast["Noor"], number, {}, frozenset())
    assert all(one.sealed for one in db.session.scalars(select(FieldPart)))
    assert chain.verify() == [] and list(compare.of_the_office()) == []
