"""An office as the release before signatures left it, brought into a database of today (tests/data/before/make.py)."""

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, text

from config import load_config
from grievance import create_app
from grievance.extensions import db
from grievance.maintenance.backup.tables import reflect
from tests import less
from tests.attacks.opener import Copy, Loot
from tests.conftest import ROOT, FreshClient

FOLDER = ROOT / "tests" / "data" / "before"
AS_IT_WAS = json.loads((FOLDER / "office.json").read_text())
KNOWN = AS_IT_WAS["known"]
REVISION = "0038"
MADE_AT = datetime.fromisoformat(KNOWN["made_at"])


def value_of(plain: Any) -> Any:
    """Bytes, times and days as they were."""
    match plain:
        case {"bytes": given}:
            return base64.b64decode(given)
        case {"time": given}:
            return datetime.fromisoformat(given).replace(tzinfo=UTC)
        case {"day": given}:
            return date.fromisoformat(given)
    return plain


def rows_of(tables: dict[str, list[dict[str, Any]]]) -> Copy:
    return {name: [{k: value_of(v) for k, v in row.items()} for row in rows] for name, rows in tables.items()}


def app_of(url: str, folder: Path) -> Flask:
    """With the server keys of then."""
    given = {**KNOWN["secrets"], "CONTACTS": KNOWN["contacts"], "DATABASE_URL": url, "FILES_URL": folder.as_uri()}
    app = create_app(load_config(given))
    with app.app_context():
        less.share(app, db.engine)
        less.do_not_wait_for_the_disk(db.engine)
    app.config.update(TESTING=False, PINS_FILE=folder.with_name("pins.json"))
    app.test_client_class = FreshClient
    return app


def load() -> None:
    """The tables of then with their rows, and then all that came since."""
    upgrade(directory=str(ROOT / "migrations"), revision=REVISION)
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        there = everything_of(connection)
        for name, rows in rows_of(AS_IT_WAS["rows"]).items():
            if rows and name != "alembic_version":
                connection.execute(insert(there[name]), rows)
        if connection.dialect.name == "postgresql":
            for table in there.values():
                _count_on(connection, table)
    upgrade(directory=str(ROOT / "migrations"))


def everything_of(connection: Any) -> dict[str, Any]:
    """As a backup reads them, and what a backup leaves out."""
    from sqlalchemy import MetaData, event

    from grievance.maintenance.backup import tables

    there = MetaData()
    event.listen(there, "column_reflect", tables._alike)
    there.reflect(bind=connection)
    assert set(there.tables) >= set(reflect(connection))
    return dict(there.tables)


def _count_on(connection: Any, table: Any) -> None:
    for column in table.primary_key.columns:
        if column.type.python_type is int and not column.foreign_keys:
            query = f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), max({column.name}))"
            connection.execute(text(f'{query} FROM "{table.name}" HAVING max({column.name}) IS NOT NULL'))


def backup_of_then(folder: Path) -> Path:
    """The backup that was made by the release before."""
    path = folder / "of before"
    path.write_bytes(gzip.decompress((FOLDER / "office.backup.gz").read_bytes()))
    return path


def former_member(*copies: Copy) -> Loot:
    """Who left before the upgrade: her own seed, the party's seed of then, and the rows of then that it opened."""
    before = KNOWN["before"]
    old = rows_of(before["rows"])
    return Loot([old, *copies], seeds=[bytes.fromhex(before["petra"]), bytes.fromhex(before["secretariat"])])


def empty_database(request: pytest.FixtureRequest, kind: str, folder: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'upgraded.sqlite'}"
        return
    server, name = request.getfixturevalue("postgres"), f"u{abs(hash(request.node.nodeid)) % 10**12}"
    server.execute(f"CREATE DATABASE {name}")
    yield server.url(name)
    server.execute(f"DROP DATABASE {name} WITH (FORCE)")
