"""What was taken out of a case is not to be carved out of the disk afterwards."""

from datetime import timedelta

from sqlalchemy import select

from grievance import clock, demonstration
from grievance.access import opened
from grievance.extensions import db
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.writing import Writing
from grievance.workflow import parts, steps
from tests.maintenance.test_traces import left, wiped, write_down


def announced(office):
    """A case with an account of which a passage is about to go: its reference, and her last day is over."""
    start = clock.now() - timedelta(days=30)
    reference, amina, _code = demonstration.file_one(start)
    demonstration.do("acknowledge", office.cast["Noor"], reference, start)
    demonstration.do("announce_removal", office.cast["Noor"], reference, start)
    steps.take("object_to_removal", amina, reference, {"objection": "Take it."}, now=start + timedelta(days=1))
    return reference


def held(reference):
    """Every sealed text of the case, by its step."""
    rows = select(Writing.step, Writing.sealed).join(Case, Case.id == Writing.case_id)
    found = dict(map(tuple, db.session.execute(rows.where(Case.reference == reference))))
    db.session.rollback()
    return found


def test_the_text_as_it_was_is_on_the_disk_before_and_nowhere_after(both):
    reference = announced(both)
    before = held(reference)
    both.sealed = {step: [before[step]] for step in ("file", "announce_removal")}
    write_down(both)
    assert left(both) == {"file", "announce_removal"}
    noor = both.cast["Noor"]
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    chosen = parts.options(case, opened(noor, case), ("announced",))[0][0]
    demonstration.do("remove_part", noor, reference, clock.now(), both.cast["Tomas"], removal=chosen)
    assert all(sealed != before[step] for step, sealed in held(reference).items() if step in both.sealed)
    assert wiped(both).exit_code == 0
    assert left(both) == set()


def test_the_owner_is_told_that_what_was_taken_out_still_stands_in_the_tables(both):
    reference = announced(both)
    demonstration.do("remove_part", both.cast["Noor"], reference, clock.now(), both.cast["Tomas"])
    sweep(clock.now())
    told = "may still stand in the files of the database"
    doctor = both.app.test_cli_runner()
    assert (told in doctor.invoke(args=["doctor"]).output) is (both.kind == "postgresql")
    wiped(both)
    assert told not in doctor.invoke(args=["doctor"]).output
