"""A process that was taken over does with its own role in the database what it can: the lines of the form, of the
complainants' pages and of the worker. On SQLite there are no roles: there it is whoever writes the file."""

import os
import shutil
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import ProgrammingError

from grievance.extensions import db
from grievance.maintenance.database_roles import Process
from tests.attacks.attackers import BY_NAME, Can
from tests.attacks.changes import CHANGES
from tests.attacks.test_attackers_change import outcome
from tests.conftest import _running, make_app
from tests.roles.conftest import apply_roles, as_role

ROLES = {"form": Process.FORM, "follow": Process.FOLLOW, "worker": Process.WORKER}


@pytest.fixture(scope="session")
def guarded_office(postgresql_office, postgres):
    """The office with its roles, to be copied."""
    name = f"{postgresql_office.name}_guarded"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE {postgresql_office.name}")
    apply_roles(postgres.url(name))
    yield name
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["postgresql"])
def guarded(request, postgres, postgresql_office, guarded_office, tmp_path):
    """As `standing`; what an attacker writes goes by `as_process(...)`."""
    one, name = postgresql_office, f"g{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE {guarded_office}")
    for kept in ("pins.json", "checkpoints.jsonl"):
        if (one.machine / kept).exists():
            shutil.copy(one.machine / kept, tmp_path / kept)
    url = postgres.url(name)
    for app in _running(make_app(url, tmp_path / "files")):
        yield SimpleNamespace(app=app, past=one.past, secrets=one.secrets, url=url, kind="postgresql", engine=db.engine)
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def written_as(change, role):
    """The same change, written by who connects as this role; what the database refuses has not been written."""

    def write(standing):
        engine = create_engine(as_role(standing.url, role))
        theirs = SimpleNamespace(**{**vars(standing), "engine": engine})
        try:
            change.write(theirs)
        except ProgrammingError as fault:
            if getattr(fault.orig, "sqlstate", "") != "42501":  # insufficient_privilege
                raise
        finally:
            engine.dispose()

    return type(change)(**{**vars(change), "write": write})


AT_ONCE = ("party_keys", "receipt", "record", "her_event")
"""The rest is tried in the long run."""


def cells():
    for name in ROLES:
        for change in CHANGES:
            marks = [] if change.name in AT_ONCE else [pytest.mark.long]
            yield pytest.param(name, change, marks=marks, id=f"{name}-{change.name}")


@pytest.mark.parametrize(("name", "change"), list(cells()))
def test_a_process_that_was_taken_over_changes_nothing_unnoticed(guarded, name, change):
    found = outcome(written_as(change, ROLES[name]), guarded, BY_NAME[name])
    assert found == Can.REFUSED if change.reads else found in (Can.REFUSED, Can.NOTICED)
