"""What the rows are is compared with what the record says that they are."""

import pytest
from sqlalchemy import select, text

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.record import compare
from grievance.workflow import unsigned


def sentences() -> list[str]:
    db.session.rollback()
    return [str(one) for one in compare.everything()]


@pytest.fixture
def office(both):
    """A case in every state."""
    list(demonstration._cases(both.cast))
    sweep(clock.now())
    return both


def test_a_whole_office_fits_its_record(office):
    assert sentences() == [] and list(compare.checkpoints()) == []


def test_each_case_fits_when_it_is_opened(office):
    for case in db.session.scalars(select(Case)).all():
        looked, _unsigned = unsigned.look(case)
        assert looked.misfits() == [] and looked.here


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE cases SET safety_alert = NOT safety_alert", "is not what the record says"),
        ("DELETE FROM letters WHERE recipient = 'complainant'", "is gone"),
        ("UPDATE accounts SET head = false", "is not what"),
    ],
)
def test_a_row_that_somebody_changed_is_named(office, sql, said):
    db.session.execute(text(sql))
    db.session.commit()
    found = sentences()
    assert found and all(said in one for one in found), found
