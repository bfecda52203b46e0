"""`flask record`: whether the record is whole, the record as a file, and which keys sign it."""

import json
import os
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from grievance import clock
from grievance.maintenance import doctor, unfit_cases
from grievance.record import chain, checkpoint_file, compare, export, record_key

record_group = AppGroup("record", help="The record of events.")


@record_group.command("verify")
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of the file of checkpoints, or the text of weekly mails.",
)
def verify(against: Path | None) -> None:
    """Check every chain of events, who signed them, every checkpoint, and each row that the record speaks of; exit 1
    with each fault as a line. With --against, that the database has what somebody outside remembers: nothing else finds
    one that was taken back as a whole."""
    count = compare.Count()
    faults = [*chain.verify(), *doctor.vouched(count)]
    unfit_cases.note_in_full(count)
    if against:
        compared = checkpoint_file.against(against)
        faults += compared.faults
        for line in (*compared.told, f"{compared.count} checkpoints are remembered by the file."):
            click.echo(line)
    for fault in faults:
        click.echo(fault)
    click.echo("The record is whole." if not faults else f"{len(faults)} faults.")
    sys.exit(1 if faults else 0)


@record_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_command(file: Path) -> None:
    """Write the record to FILE, which is not there yet, for `python -m grievance.verify FILE`: events without sealed
    words, signatures, checkpoints, public keys. It says who did what and when: for an auditor, not for the public."""
    try:
        with open(file, "x", encoding="utf-8", opener=_private) as out:
            for line in export.lines(clock.now()):
                out.write(f"{json.dumps(line)}\n")
    except FileExistsError:
        raise click.ClickException(f"{file} is there already.") from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@record_group.command("keys")
def keys() -> None:
    """Which keys sign the record, by their SHA-256: what this process has, and what the record names."""
    own = record_key.seeds()[0]
    click.echo(f"This process would sign checkpoints by {record_key.name_of(own)}.")
    for one in record_key.announced():
        what = "Checkpoints" if one.kind == record_key.ANNOUNCED else "Arriving complaints"
        doubt = "" if one.trusted else ", but the key before it did not sign that"
        click.echo(f"{what}: {one.digest}, named by event {one.seq} of the office{doubt}.")
