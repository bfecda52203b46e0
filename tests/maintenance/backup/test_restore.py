"""Back into an empty place, from either database to either, with nothing lost and nothing doubled."""

import base64

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import insert, select

from grievance import clock, demonstration
from grievance.accounts.keys import pins
from grievance.crypto.keyring import new_entry, parse
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.backup import BackupError, tables
from grievance.maintenance.backup import restore as restoring
from grievance.maintenance.backup.restore import Allowed, restore
from grievance.maintenance.backup.write import take
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Account, Company
from grievance.models.writing import Attachment
from grievance.record import chain
from grievance.reports.casefile import open_case_file, open_file
from tests.conftest import ROOT
from tests.maintenance.backup.conftest import new_case, opens, rows


def restore_here(path, allowed=None):
    return restore(path, path.with_name("none"), clock.now(), allowed=allowed)


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_every_row_comes_back_as_it_was_from_either_database_to_either(office, empty_place, tmp_path, target):
    take(tmp_path / "b", clock.now())
    changed = {"events", "signatures", "chain_heads"}  # the restore itself is on record
    before = {name: rows(name) for name in tables.KEPT}
    with empty_place(target).app_context():
        restored = restore_here(tmp_path / "b")
        assert (restored.faults, restored.missing, restored.doubts) == ([], [], [])
        for name in before.keys() - changed:
            assert rows(name) == before[name], name
        assert set(before["events"]) < set(rows("events"))
        assert [name for name in tables.LEFT_OUT if rows(name)] == ["unsearched_writings"]  # the database's own doing
        assert len(rows("unsearched_writings")) == len(rows("writings"))


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_work_goes_on_after_a_restore(office, empty_place, tmp_path, target):
    """New rows get numbers that no row has: PostgreSQL counts on where the backup ended."""
    take(tmp_path / "b", clock.now())
    with empty_place(target).app_context():
        restore_here(tmp_path / "b")
        assert opens(new_case())
        reference = demonstration.walk_story(office.cast, "acknowledge", clock.now())[0]
        assert db.session.scalars(select(Case).where(Case.reference == reference)).one().head_seq == 2
        assert (doctor.examine(), chain.verify()) == ([], [])


def test_a_restored_place_can_be_backed_up_and_restored_into_the_other_database(office, empty_place, tmp_path):
    take(tmp_path / "b", clock.now())
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[office.kind]
    with empty_place(other).app_context():
        restore_here(tmp_path / "b")
        take(tmp_path / "c", clock.now())
        events = rows("events")
    with empty_place(office.kind).app_context():
        assert restore_here(tmp_path / "c").faults == []
        assert set(events) < set(rows("events")) and opens(office.receipt)


def test_people_sign_in_read_and_open_files_as_before(small, empty_place):
    with empty_place().app_context():
        restore_here(small.path)
        noor = demonstration.signed_in("Noor")
        file = db.session.scalars(select(Attachment)).first()
        case = db.session.get_one(Case, file.case_id)
        assert open_case_file(noor, case).writings
        one = open_file(noor, case, file.id)
        with one.source:
            assert b"".join(one.plain) == b"The gate at night."


def test_a_row_may_refer_to_one_that_comes_after_it(small, empty_place):
    with empty_place().app_context():
        restore_here(small.path)
        first, second = db.session.scalars(select(Company).order_by(Company.id))
        assert (first.member_of_id, second.member_of_id) == (second.id, None)


def test_nothing_in_json_and_nothing_at_all_stay_apart(small, empty_place, tmp_path):
    """`password` of an account that waits: the database's NULL. Written by the ORM it may be JSON's own null."""
    query = "SELECT email, password IS NULL, CAST(password AS TEXT) FROM accounts ORDER BY email"
    accounts = Account.__table__
    new = {"name": "x", "role": "officer", "status": "invited", "language": "en", "party_id": 1}
    for email, password in (("a@example.org", db.null()), ("b@example.org", db.JSON.NULL)):
        row = {**new, "email": email, "created_at": clock.now()}
        db.session.execute(insert(accounts).values(**row, password=password))
    db.session.commit()
    before = db.session.execute(db.text(query)).all()
    assert {row[1] for row in before} == {0, 1}
    take(tmp_path / "b", clock.now())
    with empty_place().app_context():
        restore_here(tmp_path / "b")
        assert db.session.execute(db.text(query)).all() == before


def test_the_record_says_that_a_backup_was_restored(small, empty_place):
    with empty_place().app_context():
        restored = restore_here(small.path)
        last = db.session.scalars(select(Event).where(Event.chain == "office").order_by(Event.seq.desc())).first()
        assert last.kind == "backup_restored" and restored.taken_at in last.facts


def test_a_place_with_rows_is_refused(small, both, tmp_path):
    both.app.config["FILES"] = tmp_path / "another"
    with pytest.raises(BackupError, match="The database is not empty"):
        restore_here(small.path)


def test_a_place_with_files_is_refused(small, empty_place):
    place = empty_place()
    place.config["FILES"].mkdir()
    (place.config["FILES"] / "x").touch()
    with place.app_context(), pytest.raises(BackupError, match="is not empty"):
        restore_here(small.path)


def test_a_place_with_tables_of_something_else_is_refused(small, empty_place):
    with empty_place().app_context():
        with db.engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE visitors (id INTEGER)")
        with pytest.raises(BackupError, match="not this program's"):
            restore_here(small.path)


@pytest.mark.parametrize("revision", ["head", "0009"])
def test_a_place_that_is_migrated_and_holds_nothing_is_taken(small, empty_place, revision):
    with empty_place().app_context():
        upgrade(directory=str(ROOT / "migrations"), revision=revision)
        assert restore_here(small.path).faults == []


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_backup_of_an_older_migration_is_brought_to_the_present(empty_place, tmp_path, target):
    with empty_place().app_context():
        upgrade(directory=str(ROOT / "migrations"), revision="0013")
        with db.engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO settings VALUES ('receipt_salt', 'ab')")
        take(tmp_path / "b", clock.now())
    (tmp_path / "pins.json").write_text(pins.Pins().text())  # this machine has seen no key
    with empty_place(target).app_context():
        restore_here(tmp_path / "b")
        assert rows("settings") == [("receipt_salt", "ab")] and rows("heartbeats") == []


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_writings_of_a_backup_from_before_they_named_their_event_name_it_here(
    first_format, empty_place, tmp_path, target
):
    new_case()
    before = rows("writings")
    db.session.remove()
    downgrade(directory=str(ROOT / "migrations"), revision="0022")
    take(tmp_path / "b", clock.now())
    with empty_place(target).app_context():
        assert restore_here(tmp_path / "b").faults == []
        assert rows("writings") == before


@pytest.mark.parametrize("when", ["the first file", "the last row"])
def test_a_restore_that_was_killed_is_refused_until_its_place_is_emptied(
    small, empty_place, tmp_path, monkeypatch, when
):
    class Killed(BaseException):
        pass

    def killed(*_args):
        raise Killed

    place = empty_place()
    with place.app_context():
        with monkeypatch.context() as patch:
            if when == "the last row":
                patch.setattr(restoring.Loading, "finish", killed)
            else:
                patch.setattr(restoring, "erase_again", killed)
            with pytest.raises(Killed):
                restore_here(small.path)
        with pytest.raises(BackupError, match="is not empty"):
            restore_here(small.path)
        for path in place.config["FILES"].rglob("*"):
            if path.is_file():
                path.unlink()
        for folder in place.config["FILES"].iterdir():
            folder.rmdir()
        db.session.remove()
        db.engine.dispose()
        for name in ("restored.sqlite", "restored.sqlite-wal", "restored.sqlite-shm"):
            place.config["FILES"].with_name(name).unlink(missing_ok=True)
        assert restore_here(small.path).faults == [] and opens(small.receipt)


def test_a_server_key_that_is_needed_and_is_not_here_is_named(small, empty_place):
    place, other = empty_place(), new_entry()
    place.config |= {"SECRETS": parse(other), "PEPPERS": parse(other)}
    with place.app_context():
        missing = restore_here(small.path, Allowed(unsigned=True)).missing
        secret, pepper = (small.app.config[name].current[0] for name in ("SECRETS", "PEPPERS"))
        assert f"SECRET_KEYS lacks the key {secret}: checkpoints that it signed cannot be checked." in missing
        assert f"PEPPER lacks the key {pepper}: receipts made under it open nothing." in missing


def test_another_key_under_the_same_name_is_told_apart(small, empty_place):
    place, name = empty_place(), small.app.config["PEPPERS"].current[0]
    place.config["PEPPERS"] = parse(f"{name}:{base64.b64encode(b'x' * 32).decode()}")
    with place.app_context():
        assert f"PEPPER has another key under the name {name}" in restore_here(small.path).missing[0]
