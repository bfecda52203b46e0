"""`flask import-register`: an office's old register is taken over, or an import is taken back (docs/registers.md)."""

import csv
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from grievance import clock
from grievance.access import Person
from grievance.cli.asked import signed_in
from grievance.forms.fields import Refused
from grievance.intake import register, register_files, register_mapping, register_undo
from grievance.intake.register import Taken

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import-register")
@click.argument("file", type=FILE, required=False)
@click.option("--mapping", "plan_file", type=FILE, help="What the columns and words of the register mean.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and keep nothing.")
@click.option("--left-out", "left_out", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the lines that are left out to this new file, each with its reason.")  # fmt: skip
@click.option("--undo", type=int, help="Take back the import with this number.")
@click.option("--by", help="The address of an officer, who types their password: the record says by whom it was done.")
def import_register(
    file: Path | None, plan_file: Path | None, dry_run: bool, left_out: Path | None, undo: int | None, by: str | None
) -> None:
    """Take over an office's old register: CSV, XLSX or JSON, with a mapping, all of it or nothing. Each line is taken
    over, known or left out, and what is left out is named by its line; exit 1 where something was."""
    if (undo is None) == (file is None):
        raise click.UsageError("Give a register and its --mapping, or --undo with the number of an import.")
    person = signed_in(by) if by else None
    try:
        if undo is not None:
            _undo(undo, dry_run, person)
        elif file and plan_file:
            _import(file, plan_file, dry_run, left_out, person)
        else:
            raise click.UsageError("Say with --mapping what the columns of the register mean.")
    except ValueError as reason:
        raise click.ClickException(str(reason)) from None
    except Refused as refused:
        raise click.ClickException(refused.sentence) from None
    except DBAPIError as fault:
        raise click.ClickException(
            f"The database refused it ({type(fault.orig).__name__}): nothing was kept."
        ) from None


def _import(file: Path, plan_file: Path, dry_run: bool, left_out: Path | None, by: Person | None) -> None:
    if left_out and left_out.exists():
        raise click.ClickException(f"{left_out} is there already: say another name.")
    found = register_files.open_register(file, register_mapping.load_mapping(plan_file))
    with click.progressbar(length=0, label="Taking over", file=sys.stderr, show_percent=False, show_eta=False) as bar:
        taken = register.take_over(found, clock.now(), dry_run, by, bar.update)
    for number, why in sorted([*taken.notes, *((n, f"{w}: left out") for n, w in taken.left_out.items())]):
        click.echo(f"{file.name}, line {number}: {why}.", err=True)
    if left_out and taken.left_out:
        _save(left_out, found, taken)
    names = ("lines", "taken_over", "known", "left_out", "cases", "changed", "received", "referred", "closed", "late")
    click.echo(json.dumps({"run": taken.run} | {name: taken.counts[name] for name in names}))
    sys.exit(1 if taken.left_out or taken.notes else 0)


def _save(path: Path, found: register_files.Register, taken: Taken) -> None:
    """The lines as the office gave them, with number and reason before them, for its eyes alone."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        csv.writer(file).writerow(["line", "why it was left out", *found.names])
        csv.writer(file).writerows(_lines(found, taken))


def _lines(found: register_files.Register, taken: Taken) -> Iterable[list[str]]:
    for row in found.rows():
        if row.number in taken.left_out:
            yield [str(row.number), taken.left_out[row.number], *row.cells]


def _undo(number: int, dry_run: bool, by: Person | None) -> None:
    done = register_undo.undo(number, clock.now(), dry_run, by)
    for sentence in done.refused:
        click.echo(sentence, err=True)
    counts = {"taken_back": done.taken_back, "restored": done.restored, "refused": len(done.refused)}
    click.echo(json.dumps(counts))
    sys.exit(1 if done.refused else 0)
