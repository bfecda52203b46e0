"""A holiday that was typed wrongly is taken back by two people, and what it moved later moves back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance.deadlines import holidays, holidays_taken_back
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance import doctor
from grievance.models.writing import Holiday
from grievance.record import chain
from tests.deadlines.test_holidays import office, referred
from tests.scenarios.days import day, facts, limits

DAY = timedelta(days=1)


@pytest.fixture
def wrong(both):
    """L5 was due on the 45th day; a holiday that is none moved it by one. Noor says so."""
    case = referred(both.cast)
    due = limits(case)["L5"].due_on
    holidays.add(both.cast["Tomas"], "KE", {due: "Founders' Day"}, day(10))
    (row,) = db.session.scalars(select(Holiday)).all()
    both.case, both.due, both.holiday = case, due, row.id
    return both


def take_back(wrong, who, at):
    return holidays_taken_back.take_back(wrong.cast[who], wrong.holiday, at)


def test_what_it_moved_later_moves_back_and_is_on_both_chains(wrong):
    holidays_taken_back.ask(wrong.cast["Noor"], wrong.holiday)
    effect = take_back(wrong, "Tomas", day(12))
    assert limits(wrong.case)["L5"].due_on == wrong.due and (effect.limits, effect.cases) == (1, 1)
    was = (wrong.due + DAY).isoformat()
    assert facts(wrong.case, "holiday_moved_back") == [
        {"limit": "L5", "due_on": wrong.due.isoformat(), "was_due_on": was}
    ]
    assert office("holiday_taken_back") == 1 and db.session.get(Holiday, wrong.holiday) is None
    assert doctor.examine() == [] and chain.verify() == []


@pytest.mark.parametrize("who", ["Noor", "Ines", "Victor"])
def test_neither_who_asked_nor_anybody_outside_the_secretariat_takes_it_back(wrong, who):
    holidays_taken_back.ask(wrong.cast["Noor"], wrong.holiday)
    with pytest.raises(Refused):
        take_back(wrong, who, day(12))
    assert limits(wrong.case)["L5"].due_on == wrong.due + DAY


def test_nobody_takes_back_what_nobody_asked_about(wrong):
    with pytest.raises(Refused, match="Nobody asks"):
        take_back(wrong, "Tomas", day(12))


@pytest.mark.parametrize(("ahead", "moved"), [(10, -1), (8, -1), (7, 0), (3, 0)])
def test_nothing_is_due_sooner_than_in_a_week_because_of_it(wrong, ahead, moved):
    """The day on which it would be due is so many days ahead when it is taken back."""
    holidays_taken_back.ask(wrong.cast["Noor"], wrong.holiday)
    limit = limits(wrong.case)["L5"]
    take_back(wrong, "Tomas", limit.due_at - DAY - timedelta(hours=12) - ahead * DAY + DAY)
    assert limits(wrong.case)["L5"].due_on == wrong.due + DAY + moved * DAY


def test_who_finds_it_right_keeps_it_and_nothing_moves(wrong):
    holidays_taken_back.ask(wrong.cast["Noor"], wrong.holiday)
    holidays_taken_back.keep(wrong.cast["Tomas"], wrong.holiday)
    assert db.session.get(Holiday, wrong.holiday).wrong_by is None
    assert limits(wrong.case)["L5"].due_on == wrong.due + DAY
