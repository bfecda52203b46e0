"""`flask signs`: the key to which addresses are sealed, and whether a sign goes."""

import base64
import sys

import click

from grievance.accounts.keys import sign_key
from grievance.crypto import envelopes
from grievance.notify import sign_rounds
from grievance.notify.handed_in import HandedIn

TOLD = {
    HandedIn.TAKEN: "Taken. Whether it arrives, only its reader can say.",
    HandedIn.REFUSED: "Refused: the gateway, or the mail server, does not take this address.",
    HandedIn.NOT_NOW: "It did not go: the line, the name or the password, or the gateway wants less at once.",
    HandedIn.UNKNOWN: "Nobody answered: it may have gone.",
}


@click.group("signs")
def signs_group() -> None:
    """A sign that there is news, by text message or e-mail."""


@signs_group.command("public")
def public_command() -> None:
    """Print the public half of SIGN_KEY, for SIGN_PUBLIC of the processes that serve pages."""
    pairs = list(sign_key.key_pairs().values())
    if not pairs:
        raise click.ClickException("SIGN_KEY is not set.")
    click.echo(base64.b64encode(pairs[0].public).decode())
    click.echo(f"Sign key {envelopes.key_id(pairs[0].public)}", err=True)


@signs_group.command("test")
@click.argument("address")
def test_command(address: str) -> None:
    """Send one test to ADDRESS, a telephone number with + or an e-mail address; exit 1 where it was not taken."""
    became = sign_rounds.send_test(address)
    click.echo(TOLD[became])
    sys.exit(0 if became == HandedIn.TAKEN else 1)
