"""`flask check` says where pages for everybody could do more than they need."""

import pytest

from config import ConfigError
from grievance.maintenance.database_roles import Process
from grievance.reports import database_role, setup
from grievance.views import faces

SAID = "Pages for everybody run with a role that may change the parties' keys."


def checked(app):
    with app.app_context():
        return app.test_cli_runner().invoke(args=["check"]).output


def test_one_process_for_everything_as_the_owner_is_something_to_do(office):
    assert f"[to do] What public pages may change in the database: {SAID}" in checked(office.owner)


def test_a_process_that_serves_staff_alone_has_nothing_to_do(office):
    assert "[done] What public pages may change in the database" in checked(office.process(Process.STAFF))
    assert office.refused == []


def test_a_process_of_the_public_with_its_own_role_says_that_it_is_well_and_asks_for_nothing_else(office):
    for process in (Process.FORM, Process.FOLLOW):
        assert checked(office.process(process)).startswith("This process cannot change the parties' keys.")
    assert office.refused == []


def test_one_that_serves_the_public_as_the_staffs_role_does_not_start(office):
    with pytest.raises(ConfigError, match="is that of grievance_staff"):
        checked(office.process(Process.STAFF, "form"))


def test_on_sqlite_it_says_that_there_are_none_and_nothing_is_to_be_done(app):
    (point,) = (point for point in setup.points() if point.key == "roles")
    assert not point.lacks and point.says == "SQLite has no roles: what one process may write, each may."


def test_the_faces_for_everybody_are_those_of_the_table():
    assert set(faces.PUBLIC.served_by) == database_role.OPEN_TO_ALL
