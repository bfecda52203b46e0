"""Which version runs here: one number, said to whoever has to know it."""

import platform
import re
import tomllib
import zoneinfo

import tzdata

from grievance import clock, demonstration
from grievance.reports import versions
from grievance.version import VERSION
from tests.conftest import ROOT
from tests.views.test_routes import client_of


def test_the_number_in_the_code_is_the_one_of_pyproject():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_what_is_new_since_a_version_has_a_number_of_its_own():
    """The last heading of the change log is this version, or what will be listed under it once it is released."""
    *earlier, last = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert last in (VERSION, "Unreleased") and VERSION not in earlier


def test_a_check_of_the_process_tells_its_version(app):
    assert app.test_client().get("/healthz").json == {"alive": True, "version": VERSION}


def test_the_secretariat_reads_the_version_under_its_pages_and_a_complainant_does_not(app, cast):
    line = f"Version {VERSION}"
    assert line in client_of(app, "Noor").get("/desk").text
    assert line in client_of(app, "Ines").get("/custodian").text
    assert line not in app.test_client().get("/").text


def test_a_steps_page_says_the_version_of_the_program_and_not_of_the_case(app, cast):
    reference = demonstration.file_one(clock.now())[0]
    page = client_of(app, "Noor").get(f"/desk/cases/{reference}/steps/note").text
    assert f"Version {VERSION}" in page


def test_the_command_names_what_the_program_is_made_of_and_where_its_tables_are(both):
    lines = both.app.test_cli_runner().invoke(args=["version"]).output.splitlines()
    parts = dict(line.split(": ", 1) for line in lines)
    server = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[both.kind]
    assert list(parts) == ["grievance", "Python", server, "tables", "time zones"]
    assert parts["grievance"] == VERSION and parts["Python"] == platform.python_version()
    assert re.match(r"\d+\.\d+", parts[server]) and re.fullmatch(r"\d{4}", parts["tables"])


def test_the_command_answers_where_the_database_has_no_tables(app):
    with versions.db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    assert versions.versions()["tables"].startswith("not known")


def test_the_edition_of_time_zones_is_the_pinned_packages_whatever_the_machine_has(app):
    assert zoneinfo.TZPATH == () and versions.versions()["time zones"] == tzdata.IANA_VERSION
