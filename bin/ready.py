"""Whether the database of `make run` is as the newest migration leaves it and has data: then a start asks nothing else
of it. Exit 1 where it is not, or is another one. The standard library alone: what it saves is loading the program."""

import os
import sqlite3
import sys
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


if __name__ == "__main__":
    named = os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")
    here = Path.cwd()
    sys.exit(
        0 if not named and is_ready(here / "instance" / "grievance.sqlite", here / "migrations" / "versions") else 1
    )
