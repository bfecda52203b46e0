"""What `python -m faults taken` holds a host against is what is declared."""

import os

import pytest

from faults.shell import opens
from faults.taken import PUBLIC, differences, granted
from grievance.crypto.sealing import seal
from grievance.maintenance.database_roles import Process, tables
from grievance.maintenance.grants import GRANTS

OF = {"form": (Process.FORM,), "follow": (Process.FOLLOW,), "onion": (Process.FORM, Process.FOLLOW)}
COLUMNS = {name: [column.name for column in table.columns] for name, table in tables().items()}


def declared(name):
    """What a role that may do all that is declared, and nothing else, would find."""
    found = {}
    for table in COLUMNS:
        may = [GRANTS[table][process] for process in OF[name]]
        verbs = {}
        for verb in ("select", "insert", "update"):
            allowed = {one for its in may for one in getattr(its, verb).of(tables()[table])}
            verbs[verb] = [one for one in COLUMNS[table] if one in allowed]
        found[table] = verbs | {"delete": ["*"] if any(its.delete for its in may) else []}
    return found


@pytest.mark.parametrize("name", PUBLIC)
def test_a_host_that_can_do_what_is_declared_differs_in_nothing(name):
    assert granted(name) and differences(name, declared(name), COLUMNS) == []


def test_a_column_more_and_a_column_less_are_both_named():
    found = declared("form")
    found["accounts"]["select"] = [*found["accounts"]["select"], "password"]
    found["writings"]["insert"].remove("sealed")
    assert differences("form", found, COLUMNS) == ["select of accounts.password", "insert of writings.sealed"]


@pytest.mark.parametrize("length", [0, 5, 252, 5000])
def test_what_a_key_opens_is_found_without_its_place_and_with_no_other_key(length):
    key = os.urandom(32)
    sealed = seal(key, bytes(length), b"somewhere")
    assert opens(key, sealed) and not opens(os.urandom(32), sealed)
