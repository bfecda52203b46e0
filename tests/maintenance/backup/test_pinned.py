"""Behind what this machine knows of the log of keys: only where somebody says so, who reads whose keys live again."""

import json

import pytest
from sqlalchemy import select

from grievance import clock, demonstration
from grievance.accounts import leaving, people, receipts
from grievance.accounts.keys import log
from grievance.demonstration import PASSWORD
from grievance.extensions import db
from grievance.maintenance.backup import BackupError, pinned
from grievance.maintenance.backup.restore import Allowed, restore
from grievance.maintenance.backup.write import take
from grievance.models.case import Case
from grievance.models.event import Event
from grievance.models.people import Account, Role
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.accounts import two_people
from tests.outside import from_outside

BACK = Allowed(roll_back=True)


def run(app, *words):
    return app.test_cli_runner().invoke(args=list(words))


def restored(place, path, allowed=None):
    with place.app_context():
        return restore(path, path.with_name("none"), clock.now(), allowed=allowed)


def looked_again(app):
    """Some process of this machine has looked at the log of keys."""
    with app.app_context():
        log.again()


def second_officer(cast):
    """Somebody who can go."""
    people.accept(people.invite(None, "joseph@example.org", "Joseph", Role.OFFICER, None), PASSWORD)
    account = db.session.scalars(select(Account).where(Account.email == "joseph@example.org")).one()
    two_people.admit(cast["Noor"], account.id)
    return account.id


@pytest.fixture
def left(both, tmp_path):
    """A backup, and after it Joseph has left and a receipt has ended: `.path`, `.url`."""
    joseph = second_officer(both.cast)
    reference = demonstration.file_one(clock.now())[0]
    both.path = tmp_path / "before"
    take(both.path, clock.now())
    leaving.leave(both.cast["Tomas"], joseph)
    with from_outside() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        for receipt in receipts.living_receipts(case):
            receipt.revoked_at = clock.now()
    looked_again(both.app)
    return both


def test_a_backup_from_before_somebody_left_is_refused_and_nothing_is_written(left, empty_place):
    place = empty_place()
    with pytest.raises(BackupError, match="whoever lost their access since would have it again"):
        restored(place, left.path)
    with place.app_context():
        assert db.inspect(db.engine).get_table_names() == []


def test_going_back_names_whose_keys_live_again_and_is_on_record(left, empty_place):
    place = empty_place(left.kind)
    result = restored(place, left.path, Allowed(roll_back=True, present=left.url))
    said = "\n".join(result.doubts)
    assert "Has access again: Joseph (joseph@example.org)." in said and not result.whole
    assert "1 receipts that had ended" in said and len(result.doubts) == 2
    with place.app_context():
        event = db.session.scalars(select(Event).where(Event.kind == "restored_behind")).one()
        facts = json.loads(event.facts)
        assert (facts["known"], len(facts["accounts"]), facts["parties"], facts["receipts"]) == (True, 1, [], 1)
        assert "from before what this machine knew" in run(place, "doctor").output


def test_the_refusal_names_them_too_where_it_is_told_of_the_later_database(left, empty_place):
    with pytest.raises(BackupError, match="Has access again: Joseph"):
        restored(empty_place(), left.path, Allowed(present=left.url))


@pytest.mark.parametrize("present", [None, "sqlite:////nowhere/at/all.sqlite", "sqlite://", "nonsense"])
def test_where_the_later_database_is_gone_it_says_that_it_cannot_know(left, empty_place, present):
    result = restored(empty_place(), left.path, Allowed(roll_back=True, present=present))
    assert result.doubts == [pinned.NOT_KNOWN]


def test_after_going_back_this_machine_knows_the_log_as_it_is_now(left, empty_place, tmp_path):
    place = empty_place()
    restored(place, left.path, BACK)
    with place.app_context():
        take(tmp_path / "after", clock.now())
    assert restored(empty_place(), tmp_path / "after").doubts == []


def test_a_backup_of_now_needs_no_word(left, empty_place, tmp_path):
    take(tmp_path / "now", clock.now())
    assert restored(empty_place(), tmp_path / "now").doubts == []


def test_what_happened_since_that_is_not_about_keys_makes_no_backup_an_older_one(small, empty_place):
    with unit_of_work():
        chain.append(None, "holiday_added", small.cast["Noor"], clock.now(), clock.now(), {"country": "KE"})
    looked_again(small.app)
    assert restored(empty_place(), small.path).doubts == []


def test_a_backup_that_is_ahead_of_what_this_machine_knows_is_taken(small, empty_place, tmp_path):
    """The pins that a new machine was brought may be older than the backup."""
    before = small.app.config["PINS_FILE"].read_bytes()
    second_officer(small.cast)
    take(tmp_path / "b", clock.now())
    small.app.config["PINS_FILE"].write_bytes(before)
    assert restored(empty_place(), tmp_path / "b").doubts == []


def test_another_record_that_goes_further_is_a_fork_and_is_told(small, empty_place, tmp_path):
    pins = json.loads(small.app.config["PINS_FILE"].read_bytes())
    second_officer(small.cast)
    take(tmp_path / "b", clock.now())
    forked = {**pins, "hash": "0" * 64}
    small.app.config["PINS_FILE"].write_text(json.dumps(forked))
    with pytest.raises(BackupError, match="the two are not one record"):
        restored(empty_place(), tmp_path / "b")
    assert restored(empty_place(), tmp_path / "b", BACK).notes != []


def test_a_new_machine_is_told_to_bring_what_the_old_one_knew(small, empty_place):
    place = empty_place()
    place.config["PINS_FILE"] = place.config["FILES"].with_name("pins.json")
    with pytest.raises(BackupError, match="flask keys pins"):
        restored(place, small.path)
    result = restored(place, small.path, Allowed(unsigned=True))
    assert result.faults == [] and "This machine remembers nothing" in result.notes[0]
    assert place.config["PINS_FILE"].exists()


def test_what_this_machine_knows_and_cannot_be_read_is_told(small, empty_place):
    small.app.config["PINS_FILE"].write_text("{")
    with pytest.raises(BackupError, match="cannot be read"):
        restored(empty_place(), small.path)


def test_a_drill_judges_as_a_restore_does_and_moves_nothing(left):
    before = left.app.config["PINS_FILE"].read_bytes()
    refused = run(left.app, "drill", str(left.path))
    assert refused.exit_code == 1 and "--roll-back" in refused.output and "Joseph" in refused.output
    allowed = run(left.app, "drill", "--roll-back", str(left.path))
    assert "Has access again: Joseph" in allowed.output and "Restored: " in allowed.output
    assert left.app.config["PINS_FILE"].read_bytes() == before
    assert db.session.scalars(select(Event).where(Event.kind == "restored_behind")).all() == []
