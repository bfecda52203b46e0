"""`make run` loads the program for its database only where that may have something to do."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bin import ready
from tests.conftest import ROOT


@pytest.fixture
def migrations(tmp_path):
    for name in ("0001_first.py", "0002_second.py"):
        (tmp_path / name).touch()
    return tmp_path


def made(folder, revision, accounts):
    path = folder / "grievance.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("CREATE TABLE accounts (id INTEGER)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
        connection.executemany("INSERT INTO accounts VALUES (?)", [(number,) for number in range(accounts)])
        connection.commit()
    return path


def test_a_database_at_the_newest_migration_with_people_in_it_is_ready(migrations):
    assert ready.is_ready(made(migrations, "0002", 1), migrations)


@pytest.mark.parametrize(("revision", "accounts"), [("0001", 1), ("0002", 0)])
def test_one_that_is_behind_or_empty_is_not(migrations, revision, accounts):
    assert not ready.is_ready(made(migrations, revision, accounts), migrations)


def test_none_at_all_is_not_and_is_not_made_by_the_question(migrations):
    assert not ready.is_ready(migrations / "none.sqlite", migrations)
    assert not (migrations / "none.sqlite").exists()


@pytest.mark.parametrize(
    ("env", "file"),
    [
        ({}, "/here/instance/grievance.sqlite"),
        ({"DATABASE_URL": "sqlite:////there/x.sqlite"}, "/there/x.sqlite"),
        ({"DATABASE_URL": "postgresql+psycopg:///grievance"}, None),
        ({"DATABASE_URL_FILE": "/etc/grievance/database_url"}, None),
    ],
)
def test_a_file_of_sqlite_is_looked_at_wherever_it_lies_and_no_other_database(env, file):
    assert ready.named(env, Path("/here")) == (Path(file) if file else None)


def test_the_demonstration_is_brought_to_the_last_migration_for_no_other_version_uses_it():
    said = re.findall(r"flask db upgrade.*?(?= 2>| \|\||  #|$)", (ROOT / "bin" / "run").read_text(), re.M)
    assert said and all(one == "flask db upgrade --contract" for one in said)
