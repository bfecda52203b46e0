"""What is not granted is refused by the database itself, to whoever connects as that process."""

from contextlib import contextmanager

import psycopg
import pytest

from grievance import clock, demonstration
from grievance.maintenance.database_roles import Process, tables
from grievance.maintenance.grants import GRANTS
from tests.roles.conftest import apply_roles, as_role, plain

REFUSED = "42501"  # insufficient_privilege
STATEMENTS = {
    "select": 'SELECT "{column}" FROM {table} LIMIT 0',
    "insert": 'INSERT INTO {table} ("{column}") SELECT NULL WHERE false',
    "update": 'UPDATE {table} SET "{column}" = NULL WHERE false',
}
WHOLE = (
    "TRUNCATE {table} CASCADE", "DROP TABLE {table} CASCADE", "ALTER TABLE {table} ADD COLUMN x int",
    "ALTER TABLE {table} DISABLE TRIGGER ALL", "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "CREATE INDEX x ON {table} ((1))", "COMMENT ON TABLE {table} IS 'x'",
    "CREATE TRIGGER x AFTER INSERT ON {table} EXECUTE FUNCTION refuse_change()",
    "CREATE RULE x AS ON INSERT TO {table} DO INSTEAD NOTHING",
)  # fmt: skip
ELSEWHERE = (
    "CREATE TABLE x (id int)", "CREATE SCHEMA x", "CREATE TEMPORARY TABLE x (id int)",
    "CREATE FUNCTION public.x() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION refuse_change() CASCADE",
    "SET ROLE grievance_owner", "SET session_replication_role = replica", "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE ROLE x", "COPY events TO PROGRAM 'true'", "ALTER DATABASE {database} OWNER TO CURRENT_USER",
    "SELECT pg_read_file('/etc/passwd')", "SELECT rolpassword FROM pg_authid", "DROP SCHEMA public CASCADE",
)  # fmt: skip


@contextmanager
def connected(url, role):
    with psycopg.connect(plain(as_role(url, role)), autocommit=True) as connection:
        yield connection


def state_of(connection, statement):
    """The state with which the database answers; nothing of it stays. Empty where it was done."""
    with connection.transaction(force_rollback=True):
        try:
            connection.execute(statement)
        except psycopg.Error as fault:
            return fault.sqlstate
    return ""


def verbs(process):
    """Each verb on each column, with what the declaration says of it."""
    for name, granted in GRANTS.items():
        table, its = tables()[name], granted[process]
        for verb, statement in STATEMENTS.items():
            allowed = getattr(its, verb).of(table)
            for column in table.columns:
                yield statement.format(table=name, column=column.name), column.name in allowed
        yield f"DELETE FROM {name} WHERE false", its.delete


@pytest.mark.parametrize("process", Process)
def test_each_verb_on_each_column_is_refused_or_allowed_as_it_is_declared(office, process):
    with connected(office.url, process) as connection:
        answers = [(line, allowed, state_of(connection, line)) for line, allowed in verbs(process)]
    assert [line for line, allowed, state in answers if (state == REFUSED) is allowed] == []
    assert sum(state == REFUSED for _line, _allowed, state in answers) > 50


@pytest.mark.parametrize("process", Process)
def test_nobody_but_the_owner_touches_tables_triggers_or_other_roles(office, process):
    lines = [line.format(table=name) for name in (*GRANTS, "alembic_version") for line in WHOLE]
    lines += [line.format(database=office.name) for line in ELSEWHERE]
    apply_roles(office.url)  # a second time, and what it says of the whole database, which a copy has not
    with connected(office.url, process) as connection:
        answers = {line: state_of(connection, line) for line in lines}
    assert {line: state for line, state in answers.items() if state != REFUSED} == {}


@pytest.fixture
def filed(office):
    """A case that the company has, with a message."""
    return demonstration.walk_story(office.cast, "company_acknowledge", clock.now() - demonstration.timedelta(days=20))


ATTACKS = {
    "reads every later complaint": "UPDATE parties SET public_key = 'mine', key_id = 'f'",
    "is given the Secretariat's key": (
        "INSERT INTO party_shares (party_id, account_id, key_id, sealed)"
        " SELECT party_id, id, 'f', 'x' FROM accounts LIMIT 1"
    ),
    "becomes an approver": "UPDATE accounts SET role = 'approver'",
    "takes over an account": "UPDATE accounts SET public_key = 'mine'",
    "invites itself": (
        "INSERT INTO accounts (email, name, role, status, language, party_id, head, created_at)"
        " VALUES ('x@example.org', 'x', 'approver', 'active', 'en', 1, false, now())"
    ),
    "hands a case to a company of its own": (
        "INSERT INTO company_envelopes (id, case_id, party_id, n, key_id, sealed)"
        " SELECT 'x', id, 1, 99, 'f', 'x' FROM cases LIMIT 1"
    ),
    "rewrites the record": "UPDATE events SET facts = '{}'",
    "takes an entry off the record": "DELETE FROM events",
    "puts another signature under it": "UPDATE signatures SET signature = 'x'",
    "takes a signature away": "DELETE FROM signatures",
    "replaces what she wrote": "UPDATE writings SET sealed = 'x'",
    "deletes a message": "DELETE FROM writings",
    "deletes a file": "DELETE FROM attachments",
    "replaces a name": "UPDATE identity_entries SET sealed = 'x'",
    "ends every receipt": "UPDATE settings SET value = '00' WHERE name = 'receipt_salt'",
    "signs what the record never was": (
        "INSERT INTO checkpoints (taken_at, body, signature, public_key, hash) VALUES (now(), '{}', 'x', 'x', 'x')"
    ),
    "opens a name": "INSERT INTO identity_grants (request_id, entry_id, sealed) VALUES ('x', 'x', 'x')",
    "reads everybody's wrapped keys": "SELECT wrapped_seed, password FROM accounts",
    "reads the Secretariat's envelopes": "SELECT sealed FROM secretariat_envelopes",
    "signs in with a session of somebody's": "SELECT sealed_seed FROM account_sessions",
    "ends a conflict of interest": "DELETE FROM conflicts",
}


@pytest.mark.parametrize("process", [Process.FORM, Process.FOLLOW])
def test_who_has_taken_over_a_process_of_the_public_does_none_of_this(office, filed, process):
    with connected(office.url, process) as connection:
        done = [name for name, line in ATTACKS.items() if state_of(connection, line) != REFUSED]
    assert done == []


def test_the_same_is_done_by_who_owns_the_tables_so_that_the_test_can_fail(office, filed):
    with psycopg.connect(plain(office.url), autocommit=True) as connection:
        states = {name: state_of(connection, line) for name, line in ATTACKS.items()}
    assert REFUSED not in states.values() and list(states.values()).count("") >= 12


FOR_GOOD = (
    "UPDATE events SET facts = '{}'", "DELETE FROM events", "UPDATE signatures SET key = 'x'", "DELETE FROM signatures",
    "UPDATE checkpoints SET body = '{}'", "DELETE FROM checkpoints", "DELETE FROM writings", "DELETE FROM cases",
)  # fmt: skip


@pytest.mark.parametrize("process", Process)
def test_nobody_rewrites_the_record_or_takes_away_what_was_written(office, filed, process):
    with connected(office.url, process) as connection:
        assert [line for line in FOR_GOOD if state_of(connection, line) != REFUSED] == []


def test_a_party_can_be_locked_by_who_cannot_write_it(office):
    with connected(office.url, Process.FORM) as connection:
        assert state_of(connection, "SELECT key_id FROM parties FOR SHARE") == ""
        assert state_of(connection, "SELECT id FROM accounts FOR SHARE") == REFUSED
