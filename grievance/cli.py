"""The commands of `flask`."""

import json
import sys
from datetime import UTC, datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from grievance import clock
from grievance.models.people import Role
from grievance.workflow import people, record
from grievance.workflow.sweep import sweep

record_group = AppGroup("record", help="The record of events.")


def init_app(app: Flask) -> None:
    """Add the commands to an application."""
    for command in (init, sweep_command, worker, demo):
        app.cli.add_command(command)
    app.cli.add_command(record_group)


@click.command("init")
@click.option("--email", required=True, help="Of the first approver.")
@click.option("--name", required=True)
def init(email: str, name: str) -> None:
    """Set up an office: its parties, and the invitation of its first approver."""
    people.create_office()
    code = people.invite(None, email, name, Role.APPROVER)
    click.echo(f"Invitation (valid 14 days): /account/invitation/{code}")


@click.command("sweep")
@click.option("--as-of", help="An ISO time with a zone; now without it.")
def sweep_command(as_of: str | None) -> None:
    """Settle every time limit that has passed; prints counts as one JSON line; exit 1 if a case failed."""
    counts = sweep(moment(as_of))
    click.echo(json.dumps(counts.as_dict()))
    sys.exit(1 if counts.failed else 0)


def moment(text: str | None) -> datetime:
    """An aware time from the command line; a date or a time without a zone is taken as UTC."""
    if text is None:
        return clock.now()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("write an ISO time, for example 2026-05-03T10:00:00+02:00") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@click.command("worker")
@click.option("--once", is_flag=True, help="Sweep once and end, for cron.")
def worker(once: bool) -> None:
    """Run the scheduler alone, until a signal ends it."""
    from grievance import scheduler

    if once:
        sweep(clock.now())
    else:
        scheduler.run(current_app._get_current_object())  # type: ignore[attr-defined]


@record_group.command("verify")
def verify() -> None:
    """Check every chain of events and every checkpoint; exit 1 with each fault as a line."""
    faults = record.verify()
    for fault in faults:
        click.echo(fault)
    click.echo("The record is whole." if not faults else f"{len(faults)} faults.")
    sys.exit(1 if faults else 0)


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing where there is data already.")
def demo(if_empty: bool) -> None:
    """Make two companies, the cast and a case in every state, all invented; prints who can sign in."""
    from grievance import demonstration

    for line in demonstration.build(if_empty):
        click.echo(line)
