"""What is set in the database's driver beyond what it promises: a driver without it is one that works."""

import sys
from types import SimpleNamespace

import psycopg
import pytest
from psycopg import _queries

from grievance import extensions


@pytest.mark.parametrize("gone", ["_query2pg", "_query2pg_nocache", "MAX_CACHED_STATEMENT_LENGTH", "all of it"])
def test_a_driver_that_remembers_statements_by_other_names_connects(monkeypatch, gone):
    for name in ("_query2pg", "MAX_CACHED_STATEMENT_LENGTH"):
        monkeypatch.setattr(_queries, name, getattr(_queries, name))  # as it was, afterwards
    if gone == "all of it":
        monkeypatch.delattr(psycopg, "_queries")
        monkeypatch.setitem(sys.modules, "psycopg._queries", None)
    else:
        monkeypatch.delattr(_queries, gone)
    extensions._remember_statements.cache_clear()
    line = SimpleNamespace(prepared_max=100)
    extensions._prepare_postgresql(line, None)
    assert line.prepared_max == extensions.REMEMBERED
