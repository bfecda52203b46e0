"""A holiday that moves many limits moves some at a time: others write meanwhile, and what breaks off goes on."""

import re

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.deadlines import holidays
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.limit import Limit
from grievance.models.writing import Holiday
from grievance.record import chain
from tests.deadlines.test_holidays import DAY, acknowledged, referred
from tests.scenarios.days import day, facts, limits
from tests.views.test_routes import client_of, token

NUMBER, LIST = 5, "/desk/admin/holidays"


@pytest.fixture
def cases(both, monkeypatch):
    """Five, in the order in which they are moved, two at a time, of which a page waits for the first two."""
    monkeypatch.setattr(holidays, "AT_ONCE", 2)
    monkeypatch.setattr(holidays, "PATIENCE", 0)
    return sorted((referred(both.cast) for _ in range(NUMBER)), key=lambda case: case.id)


def due(case):
    return limits(case)["L5"].due_on


def where_it_is():
    db.session.expire_all()
    return db.session.scalars(select(Holiday.moved_until)).one()


def test_a_page_waits_for_some_and_the_worker_moves_the_rest_each_once(both, cases):
    on = due(cases[0])
    effect = holidays.add(both.cast["Tomas"], "KE", {on: "New"}, day(10))
    assert (effect.limits, effect.cases, effect.left) == (NUMBER, NUMBER, True)
    assert [due(case) for case in cases] == [on + DAY] * 2 + [on] * 3 and where_it_is() == cases[1].id
    sweep(day(11))
    assert [due(case) for case in cases] == [on + DAY] * NUMBER and where_it_is() is None
    assert [len(facts(case, "holiday_moved")) for case in cases] == [1] * NUMBER
    heads = [case.head_hash for case in cases]
    sweep(day(12))
    assert [case.head_hash for case in cases] == heads and doctor.examine() == [] and chain.verify() == []


def test_nothing_is_missed_by_the_old_day_before_the_worker_has_moved_it(both, cases):
    on = due(cases[-1])
    holidays.add(both.cast["Tomas"], "KE", {on: "New"}, day(10))
    assert due(cases[-1]) == on
    sweep(day(10) + (on + DAY - day(10).date()))  # on the new day, when the old one is over
    answers = select(Limit.missed_at).where(Limit.case_id == cases[-1].id, Limit.key == "L5")
    assert db.session.scalars(answers).all() == [None]


def test_what_is_opened_meanwhile_has_the_day_and_is_not_moved_again(both, cases):
    on = due(cases[0])
    holidays.add(both.cast["Tomas"], "KE", {on: "New"}, day(4))
    late = acknowledged(both.cast)
    sweep(day(7))
    assert due(late) == on + DAY and facts(late, "holiday_moved") == []


def test_a_process_that_is_killed_between_two_times_leaves_whole_cases_and_the_rest_to_the_worker(
    both, cases, monkeypatch
):
    on, real, calls = due(cases[0]), holidays._next, []

    def killed(*words, **more):
        calls.append(words)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*words, **more)

    monkeypatch.setattr(holidays, "PATIENCE", 60)
    monkeypatch.setattr(holidays, "_next", killed)
    with pytest.raises(KeyboardInterrupt):
        holidays.add(both.cast["Tomas"], "KE", {on: "New"}, day(10))
    db.session.rollback()
    assert [due(case) for case in cases] == [on + DAY] * 2 + [on] * 3
    sweep(day(11))
    assert [due(case) for case in cases] == [on + DAY] * NUMBER and doctor.examine() == []


def test_a_case_that_fails_keeps_its_day_and_no_other_does(both, cases, monkeypatch, caplog):
    on, bad, real = due(cases[0]), cases[2].id, holidays._one_case

    def broken(by, case, *rest, **more):
        if case.id == bad and more.get("saving"):
            raise RuntimeError
        return real(by, case, *rest, **more)

    monkeypatch.setattr(holidays, "_one_case", broken)
    holidays.add(both.cast["Tomas"], "KE", {on: "New"}, day(10))
    sweep(day(11))
    assert [due(case) for case in cases] == [on if case.id == bad else on + DAY for case in cases]
    assert where_it_is() is None and "moves nothing in one case" in caplog.text


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_next(both, cases):
    on = due(cases[0])
    holidays.add(both.cast["Tomas"], "KE", {on: "New"}, day(10))
    told = iter([False, True])  # after one time more
    sweep(day(11), lambda: next(told, True))
    assert [due(case) for case in cases] == [on + DAY] * 4 + [on]
    sweep(day(11))
    assert [due(case) for case in cases] == [on + DAY] * NUMBER


def test_a_calendar_that_fails_does_not_stop_the_clock(both, cases, monkeypatch, caplog):
    def fails(*_words):
        raise RuntimeError

    monkeypatch.setattr(holidays, "go_on_everywhere", fails)
    assert sweep(day(60)).missed > 0 and "holidays do not move what they move" in caplog.text


def test_the_page_says_that_some_are_still_moved_and_the_list_until_it_is_done(both, monkeypatch):
    monkeypatch.setattr(holidays, "AT_ONCE", 1)
    monkeypatch.setattr(holidays, "PATIENCE", 0)
    now = clock.now()
    for _each in range(2):
        reference, _amina, _code = demonstration.file_one(now)
        for step in ("acknowledge", "refer"):
            demonstration.do(step, both.cast["Noor"], reference, now, both.cast["Tomas"])
    on = db.session.scalars(select(Limit.due_on).where(Limit.key == "L5")).first()
    tomas = client_of(both.app, "Tomas")
    form = {"country": "KE", "lines": f"{on.isoformat()} New"}
    looked = tomas.post(f"{LIST}/add", data={**form, "csrf_token": token(tomas.get(f"{LIST}/add"))}).text
    asked = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', looked))
    saved = tomas.post(f"{LIST}/add", data={**asked, "answer": "confirm"}, follow_redirects=True).text
    assert "2 dates move later. Not all have moved yet" in saved and "dates are still being moved" in saved
    sweep(clock.now())
    assert "dates are still being moved" not in tomas.get(f"{LIST}?country=KE").text


def test_another_that_is_saved_meanwhile_moves_from_the_first_case_on(both, cases):
    on = due(cases[0])
    for name, when in (("New", on), ("Newer", on + DAY)):
        holidays.add(both.cast["Tomas"], "KE", {when: name}, day(10))
    sweep(day(11))
    assert [due(case) for case in cases] == [on + 2 * DAY] * NUMBER and doctor.examine() == []
