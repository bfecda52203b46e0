"""What commands share: how far they are, and whose password and code of the app they ask, where they need keys."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy import select

from grievance.access import Person
from grievance.accounts import app_codes, passkeys, sessions
from grievance.extensions import db
from grievance.models.people import Account


@contextmanager
def bar(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """How far it is, on stderr."""
    with click.progressbar(length=total, label=label, file=sys.stderr) as shown:
        yield shown.update


def account_of(email: str) -> Account:
    account = db.session.scalars(select(Account).where(Account.email == email.strip().lower())).one_or_none()
    if account is None:
        raise click.ClickException(f"There is no account with the address {email}.")
    return account


def signed_in(email: str) -> Person:
    """No password is ever an argument: those are seen by everybody on the machine."""
    account = account_of(email)
    if passkeys.locks(account):
        raise click.ClickException(
            f"{account.email} signs in with a passkey, which no command can ask for. Do this at a page, as that person,"
            " or ask somebody who has none."
        )
    password = click.prompt(f"Password of {email}", hide_input=True)
    code = click.prompt("Code of the app") if app_codes.is_on(account.id) else ""
    person = sessions.with_password(email, password, code)
    if person is None:
        raise click.ClickException("The address, the password and the code do not fit together.")
    return person
