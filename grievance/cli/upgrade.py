"""`flask db`: Alembic's commands. `upgrade` takes nothing away that the version before uses, unless it is asked."""

import time
from collections.abc import Callable

import click
from flask import g
from flask.cli import with_appcontext
from flask_migrate import upgrade
from flask_migrate.cli import db as alembic
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy.exc import DBAPIError

from grievance.extensions import db
from grievance.maintenance import schema

TRIES, BETWEEN = 60, 1.0
"""How often a table that is in use is asked for, and seconds between."""
IN_USE = (
    "A table was in use all the time: a backup that runs, or a program that does not end. What was not brought up to "
    "date stays as it was; run this once more afterwards."
)


@click.command("upgrade")
@click.option("--contract", is_flag=True, help="Also take away what the version before used; none of it runs any more.")
@click.option("--sql", is_flag=True, help="Print what would be said to the database, and change nothing.")
@click.argument("revision", default="")
@with_appcontext
def upgrade_command(contract: bool, sql: bool, revision: str) -> None:
    """Add what this version wants; the version before goes on meanwhile. With a REVISION: to that one."""
    if sql:
        upgrade(g.directory, revision or "head", sql=True)
        return
    found = _found()
    if found not in ("none", *schema.known()):
        click.echo(f"The database is at {found}, which is of a later version than this one: nothing is changed.")
        return
    wanted = revision or ("head" if contract else schema.target(found))
    for one in [wanted] if revision else _steps(found, wanted):
        patiently(lambda one=one: upgrade(g.directory, one))  # type: ignore[misc]
    if left := [] if revision else schema.to_take_away(_found()):
        click.echo(f"Still to come: {', '.join(left)}. When no process of the version before runs any more: "
                   "flask --app wsgi db upgrade --contract")  # fmt: skip


def _steps(found: str, wanted: str) -> list[str]:
    """Each migration by itself where others work on PostgreSQL meanwhile: one that keeps a table while it asks for the
    next can hold up a page that has that one, until the server ends the page."""
    if found == "none" or db.engine.dialect.name == "sqlite":
        return [wanted]
    return [one for one in schema.known() if found < one and (wanted == "head" or one <= wanted)]


def patiently(work: Callable[[], None]) -> None:
    """It gives way to whoever uses a table, and comes again. Raises `ClickException` after `TRIES`."""
    for _each in range(TRIES):
        try:
            return work()
        except DBAPIError as refused:
            if not isinstance(refused.orig, LockNotAvailable | DeadlockDetected):
                raise
        time.sleep(BETWEEN)
    raise click.ClickException(IN_USE)


def _found() -> str:
    with db.engine.connect() as connection:
        return schema.revision(connection)


migrations = click.Group(
    "db", {**alembic.commands, "upgrade": upgrade_command}, params=alembic.params, callback=alembic.callback,
    help=alembic.help,
)  # fmt: skip
