"""An office on PostgreSQL whose processes connect as deploy/roles.sql says."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest
from sqlalchemy import event, make_url

from config import load_config
from grievance import create_app
from grievance.extensions import db
from grievance.maintenance.database_roles import OWNER, Process
from tests import less
from tests.conftest import CONTACTS, FOR_THE_PUBLIC, ROOT, SECRETS, FreshClient, _running, make_app

ROLES = ROOT / "deploy" / "roles.sql"
SERVED = {Process.FORM: "form", Process.FOLLOW: "follow", Process.STAFF: "desk,company,api", Process.WORKER: "desk",
          Process.BACKUP: "desk"}  # fmt: skip
"""What each process has in `FACES`; worker and backups serve nothing."""
PASSWORD = "only of a test"


def as_role(url: str, role: str) -> str:
    """The same database, for who connects as this role."""
    parsed = make_url(url).set(username=role)
    if os.environ.get("TEST_DATABASE_URL"):  # a server of somebody's, which asks for a password
        parsed = parsed.set(password=PASSWORD)
    return parsed.render_as_string(hide_password=False)


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def apply_roles(url: str) -> None:
    """As docs/operations.md has it done, by a superuser."""
    with psycopg.connect(plain(url)) as connection:
        connection.execute("SET client_min_messages = warning")
        connection.execute(ROLES.read_text())
        if os.environ.get("TEST_DATABASE_URL"):
            for role in (OWNER, *Process, "grievance_onion"):
                connection.execute(f"ALTER ROLE {role} PASSWORD '{PASSWORD}'")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "guarded" in item.fixturenames:
            item.add_marker(pytest.mark.postgresql)


@pytest.fixture(scope="session")
def guarded(postgres) -> Iterator[SimpleNamespace]:
    """The cast's database with its roles, to be copied: what is granted is copied too."""
    name = f"roles_{os.getpid()}"
    postgres.execute(f"CREATE DATABASE {name} {postgres.copied}")
    apply_roles(postgres.url(name))
    strategy = postgres.copied.partition("STRATEGY")[2]
    yield SimpleNamespace(copied=f"TEMPLATE {name}" + (f" STRATEGY{strategy}" if strategy else ""))
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Office:
    """`process(...)`: the application as this process runs it. `refused`: what the database refused to any of them."""

    def __init__(self, url, name, cast, folder):
        self.url, self.name, self.cast, self.folder = url, name, cast, folder
        self.owner = make_app(url, folder / "files")
        self.refused = []
        self._processes = {}

    def process(self, process, faces=""):
        known = faces or SERVED[process]
        if (process, known) not in self._processes:
            self._processes[process, known] = self._made(process, known)
        return self._processes[process, known]

    def _made(self, process, faces):
        secrets = SECRETS if "desk" in faces else FOR_THE_PUBLIC
        env = {**secrets, "CONTACTS": CONTACTS, "DATABASE_URL": as_role(self.url, process), "FACES": faces}
        app = create_app(load_config({**env, "FILES_URL": (self.folder / "files").as_uri()}))
        app.config.update(FORM_SECONDS=0, CANARY_FILE=self.folder / "canary.json", PINS_FILE=self.folder / "pins.json")
        app.test_client_class = FreshClient
        with app.app_context():
            less.share(app, db.engine)
            event.listen(db.engine, "handle_error", self._note)
        return app

    def _note(self, context):
        if isinstance(context.original_exception, psycopg.errors.InsufficientPrivilege):
            self.refused.append(f"{context.original_exception}: {context.statement}")

    @contextmanager
    def acting(self, process):
        """What is done inside is done by this process."""
        with self.process(process).app_context():
            yield
            db.session.remove()

    def client(self, process):
        return self.process(process).test_client()

    def end(self):
        for app in self._processes.values():
            with app.app_context():
                db.engine.dispose()


@pytest.fixture
def office(request, postgres, guarded, tmp_path) -> Iterator[Office]:
    name = f"r{os.getpid()}_{abs(hash(request.node.nodeid)) % 10**9}"
    postgres.execute(f"CREATE DATABASE {name} {guarded.copied}")
    (tmp_path / "files").mkdir()
    made = Office(postgres.url(name), name, postgres.cast, tmp_path)
    for _app in _running(made.owner):
        yield made
        made.end()
    postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")
