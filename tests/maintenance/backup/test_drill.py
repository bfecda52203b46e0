"""The commands, and the drill: it passes on a backup that works and fails on one that does not."""

import json
import stat
from datetime import timedelta

import pytest
from sqlalchemy import select

from grievance import clock
from grievance.crypto.keyring import new_entry, parse
from grievance.demonstration import signed_in
from grievance.desk.search import search
from grievance.extensions import db
from grievance.maintenance import doctor
from grievance.maintenance.backup import canary
from grievance.maintenance.backup.write import take
from grievance.models.case import CANARY, Case
from grievance.models.limit import Limit
from grievance.models.writing import Letter
from grievance.reports.casefile import open_case_file
from grievance.reports.queue import queue
from grievance.reports.queue_asked import SHOWS, Wanted
from grievance.reports.queue_counts import counts
from tests.views.test_routes import client_of


def run(app, *words):
    return app.test_cli_runner().invoke(args=list(words))


@pytest.fixture
def kept(both):
    """The canary of this office."""
    return canary.ensure(both.app.config["CANARY_FILE"], clock.now())


def the_case(kept):
    return db.session.scalars(select(Case).where(Case.reference == kept.reference)).one()


def test_a_drill_passes_and_leaves_the_office_and_the_disk_as_they_were(office, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    first, second = run(office.app, "drill"), run(office.app, "drill")
    for result in (first, second):
        assert result.exit_code == 0, result.output
        for line in ("The canary says what it was told.", "The record is whole.", "The drill passed."):
            assert line in result.output
    assert list(scratch.iterdir()) == []
    assert len(db.session.scalars(select(Case).where(Case.register_key.startswith(CANARY))).all()) == 1


def test_a_drill_takes_a_file(both, kept, tmp_path):
    assert run(both.app, "backup", str(tmp_path / "b")).exit_code == 0
    result = run(both.app, "drill", str(tmp_path / "b"))
    assert result.exit_code == 0 and "The drill passed." in result.output


def test_a_drill_fails_where_the_pepper_is_lost(both, kept):
    both.app.config["PEPPERS"] = parse(new_entry())
    result = run(both.app, "drill")
    assert result.exit_code == 1
    assert "PEPPER lacks the key" in result.output and "opens nothing here" in result.output
    assert "The drill FAILED." in result.output


def test_the_first_drill_of_a_good_backup_passes_and_says_that_no_canary_was_in_it(small):
    for _first_and_second in range(2):
        result = run(small.app, "drill", str(small.path))
        assert result.exit_code == 0, result.output
        assert "older than the canary" in result.output and "The drill passed." in result.output


def test_a_drill_fails_on_a_backup_that_is_not_older_and_has_no_canary(small, tmp_path):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canary, "filed_at", lambda _known: clock.now() - timedelta(days=1))
        result = run(small.app, "drill", str(small.path))
    assert result.exit_code == 1 and "opens nothing here" in result.output


@pytest.mark.parametrize("doubtful", [False, True])
def test_a_drill_and_a_restore_of_the_same_backup_judge_alike(small, empty_place, monkeypatch, doubtful):
    if doubtful:
        monkeypatch.setattr("grievance.maintenance.backup.restore.erase_again", lambda *_all: (0, ["Look at this."]))
    place = empty_place()
    with place.app_context():
        restored = run(place, "restore", str(small.path))
    drilled = run(small.app, "drill", str(small.path))
    assert restored.exit_code == drilled.exit_code == int(doubtful), drilled.output
    assert ("The drill FAILED." in drilled.output) is doubtful


def test_a_drill_fails_where_an_event_was_changed(small, tmp_path):
    for name in ("update", "delete"):
        db.session.execute(db.text(f"DROP TRIGGER events_no_{name}"))
    db.session.execute(
        db.text("UPDATE events SET facts = '{}' WHERE id = (SELECT max(id) FROM events WHERE case_id IS NOT NULL)")
    )
    db.session.commit()
    result = run(small.app, "drill")
    assert result.exit_code == 1 and "was changed" in result.output and "faults in the record" in result.output


def test_a_drill_before_the_office_has_its_keys_says_so(empty_place):
    from flask_migrate import upgrade

    from tests.conftest import ROOT

    place = empty_place()
    with place.app_context():
        upgrade(directory=str(ROOT / "migrations"))
        result = run(place, "drill")
    assert result.exit_code == 1 and "keys of this office are not complete" in result.output
    assert not place.config["CANARY_FILE"].exists()


def test_the_canary_owes_nothing_waits_nowhere_and_is_told_to_nobody(both, kept):
    case = the_case(kept)
    assert (case.state, case.queue_at, case.retain_until) == ("closed", None, None)
    for table in (Limit, Letter):
        assert db.session.scalars(select(table).where(table.case_id == case.id)).all() == []
    assert doctor.examine() == []


@pytest.mark.parametrize("show", SHOWS)
def test_the_canary_stands_in_no_list_and_in_no_count_of_the_desk(both, kept, show):
    assert kept.reference not in {line.case.reference for line in queue(signed_in("Tomas"), Wanted(show)).lines}
    assert counts(signed_in("Tomas"), (show,)) == {show: 0}


def test_the_canary_is_found_by_no_search_of_the_desk(both, kept):
    for typed in (kept.reference, kept.reference[3:7]):
        assert search(signed_in("Noor"), typed).references == []
    client = client_of(both.app, "Noor")
    assert client.get(f"/desk/cases/{kept.reference}").status_code == 404


def test_an_officer_who_opens_the_canary_reads_what_it_is(both, kept):
    page = open_case_file(signed_in("Noor"), the_case(kept))
    assert "This is no complaint" in str(page.writings)


def test_the_receipt_of_the_canary_is_for_its_owner_alone_and_in_no_backup(both, kept, tmp_path):
    path = both.app.config["CANARY_FILE"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["receipt"] == kept.receipt
    take(tmp_path / "b", clock.now())
    assert kept.receipt.encode() not in (tmp_path / "b").read_bytes()


def test_a_canary_file_that_cannot_be_read_is_named(both):
    both.app.config["CANARY_FILE"].write_text("what?")
    result = run(both.app, "drill")
    assert result.exit_code == 1 and "The file of the canary" in result.output


def test_backup_says_what_it_wrote_in_one_line(small, tmp_path):
    result = run(small.app, "backup", str(tmp_path / "b"))
    assert result.exit_code == 0
    (line,) = [line for line in result.output.splitlines() if "SHA-256" in line]
    assert "2 cases, 2 files" in line and str((tmp_path / "b").stat().st_size) in line


@pytest.mark.parametrize("where", ["there", "nowhere/b"])
def test_a_backup_that_cannot_be_written_says_why_in_a_sentence(small, tmp_path, where):
    (tmp_path / "there").touch()
    result = run(small.app, "backup", str(tmp_path / where))
    assert result.exit_code == 1 and "Error: " in result.output and "Traceback" not in result.output


def test_restore_says_what_came_back(small, empty_place):
    place = empty_place()
    with place.app_context():
        result = run(place, "restore", str(small.path))
    assert result.exit_code == 0, result.output
    assert "Restored: 2 cases and 2 files" in result.output and "All promises hold." in result.output


def test_restore_into_an_office_is_refused_in_a_sentence(small):
    result = run(small.app, "restore", str(small.path))
    assert result.exit_code == 1 and "never overwrites" in result.output
