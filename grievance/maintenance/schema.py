"""Which tables this version wants, which it can do with, and how far a database may be taken while the version before
still serves (docs/operations.md, "Upgrades").

A migration *expands* (it adds, and the version before runs on as it did) or *contracts* (it takes away what the version
before used and this one does not). Each one after 0085 says which, by `kind`; those until then expand.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
CONTRACTED = "contracted"
"""The setting that names the last migration that took something away. A version that does not know it may still use
what is gone."""
GIVES_WAY = "SET lock_timeout = '300ms'"
"""What a migration says first on PostgreSQL. Who waits for a table holds up everybody behind it; and after a second the
server would end one of two that wait for each other, which must not be a page."""
SAYS_KIND = re.compile(r"^kind = \"(\w+)\"", re.MULTILINE)


@cache
def known() -> tuple[str, ...]:
    """The revisions of this code, by the names of their files: Alembic would be 13 MiB for this."""
    return tuple(sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py")))


@cache
def contracting() -> tuple[str, ...]:
    """Those of them that take something away."""
    return tuple(path.name[:4] for path in sorted(VERSIONS.glob("[0-9]*.py")) if kind_of(path) == "contract")


def kind_of(path: Path) -> str | None:
    """What a migration says that it is."""
    said = SAYS_KIND.search(path.read_text())
    return said[1] if said else None


def revision(connection: Connection) -> str:
    """Where the database is; `none` where it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return "none"
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or "none"


def behind(connection: Connection) -> str | None:
    """The database's revision where this code cannot do with it: it lacks what a later migration adds, or one that this
    code does not know took something away. None where it can: also where another version is further, or where this one
    has still to take away."""
    found = revision(connection)
    if found not in known():
        return found if found == "none" or _took_away(connection) > known()[-1] else None
    return found if _lacking(found) else None


def to_take_away(found: str) -> list[str]:
    """The migrations after this revision that contract."""
    return [one for one in contracting() if one > found]


def target(found: str) -> str:
    """Up to which revision the version before can go on: the last one before the next that contracts. All of them for
    an empty database, which nobody uses."""
    if found == "none" or not to_take_away(found):
        return known()[-1]
    return max(one for one in known() if one < to_take_away(found)[0])


def doubt(connection: Connection) -> str:
    """Why this version must not be used with the database; empty where it may."""
    found = behind(connection)
    if found is None:
        return ""
    return f"The tables are those of migration {found}, and this version cannot do with them: it knows {known()[-1]}."


def _lacking(found: str) -> list[str]:
    return [one for one in known() if one > found and one not in contracting()]


def _took_away(connection: Connection) -> str:
    query = text("SELECT value FROM settings WHERE name = :name")
    return str(connection.scalar(query, {"name": CONTRACTED}) or "")


def note_step(*, ctx: Any, step: Any, **_more: Any) -> None:
    """For Alembic, after each migration: what it took away is remembered with it, and forgotten with it."""
    number = step.up_revision_id
    if number not in contracting():
        return
    before = max((one for one in contracting() if one < number), default="")
    note = number if step.is_upgrade else before
    ctx.connection.execute(text("DELETE FROM settings WHERE name = :name"), {"name": CONTRACTED})
    if note:
        row = text("INSERT INTO settings (name, value) VALUES (:name, :value)")
        ctx.connection.execute(row, {"name": CONTRACTED, "value": note})


def beside(op: Any, change: Callable[..., Any], name: str, table: str, *columns: Any, **more: Any) -> None:
    """`op.create_index` or `op.drop_index` on a table that is in use: others go on writing to it meanwhile. Where it
    broke off, half of it is there: what is made is first taken away, if it is there."""
    if op.get_context().dialect.name != "postgresql":
        change(name, table, *columns, **more)
        return
    with op.get_context().autocommit_block():
        op.drop_index(name, table, postgresql_concurrently=True, if_exists=True)
        if change == op.create_index:
            change(name, table, *columns, postgresql_concurrently=True, **more)
