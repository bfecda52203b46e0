"""Two versions on one database: which of them may go on, and how far an upgrade goes while both run."""

import shutil

import pytest
from sqlalchemy import event, inspect, text

from grievance.cli import upgrade as command
from grievance.extensions import db
from grievance.maintenance import schema
from tests.conftest import ROOT

MORE = '''"""More."""
import sqlalchemy as sa
from alembic import op

from grievance.maintenance.schema import beside

revision = "{number}"
down_revision = "{before}"
kind = "{kind}"


def upgrade():
    {change}


def downgrade():
    pass
'''
COLUMN = 'op.add_column("cases", sa.Column("more", sa.Integer()))'
LAST = schema.known()[-1]


def forget():
    for one in (schema.known, schema.contracting):
        one.cache_clear()


@pytest.fixture
def more(tmp_path, monkeypatch):
    """`more(kind, change)` gives this code one migration more, and says its number."""
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(schema, "VERSIONS", tmp_path / "migrations" / "versions")

    def add(kind, change="pass"):
        forget()
        before = schema.known()[-1]
        number = f"{int(before) + 1:04}"
        path = schema.VERSIONS / f"{number}_more.py"
        path.write_text(MORE.format(number=number, before=before, kind=kind, change=change))
        forget()
        return number

    yield add
    forget()


@pytest.fixture
def older(monkeypatch):
    """`older()`: from now on this is the code of before those migrations."""

    def go_back():
        monkeypatch.setattr(schema, "VERSIONS", ROOT / "migrations" / "versions")
        forget()

    return go_back


def brought_up(on, *words):
    """What `flask db upgrade` says, on the migrations that this code has."""
    done = on.app.test_cli_runner().invoke(args=["db", "-d", str(schema.VERSIONS.parent), "upgrade", *words])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def fits():
    with db.engine.connect() as connection:
        return schema.behind(connection) is None


def at():
    with db.engine.connect() as connection:
        return schema.revision(connection)


def test_an_upgrade_adds_and_takes_nothing_away_until_it_is_asked(both, more):
    added = more("expand", COLUMN)
    gone = more("contract", 'op.drop_table("hotlines")')
    assert gone in brought_up(both) and at() == added
    assert "hotlines" in inspect(db.engine).get_table_names()
    assert gone not in brought_up(both, "--contract") and at() == gone


def test_this_version_serves_where_it_has_still_to_take_away_and_not_where_it_lacks_something(both, more):
    more("expand", COLUMN)
    assert not fits()
    more("contract")
    brought_up(both)
    assert fits()
    more("expand")
    assert not fits()


def test_the_version_before_serves_on_what_was_added_and_not_where_something_was_taken_away(
    both, more, older, monkeypatch
):
    more("expand", COLUMN)
    more("contract")
    brought_up(both)
    newer = schema.VERSIONS
    older()
    assert fits() and "nothing is changed" in brought_up(both)
    monkeypatch.setattr(schema, "VERSIONS", newer)
    forget()
    brought_up(both, "--contract")
    older()
    assert not fits() and "cannot do with them" in both.app.test_cli_runner().invoke(args=["doctor"]).output


def test_an_empty_database_is_brought_to_the_end_at_once(more):
    gone = more("contract")
    assert schema.target("none") == gone and schema.target(LAST) == LAST


def test_doctor_says_what_is_still_to_be_taken_away(both, more):
    gone = more("contract")
    assert gone in both.app.test_cli_runner().invoke(args=["doctor"]).output


def test_what_was_taken_away_is_forgotten_by_the_way_back(both, more, older):
    more("contract")
    brought_up(both, "--contract")
    done = both.app.test_cli_runner().invoke(args=["db", "-d", str(schema.VERSIONS.parent), "downgrade", LAST])
    assert (
        done.exit_code == 0 and db.session.execute(text("SELECT 1 FROM settings WHERE name = 'contracted'")).all() == []
    )


def test_an_index_is_made_beside_those_who_write_and_taken_away_again(both, more):
    more("expand", 'beside(op, op.create_index, "ix_more", "cases", ["state"])')
    more("contract", 'beside(op, op.drop_index, "ix_more", "cases")')
    said = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_more: said.append(statement))
    brought_up(both)
    assert "ix_more" in {one["name"] for one in inspect(db.engine).get_indexes("cases")}
    brought_up(both, "--contract")
    assert "ix_more" not in {one["name"] for one in inspect(db.engine).get_indexes("cases")}
    assert any("CREATE INDEX CONCURRENTLY" in one for one in said) == (both.kind == "postgresql")


def test_a_migration_gives_way_to_whoever_uses_a_table_and_comes_again_when_those_before_it_are_done(
    both, more, monkeypatch
):
    if both.kind == "sqlite":
        pytest.skip("there one writer waits for another")
    before, number = more("expand"), more("expand", COLUMN)
    holder = db.engine.connect()
    holder.execute(text("SELECT 1 FROM cases"))  # as a backup does, for long
    tried = []
    monkeypatch.setattr(command.time, "sleep", lambda _seconds: (tried.append(at()), holder.rollback()))
    brought_up(both)
    assert tried == [before] and at() == number
    holder.close()


def test_a_table_that_nobody_leaves_is_said_and_nothing_is_changed(both, more, monkeypatch):
    if both.kind == "sqlite":
        pytest.skip("there one writer waits for another")
    more("expand", COLUMN)
    monkeypatch.setattr(command, "TRIES", 1)
    monkeypatch.setattr(command, "BETWEEN", 0)
    with db.engine.connect() as holder:
        holder.execute(text("SELECT 1 FROM cases"))
        done = both.app.test_cli_runner().invoke(args=["db", "-d", str(schema.VERSIONS.parent), "upgrade"])
        assert done.exit_code == 1 and command.IN_USE in done.output
    assert at() == LAST
