"""The commands for backups. Progress goes to stderr, what was done to stdout; exit 1 where something is wrong."""

import base64
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from grievance import clock
from grievance.accounts.keys import backup_paper, log
from grievance.cli.asked import bar, signed_in
from grievance.crypto import envelopes, receipt_codes
from grievance.forms.fields import Refused
from grievance.maintenance import health
from grievance.maintenance.backup import BackupError, canary, sealed
from grievance.maintenance.backup.drill import Outcome, rehearse, scratch_config
from grievance.maintenance.backup.restore import Allowed, Restored, restore
from grievance.maintenance.backup.write import Taken, take
from grievance.record.erasures import Unreadable

A_FILE = click.Path(dir_okay=False, path_type=Path)
OLDER = "The backup is older than the canary, so that none was looked for: the next backup has it."
NO_DRILL_KEY = "DRILL_KEY is not set, so that whoever has this backup and the server keys can open it."
KEEP_IT = (
    "Write both on paper, twice, and keep them in two safes, none of them with the backups or the server keys. The code"
    " is not stored: without it and without the drill key no backup opens. An earlier paper opens earlier backups."
)
THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    """What stands against it, without a trace of the program."""
    try:
        yield
    except (BackupError, Unreadable) as reason:
        raise click.ClickException(str(reason)) from None
    except Refused as refused:
        raise click.ClickException(refused.sentence) from None
    except OSError as fault:
        raise click.ClickException(f"{fault.filename or 'The disk'}: {fault.strerror}.") from None


class Backups(click.Group):
    """`flask backup FILE` writes one; what else there is about backups has a name of its own."""

    default = "write"

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = args[0] in self.commands
        return super().resolve_command(context, args if known else [self.default, *args])


@click.group("backup", cls=Backups)
def backup_command() -> None:
    """`flask backup FILE`: one consistent FILE with database, files and keys as they are stored, while people work.

    It is sealed to the paper key and to the drill key, and signed with a server key. It holds no server keys, sessions
    or drafts.
    """


@backup_command.command("write", hidden=True)
@click.argument("file", type=A_FILE)
def write_command(file: Path) -> None:
    """Write FILE: the same as `flask backup FILE`."""
    with _in_a_sentence():
        taken = take(file, clock.now(), bar)
    health.note_backup(clock.now())
    click.echo(_told(taken))
    _warn(taken)


def _warn(taken: Taken) -> None:
    if taken.without_paper:
        click.echo(taken.without_paper, err=True)
    if not current_app.config["DRILL_GIVEN"]:
        click.echo(NO_DRILL_KEY, err=True)


@backup_command.command("paper")
@click.option("--email", required=True, help="Of an approver or a custodian, whose password is asked.")
def paper_command(email: str) -> None:
    """Make the paper key, and print its code once: what backups are sealed to from now on."""
    by = signed_in(email)
    with _in_a_sentence():
        code, key_id = backup_paper.make(by)
    click.echo(f"{receipt_codes.grouped(code)}\nPaper key {key_id}")
    click.echo(KEEP_IT, err=True)


@backup_command.command("public")
def public_command() -> None:
    """Print the public half of the drill key, for DRILL_PUBLIC of a machine that makes backups and opens none."""
    public = sealed.drill_public()
    click.echo(base64.b64encode(public).decode())
    click.echo(f"Drill key {envelopes.key_id(public)}", err=True)


def _told(taken: Taken) -> str:
    line = f"{taken.path}: {taken.size} bytes, {taken.cases} cases, {taken.files} files, SHA-256 {taken.digest}"
    line += f", sealed to {' and '.join(taken.sealed_to)}"
    return line + (f", {taken.gone} cases were erased meanwhile" if taken.gone else "")


def _ask_paper(key_id: str) -> str:
    """In the presence of who has the paper; on a terminal that shows nothing of it."""
    return str(click.prompt(f"Code of the paper key {key_id}", hide_input=True, err=True))


def allowing(command: Callable[..., None]) -> Callable[..., None]:
    """What a restore and its rehearsal may be told, by the same words."""
    for option in (
        click.option("--present", help="With --roll-back: the address of the later database, which says who is back."),
        click.option("--roll-back", is_flag=True, help="Go back behind what this machine knows of the log of keys."),
        click.option("--unsigned", is_flag=True, help="Take a backup that no server key of here vouches for."),
    ):
        command = option(command)
    return command


@click.command("restore")
@click.argument("file", type=THERE)
@click.option("--erasures", type=THERE, help="The list of erasures; the one of ERASURES without it.")
@allowing
def restore_command(file: Path, erasures: Path | None, unsigned: bool, roll_back: bool, present: str | None) -> None:
    """Restore FILE into an empty database and an empty files' folder, and check what came back."""
    allowed = Allowed(unsigned, roll_back, present, _ask_paper)
    with _in_a_sentence():
        restored = restore(file, erasures or current_app.config["ERASURES"], clock.now(), bar, allowed)
    _tell(restored)
    sys.exit(0 if restored.whole else 1)


def _tell(restored: Restored) -> None:
    click.echo(f"Restored: {restored.cases} cases and {restored.files} files, as they were at {restored.taken_at}.")
    click.echo(f"Erased again: {restored.erased} cases.")
    for sentence in (*restored.notes, *restored.doubts, *restored.missing, *restored.faults):
        click.echo(sentence)
    click.echo("All promises hold." if not restored.faults else f"{len(restored.faults)} faults.")


@click.command("drill")
@click.argument("file", type=THERE, required=False)
@allowing
def drill_command(file: Path | None, unsigned: bool, roll_back: bool, present: str | None) -> None:
    """Restore FILE, or a backup that is made now, into a scratch place; open the canary there and check all promises.

    The first drill files the canary, a closed case of nobody; its receipt is kept in CANARY_FILE.
    """
    with _in_a_sentence(), tempfile.TemporaryDirectory(prefix="drill-") as folder:
        known = canary.ensure(current_app.config["CANARY_FILE"], clock.now())
        log.again()  # what this machine knows of the keys is compared there as a restore here would
        if file is None:
            file = Path(folder) / "backup"
            taken = take(file, clock.now(), bar)
            click.echo("Backup: " + _told(taken))
            _warn(taken)
        begin = time.monotonic()
        here = str(current_app.config["SQLALCHEMY_DATABASE_URI"])
        outcome = _rehearsed(file, Path(folder), known, Allowed(unsigned, roll_back, present or here, _ask_paper))
        click.echo(f"Restore: {time.monotonic() - begin:.1f} seconds, into a scratch place that is gone again.")
    _report(outcome)
    sys.exit(0 if outcome.passed else 1)


def _rehearsed(file: Path, folder: Path, known: canary.Canary, allowed: Allowed) -> Outcome:
    filed = canary.filed_at(known)
    scratch = current_app.extensions["factory"](scratch_config(dict(current_app.config), folder))
    return rehearse(scratch, file, current_app.config["ERASURES"], known, clock.now(), bar, filed, allowed)


def _report(outcome: Outcome) -> None:
    _tell(outcome.restored)
    good = OLDER if outcome.older else "The canary says what it was told."
    for sentence in outcome.canary or [good]:
        click.echo(sentence)
    click.echo("The record is whole." if not outcome.record else f"{len(outcome.record)} faults in the record.")
    click.echo("The drill passed." if outcome.passed else "The drill FAILED.")
