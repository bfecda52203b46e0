"""A company far away from the office: it is told on the day that was chosen by its own days, and not hours after."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from grievance import demonstration
from grievance.demonstration import do
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.people import Company
from tests.scenarios.days import START, day, kinds, limits


@pytest.fixture
def far(app, cast):
    """A referred case of a company in Manila, eight hours before the office."""
    db.session.scalars(select(Company).where(Company.name.like("Larkfield%"))).one().zone = "Asia/Manila"
    db.session.commit()
    reference, _amina, _code = demonstration.file_one(START)
    do("acknowledge", cast["Noor"], reference, day(1))
    do("refer", cast["Noor"], reference, day(5), cast["Tomas"])
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def escalate(case, cast, at, on):
    do("escalate_unseen", cast["Noor"], case.reference, at, cast["Tomas"], ground="safety", tell_on=on.isoformat())


def test_it_is_told_when_its_own_time_limit_of_that_day_passes(far, cast):
    own = limits(far)["L4"]
    with time_machine.travel(day(8), tick=False) as travel:
        escalate(far, cast, day(8), own.due_on)
        assert limits(far)["L31"].due_at == own.due_at
        travel.move_to(own.due_at + timedelta(minutes=1))
        sweep(own.due_at + timedelta(minutes=1))
    assert kinds(far)[-1] == "tell_company" and not far.escalation_unseen


def test_a_day_that_is_over_where_the_company_is_is_not_chosen(far, cast):
    late = day(8, 12)  # in the evening of the office it is the next day there
    with time_machine.travel(late, tick=False), pytest.raises(Refused, match="Choose a day from 11 March 2026 until"):
        escalate(far, cast, late, day(8).date())
