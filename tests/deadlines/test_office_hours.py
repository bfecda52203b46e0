"""When somebody of the office is at work next, by its own clock and days off."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import receipts
from grievance.deadlines import holidays, office_hours
from grievance.deadlines.dates import Calendar
from grievance.extensions import db
from grievance.models.limit import Limit
from tests.scenarios.pages import hidden

ZURICH = Calendar("Europe/Zurich", frozenset({5, 6}), {date(2026, 12, 25): "Christmas"})


def at(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(27, 10), at(27, 10)),  # Friday at eleven: now
        (at(27, 6), at(27, 8)),  # before nine
        (at(27, 16), at(30, 8)),  # at five on a Friday: Monday
        (at(28, 15), at(30, 8)),  # Saturday
        (at(29, 23, 30), at(30, 8)),  # Monday already at the office
        (at(24, 20, month=12), at(28, 8, month=12)),  # Christmas is a Friday
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 30, 7, tzinfo=UTC)),  # summer time began on Sunday
    ],
)
def test_somebody_is_at_work_on_business_days_from_nine_to_five(now, expected):
    assert office_hours.next_at_work(now, ZURICH, (9, 17)) == expected


def test_an_office_that_works_till_midnight_is_at_work_till_midnight():
    assert office_hours.next_at_work(at(27, 22, 59), ZURICH, (9, 24)) == at(27, 22, 59)
    assert office_hours.next_at_work(at(27, 23), ZURICH, (9, 24)) == at(30, 8)


def her_page(app, code):
    client = app.test_client()
    client.post("/follow", data={"code": code})
    return client.get("/follow/case").text


AGAIN = "Somebody of the Secretariat is at work again on Tuesday 1 December 2026, from 09:00 (Zurich)."


def test_her_page_names_the_next_hour_of_work_and_says_the_same_before_she_said_a_word_of_safety(app, cast):
    with time_machine.travel(at(28, 15), tick=False):
        holidays.add(cast["Tomas"], "*", {date(2026, 11, 30): "Saint Andrew"})
        reference, amina, code = demonstration.file_one(clock.now())
        assert AGAIN in her_page(app, code)
        demonstration.do("report_retaliation", amina, reference, clock.now())
        assert her_page(app, code).count("Somebody of the Secretariat is at work again") == 1


def test_in_a_closed_case_it_says_the_same_before_a_word_of_safety_after_it_and_after_the_look(app, cast):
    reference, code = demonstration.walk_story(cast, "close", clock.now() - timedelta(days=1400))
    for limit in db.session.scalars(select(Limit).where(Limit.met_at.is_(None))):
        limit.stopped_at, limit.wake_at = clock.now(), None
    db.session.commit()
    with time_machine.travel(at(28, 15), tick=False):
        told = [said_at_work(her_page(app, code))]
        demonstration.do("report_retaliation", receipts.person_with(code), reference, clock.now())
        told.append(said_at_work(her_page(app, code)))
        demonstration.do("lift_safety_alert", cast["Noor"], reference, clock.now(), cast["Tomas"])
        told.append(said_at_work(her_page(app, code)))
    assert told == ["Somebody of the Secretariat is at work again on Monday 30 November 2026, from 09:00 (Zurich)."] * 3


def said_at_work(page):
    return "".join(re.findall("Somebody of the Secretariat is at work[^<]*", page))


def test_the_page_with_the_receipt_says_when_it_is_looked_at(app, cast):
    client = app.test_client()
    with time_machine.travel(at(28, 15), tick=False):
        holidays.add(cast["Tomas"], "*", {date(2026, 11, 30): "Saint Andrew"})
        form = hidden(client.get("/complain?step=all"))
        client.post("/complain", data={**form, "account": "x", "company": "unknown", "could_harm": "unsure"})
        assert f"If someone could harm you, we look at that first. {AGAIN}" in client.get("/complain/receipt").text
