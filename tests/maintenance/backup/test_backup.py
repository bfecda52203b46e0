"""A backup: complete, consistent, of the right tables, and never over something else."""

import gzip
import io
import stat
import threading

import pytest

from grievance import clock
from grievance.accounts import sessions
from grievance.demonstration import PASSWORD, email_of
from grievance.extensions import Base, db
from grievance.maintenance import doctor
from grievance.maintenance.backup import BackupError, archive, tables, write
from grievance.maintenance.backup.restore import restore
from grievance.maintenance.backup.write import take
from grievance.models.keys import Draft
from grievance.models.writing import Attachment
from grievance.record import files
from tests.conftest import SECRETS
from tests.maintenance.backup.conftest import closed_case, erase, new_case, opens, rows, tar_of


def all_bytes(path):
    """The file, what is in it, and what the compressed parts of that say."""
    tar = tar_of(path)
    inner = [content.read() for info, content in archive.members(io.BytesIO(tar)) if info.name.startswith("tables/")]
    return path.read_bytes() + tar + b"".join(gzip.decompress(part) for part in inner)


def test_somebody_has_decided_for_each_table_whether_a_backup_holds_it():
    decided = [*tables.KEPT, *tables.LEFT_OUT]
    assert sorted(decided) == sorted(Base.metadata.tables) and len(set(decided)) == len(decided)


def test_what_must_not_outlive_its_hour_is_not_in_it(office, tmp_path):
    sessions.sign_in(email_of("Noor"), PASSWORD)
    assert all(rows(name) for name in ("account_sessions", "follow_sessions", "filings", "drafts"))
    take(tmp_path / "b", clock.now())
    tar = io.BytesIO(tar_of(tmp_path / "b"))
    held = {info.name.split("/")[1] for info, _content in archive.members(tar) if info.name.startswith("tables/")}
    assert not held & tables.LEFT_OUT.keys() and {"cases", "accounts", "events"} <= held
    assert rows(Draft.__tablename__)[0][0].encode() not in all_bytes(tmp_path / "b")


def test_no_server_key_is_in_it(office, tmp_path):
    take(tmp_path / "b", clock.now())
    said = all_bytes(tmp_path / "b")
    for name in ("SECRET_KEYS", "PEPPER"):
        keyring = office.app.config[{"SECRET_KEYS": "SECRETS", "PEPPER": "PEPPERS"}[name]]
        name_of_key, raw = keyring.current
        encoded = SECRETS[name].partition(":")[2].encode()
        assert raw not in said and raw.hex().encode() not in said and encoded not in said
        assert name_of_key.encode() in said  # which one it needs


def test_it_is_for_its_owner_alone_and_nothing_lies_beside_it(small):
    assert stat.S_IMODE(small.path.stat().st_mode) == 0o600
    assert [p.name for p in small.path.parent.iterdir() if "backup" in p.name] == ["a.backup"]


def test_it_never_overwrites(small):
    before = small.path.read_bytes()
    with pytest.raises(BackupError, match="never overwrites"):
        take(small.path, clock.now())
    assert small.path.read_bytes() == before


def test_two_backups_do_not_write_into_one_another(small, tmp_path):
    (tmp_path / "b.part").touch()
    with pytest.raises(BackupError, match="is being written, or was killed"):
        take(tmp_path / "b", clock.now())
    assert (tmp_path / "b.part").exists() and not (tmp_path / "b").exists()


def test_a_lost_file_is_named_and_no_backup_stays(small, tmp_path):
    lost = next(path for path in small.app.config["FILES"].rglob("*") if path.is_file())
    lost.unlink()
    with pytest.raises(BackupError, match=f"the file {lost.name} is missing"):
        take(tmp_path / "b", clock.now())
    assert not list(tmp_path.glob("b*"))


def test_a_file_that_was_changed_on_the_disk_is_named(small, tmp_path):
    changed = next(path for path in small.app.config["FILES"].rglob("*") if path.is_file())
    changed.write_bytes(changed.read_bytes()[:-1] + b"x")
    with pytest.raises(BackupError, match=f"the file {changed.name} is missing or was changed"):
        take(tmp_path / "b", clock.now())


def test_a_full_disk_leaves_nothing_behind(small, tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        take(tmp_path / "b", clock.now())
    assert not list(tmp_path.glob("b*"))


def test_what_is_written_after_the_first_row_is_not_in_it(office, tmp_path, empty_place, monkeypatch):
    """One snapshot: a case that is filed while the tables are read would have rows in some and not in others."""
    seen, parts = [], write.parts

    def and_meanwhile(connection, table):
        if table.name == "cases":
            thread = threading.Thread(target=file_elsewhere)
            thread.start()
            thread.join()
        return parts(connection, table)

    def file_elsewhere():
        with office.app.app_context():
            seen.append(new_case())

    before = len(rows("cases"))
    monkeypatch.setattr(write, "parts", and_meanwhile)
    assert take(tmp_path / "b", clock.now()).cases == before
    assert len(seen) == 1 and len(rows("cases")) == before + 1
    with empty_place().app_context():
        assert restore(tmp_path / "b", tmp_path / "none", clock.now()).faults == []
        assert opens(office.receipt) and not opens(seen[0])


def test_a_backup_under_load_has_every_case_whose_receipt_was_shown_before(office, tmp_path, empty_place):
    shown, enough, stop = [], threading.Event(), threading.Event()

    def clerk():
        with office.app.app_context():
            while not stop.is_set() and len(shown) < 200:
                shown.append(new_case())
                if len(shown) >= 6:
                    enough.set()

    clerks = [threading.Thread(target=clerk) for _ in range(2)]
    for one in clerks:
        one.start()
    enough.wait(60)
    before = list(shown)
    taken = take(tmp_path / "b", clock.now())
    stop.set()
    for one in clerks:
        one.join()
    with empty_place(office.kind).app_context():
        restored = restore(tmp_path / "b", tmp_path / "none", clock.now())
        assert (restored.faults, restored.missing) == ([], [])
        assert len(before) >= 6 and all(opens(code) for code in before)
        assert taken.cases == len(rows("cases"))
        assert doctor.examine() == []


@pytest.mark.parametrize("listed", [False, True])
def test_a_case_that_is_erased_before_its_file_is_copied_is_noted_and_is_no_error(
    small, tmp_path, empty_place, monkeypatch, listed
):
    """The backup saw that it was done; the list, copied in that minute, only that it was begun."""
    reference, add, done = closed_case(small.cast), write._add, []

    def and_meanwhile(archive, file_id, digest, tick):
        if not done:
            with small.app.app_context():
                erase(small.cast, reference)
                db.session.remove()
            done.append(True)
        gone = db.session.get(Attachment, file_id) is None
        db.session.rollback()
        if gone:
            files.store().path_of(file_id).unlink()  # as the sweep does, a day later
        return add(archive, file_id, digest, tick)

    monkeypatch.setattr(write, "_add", and_meanwhile)
    assert take(tmp_path / "b", clock.now()).gone == 1
    erasures = small.app.config["ERASURES"] if listed else tmp_path / "none"
    with empty_place().app_context():
        restored = restore(tmp_path / "b", erasures, clock.now())
        assert (restored.erased, restored.doubts, restored.faults) == (1, [], [])
