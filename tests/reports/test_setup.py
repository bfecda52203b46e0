"""The set-up list: what the office has and what it lacks, for an approver's page and for `flask check`."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine

from grievance import clock
from grievance.accounts.keys import recovery
from grievance.crypto.keyring import new_entry, parse
from grievance.deadlines import holidays
from grievance.intake import opening
from grievance.maintenance import health
from grievance.maintenance.sweep import sweep
from grievance.models.people import Role
from grievance.reports import setup
from tests.intake.test_opening import LACKS, close_again, leave
from tests.times import days_later
from tests.views.test_routes import client_of


def lacking():
    return {point.key for point in setup.points() if point.lacks}


def check(app):
    return app.test_cli_runner().invoke(args=["check"])


@pytest.mark.parametrize("need", [need.key for need in opening.NEEDS])
def test_each_need_that_is_not_met_is_on_the_page_and_in_the_check_which_then_fails(app, need):
    client = client_of(app, "Tomas")
    close_again(app)
    LACKS[need](app)
    (point,) = (one for one in setup.points() if one.key == need)
    assert point.needed and point.lacks
    page, result = client.get("/desk/admin/setup").get_data(as_text=True), check(app)
    assert point.lacks in page and f"[MISSING] {point.title}: {point.lacks}" in result.output
    assert result.exit_code == 1


def test_the_check_of_an_office_that_has_what_it_needs_passes_whatever_else_is_to_be_done(app):
    result = check(app)
    assert result.exit_code == 0 and "[to do] Mail" in result.output and "MISSING" not in result.output


def test_the_check_joins_no_sentence_by_a_colon_after_its_point(app, monkeypatch):
    point = replace(setup.points()[0], lacks="It is not there.", says="It is worth doing.")
    monkeypatch.setattr(setup, "points", lambda: [point])
    assert ": It is not there. It is worth doing.\n" in check(app).output


def test_the_page_leads_to_where_a_person_is_invited(app):
    client = client_of(app, "Tomas")
    leave(Role.CUSTODIAN)
    page = client.get("/desk/admin/setup").get_data(as_text=True)
    assert '<a href="/account/people">Do it here' in page and client.get("/account/people").status_code == 200


def test_an_approver_of_an_office_that_was_never_open_begins_at_the_list(app):
    client = client_of(app, "Tomas")
    assert client.get("/account").location == "/desk"
    close_again(app)
    assert client.get("/account").location == "/desk/admin/setup"
    assert client_of(app, "Noor").get("/account").location == "/desk"


def test_the_list_is_for_approvers(app):
    assert client_of(app, "Noor").get("/desk/admin/setup").status_code == 403


def test_an_approvers_queue_says_how_many_points_are_to_be_done_and_an_officers_does_not(app):
    said = f"{setup.unfinished()} points are to be done."
    assert said in client_of(app, "Tomas").get("/desk").get_data(as_text=True)
    assert said not in client_of(app, "Noor").get("/desk").get_data(as_text=True)


def test_one_person_deciding_alone_is_said(app):
    app.config["ALLOW_SOLO"] = True
    assert "ALLOW_SOLO is 1" in check(app).output
    assert "ALLOW_SOLO is 1" in client_of(app, "Tomas").get("/desk/admin/setup").get_data(as_text=True)


def test_a_worker_that_runs_and_a_backup_of_today_are_done_and_those_of_last_week_are_not(app):
    assert {"worker", "backup"} <= lacking()
    sweep(clock.now())
    health.note_backup(clock.now())
    assert not {"worker", "backup"} & lacking()
    with time_machine.travel(days_later(7)):
        assert {"worker", "backup"} <= lacking()


def test_a_backup_that_was_made_is_noted(app, tmp_path):
    app.config["FILES"].mkdir()
    result = app.test_cli_runner().invoke(args=["backup", str(tmp_path / "one.backup")])
    assert result.exit_code == 0, result.output
    assert "backup" not in lacking()


def test_mail_is_done_where_there_is_a_server_that_takes_it(app):
    assert "mail" in lacking()
    app.config["MAIL_URL"] = "smtp://localhost"
    assert "mail" not in lacking()


def test_a_calendar_without_holidays_is_named_and_from_october_on_that_of_next_year_too(app, cast):
    with time_machine.travel("2026-09-30T12:00:00+02:00"):
        for country in ("*", "KE", "CZ"):
            holidays.add(cast["Tomas"], country, {date(2026, 12, 25): "Christmas Day"})
        assert "holidays" not in lacking()
    with time_machine.travel("2026-10-01T12:00:00+02:00"):
        (point,) = (one for one in setup.points() if one.key == "holidays")
        assert "Kenya 2027" in point.lacks and "2026" not in point.lacks


def test_the_versions_are_said(app):
    assert "Python 3" in check(app).output


def test_a_missing_recovery_code_is_on_the_list_until_both_parties_have_one(app, cast):
    (point,) = (one for one in setup.points() if one.key == "recovery")
    assert "An approver makes one" in point.lacks and "A custodian makes one" in point.lacks and not point.needed
    assert "/account/keys" in client_of(app, "Tomas").get("/desk/admin/setup").text
    recovery.make(cast["Tomas"])
    assert "An approver" not in next(one for one in setup.points() if one.key == "recovery").lacks
    recovery.make(cast["Ines"])
    assert "recovery" not in lacking()


def test_a_command_stands_on_the_page_as_a_command_and_not_between_marks(app):
    page = client_of(app, "Tomas").get("/desk/admin/setup").text
    assert "`" not in page.partition("<main")[2] and "<code>flask worker</code>" in page


def test_a_variable_that_nothing_reads_any_more_is_named_and_so_is_a_pin_file_that_cannot_be_written(app, tmp_path):
    assert "pins" not in lacking()
    app.config["PARTY_KEYS"] = {"secretariat": "0" * 16}
    assert "PARTY_KEYS is not used any more" in check(app).output
    app.config.update(PARTY_KEYS={}, PINS_FILE=tmp_path / "nowhere" / "pins.json")
    assert "PINS_FILE cannot be written" in check(app).output


def test_the_list_says_where_the_record_is_signed_by_what_a_web_process_has(app):
    """The page asks in a process without the worker's key: what the last checkpoint names says it."""
    ring = parse(new_entry())
    app.config["INTAKE_KEY"] = None
    sweep(clock.now())
    said = next(point.lacks for point in setup.points() if point.key == "record_key")
    assert "RECORD_KEY" in said and "INTAKE_KEY" in said and "[to do] Keys that sign the record" in check(app).output
    app.config.update(RECORD_KEY=ring, INTAKE_KEY=ring)
    sweep(clock.now() + timedelta(hours=2))
    app.config["RECORD_KEY"] = None
    assert "record_key" not in lacking()


def test_where_nobody_can_make_a_passkey_the_list_says_so(app, cast):
    assert "passkeys" not in lacking()
    app.config.update(PASSKEYS_REQUIRED=frozenset({"officer"}), STAFF_URL="http://127.0.0.1:8000")
    assert "passkeys" in lacking() and "STAFF_URL must be a name, by HTTPS" in check(app).output
    app.config["STAFF_URL"] = "https://staff.example.org"
    assert "passkeys" not in lacking()
