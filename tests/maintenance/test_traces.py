"""What was erased is in no file of the database any more, however somebody looks: nothing that opens is left."""

import pytest
from sqlalchemy import select, text

from grievance import clock, demonstration
from grievance.extensions import db
from grievance.maintenance import traces
from grievance.maintenance.backup.re_erase import erase_again
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.record import erasures
from grievance.workflow.closing import ERASED_FROM
from tests.maintenance.backup.conftest import closed_case, erase
from tests.maintenance.carving import carved, files_of, sealed_bytes

ENVELOPES = {"secretariat_envelopes.sealed", "receipt_envelopes.sealed", "company_envelopes.sealed", "writings.sealed"}


@pytest.fixture
def closed(both):
    """A closed case, and everything sealed of it: `.reference`, `.sealed`; `.other` is a case that stays."""
    both.reference, both.other = closed_case(both.cast), demonstration.file_one(clock.now())[0]
    both.sealed = sealed_bytes(case_of(both.reference), ERASED_FROM)
    assert set(both.sealed) >= ENVELOPES
    write_down(both)
    yield both
    db.session.remove()


def case_of(reference):
    return db.session.scalars(select(Case).where(Case.reference == reference)).one()


def write_down(office):
    """What was kept is in the files themselves, and not in their logs alone."""
    if office.kind == "sqlite":
        traces.empty_log(True)
    else:
        as_the_server("CHECKPOINT")


def as_the_server(*statements):
    """What the server does of itself by and by: its log of writes goes on, and what is old of it goes."""
    db.session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def left(office):
    """What is carved out of the disk, once logs of writes are over."""
    if office.kind == "postgresql":
        if db.session.scalar(text("SHOW wal_recycle")) == "on":
            pytest.skip("this server, which was given, goes on writing into old files of its log")
        for _each in range(2):
            as_the_server("SELECT pg_switch_wal()", "CHECKPOINT")
    return {name for name, _file in carved(office.sealed, files_of(office.kind, office.url))}


def wiped(office):
    """As the worker and the owner's timer do it."""
    sweep(clock.now())
    return office.app.test_cli_runner().invoke(args=["scrub"])


def test_what_is_here_can_be_carved_out_and_after_an_erasure_nothing_of_it(closed):
    assert left(closed) == set(closed.sealed)
    erase(closed.cast, closed.reference)
    assert wiped(closed).exit_code == 0
    assert left(closed) == set()
    assert sealed_bytes(case_of(closed.other), ERASED_FROM)


def test_on_postgresql_the_sweep_alone_leaves_it_and_the_doctor_says_so_until_the_owner_has_been_there(closed):
    """The test above can fail."""
    erase(closed.cast, closed.reference)
    sweep(clock.now())
    assert bool(left(closed)) is (closed.kind == "postgresql")
    told = "may still stand in the files of the database"
    doctor = closed.app.test_cli_runner()
    assert (told in doctor.invoke(args=["doctor"]).output) is (closed.kind == "postgresql")
    wiped(closed)
    assert told not in doctor.invoke(args=["doctor"]).output


@pytest.fixture
def reader(closed):
    """Somebody who began to read before the erasure, and is not done: a backup."""
    connection = db.engine.connect().execution_options(isolation_level="REPEATABLE READ") if (
        closed.kind == "postgresql") else db.engine.connect()  # fmt: skip
    connection.execute(text("SELECT count(*) FROM settings"))
    yield connection
    connection.close()


def test_whoever_still_reads_what_was_there_before_is_waited_for_and_then_it_goes(closed, reader, monkeypatch):
    monkeypatch.setattr(traces, "PATIENCE", 0.3)
    monkeypatch.setattr(traces, "NOT_LONG", 100)
    erase(closed.cast, closed.reference)
    said = wiped(closed)
    assert said.exit_code == 1 and "such as a backup: try again" in said.output
    reader.rollback()
    assert wiped(closed).exit_code == 0
    assert left(closed) == set()


def test_a_restore_that_erases_again_asks_for_it_again(closed):
    erase(closed.cast, closed.reference)
    wiped(closed)
    db.session.execute(text("UPDATE cases SET erased_at = NULL"))  # as a restore from before the erasure brings it
    db.session.commit()
    erase_again(erasures.read(closed.app.config["ERASURES"]), clock.now())
    assert traces.waiting() is (closed.kind == "postgresql")


def test_while_people_file_it_goes_as_well(closed):
    """Each writing in between leaves pages and versions of rows of its own."""
    erase(closed.cast, closed.reference)
    for _each in range(3):
        demonstration.file_one(clock.now())
        assert wiped(closed).exit_code == 0
        demonstration.file_one(clock.now())
    assert left(closed) == set()


@pytest.mark.parametrize("busy", [True, False])
def test_the_sweep_empties_sqlites_log_in_the_next_round_where_somebody_reads(app, cast, monkeypatch, busy):
    monkeypatch.setattr(traces, "NOT_LONG", 100)
    log = app.config["FILES"].with_name("grievance.sqlite-wal")
    sweep(clock.now())  # signs the hour's checkpoint
    demonstration.file_one(clock.now())
    reading = db.engine.connect()
    reading.execute(text("SELECT count(*) FROM cases"))
    if not busy:
        reading.close()
    traces.empty_log(True)
    assert (log.stat().st_size > 0) is busy
    reading.close()
    sweep(clock.now())
    assert log.stat().st_size == 0 or not busy


def test_a_connection_waits_for_writers_as_before_once_the_log_was_emptied(app):
    traces.empty_log(True)
    db.session.remove()
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 60_000


def test_sqlite_overwrites_what_it_deletes_on_every_connection(app):
    with db.engine.connect() as one, db.engine.connect() as other:
        assert [each.exec_driver_sql("PRAGMA secure_delete").scalar() for each in (one, other)] == [1, 1]
