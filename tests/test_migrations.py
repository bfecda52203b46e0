import hashlib
import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, event, inspect, select, update

from grievance import clock, demonstration
from grievance.demonstration import do
from grievance.extensions import Base, db
from grievance.intake import filing
from grievance.maintenance import doctor
from grievance.maintenance.sweep import sweep
from grievance.models.case import Case
from grievance.models.event import OFFICE_CHAIN
from grievance.models.keys import IdentityEntry, ReceiptEnvelope
from grievance.models.limit import Limit
from grievance.models.people import Account, AccountStatus, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.accounts.test_leaving import join
from tests.conftest import ROOT
from tests.record import first_checkpoints

VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))


def said(path, name):
    """What a migration says of itself: its own number, or the one before it."""
    return re.search(rf"^{name} = (?:'|\")?(\w+)", path.read_text(), re.M)[1]


def test_migrations_are_one_line_in_which_each_number_follows_the_one_before():
    """Two branches that each add one give the same number twice: it is seen here, and mended before they are merged."""
    numbers = ["None", *(path.name[:4] for path in VERSIONS)]
    assert numbers[1:] == [f"{count:04}" for count in range(1, len(VERSIONS) + 1)]
    assert [said(path, "revision") for path in VERSIONS] == numbers[1:]
    assert [said(path, "down_revision") for path in VERSIONS] == numbers[:-1]


def test_a_migration_that_was_released_stays_as_it_is_and_new_ones_come_after_it():
    """A database that it has run in would never learn of a change to it. `sha256sum -c` reads the list, too."""
    lines = (ROOT / "migrations" / "released.sha256").read_text().splitlines()
    there = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  versions/{path.name}" for path in VERSIONS]
    assert len(lines) >= 22 and there[: len(lines)] == lines


def differences():
    """Between the database and the tables of the models."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)


def test_the_migrations_make_exactly_the_tables_of_the_models_and_go_back(both):
    folder = str(ROOT / "migrations")
    assert differences() == []
    downgrade(directory=folder, revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade(directory=folder)
    assert "events" in inspect(db.engine).get_table_names()


def test_the_checks_of_the_models_are_in_the_database(both):
    """Alembic does not compare them, and SQLite loses them where a table is made anew without care."""
    found = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
        there = {check["name"] for check in found.get_check_constraints(table.name)}
        assert wanted <= there, table.name


def test_nobody_writes_between_the_first_look_of_a_migration_and_its_end(app):
    """On SQLite a transaction that reads first and writes later breaks off where somebody wrote in between."""
    path, tried = db.engine.url.database, []

    def write(_connection, _cursor, statement, *_more):
        if "alembic_version" in statement and not tried:
            with closing(sqlite3.connect(path, timeout=0)) as other:
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("BEGIN IMMEDIATE")
                tried.append(True)

    event.listen(db.engine, "after_cursor_execute", write)
    downgrade(directory=str(ROOT / "migrations"))
    event.remove(db.engine, "after_cursor_execute", write)
    upgrade(directory=str(ROOT / "migrations"))
    assert tried


def test_a_migration_that_breaks_off_leaves_nothing_of_itself(both):
    """All that one `db upgrade` does is one transaction, tables too: what is killed in the middle never was."""
    folder, head = str(ROOT / "migrations"), inspect(db.engine).get_table_names()
    downgrade(directory=folder, revision="0005")
    before = sorted(inspect(db.engine).get_table_names())

    def break_off(_connection, _cursor, statement, *_more):
        if "CREATE TABLE" in statement and "heartbeats" in statement:  # of 0014, the last of many
            raise LookupError("broken off")

    event.listen(db.engine, "before_cursor_execute", break_off)
    with pytest.raises(LookupError, match="broken off"):
        upgrade(directory=folder)
    event.remove(db.engine, "before_cursor_execute", break_off)
    db.engine.dispose()
    assert sorted(inspect(db.engine).get_table_names()) == before
    upgrade(directory=folder)
    assert set(inspect(db.engine).get_table_names()) == set(head)


def test_what_a_checkpoint_of_the_version_before_signed_is_marked_so_and_what_it_left_out_is_signed_next(first_format):
    _signed, left_out = (demonstration.file_one(clock.now())[0] for _ in range(2))
    number = select(Case.id).where(Case.reference == left_out).scalar_subquery()
    with unit_of_work() as session:
        # as the version before took it, where the second case was committed late
        session.execute(update(Case).where(Case.id == number).values(signed_seq=Case.head_seq))
        first_checkpoints.take(clock.now())
    downgrade(directory=str(ROOT / "migrations"), revision="0018")
    upgrade(directory=str(ROOT / "migrations"))
    assert chain.verify() == []
    with unit_of_work():
        heads = json.loads(chain.take_checkpoint(clock.now()).leaves)["heads"]
    assert set(heads) == {db.session.scalar(select(number)), OFFICE_CHAIN} and chain.verify() == []


def test_a_database_of_the_branch_that_called_0021_another_number_is_brought_up_to_date(both):
    """There it has the columns of 0021 already, and what 0019 and 0020 do today was never done."""
    reference, _code = demonstration.walk_story(both.cast, "close", clock.now() - timedelta(days=120))
    closed = select(Case.id).where(Case.reference == reference).scalar_subquery()
    with unit_of_work() as session:
        owed = update(Limit).where(Limit.case_id == closed, Limit.key.not_in(("L6", "L15")))
        session.execute(owed.values(owed_by="secretariat", met_at=None, stopped_at=None))
    downgrade(directory=str(ROOT / "migrations"), revision="0021")
    with db.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE accounts DROP COLUMN invited_by")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0019'")
    upgrade(directory=str(ROOT / "migrations"))
    db.session.expire_all()
    assert differences() == [] and db.session.scalar(select(Case.queue_at).where(Case.reference == reference))


def test_a_code_of_before_is_the_filers_or_the_complainants_and_an_entry_of_before_is_nobodys(both):
    spoken = {"account": "By phone.", "company": "unknown", "could_harm": "no", "channel": "phone", "read_back": "yes",
              "language": "sw", "name": "Joseph"}  # fmt: skip
    represented = {**spoken, "represents": "yes", "authority": "A letter."}
    for raw in (spoken, represented):
        reference = filing.file_complaint(raw, filing.new_secret(), "en", officer=both.cast["Noor"]).reference
    do("reissue_receipt", both.cast["Noor"], reference, clock.now(), both.cast["Tomas"])
    folder = str(ROOT / "migrations")
    downgrade(directory=folder, revision="0022")
    upgrade(directory=folder)
    codes = db.session.scalars(select(ReceiptEnvelope.made_for).order_by(ReceiptEnvelope.created_at)).all()
    assert codes == ["complainant", "representative", "complainant"]
    assert set(db.session.scalars(select(IdentityEntry.whose))) == {None}


def test_what_an_earlier_0019_left_in_a_database_is_taken_away(both):
    """A backup of it would hold a column that no new place has, and could not be restored."""
    downgrade(directory=str(ROOT / "migrations"), revision="0024")
    with db.engine.begin() as connection:
        kind = "TIMESTAMP WITH TIME ZONE" if both.kind == "postgresql" else "DATETIME"
        connection.exec_driver_sql(f"ALTER TABLE cases ADD COLUMN company_at {kind}")
        connection.exec_driver_sql("CREATE INDEX ix_cases_company_owes ON cases (company_id, company_at, id)")
    assert differences() != []
    upgrade(directory=str(ROOT / "migrations"))
    assert differences() == []


@pytest.mark.parametrize(("channel", "stays"), [("web", True), ("register", False)])
def test_an_office_that_received_complaints_before_is_not_closed_and_one_that_only_took_some_over_is(
    both, channel, stays
):
    (path,) = (ROOT / "migrations" / "versions").glob("*first_opened.py")
    demonstration.file_one(clock.now())
    db.session.execute(db.text("UPDATE cases SET channel = :channel"), {"channel": channel})
    db.session.commit()
    downgrade(directory=str(ROOT / "migrations"), revision=said(path, "down_revision"))
    upgrade(directory=str(ROOT / "migrations"), revision=said(path, "revision"))
    known = db.session.execute(db.text("SELECT value FROM settings WHERE name = 'first_opened'")).all()
    assert bool(known) == stays
    db.session.rollback()  # an index is made beside the work when every reader of before has ended
    upgrade(directory=str(ROOT / "migrations"))


def test_the_first_approver_who_has_not_left_is_the_head_of_an_office_of_before(both):
    folder, paula = str(ROOT / "migrations"), join("Paula", Role.APPROVER, both.cast["Noor"])
    db.session.get_one(Account, both.cast["Tomas"].account_id).status = AccountStatus.LEFT
    db.session.commit()
    path = next(path for path in VERSIONS if path.name.endswith("who_could_act.py"))
    downgrade(directory=folder, revision=said(path, "down_revision"))
    upgrade(directory=folder)
    assert list(db.session.scalars(select(Account.id).where(Account.head))) == [paula.account_id]


def test_each_case_of_before_has_its_company_as_its_respondent_with_all_that_it_owed_and_promised(first_format):
    """Handed over once, or back to the same company, or to nobody: a packet can have gone to no other."""
    cast, start = first_format.cast, clock.now() - timedelta(days=30)
    reference, _code = demonstration.walk_story(cast, "accept_remedy", start)
    do("escalate", cast["Noor"], reference, start + timedelta(days=23))
    do("refer_back", cast["Noor"], reference, start + timedelta(days=24), cast["Tomas"])
    demonstration.file_one(start, company="unknown")
    read = {
        "respondents": "SELECT company_id, n, named_at FROM respondents",
        # no case of before was asked about a summary
        "limits": "SELECT key, respondent_id IS NOT NULL FROM limits WHERE key <> 'L21' ORDER BY id",
        "remedies": "SELECT count(*) FROM remedies WHERE respondent_id IN (SELECT id FROM respondents)",
    }

    def there():
        with db.engine.connect() as connection:
            return {name: connection.exec_driver_sql(sql).all() for name, sql in read.items()}

    before = there()
    db.session.remove()
    downgrade(directory=str(ROOT / "migrations"), revision="0027")
    upgrade(directory=str(ROOT / "migrations"))
    assert there() == before and doctor.examine() == []
    assert len(before["respondents"]) == 1 and dict(map(tuple, before["limits"]))["L11"]


def test_who_owes_a_limit_of_before_is_warned_from_the_upgrade_on_and_not_of_what_lay_before(first_format):
    path = next(path for path in VERSIONS if path.name.endswith("warned_before.py"))
    reference, _code = demonstration.walk_story(
        first_format.cast, "company_acknowledge", clock.now() - timedelta(days=40)
    )
    db.session.execute(db.text("UPDATE limits SET wake_at = due_at WHERE key = 'L5'"))
    db.session.commit()
    downgrade(directory=str(ROOT / "migrations"), revision=said(path, "down_revision"))
    upgrade(directory=str(ROOT / "migrations"))
    case = db.session.scalars(select(Case).where(Case.reference == reference)).one()
    assert sweep(clock.now()).failed == 0
    (limit,) = (one for one in case.open_limits if one.key == "L5")
    assert clock.now() < limit.wake_at < limit.due_at and limit.reminded_at is None
    assert doctor.examine() == []
