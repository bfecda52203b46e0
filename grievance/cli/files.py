"""The commands for the place of the files. Progress goes to stderr; exit 1 where something is wrong."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app

from grievance import clock
from grievance.cli.asked import bar
from grievance.storage import opened
from grievance.storage.moving import move
from grievance.storage.places import place
from grievance.storage.store import Store
from grievance.storage.versions import UnfitBucket, refuse_versions

ADDRESS = "file:///folder or s3://bucket/prefix"


@click.group("files")
def files_group() -> None:
    """Where the sealed files lie: FILES_URL says it, and these commands move them."""


@files_group.command("move")
@click.argument("here", metavar="FROM")
@click.argument("there", metavar="TO")
def move_command(here: str, there: str) -> None:
    """Copy all files FROM one place TO another, each file:///folder or s3://bucket/prefix, and read every copy again.

    The bucket is reached as FILES_ENDPOINT, FILES_KEY_ID and the others say. Nothing is deleted. Called again, it goes
    on where it ended: while people work, then once more with all services stopped, before FILES_URL is changed.
    """
    with _in_a_sentence():
        source, target = _store(here), _store(there)
        target.make()
        moved = move(source, target, clock.now(), bar)
    click.echo(f"{moved.copied} files copied, {moved.there} were there, {moved.gone} were deleted meanwhile.")
    for name in moved.different:
        click.echo(f"The file {name} is another one there.")
    sys.exit(1 if moved.different else 0)


def _store(url: str) -> Store:
    try:
        where = place(url, current_app.config["FILES_ACCESS"])
    except ValueError:
        raise click.ClickException(f"{url} is not {ADDRESS}.") from None
    refuse_versions(where, clock.now())
    return opened(where)


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    try:
        yield
    except UnfitBucket as reason:
        raise click.ClickException(str(reason)) from None
    except OSError as fault:
        raise click.ClickException(f"{fault.filename or 'The disk'}: {fault.strerror}. Call it again.") from None
