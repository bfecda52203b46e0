"""What `make check` says of migrations: each sample is one that would stop people, or end the version before."""

import pytest

from bin.check_migrations import BREAKS, KINDS, LOCKS, POSTGRESQL, faults_in
from tests.conftest import ROOT

SAMPLE = '''"""A sample."""

import sqlalchemy as sa
from alembic import op

from grievance.maintenance.schema import beside

kind = "KIND"


def upgrade():
    CHANGE
'''
COLUMN = 'op.add_column("cases", sa.Column("a", sa.DateTime(), '


@pytest.fixture
def said(tmp_path):
    """What is said of a migration that makes this change."""

    def of(change, kind="expand", number="0086"):
        (tmp_path / f"{number}_sample.py").write_text(SAMPLE.replace("KIND", kind).replace("CHANGE", change))
        return faults_in(tmp_path)

    return of


def test_they_are_looked_at_as_the_oldest_server_runs_them_that_an_office_may_have():
    assert f"PostgreSQL {POSTGRESQL} or newer" in (ROOT / "docs" / "operations.md").read_text()


def test_the_migrations_that_are_here_let_people_go_on_working():
    assert faults_in(ROOT / "migrations" / "versions") == []


LOCKING = {
    "require-concurrent-index-creation": 'op.create_index("ix", "cases", ["a"])',
    "require-concurrent-index-deletion": 'op.drop_index("ix", "cases")',
    "ban-concurrent-index-creation-in-transaction":
        'op.create_index("ix", "cases", ["a"], postgresql_concurrently=True); op.drop_column("cases", "b")',
    "adding-field-with-default": f'{COLUMN}server_default=sa.text("clock_timestamp()")))',
    "adding-required-field": f"{COLUMN}nullable=False))",
    "adding-not-nullable-field": 'op.alter_column("cases", "a", nullable=False)',
    "constraint-missing-not-valid": 'op.create_check_constraint("ck", "cases", "a > 0")',
    "adding-foreign-key-constraint": 'op.create_foreign_key("fk", "cases", "parties", ["a"], ["id"])',
    "adding-serial-primary-key-field": 'op.create_primary_key("pk", "events", ["id"])',
    "disallowed-unique-constraint": 'op.create_unique_constraint("uq", "cases", ["a"])',
    "changing-column-type": 'op.alter_column("cases", "a", type_=sa.Text())',
    "syntax-error": 'op.execute("ALTER cases")',
}  # fmt: skip
BREAKING = {
    "ban-drop-column": 'op.drop_column("cases", "a")',
    "ban-drop-table": 'op.drop_table("hotlines")',
    "renaming-column": 'op.alter_column("cases", "a", new_column_name="b")',
    "renaming-table": 'op.rename_table("cases", "complaints")',
}


@pytest.mark.parametrize("rule", LOCKS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_change_that_locks_a_table_in_use_is_refused_in_both_kinds(said, kind, rule):
    assert any(line.endswith(LOCKS[rule]) for line in said(LOCKING[rule], kind))


@pytest.mark.parametrize("rule", BREAKS)
def test_what_the_version_before_uses_is_taken_away_by_a_migration_that_contracts_alone(said, rule):
    assert any(line.endswith(BREAKS[rule]) for line in said(BREAKING[rule]))
    assert said(BREAKING[rule], "contract") == []


@pytest.mark.parametrize(
    "change", ["UPDATE cases SET a = 1", "DELETE FROM events", "WITH x AS (SELECT 1) UPDATE limits SET a = 1 FROM x"]
)
def test_rows_of_a_table_that_grows_are_not_changed_at_once(said, change):
    (line,) = said(f'op.execute("{change}")')
    assert "some at a time" in line


@pytest.mark.parametrize(
    "change",
    [
        'op.create_table("new", sa.Column("id", sa.Integer())); op.create_index("ix", "new", ["id"])',
        'op.create_table("new", sa.Column("id", sa.Integer())); op.execute("UPDATE new SET id = 1")',
        'beside(op, op.create_index, "ix", "cases", ["a"])',
        'beside(op, op.drop_index, "ix", "cases")',
        f"{COLUMN}nullable=True))",
        f"{COLUMN}nullable=False, server_default=sa.text(\"'2026-01-01'\")))",
        'op.create_check_constraint("ck", "cases", "a > 0", postgresql_not_valid=True)',
        'op.execute("ALTER TABLE cases VALIDATE CONSTRAINT ck")',
        'op.create_check_constraint("role", "accounts", "role > 0")',
        'op.execute("UPDATE settings SET value = 1")',
        'if op.get_bind().dialect.name == "sqlite": op.drop_table("cases")',
    ],
)
def test_what_holds_nobody_up_is_taken(said, change):
    assert said(change) == []


@pytest.mark.parametrize("kind", ["", "both"])
def test_a_migration_says_whether_it_expands_or_contracts(said, kind):
    (line,) = said("pass", kind)
    assert "which it is" in line


def test_those_until_0085_are_as_they_are(said):
    assert said('op.drop_table("cases")', number="0085") == []


def test_a_migration_that_reads_rows_cannot_be_looked_at(said):
    (line,) = said('op.get_bind().execute(sa.text("SELECT 1")).all()')
    assert "without a database" in line
