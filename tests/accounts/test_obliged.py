"""Who is asked for a passkey, for how long it can be passed over, and who is not asked."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from grievance import clock
from grievance.accounts import obliged, passkeys
from grievance.accounts.obliged import SINCE, Standing
from grievance.deadlines.rows import timetable
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.models.keys import AppCode, Setting
from grievance.reports import setup
from tests.accounts.devices import Device
from tests.accounts.test_leaving import account_of

OFFICE = frozenset({"approver", "custodian", "officer"})


@pytest.fixture
def required(app, cast):
    app.config["PASSKEYS_REQUIRED"] = OFFICE


def standing(name, after=timedelta(0)):
    return obliged.standing(account_of(name), account_of(name).created_at + after)


@pytest.mark.parametrize(("name", "asked"), [("Noor", True), ("Tomas", True), ("Ines", True), ("Victor", False)])
def test_the_roles_of_the_setting_are_asked_and_nobody_else(required, name, asked):
    assert standing(name) == (Standing.ASKED if asked else Standing.NONE)


def test_nobody_is_asked_where_the_setting_says_none(app, cast):
    assert {standing(name, timedelta(days=99)) for name in cast if name != "Amina"} == {Standing.NONE}


@pytest.mark.parametrize(("after", "then"), [
    (timedelta(0), Standing.ASKED),
    (timedelta(days=14, seconds=-1), Standing.ASKED),
    (timedelta(days=14), Standing.OBLIGED),
])  # fmt: skip
def test_it_can_be_passed_over_for_fourteen_days(required, after, then):
    db.session.query(Setting).filter_by(name=SINCE).delete()
    db.session.commit()
    assert standing("Noor", after) == then


def test_the_days_of_who_was_here_before_begin_with_the_upgrade(required):
    account = account_of("Noor")
    since = account.created_at + timedelta(days=100)
    db.session.merge(Setting(name=SINCE, value=since.isoformat()))
    db.session.commit()
    assert obliged.obliged_from(account_of("Noor")) == since + timedelta(days=14)


@pytest.mark.parametrize(("days", "then"), [(0, Standing.OBLIGED), (1, Standing.ASKED)])
def test_an_office_says_itself_for_how_many_days_it_can_be_passed_over(required, monkeypatch, days, then):
    monkeypatch.setattr(obliged, "timetable", lambda: replace(timetable(), passed_over_for=timedelta(days=days)))
    assert standing("Noor") == then


def test_who_has_enrolled_is_asked_no_more_also_while_it_waits(required, cast):
    passkeys.enrol(cast["Noor"], PASSWORD, Device().shows())
    assert standing("Noor", timedelta(days=99)) == Standing.NONE


def test_the_code_of_an_app_is_enough(required, cast):
    db.session.add(AppCode(account_id=cast["Noor"].account_id, sealed=b"x", since=clock.now(), used=0, wrong=0))
    db.session.flush()
    assert standing("Noor", timedelta(days=99)) == Standing.NONE
    db.session.rollback()


def said():
    return next(one for one in setup.points() if one.key == "passkeys").says


def test_the_set_up_list_says_that_it_is_off_or_who_has_none(app, cast):
    assert "PASSKEYS_REQUIRED is none" in said()
    app.config["PASSKEYS_REQUIRED"] = OFFICE
    assert said() == "3 people who are to have a passkey have none yet."
    passkeys.enrol(cast["Noor"], PASSWORD, Device().shows())
    assert said() == "2 people who are to have a passkey have none yet."


def test_the_time_of_the_clock_is_the_one_that_counts(required):
    with time_machine.travel(account_of("Noor").created_at + timedelta(days=400)):
        assert obliged.standing(account_of("Noor"), clock.now()) == Standing.OBLIGED
