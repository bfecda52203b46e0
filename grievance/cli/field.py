"""`flask xlsform` and `flask pull-forms`: the form for phones without a network as a file, and what was sent with it to
a server of somebody's own (docs/field.md)."""

import os
from pathlib import Path

import click

from grievance.accounts.keys.party_keys import Closed
from grievance.intake import field_form, field_pull, field_tokens
from grievance.intake.field_servers import Central, Kobo, NoAnswer, Server


@click.command("xlsform")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def xlsform(file: Path) -> None:
    """Write the questions of a complaint, in all languages, as an XLSForm (.xlsx) for KoBoToolbox or ODK Central."""
    form = field_form.current()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already: say another name.") from None
    with open(handle, "wb") as out:
        out.write(field_form.workbook(form))
    click.echo(f"{file}: form {field_form.FORM_ID}, version {form.version}, {len(form.survey)} rows.")


@click.command("pull-forms")
@click.argument("kind", type=click.Choice(["central", "kobo"]))
@click.argument("address")
@click.option("--form", required=True, help="Central: the form's id (report). KoboToolbox: the project's uid.")
@click.option("--project", type=int, help="Central: the project's number.")
@click.option("--user", help="Central: the address of somebody who may read the submissions.")
def pull_forms(kind: str, address: str, form: str, project: int | None, user: str | None) -> None:
    """Fetch what phones sent to an ODK Central or KoboToolbox at ADDRESS, and take it as if they had sent it here. Asks
    for a password of *Forms from phones* and for that server's password or token, or reads them from two lines of the
    standard input; exit 1 where something was left."""
    if kind == "central" and (project is None or not user):
        raise click.UsageError("Central needs --project and --user.")
    token = field_tokens.known(_secret("Password of Forms from phones"))
    if token is None:
        raise click.ClickException("This is no password of Forms from phones, or it was ended.")
    secret = _secret(f"Password of {user}" if user else "Token of KoboToolbox")
    try:
        server: Server = (
            Central.at(address, project, form, user, secret)
            if project is not None and user
            else Kobo.at(address, form, secret)
        )
        pulled = field_pull.pull(token, server, form)
    except NoAnswer as fault:
        raise click.ClickException(str(fault)) from None
    except Closed as closed:
        raise click.ClickException(closed.sentence) from None
    click.echo(f"{pulled.new} new, {pulled.known} here already, {len(pulled.left)} left.")
    for number, why in pulled.left:
        click.echo(f"  {number}: {why}")
    if pulled.left:
        raise SystemExit(1)


def _secret(asked: str) -> str:
    """No password is ever an argument: those are seen by everybody on the machine."""
    return str(click.prompt(asked, hide_input=True)).strip()
