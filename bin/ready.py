"""Whether the database of `make run` is as the newest migration leaves it and has data: then a start asks nothing else
of it. Exit 1 where it is not, or is another one. The standard library alone: what it saves is loading the program."""

import os
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path


def is_ready(database: Path, migrations: Path) -> bool:
    """Files of migrations have their number first."""
    newest = max(path.name.partition("_")[0] for path in migrations.glob("[0-9]*.py"))
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            known = connection.execute("SELECT version_num FROM alembic_version").fetchall()
            return known == [(newest,)] and connection.execute("SELECT 1 FROM accounts LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return False


def named(env: Mapping[str, str], here: Path) -> Path | None:
    """The file of SQLite that the program will use; None where it is another database, or a file says which."""
    url = env.get("DATABASE_URL") or f"sqlite:///{here}/instance/grievance.sqlite"
    path = Path(url.removeprefix("sqlite:///"))
    return path if path.is_absolute() and not env.get("DATABASE_URL_FILE") else None


if __name__ == "__main__":
    here = Path.cwd()
    database = named(os.environ, here)
    sys.exit(0 if database and is_ready(database, here / "migrations" / "versions") else 1)
