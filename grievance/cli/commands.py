"""The commands of `flask`."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app

from grievance import clock, zones
from grievance.access import CLOCK
from grievance.accounts import passkeys, people
from grievance.accounts.keys import log
from grievance.cli.backup import backup_command, drill_command, restore_command
from grievance.cli.field import pull_forms, xlsform
from grievance.cli.files import files_group
from grievance.cli.people import keys_group, people_group
from grievance.cli.record import record_group
from grievance.cli.registers import import_register
from grievance.cli.signs import signs_group
from grievance.companies import company_import
from grievance.deadlines import holiday_import, holidays, put_right
from grievance.extensions import db
from grievance.forms.fields import BadInput
from grievance.maintenance import clock_ahead, doctor, later_keys, machine, schema, traces, unfit_cases
from grievance.maintenance.foretelling import foretell
from grievance.maintenance.sweep import sweep
from grievance.maintenance.trouble import troubles
from grievance.models.people import Role
from grievance.notify import outbox, sign_rounds, smtp, webhooks, witness
from grievance.record import compare, files
from grievance.reports import backups, database_role, setup
from grievance.reports.answer_table import document as answer_table
from grievance.reports.handbook import handbook
from grievance.reports.versions import versions


class Migrations(click.Command):
    """`flask db`: Alembic's commands, imported when one is asked for (`extensions.prepare_migrations`)."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        from grievance.cli.upgrade import migrations

        return migrations.make_context(info_name, args, parent, **extra)


def every() -> list[click.Command]:
    """What is added to an application."""
    return [
        init,
        sweep_command,
        worker,
        demo,
        import_register,
        doctor_command,
        procedure_command,
        answers_command,
        version,
        check,
        import_companies,
        import_holidays_command,
        scrub_command,
        xlsform,
        pull_forms,
        mail_test,
        backup_command,
        restore_command,
        drill_command,
        record_group,
        people_group,
        keys_group,
        signs_group,
        files_group,
        Migrations("db", help="Bring the database to the tables of this version."),
    ]


@click.command("init")
@click.option("--email", required=True, help="Of the first approver.")
@click.option("--name", required=True)
def init(email: str, name: str) -> None:
    """Set up an office: its folder of files, its parties, and the invitation of its first approver."""
    files.store().make()
    people.create_office()
    try:
        code = people.invite(None, email, name, Role.APPROVER)
    except BadInput as bad:
        raise click.ClickException(bad.errors["email"]) from None
    click.echo(f"Invitation (valid {people.INVITED_FOR.days} days): {people.invitation_link(code)}")


@click.command("sweep")
@click.option("--as-of", help="An ISO time with a zone; now without it.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def sweep_command(as_of: str | None, dry_run: bool) -> None:
    """Settle every time limit that has passed; prints counts as one JSON line; exit 1 if a case failed. A time that is
    still to come is only for a dry run: what is missed then stays missed, and whoever is signed in is signed out."""
    at = moment(as_of)
    if at > clock.now() and not dry_run:
        raise click.ClickException(
            "This time is still to come, and a sweep cannot be taken back. See what it would do with --dry-run."
        )
    if not dry_run:
        put_right.settle_once()
    counts, lines = foretell(at) if dry_run else (sweep(at), [])
    for line in lines:
        click.echo(line)
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
    from grievance.maintenance import scheduler

    try:
        sign_rounds.check_key()
    except sign_rounds.NoKey as missing:
        raise click.ClickException(str(missing)) from None
    if once:
        put_right.settle_once()
        sweep(clock.now())
        outbox.deliver(clock.now())
        witness.deliver(clock.now())
        sign_rounds.deliver(clock.now())
        webhooks.deliver(clock.now())
    else:
        scheduler.run(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing where there is data already.")
def demo(if_empty: bool) -> None:
    """Make two companies, the cast and a case in every state, all invented; prints who can sign in."""
    from grievance import demonstration

    for line in demonstration.build(if_empty):
        click.echo(line)


@click.command("import-companies")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and keep nothing.")
def import_companies(file: Path, dry_run: bool) -> None:
    """Add companies from a table (CSV, UTF-8) with the columns name, country, zone, membership and since. A bad row is
    named by its line and left out, exit 1 where there was one; a company that is there stays as it is."""
    try:
        done = company_import.import_companies(file.read_text("utf-8"), None, dry_run)
    except UnicodeDecodeError:
        raise click.ClickException("The table is not written in UTF-8.") from None
    except ValueError as reason:
        raise click.ClickException(str(reason)) from None
    for fault in done.faults:
        click.echo(fault, err=True)
    click.echo(json.dumps({"added": len(done.added), "known": done.known, "bad": len(done.faults)}))
    sys.exit(1 if done.faults else 0)


@click.command("import-holidays")
@click.argument("country")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--not-sure", is_flag=True, help="Their dates are not sure yet: the desk asks a day before each.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_holidays_command(country: str, file: Path, not_sure: bool, dry_run: bool) -> None:
    """Add days off to the calendar of COUNTRY (two letters, or "*" for the Secretariat's) from a file: one a line, the
    date, a space, the name. What moves is counted; a miss that a day undoes is named, and two approvers correct it."""
    try:
        known_as, days = holiday_import.read({"country": country, "lines": file.read_text("utf-8")})
    except BadInput as bad:
        raise click.ClickException(" ".join(bad.errors.values())) from None
    expected = days if not_sure else ()
    effect = (
        holidays.preview(CLOCK, known_as, days) if dry_run else holidays.add(CLOCK, known_as, days, expected=expected)
    )
    for one in effect.undone_shown:
        click.echo(f"{one.reference}: {one.title} counted as missed on {one.old}, and was due on {one.new}", err=True)
    click.echo(json.dumps({"added": len(effect.new), "known": len(days) - len(effect.new), "moved": effect.limits,
                           "undone": effect.undone}))  # fmt: skip


@click.command("procedure")
def procedure_command() -> None:
    """The procedure as a document, from its table."""
    click.echo(handbook(current_app.extensions["timetable"]), nl=False)


@click.command("answers")
def answers_command() -> None:
    """Where each answer is shown to whom, as a document, from the questions."""
    click.echo(answer_table(), nl=False)


@click.command("doctor")
@click.option("--as-of", help="An ISO time with a zone, for the count of limits that wait; now without it.")
def doctor_command(as_of: str | None) -> None:
    """Check the product's promises on the data that is here; exit 1 with the cases that break one, and where the worker
    is dead. What else stands in the way, such as mail that does not go, is said."""
    with db.engine.connect() as connection:
        if doubt := schema.doubt(connection):
            raise click.ClickException(doubt)
        to_come = schema.to_take_away(schema.revision(connection))
    found, count = troubles(clock.now()), compare.Count()
    faults = [
        *doctor.examine(count),
        *doctor.nobody_can_act(),
        *clock_ahead.unsigned(clock.now()),
        *(one.sentence for one in found if one.of_the_clock),
    ]
    unfit_cases.note_in_full(count)
    told = [line for one in found if not one.of_the_clock for line in (one.sentence, *one.references, *one.lines)]
    told += [*clock_ahead.noted_ahead(clock.now()), *log.notes(), *passkeys.notes(), *backups.notes(), *machine.notes()]
    for line in (*told, *faults):
        click.echo(line)
    click.echo(f"Time zones: {zones.edition()}.")
    if to_come:
        click.echo(f"What the version before used is still there: flask db upgrade --contract ({', '.join(to_come)}).")
    if count.before:
        click.echo(f"{count.before} rows are from before: nothing vouches for them until they change.")
    if waiting := doctor.waiting(moment(as_of)):
        click.echo(f"{waiting} cases have something due that the next sweep will settle.")
    if traces.waiting():
        click.echo(
            "What was erased may still stand in the files of the database: grievance-scrub.timer, `flask scrub`."
        )
    if before := later_keys.from_before():
        click.echo(f"{before} open cases are from before: their receipts get keys of their own at the next visit.")
    click.echo("All promises hold." if not faults else f"{len(faults)} faults.")
    sys.exit(1 if faults else 0)


@click.command("scrub")
def scrub_command() -> None:
    """Take what was erased out of the database's files, as the owner of its tables; exit 1 where some may be left."""
    if db.engine.dialect.name == "postgresql" and not traces.waiting():
        click.echo("Nothing was erased since the tables were last written anew.")
        return
    try:
        traces.scrub(clock.now())
    except traces.Remains as reason:
        raise click.ClickException(str(reason)) from None
    click.echo("What was erased is in no file of the database's tables.")


@click.command("mail-test")
@click.argument("address")
def mail_test(address: str) -> None:
    """Send one mail to ADDRESS and say what happened; exit 1 where it was not taken."""
    answer = smtp.send_test(address)
    click.echo(answer)
    sys.exit(0 if answer.startswith("Sent") else 1)


@click.command("check")
def check() -> None:
    """The set-up list, as the approvers' page has it; exit 1 where the form does not open without what is missing."""
    if database_role.is_open_to_all() and not database_role.may_swap_keys():
        click.echo("This process cannot change the parties' keys. Ask for the list as grievance_staff.")
        return
    lines = setup.points()
    for point in lines:
        state = "done" if not point.lacks else "MISSING" if point.needed else "to do"
        told = " ".join(str(words) for words in (point.lacks, point.says) if words)
        click.echo(f"[{state}] {point.title}" + (f": {told}" if told else ""))
    lacking = sum(point.needed and bool(point.lacks) for point in lines)
    click.echo(
        f"{lacking} things are missing before the first opening." if lacking else "Nothing that is needed is missing."
    )
    sys.exit(1 if lacking else 0)


@click.command("version")
def version() -> None:
    """Say which version this is, and of what it is made: to be sent along with a report of a fault."""
    for part, number in versions().items():
        click.echo(f"{part}: {number}")
