"""deploy/roles.sh, as docs/operations.md has it run."""

import os
import shutil
import subprocess

import pytest
from sqlalchemy import make_url

from grievance.maintenance.database_roles import Process
from tests.conftest import ROOT
from tests.roles.test_refusals import connected, state_of

pytestmark = pytest.mark.skipif(not shutil.which("psql"), reason="no psql here")


def run(office, *files):
    """The script, by who administers the server."""
    url = make_url(office.url)
    env = {**os.environ, "PGDATABASE": office.name, "PGUSER": url.username or "postgres"}
    env |= {"PGHOST": url.query.get("host", url.host), "PGPASSWORD": url.password or ""}
    env |= {"PGPORT": str(url.port)} if url.port else {}
    command = ["sh", str(ROOT / "deploy" / "roles.sh"), *map(str, files)]
    return subprocess.run(command, env=env, capture_output=True, text=True)


def test_it_gives_the_roles_and_the_password_that_stands_in_a_file(office, tmp_path):
    (tmp_path / "form").write_text("postgresql+psycopg://grievance_form:4f2a'9c@database/grievance\n")
    done = run(office, tmp_path / "form")
    assert (done.returncode, done.stderr) == (0, "")
    with connected(office.url, Process.FORM) as connection:
        assert state_of(connection, "DELETE FROM events") == "42501"


def test_a_file_without_a_role_and_a_password_is_named(office, tmp_path):
    (tmp_path / "form").write_text("postgresql+psycopg:///grievance\n")
    done = run(office, tmp_path / "form")
    assert done.returncode == 1 and "holds no address with a role" in done.stderr


def test_the_onion_service_may_do_what_the_two_halves_of_the_public_pages_may_and_no_more(office):
    assert run(office).returncode == 0 and run(office).stderr == ""  # run again, it gives nothing twice
    is_staff = "SELECT pg_has_role('grievance_staff', 'MEMBER')"
    with connected(office.url, "grievance_onion") as connection:
        assert connection.execute(is_staff).fetchone() == (False,)
        for refused in ("DELETE FROM events", "UPDATE accounts SET name = ''"):
            assert state_of(connection, refused) == "42501"
        assert state_of(connection, "SELECT id FROM cases") == ""
