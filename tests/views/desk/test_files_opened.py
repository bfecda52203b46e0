"""Who opened which file, by the day: counted at the page, said on the record, and what was changed is named."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from grievance import clock, demonstration
from grievance.access import find_case, opened
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.models.counted import FileReading
from grievance.models.event import Event
from grievance.record import counted, files
from grievance.record.transaction import unit_of_work
from grievance.reports.files_opened import openings, unopened_files
from tests.evidence import samples
from tests.views.test_routes import client_of

DAY = timedelta(days=1)


class Filed:
    """A case at the company with a photo, of which there is a clean copy, and a note, which is its own."""

    def __init__(self, cast):
        self.reference, self.amina, self.code = demonstration.file_one(clock.now())
        self.noor = cast["Noor"]
        for step in ("acknowledge", "refer"):
            demonstration.do(step, self.noor, self.reference, clock.now(), cast["Tomas"])
        uploads = [demonstration.upload("gate.jpg", samples.photo())]
        raw = {"files": uploads, "audience": "secretariat", "about": "The gate."}
        demonstration.do("attach", self.amina, self.reference, clock.now(), **raw)

    @property
    def case(self):
        return find_case(self.noor, self.reference)

    @property
    def photo(self):
        return files.of_case(self.case, opened(self.noor, self.case))[0][0]


@pytest.fixture
def filed(app, cast):
    return Filed(cast)


def rows():
    db.session.rollback()
    return {(one.file_id, one.other_id, one.account_id): one.number for one in db.session.scalars(select(FileReading))}


def looks(app, filed, file_id, name="Noor"):
    client_of(app, name).get(f"/desk/cases/{filed.reference}/files/{file_id}").close()


def the_day_is_over():
    with unit_of_work():
        counted.say(clock.now() + DAY, 90)


def test_who_opens_a_file_is_noted_with_the_file_and_its_pair(app, filed):
    photo = filed.photo
    for one in (photo.id, photo.id, photo.copy.id):
        looks(app, filed, one)
    me = filed.noor.account_id
    assert rows() == {(photo.id, photo.copy.id, me): 2, (photo.copy.id, photo.id, me): 1}


def test_a_file_that_was_not_given_out_was_not_looked_at_and_hers_is_nobodys_business(app, filed):
    photo = filed.photo
    assert client_of(app, "Olga").get(f"/company/cases/{filed.reference}/files/{photo.id}").status_code == 404
    amina = app.test_client()
    amina.post("/follow", data={"code": filed.code})
    with amina.get(f"/follow/case/files/{photo.id}") as answer:
        assert answer.status_code == 200
    files.store().path_of(photo.id).write_bytes(b"changed")
    assert client_of(app, "Noor").get(f"/desk/cases/{filed.reference}/files/{photo.id}").status_code == 410
    assert rows() == {}


def test_when_the_day_is_over_the_record_says_who_opened_which_file(app, filed):
    photo = filed.photo
    looks(app, filed, photo.id)
    the_day_is_over()
    the_day_is_over()
    (facts,) = db.session.scalars(select(Event.facts).where(Event.kind == counted.FILES_READ))
    named = f"{filed.case.id} {photo.id} {photo.copy.id}"
    assert json.loads(facts)["numbers"] == {named: {str(filed.noor.account_id): 1}}
    assert doctor.examine() == []


@pytest.mark.parametrize("how", ["another person", "another file", "another pair", "less", "gone"])
def test_doctor_names_what_was_changed_of_who_opened_a_file(app, cast, filed, how):
    photo = filed.photo
    looks(app, filed, photo.id)
    the_day_is_over()
    if how == "gone":
        db.session.delete(db.session.scalars(select(FileReading)).one())
    else:
        values = {"another person": {"account_id": cast["Tomas"].account_id}, "another file": {"file_id": "0" * 32},
                  "another pair": {"other_id": ""}, "less": {"number": 0}}  # fmt: skip
        db.session.execute(update(FileReading).values(values[how]))
    db.session.commit()
    assert any("files opened" in sentence for sentence in doctor.examine())


@pytest.mark.parametrize("opened_as", ["original", "copy"])
def test_a_file_is_opened_once_somebody_of_the_office_looked_at_it_or_at_its_clean_copy(app, filed, opened_as):
    case_id, photo = filed.case.id, filed.photo
    without = demonstration.file_one(clock.now())[0]
    both = [case_id, find_case(filed.noor, without).id]
    assert unopened_files(both) == {case_id: {photo.id, photo.copy.id}}
    looks(app, filed, {"original": photo.id, "copy": photo.copy.id}[opened_as])
    assert unopened_files(both) == {}


def test_a_file_that_only_the_company_opened_is_one_that_nobody_of_the_office_opened(app, cast, filed):
    photo = filed.photo
    raw = {"company_may": "may", "of_file": photo.id}
    demonstration.do("say_about_file", filed.amina, filed.reference, clock.now(), **raw)
    shared = {"file": photo.id, "looked": True}
    demonstration.do("share_file", filed.noor, filed.reference, clock.now(), cast["Tomas"], **shared)
    client_of(app, "Victor").get(f"/company/cases/{filed.reference}/files/{photo.copy.id}").close()
    assert rows() == {(photo.copy.id, "", cast["Victor"].account_id): 1}
    assert unopened_files([filed.case.id]) == {filed.case.id: {photo.id, photo.copy.id}}


def test_what_was_opened_is_read_from_the_record_when_the_rows_are_gone(app, filed):
    photo = filed.photo
    looks(app, filed, photo.id)
    before = [(one.file_id, one.name, one.number) for one in openings(filed.case)]
    the_day_is_over()
    db.session.execute(delete(FileReading))
    db.session.commit()
    assert before == [(photo.id, "Noor", 1)] == [(one.file_id, one.name, one.number) for one in openings(filed.case)]
