"""The paper key: made once, shown once, and a way in where every machine is gone."""

import base64
import json
import re

import pytest
from sqlalchemy import select

from grievance import clock
from grievance.access import CLOCK
from grievance.accounts.keys import backup_paper
from grievance.crypto import paper
from grievance.crypto.keyring import new_entry, parse
from grievance.demonstration import PASSWORD, email_of, signed_in
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.maintenance.backup import BackupError, sealed
from grievance.maintenance.backup.restore import Allowed, restore
from grievance.maintenance.backup.write import take
from grievance.models.event import Event
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from tests.maintenance.backup.conftest import opens, rows
from tests.views.test_routes import client_of


def run(app, *words, typed=""):
    return app.test_cli_runner().invoke(args=list(words), input=typed)


def sealed_to(path):
    return set(sealed.look(path, lambda _bytes: None).holders)


@pytest.fixture
def lost(empty_place):
    """A place of which no key is left: other server keys, another key of the drill, nothing remembered."""
    place = empty_place()
    other = parse(new_entry())
    place.config |= {"SECRETS": other, "DRILLS": other, "PINS_FILE": place.config["FILES"].with_name("none.json")}
    return place


def test_before_there_is_one_a_backup_is_made_and_says_so(small, tmp_path):
    result = run(small.app, "backup", str(tmp_path / "b"))
    assert result.exit_code == 0 and "sealed to the drill key\n" in result.output
    assert "There is no paper key yet" in result.output
    assert "There is no paper key yet" in run(small.app, "doctor").output
    assert "[to do] The paper key of the backups" in run(small.app, "check").output


def test_the_command_prints_the_code_once_and_stores_its_public_half_alone(small, tmp_path):
    result = run(small.app, "backup", "paper", "--email", email_of("Tomas"), typed=PASSWORD)
    assert result.exit_code == 0, result.output
    code = paper.normalise(re.search(r"(?:[2-9A-Z]{4} ){7}[2-9A-Z]{4}", result.output)[0])
    (event,) = db.session.scalars(select(Event).where(Event.kind == "paper_key"))
    assert base64.b64decode(json.loads(event.facts)["key"]) == paper.pair_of(code).public
    assert all(code not in str(rows(name)) for name in ("events", "settings"))
    after = run(small.app, "backup", str(tmp_path / "b"))
    assert "sealed to the drill key and the paper key" in after.output and "no paper key" not in after.output
    assert "[done] The paper key of the backups" in run(small.app, "check").output
    assert "no paper key" not in run(small.app, "doctor").output


def test_who_does_not_know_the_password_or_decides_about_nobody_makes_none(small):
    assert run(small.app, "backup", "paper", "--email", email_of("Tomas"), typed="something else").exit_code == 1
    for name in ("Noor", "Victor"):
        with pytest.raises(Refused, match="Only an approver or a custodian"):
            backup_paper.make(signed_in(name))
    assert backup_paper.current()[0] is None


def test_a_drill_needs_no_paper(small):
    backup_paper.make(signed_in("Tomas"))
    result = run(small.app, "drill")
    assert result.exit_code == 0, result.output


def test_where_every_key_is_lost_the_paper_restores_what_nobody_vouches_for_and_that_is_on_record(
    small, lost, tmp_path
):
    code, key_id = backup_paper.make(signed_in("Tomas"))
    take(tmp_path / "b", clock.now())
    with lost.app_context():
        refused = run(lost, "restore", str(tmp_path / "b"), typed=code)
        assert refused.exit_code == 1 and "--unsigned restores it" in refused.output and rows_are_none()
        typed = f"{code[:8]} {code[8:].lower()}"
        restored = run(lost, "restore", "--unsigned", str(tmp_path / "b"), typed=typed)
        assert f"Code of the paper key {key_id}" in restored.output and code not in restored.output
        assert "Restored: 2 cases and 2 files" in restored.output and "On record: " in restored.output
        last = db.session.scalars(select(Event).where(Event.chain == "office").order_by(Event.seq.desc())).first()
        assert last.kind == "restored_unsigned"
        assert "was restored that nobody vouches for" in run(lost, "doctor").output
        assert "[to do] Backups that were restored in spite of something" in run(lost, "check").output


def rows_are_none():
    return not db.inspect(db.engine).get_table_names()


def test_the_people_who_decide_read_it_at_their_page_for_a_month(small, lost, tmp_path):
    backup_paper.make(signed_in("Tomas"))
    take(tmp_path / "b", clock.now())
    lost.config["DRILLS"] = small.app.config["DRILLS"]
    with lost.app_context():
        restore(tmp_path / "b", tmp_path / "none", clock.now(), allowed=Allowed(unsigned=True))
        said = "a backup was restored that nobody vouches for. Let everybody read out"
        for name, reads in (("Tomas", True), ("Ines", True), ("Noor", False), ("Victor", False)):
            page = client_of(lost, name).get("/account/people").get_data(as_text=True)
            assert (said in page) is reads, name
        assert said in client_of(lost, "Tomas").get("/desk/admin/setup").get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("something", "This is no code of a paper key"),
        ("", "This is no code of a paper key"),
        (None, "the code of another paper key"),
    ],
)
def test_another_code_or_a_slip_is_told_and_nothing_is_written(small, lost, tmp_path, typed, told):
    backup_paper.make(signed_in("Tomas"))
    take(tmp_path / "b", clock.now())
    asking = Allowed(unsigned=True, ask=lambda _key: paper.make() if typed is None else typed)
    with lost.app_context():
        with pytest.raises(BackupError, match=told):
            restore(tmp_path / "b", tmp_path / "none", clock.now(), allowed=asking)
        assert rows_are_none()


def test_a_newer_paper_opens_newer_backups_and_the_older_one_the_older(small, lost, tmp_path):
    codes = []
    for name in "ab":
        codes.append(backup_paper.make(signed_in("Tomas"))[0])
        take(tmp_path / name, clock.now())
    with lost.app_context():
        outside = sealed.look(tmp_path / "b", lambda _bytes: None)
        with pytest.raises(BackupError, match="another paper key"):
            sealed.content_key(outside, lambda _key: codes[0])
        assert sealed.content_key(outside, lambda _key: codes[1])
        assert sealed.content_key(sealed.look(tmp_path / "a", lambda _bytes: None), lambda _key: codes[0])


@pytest.mark.parametrize("key", ["", "AAAA", "?", None])
def test_what_is_no_key_in_the_record_is_not_sealed_to_and_is_told(small, tmp_path, key):
    with unit_of_work():
        now = clock.now()
        chain.append(None, "paper_key", CLOCK, now, now, {"public": "", "key": key})
    taken = take(tmp_path / "b", now)
    assert sealed_to(tmp_path / "b") == {"drill"} and "is not one that somebody" in taken.without_paper
    assert "is not one that somebody of this office made" in run(small.app, "doctor").output


def test_a_backup_with_a_paper_opens_by_the_drills_key_too(small, empty_place, tmp_path):
    backup_paper.make(signed_in("Ines"))
    take(tmp_path / "b", clock.now())
    assert sealed_to(tmp_path / "b") == {"drill", "paper"}
    with empty_place().app_context():
        assert restore(tmp_path / "b", tmp_path / "none", clock.now()).faults == [] and opens(small.receipt)


def test_without_a_key_of_its_own_for_the_drill_the_server_keys_open_it_and_that_is_told(small, tmp_path):
    assert "DRILL_KEY is not set" in run(small.app, "backup", str(tmp_path / "b")).output
    small.app.config["DRILL_GIVEN"] = True
    assert "DRILL_KEY is not set" not in run(small.app, "backup", str(tmp_path / "c")).output


def test_the_public_half_is_printed_for_a_machine_that_opens_none(small):
    result = run(small.app, "backup", "public")
    assert base64.b64decode(result.stdout) == sealed.drill_public()
