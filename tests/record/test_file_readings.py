"""Which file somebody opened is counted and found on both databases alike."""

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.counted import FileReading
from grievance.record import counted, files
from grievance.record.transaction import unit_of_work
from grievance.reports.files_opened import openings, unopened_files
from tests.evidence import samples
from tests.record.test_counted import DAY, KEPT


@pytest.fixture
def filed(both):
    """A case with a photo and its clean copy."""
    reference, amina, _code = demonstration.file_one(clock.now())
    uploads = [demonstration.upload("gate.jpg", samples.photo())]
    raw = {"files": uploads, "audience": "secretariat", "about": "The gate."}
    demonstration.do("attach", amina, reference, clock.now(), **raw)
    return find_case(both.cast["Noor"], reference)


def test_a_file_is_opened_twice_and_then_it_is_not_among_those_that_nobody_opened(both, filed):
    noor, ((photo, _where),) = both.cast["Noor"], files.of_case(filed, opened(both.cast["Noor"], filed))
    assert unopened_files([filed.id]) == {filed.id: {photo.id, photo.copy.id}}
    for _time in range(2):
        counted.file_opened(filed.reference, photo.id, photo.copy.id, noor.account_id, clock.now())
    counted.file_opened("NO-CASE", photo.id, "", noor.account_id, clock.now())
    assert unopened_files([filed.id]) == {} == unopened_files([])
    assert [one.number for one in db.session.scalars(select(FileReading))] == [2]
    with unit_of_work():
        counted.say(clock.now() + DAY, KEPT)
    assert [(one.file_id, one.number, one.stands.value) for one in openings(filed)] == [(photo.id, 2, "on_record")]
    assert doctor.examine() == []
