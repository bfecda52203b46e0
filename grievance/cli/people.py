"""The commands for people and their keys. Whatever needs a key asks for a member's password, and opens no session."""

import sys

import click
from flask.cli import AppGroup
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.accounts import code_mails, leaving, people, resets, waits
from grievance.accounts.keys import log, recovery, rotation, vouching
from grievance.accounts.roles import ROLES
from grievance.cli.asked import account_of, signed_in
from grievance.crypto import receipt_codes
from grievance.deadlines import days
from grievance.deadlines.lengths import length
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.people import Company, Party, Role

people_group = AppGroup("people", help="Who belongs to the office and to companies.")
keys_group = AppGroup("keys", help="The keys of the Secretariat, the custodians and companies.")


@people_group.command("invite")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in ROLES]), required=True)
@click.option("--company", help="The company's name, for a person of a company.")
def invite(email: str, name: str, role: str, company: str | None) -> None:
    """Invite a person: the link goes to them by mail; where no mail is set up, it is printed."""
    company_id = db.session.scalar(select(Company.id).where(Company.name == company)) if company else None
    try:
        _say(people.invite(None, email, name, Role(role), company_id), email)
    except BadInput as bad:
        raise click.ClickException(bad.errors["email"]) from None


def _say(code: str, email: str) -> None:
    """Whoever runs the server sees it only where there is no other way: it proves the mailbox."""
    if code_mails.go_out():
        click.echo(f"The link goes to {email} by mail (valid {people.INVITED_FOR.days} days). If mail does not"
                   " work here, run this again with MAIL_URL= before it: then the link is printed.")  # fmt: skip
        return
    click.echo(f"Invitation (valid {people.INVITED_FOR.days} days): {people.invitation_link(code)}")


@people_group.command("invite-again")
@click.option("--email", required=True, help="Of the person whose password is forgotten.")
@click.option("--paper", is_flag=True, help="Nobody else of their party has a key: the recovery code is asked for.")
def invite_again(email: str, paper: bool) -> None:
    """Invite a person again, whose keys and sessions end with it; a member or the recovery code admits them afterwards.

    Whoever runs the server is one alone: it waits three days, of which everybody is told by mail, unless an account
    confirms it at People. Then run this command again."""
    account_id = account_of(email).id
    code = click.prompt("Recovery code", hide_input=True) if paper else ""
    try:
        asked = resets.ask(None, account_id, code)
    except (BadInput, Refused) as wrong:
        raise click.ClickException(_sentence(wrong)) from None
    if asked.code:
        _say(asked.code, people.address_of(account_id))
    elif asked.due_at:
        until = days.time_there(asked.due_at, clock.office_zone())
        click.echo(f"Asked for. It waits until {until}: run this command again then. If a second person"
                   " confirms it before, at People, they get the link.")  # fmt: skip


@people_group.command("admit")
@click.option("--email", required=True, help="Of the person who waits.")
@click.option("--by", required=True, help="The address of a member, whose password is asked.")
def admit(email: str, by: str) -> None:
    """Give a person who waits the key of their party."""
    account_id, member = account_of(email).id, signed_in(by)
    typed = click.prompt(f"The 24 digits that {email} reads out, from their page")
    try:
        people.admit(member, account_id, typed)
    except (BadInput, Refused) as wrong:
        raise click.ClickException(_sentence(wrong)) from None
    click.echo("Admitted.")


@people_group.command("leave")
@click.option("--email", required=True, help="Of the person who has left.")
@click.option("--by", required=True, help="The address of somebody who may say so, whose password is asked.")
def leave(email: str, by: str) -> None:
    """Mark a person as having left: from now on they open nothing."""
    account_id = account_of(email).id
    try:
        leaving.leave(signed_in(by), account_id)
    except Refused as refused:
        raise click.ClickException(refused.sentence) from None
    alone = length(waits.ALONE_AFTER)
    click.echo(f"Has left. It is for good in {alone}, or once a second person confirms it at People.")
    click.echo("Now rotate the key of their party: flask keys rotate.")


def _sentence(wrong: BadInput | Refused) -> str:
    return next(iter(wrong.errors.values())) if isinstance(wrong, BadInput) else wrong.sentence


def _name(party: Party) -> str:
    return party.company.name if party.company else party.kind.value


@keys_group.command("status")
def status() -> None:
    """Each key: its identifier, whether it is to be rotated, and how far a rotation is."""
    for party in db.session.scalars(select(Party).order_by(Party.id)):
        now = rotation.progress(party.id)
        exposed = "  to be rotated" if party.exposed_since else ""
        under_way = f"  rotation: {now.done} of {now.total}" if now else ""
        click.echo(f"{_name(party)}  {party.key_id or 'no key yet'}{exposed}{under_way}{_paper(party)}")


@keys_group.command("pins")
def pins() -> None:
    """What a new machine of this office begins with: put it into the file that PINS_FILE names there, before the first
    start. Exit 1 where this machine would not vouch for it itself."""
    known = log.again()
    for fault in known.faults:
        click.echo(fault, err=True)
    if not known.broken:
        click.echo(log.pins_of(known).text(), nl=False)
    sys.exit(1 if known.faults else 0)


def _paper(party: Party) -> str:
    if party.company_id or not party.key_id:
        return ""
    paper = recovery.paper_of(party.id)
    if paper is None:
        return "  no recovery code: flask keys paper"
    used = f", used on {clock.office_day(paper.used_at)}: make a new one" if paper.used_at else ""
    return f"  recovery code of {clock.office_day(paper.made_at)}{used}"


@keys_group.command("paper")
@click.option("--email", required=True, help="Of an approver or a custodian, whose password is asked.")
def paper(email: str) -> None:
    """Print a recovery code for one's own party, once; an earlier one is void."""
    try:
        code = recovery.make(signed_in(email))
    except Refused as refused:
        raise click.ClickException(refused.sentence) from None
    click.echo(receipt_codes.grouped(code))
    click.echo("Write it on paper, and keep it where nobody can read it by chance. It is not stored.", err=True)


@keys_group.command("recover")
@click.option("--email", required=True, help="Of the person who waits: invited again, and with a new password.")
def recover(email: str) -> None:
    """Admit a person by the recovery code of their party, where nobody is left who could: after somebody of the
    office's other party has typed their fingerprint, at People; or with both papers, where nobody is left there."""
    by, account = signed_in(email), account_of(email)
    code = click.prompt("Recovery code", hide_input=True)
    both = vouching.needs_both_papers(account.party.kind) and not vouching.is_vouched(account)
    other = click.prompt("Recovery code of the other party of the office", hide_input=True) if both else ""
    try:
        recovery.recover(by, code, other)
    except (BadInput, Refused) as wrong:
        raise click.ClickException(_sentence(wrong)) from None
    click.echo("Admitted. Now make a new recovery code: flask keys paper.")


@keys_group.command("rotate")
@click.option("--party", required=True, help="secretariat, custodians, or a company's name.")
@click.option("--email", required=True, help="Of an active member, whose password is asked.")
def rotate(party: str, email: str) -> None:
    """Make a new key and seal everything again; goes on with a rotation that was broken off."""
    by = signed_in(email)
    own = db.session.get_one(Party, by.party_id)
    if party != _name(own):
        raise click.ClickException(f"{email} does not belong to {party}.")
    if recovery.is_from_before(own.id):
        click.echo("The recovery code is from before and will not open the new key: make a new one afterwards.")
    try:
        rotation.begin(by)
        progress = _to_the_end(by)
    except Refused as refused:
        raise click.ClickException(refused.sentence) from None
    if progress.damaged:
        click.echo(f"{progress.damaged} pieces do not open, so that the old key is kept.")
    click.echo("The key is rotated." if progress.finished else "The rotation is not finished.")
    sys.exit(0 if progress.finished else 1)


def _to_the_end(by: Person) -> rotation.Progress:
    """Batch by batch, until nothing is left or nothing moves any more."""
    now = rotation.progress(by.party_id)
    with click.progressbar(length=now.total if now else 0, label="Sealing again", file=sys.stderr) as bar:
        bar.update(now.done if now else 0)
        while True:
            before, now = now.done if now else 0, rotation.go_on(by, 10)
            bar.update(now.done - before)
            if now.finished or now.done == before:
                return now
