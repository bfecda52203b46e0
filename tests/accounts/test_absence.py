"""Somebody is away: mail and queue go to who stands in, the record says so, and four eyes stay four."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import absence, leaving
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Role
from grievance.models.writing import Letter
from grievance.notify.outbox import _readers
from grievance.record import compare
from grievance.reports.queue import queue
from grievance.reports.queue_asked import Wanted
from grievance.reports.queue_counts import counts
from grievance.workflow import steps
from tests.accounts.test_leaving import case_with, join
from tests.scenarios.days import facts
from tests.times import days_later


def today(days=0):
    return (days_later(days)).astimezone(ZoneInfo("Europe/Zurich")).date().isoformat()


def away(person, stand_in, first=0, last=5):
    raw = {"first_day": today(first), "last_day": today(last), "stand_in": str(stand_in.account_id)}
    absence.announce(person, raw)


@pytest.fixture
def reference(app, cast):
    found, _amina, _code = demonstration.file_one(clock.now())
    do("acknowledge", cast["Noor"], found, clock.now())
    return found


def mine(person):
    return [line.case.reference for line in queue(person, Wanted(show="mine")).lines]


def readers(reference, days=0):
    letter = Letter(case_id=case_with(reference).id, recipient="officer")
    return _readers(letter, days_later(days))


def test_the_stand_in_sees_the_cases_while_the_officer_is_away_and_no_longer(app, cast, petra, reference):
    assert mine(petra) == []
    away(cast["Noor"], petra, 1, 5)
    assert mine(petra) == []
    with time_machine.travel(days_later(2)):
        assert mine(petra) == mine(cast["Noor"]) == [reference]
        assert counts(petra, ("mine",)) == {"mine": 1}
    with time_machine.travel(days_later(6)):
        assert mine(petra) == [] and mine(cast["Noor"]) == [reference]


def test_the_pages_of_two_officers_are_one_queue_in_order(app, cast, petra, monkeypatch):
    monkeypatch.setattr("grievance.reports.queue.PAGE", 2)
    for number in range(5):
        found, _amina, _code = demonstration.file_one(clock.now() - timedelta(days=9 - number))
        do("acknowledge", (cast["Noor"], petra)[number % 2], found, clock.now() - timedelta(days=6 - number))
    away(cast["Noor"], petra)
    seen, after = [], ""
    for _page in range(3):
        page = queue(petra, Wanted(show="mine", after=after))
        seen, after = seen + [line.case.reference for line in page.lines], page.after
    in_order = db.session.scalars(select(Case.reference).order_by(Case.queue_at, Case.id))
    assert len(seen) == 5 and seen == list(in_order) and after == ""


def test_mail_of_the_officers_cases_goes_to_the_stand_in(app, cast, petra, reference):
    noor = cast["Noor"].account_id
    away(cast["Noor"], petra, 0, 3)
    assert readers(reference) == [petra.account_id] and readers(reference, 4) == [noor]
    steps.take("declare_conflict", petra, reference, {"why": "My brother works there."})
    assert readers(reference) == [noor]


def test_where_the_stand_in_is_away_too_the_mail_goes_to_all_officers(app, cast, petra, reference):
    rosa = join("Rosa", Role.OFFICER, cast["Noor"])
    away(cast["Noor"], petra), away(petra, rosa)
    assert set(readers(reference)) == {cast["Noor"].account_id, petra.account_id, rosa.account_id}


def test_a_step_of_the_stand_in_says_for_whom_and_no_other_step_does(app, cast, petra, reference):
    rosa = join("Rosa", Role.OFFICER, cast["Noor"])
    noor = cast["Noor"].account_id
    away(cast["Noor"], petra)
    for person in (petra, rosa, cast["Noor"]):
        steps.take("note", person, reference, {"note": "Called the site."})
    steps.take("refer", petra, reference, demonstration.ANSWERS["refer"])
    said = [one.get("stands_in_for") for one in facts(case_with(reference), "note")]
    assert said == [noor, None, None]
    assert facts(case_with(reference), "proposed")[0] == {"step": "refer", "stands_in_for": noor}


def test_an_approvers_stand_in_does_not_approve_their_own_proposal(app, cast, reference):
    paula = join("Paula", Role.APPROVER, cast["Noor"])
    away(cast["Tomas"], paula)
    decision = steps.take("refer", cast["Noor"], reference, demonstration.ANSWERS["refer"])
    with pytest.raises(Refused, match="did not propose"):
        steps.decide(cast["Noor"], reference, decision.id, True)
    steps.decide(paula, reference, decision.id, True)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("last_day", "2020-01-01"), ("last_day", ""), ("first_day", "2026-02-30"), ("stand_in", "1"), ("stand_in", "2"),
     ("stand_in", "x")],
)  # fmt: skip
def test_a_wrong_answer_gets_a_sentence(app, cast, petra, field, wrong):
    """Account 1 is Noor, who does not stand in for herself; 2 is Tomas, who has another role."""
    good = {"first_day": today(), "last_day": today(3), "stand_in": str(petra.account_id)}
    with pytest.raises(BadInput) as bad:
        absence.announce(cast["Noor"], {**good, field: wrong})
    assert set(bad.value.errors) == {field} and absence.own(cast["Noor"]) is None


def test_who_is_away_stands_in_for_nobody_at_that_time(app, cast, petra):
    away(petra, cast["Noor"], 2, 4)
    with pytest.raises(BadInput):
        away(cast["Noor"], petra, 4, 8)
    away(cast["Noor"], petra, 5, 8)


def test_nobody_outside_the_secretariat_says_so(app, cast):
    for name in ("Ines", "Victor"):
        with pytest.raises(Refused):
            absence.announce(cast[name], {})


def test_back_early_and_a_stand_in_who_leaves_end_it(app, cast, petra, reference):
    away(cast["Noor"], petra)
    absence.come_back(cast["Noor"])
    assert absence.away(clock.now()) == [] and readers(reference) == [cast["Noor"].account_id]
    away(cast["Noor"], petra)
    leaving.leave(cast["Tomas"], petra.account_id)
    assert absence.away(clock.now()) == [] and readers(reference) == [cast["Noor"].account_id]


def said_for(who, stand_in):
    return {
        "who": str(who.account_id),
        "first_day": today(),
        "last_day": today(5),
        "stand_in": str(stand_in.account_id),
    }


def test_the_head_says_that_another_is_away_and_the_record_says_who_said_so(app, cast, petra, reference):
    absence.announce_for(cast["Tomas"], said_for(cast["Noor"], petra))
    assert mine(petra) == [reference]
    event = db.session.scalars(select(Event).where(Event.kind == "away_for")).one()
    assert event.actor_id == cast["Tomas"].account_id and json.loads(event.facts)["account"] == cast["Noor"].account_id
    absence.bring_back(cast["Tomas"], str(cast["Noor"].account_id))
    assert mine(petra) == [] and list(compare.everything()) == []


def test_nobody_but_the_head_says_so_and_never_of_themselves_or_for_another_role(app, cast, petra, paula):
    for person in (cast["Noor"], paula, cast["Victor"], cast["Ines"]):
        with pytest.raises(Refused):
            absence.announce_for(person, said_for(petra, cast["Noor"]))
        with pytest.raises(Refused):
            absence.bring_back(person, str(petra.account_id))
    for who, stand_in in ((cast["Tomas"], paula), (cast["Noor"], paula), (cast["Noor"], cast["Noor"])):
        with pytest.raises(BadInput):
            absence.announce_for(cast["Tomas"], said_for(who, stand_in))
    assert absence.announced() == []
