"""What this installation is made of, for whoever mends it: nothing of any case."""

import platform
import sqlite3
import zoneinfo
from pathlib import Path

import tzdata
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from grievance.extensions import db
from grievance.version import VERSION


def versions() -> dict[str, str]:
    """Each part by name, in the order to tell it. A database that does not answer is said, and nothing is raised."""
    return {"grievance": VERSION, "Python": platform.python_version(), **_database(), "time zones": _time_zones()}


def _database() -> dict[str, str]:
    """The server's version, and the migration at which its tables are."""
    sqlite = db.engine.dialect.name == "sqlite"
    server = {"SQLite": sqlite3.sqlite_version} if sqlite else {"PostgreSQL": _asked("SHOW server_version")}
    return {**server, "tables": _asked("SELECT version_num FROM alembic_version")}


def _asked(question: str) -> str:
    try:
        with db.engine.connect() as connection:
            return str(connection.scalar(text(question)))
    except SQLAlchemyError:
        return "not known: the database has none, or does not answer"


def _time_zones() -> str:
    """The edition of IANA's list that dates are counted by: the machine's own where it has one, as `zoneinfo` looks."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "Europe" / "Zurich").is_file():
            return f"{_edition(folder)} ({folder})"
    return f"{tzdata.IANA_VERSION} (the package tzdata)"


def _edition(folder: Path) -> str:
    """`# version 2026b` is the first line of the list's source, which not every system keeps."""
    try:
        with (folder / "tzdata.zi").open() as source:
            return source.readline().removeprefix("# version").strip()
    except OSError:
        return "edition not known"
