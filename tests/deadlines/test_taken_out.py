"""A feast that is taken out keeps the date of what is owed, and the explanation says until when it was a day off."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from grievance.deadlines import holidays
from grievance.deadlines.dates import Calendar, Rule, freeze, thaw
from grievance.extensions import db
from grievance.models.writing import Holiday
from grievance.reports.casefile import line
from tests.deadlines.test_holidays import office, referred
from tests.scenarios.days import START, day, facts, limits
from tests.views.test_routes import client_of

FEAST = "Feast of the moon"


def taken_out(both, number=12):
    case = referred(both.cast)
    due = limits(case)["L5"].due_on
    holidays.add(both.cast["Tomas"], "KE", {due: FEAST}, day(10))
    return case, due, db.session.scalars(select(Holiday.id)).one(), day(number)


def remove(both, monkeypatch, holiday_id, at):
    monkeypatch.setattr("grievance.clock.now", lambda: at)
    holidays.remove(both.cast["Tomas"], holiday_id)


def off(case):
    return [day for day, _last in line(limits(case)["L5"], "company").days if day.name == FEAST]


def test_it_keeps_the_date_and_says_until_when_it_was_taken_for_a_day_off(both, monkeypatch):
    case, due, holiday_id, at = taken_out(both)
    moved = limits(case)["L5"].due_on
    remove(both, monkeypatch, holiday_id, at)
    assert limits(case)["L5"].due_on == moved > due and office("holiday_removed") == 1
    assert [one.until for one in off(case)] == [at.date()]


def test_before_it_is_taken_out_it_is_a_holiday(both):
    case, due, _id, _at = taken_out(both)
    assert [(one.on, one.until) for one in off(case)] == [(due, None)]


def test_put_in_again_it_is_a_holiday_again_and_nothing_moves(both, monkeypatch):
    case, due, holiday_id, at = taken_out(both)
    remove(both, monkeypatch, holiday_id, at)
    holidays.add(both.cast["Tomas"], "KE", {due: FEAST}, day(13))
    assert [one.until for one in off(case)] == [None] and len(facts(case, "holiday_moved")) == 1


def test_the_companys_page_says_so_in_words(both, monkeypatch):
    case, _due, holiday_id, at = taken_out(both)
    remove(both, monkeypatch, holiday_id, at)
    page = client_of(both.app, "Victor").get(f"/company/cases/{case.reference}").text
    assert f"({FEAST}: was taken for a day off until {at.day} March 2026)" in page


def test_a_business_day_limit_says_so_in_the_place_of_the_holiday():
    frozen = freeze(Rule(10, "b"), Calendar("Africa/Nairobi", holidays={date(2026, 3, 9): FEAST}))
    told = thaw({**frozen, "taken_out": {"2026-03-09": "2026-03-12"}}, START)
    (one,) = (one for one in told.days if one.name == FEAST)
    assert (one.counted, one.reason, one.until) == (0, "holiday", date(2026, 3, 12))


@given(st.integers(1, 40), st.sampled_from("cb"))
def test_what_the_explanation_says_of_a_day_moves_no_date(count, unit):
    day_off = {date(2026, 3, 9 + n): FEAST for n in range(0, 9, 3)}
    frozen = freeze(Rule(count, unit), Calendar("Africa/Nairobi", holidays=day_off))
    out = {**frozen, "taken_out": {on.isoformat(): "2026-03-20" for on in day_off}}
    plain, told = thaw(frozen, START), thaw(out, START)
    assert (plain.at, plain.on, len(plain.days)) == (told.at, told.on, len(told.days))
