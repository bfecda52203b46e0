"""What this installation is made of, for whoever mends it: nothing of any case."""

import platform
import sqlite3

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from grievance.extensions import db
from grievance.version import VERSION
from grievance.zones import edition


def versions() -> dict[str, str]:
    """Each part by name, in the order to tell it. A database that does not answer is said, and nothing is raised."""
    return {"grievance": VERSION, "Python": platform.python_version(), **_database(), "time zones": edition()}


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
