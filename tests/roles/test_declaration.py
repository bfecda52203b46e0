"""What each process may do is said for each table, and deploy/roles.sql says it to PostgreSQL."""

import re

import pytest
from sqlalchemy import Column, Integer, MetaData, Table

from grievance.maintenance import database_roles
from grievance.maintenance.database_roles import ALL, MADE, OWNER, May, Process, as_sql, may, only, tables, unsaid
from grievance.maintenance.grants import GRANTS
from tests.roles.conftest import ROLES

PUBLIC = (Process.FORM, Process.FOLLOW)
NOT_THEIRS = {
    "parties", "accounts", "account_changes", "party_shares", "recovery_shares", "escrow_halves", "escrow_grants",
    "rotations", "company_envelopes", "settings", "checkpoints", "chain_heads", "companies", "holidays", "conflicts",
    "deputies", "memberships", "calendar_proposals", "identity_requests", "identity_grants", "identity_shares",
}  # fmt: skip
"""What no process that the public reaches may write, whatever the declaration says."""
UNREAD = {
    "accounts": {"email", "password", "public_key", "wrapped_seed", "invitation_hash", "calendar_hash"},
    "party_shares": {"sealed", "proof"}, "company_envelopes": {"sealed"}, "secretariat_envelopes": {"sealed"},
    "recovery_shares": {"sealed"}, "escrow_halves": {"sealed"}, "escrow_grants": {"sealed"},
    "account_sessions": {"sealed_seed"}, "identity_grants": {"sealed"}, "identity_shares": {"sealed"},
    "step_drafts": {"sealed"},
}  # fmt: skip
"""What none of them may read."""
FOR_GOOD = ("events", "signatures")


def written(granted, table):
    return {*granted.insert.of(table), *granted.update.of(table)} | ({"DELETE"} if granted.delete else set())


def test_every_table_has_a_word_for_each_process_and_names_no_column_that_is_not_there():
    assert list(unsaid(GRANTS)) == []


def test_a_new_table_an_old_word_and_a_column_that_is_gone_are_named(monkeypatch):
    there = {"news": Table("news", MetaData(), Column("id", Integer))}
    monkeypatch.setattr(database_roles, "tables", lambda: there)
    assert list(unsaid({})) == ["news: say in maintenance/grants.py which process may do what with it"]
    assert list(unsaid({"news": may(form=May(select=only("was")))})) == ["news.was: there is no such column"]
    assert list(unsaid({"news": may(), "olds": may()})) == ["olds: there is no such table any more"]


def test_the_list_for_postgresql_is_as_it_is_declared():
    assert "".join(ROLES.read_text().partition(MADE)[1:]) == as_sql(GRANTS), "run `make docs`"


def test_each_role_is_made_and_may_connect():
    """What stands above the list is written by hand. The onion service is a member of two, and connects as they do."""
    made, connects = (
        re.search(r"ARRAY\[(.*)\]", ROLES.read_text()),
        re.search(r"CONNECT .* TO (.*)'", ROLES.read_text()),
    )
    assert set(re.findall(r"\w+", made[1])) == {OWNER, *Process, "grievance_onion"}
    assert set(re.findall(r"\w+", connects[1])) == {*Process}


@pytest.mark.parametrize("process", PUBLIC)
def test_a_process_of_the_public_writes_nothing_that_decides_who_reads_and_changes_no_word(process):
    found = {name: written(GRANTS[name][process], tables()[name]) for name in NOT_THEIRS}
    assert {name: columns for name, columns in found.items() if columns} == {"parties": {"lock"}}
    for name in ("events", "signatures", "writings", "attachments", "identity_entries", "secretariat_envelopes"):
        granted = GRANTS[name][process]
        assert (granted.update.of(tables()[name]), granted.delete) == ((), False), name


@pytest.mark.parametrize("process", PUBLIC)
def test_a_process_of_the_public_reads_no_key_password_or_address_of_anybody(process):
    for name, columns in UNREAD.items():
        assert not columns & set(GRANTS[name][process].select.of(tables()[name])), name


def test_the_form_reads_no_words_back():
    assert "sealed" not in GRANTS["writings"][Process.FORM].select.of(tables()["writings"])
    assert GRANTS["identity_entries"][Process.FORM].select.of(tables()["identity_entries"]) == ()


@pytest.mark.parametrize("process", Process)
@pytest.mark.parametrize("name", FOR_GOOD)
def test_nobody_changes_or_takes_away_what_is_on_the_record(process, name):
    granted = GRANTS[name][process]
    assert (granted.update.of(tables()[name]), granted.delete) == ((), False)


def test_only_the_worker_signs_where_the_record_stands():
    assert [one for one in Process if GRANTS["checkpoints"][one].insert != database_roles.NONE] == [Process.WORKER]


def test_who_makes_backups_reads_everything_and_writes_only_when_it_was():
    for name, granted in GRANTS.items():
        assert granted[Process.BACKUP].select == ALL, name
        assert not written(granted[Process.BACKUP], tables()[name]) or name == "settings"


def test_the_clock_reads_nothing_that_opens_somebodys_own_key():
    read = GRANTS["accounts"][Process.WORKER].select.of(tables()["accounts"])
    assert not {"password", "wrapped_seed", "calendar_hash"} & set(read)
