"""By when a company owes something is noted on each case: its lists are those that its limits say, noted or not."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from grievance import clock, demonstration
from grievance.deadlines import at_companies
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.case import NOT_NOTED, Case
from grievance.models.desk import NewMark
from grievance.record.transaction import unit_of_work
from grievance.reports.queue import queue
from grievance.reports.queue_asked import FOR_COMPANIES, Wanted
from grievance.reports.queue_counts import counts

PLACES = (("refer", 5), ("company_acknowledge", 70), ("company_acknowledge", 9), ("respond", 30), ("close", 90))
"""Up to which step, and how many days ago it was filed: it owes something, is late, owes nothing, and one is closed."""


@pytest.fixture
def several(both):
    """Cases in every place of a company's lists."""
    for step, days in PLACES:
        demonstration.walk_story(both.cast, step, clock.now() - timedelta(days=days))
    with unit_of_work() as session:  # what is new stands first, by when it came
        session.execute(delete(NewMark))
    return both.cast["Victor"]


def listed(victor):
    shows = {show: [line.case.reference for line in queue(victor, Wanted(show)).lines] for show in FOR_COMPANIES}
    return shows, counts(victor, FOR_COMPANIES)


def note(**values):
    with unit_of_work() as session:
        session.execute(update(Case).values(**values))


def test_a_companys_lists_are_the_same_before_and_after_a_worker_noted_what_it_owes(several):
    noted, before = listed(several), dict(db.session.execute(select(Case.id, Case.company_at)).all())
    assert [len(one) for one in noted[0].values()] == [4, 0, 1, 0, 1]
    note(company_at=NOT_NOTED)
    assert listed(several) == noted
    at_companies.note_all()
    db.session.expire_all()
    assert listed(several) == noted and list(at_companies.faults()) == []
    assert dict(db.session.execute(select(Case.id, Case.company_at)).all()) == before


def test_doctor_names_a_case_in_which_something_else_was_noted(several):
    assert list(at_companies.faults()) == []
    note(company_at=clock.now())
    said = "the company's queue shows another date than what it owes."
    assert sum(said in one for one in doctor.examine()) == len(PLACES)
