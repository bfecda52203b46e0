"""The commands for backups. Progress goes to stderr, what was done to stdout; exit 1 where something is wrong."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from grievance import clock
from grievance.forms.fields import Refused
from grievance.maintenance import health
from grievance.maintenance.backup import BackupError, Tick, canary
from grievance.maintenance.backup.drill import Outcome, rehearse, scratch_config
from grievance.maintenance.backup.restore import Restored, restore
from grievance.maintenance.backup.write import Taken, take
from grievance.record.erasures import Unreadable

A_FILE = click.Path(dir_okay=False, path_type=Path)
OLDER = "The backup is older than the canary, so that none was looked for: the next backup has it."
THERE = click.Path(exists=True, dir_okay=False, path_type=Path)


@contextmanager
def _bar(label: str, total: int) -> Iterator[Tick]:
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield bar.update


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


@click.command("backup")
@click.argument("file", type=A_FILE)
def backup_command(file: Path) -> None:
    """Write one consistent FILE with database, files and keys as they are stored, while people work.

    It holds no server keys, sessions or drafts. It is not encrypted as a whole: dates and companies can be read in it.
    """
    with _in_a_sentence():
        taken = take(file, clock.now(), _bar)
    health.note_backup(clock.now())
    click.echo(_told(taken))


def _told(taken: Taken) -> str:
    line = f"{taken.path}: {taken.size} bytes, {taken.cases} cases, {taken.files} files, SHA-256 {taken.digest}"
    return line + (f", {taken.gone} cases were erased meanwhile" if taken.gone else "")


@click.command("restore")
@click.argument("file", type=THERE)
@click.option("--erasures", type=THERE, help="The list of erasures; the one of ERASURES without it.")
def restore_command(file: Path, erasures: Path | None) -> None:
    """Restore FILE into an empty database and an empty files' folder, and check what came back."""
    with _in_a_sentence():
        restored = restore(file, erasures or current_app.config["ERASURES"], clock.now(), _bar)
    _tell(restored)
    sys.exit(0 if restored.whole else 1)


def _tell(restored: Restored) -> None:
    click.echo(f"Restored: {restored.cases} cases and {restored.files} files, as they were at {restored.taken_at}.")
    click.echo(f"Erased again: {restored.erased} cases.")
    for sentence in (*restored.doubts, *restored.missing, *restored.faults):
        click.echo(sentence)
    click.echo("All promises hold." if not restored.faults else f"{len(restored.faults)} faults.")


@click.command("drill")
@click.argument("file", type=THERE, required=False)
def drill_command(file: Path | None) -> None:
    """Restore FILE, or a backup that is made now, into a scratch place; open the canary there and check all promises.

    The first drill files the canary, a closed case of nobody; its receipt is kept in CANARY_FILE.
    """
    with _in_a_sentence(), tempfile.TemporaryDirectory(prefix="drill-") as folder:
        known = canary.ensure(current_app.config["CANARY_FILE"], clock.now())
        if file is None:
            file = Path(folder) / "backup"
            click.echo("Backup: " + _told(take(file, clock.now(), _bar)))
        begin = time.monotonic()
        outcome = _rehearsed(file, Path(folder), known)
        click.echo(f"Restore: {time.monotonic() - begin:.1f} seconds, into a scratch place that is gone again.")
    _report(outcome)
    sys.exit(0 if outcome.passed else 1)


def _rehearsed(file: Path, folder: Path, known: canary.Canary) -> Outcome:
    filed = canary.filed_at(known)
    scratch = current_app.extensions["factory"](scratch_config(dict(current_app.config), folder))
    return rehearse(scratch, file, current_app.config["ERASURES"], known, clock.now(), _bar, filed)


def _report(outcome: Outcome) -> None:
    _tell(outcome.restored)
    good = OLDER if outcome.older else "The canary says what it was told."
    for sentence in outcome.canary or [good]:
        click.echo(sentence)
    click.echo("The record is whole." if not outcome.record else f"{len(outcome.record)} faults in the record.")
    click.echo("The drill passed." if outcome.passed else "The drill FAILED.")
