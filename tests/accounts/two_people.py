"""What takes two people, or three days, as one call: for tests about something else."""

from contextlib import suppress
from datetime import timedelta

import time_machine

from grievance import clock
from grievance.accounts import hands, leaving, people, resets
from grievance.accounts.keys import escrow, recovery, vouching
from grievance.crypto import signing
from grievance.demonstration import signed_in
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.models.people import Account


def read_out(account_id):
    """What somebody reads from their own page."""
    account = db.session.get_one(Account, account_id)
    db.session.refresh(account)
    return signing.grouped(signing.spoken(account.public_key or b"", account.sign_key or b""))


def admit(by, account_id):
    people.admit(by, account_id, read_out(account_id))


def heard_too(account_id):
    """By a custodian, or by an officer, where they can sign in and are of another hand: what the newcomer decides is
    marked no more."""
    for name in ("Ines", "Noor"):
        with suppress(LookupError, Refused):
            return hands.hear(signed_in(name), account_id, read_out(account_id))
    return None


def hand_over(by, account_id):
    escrow.hand_over(by, account_id, read_out(account_id))


def vouch(by, account_id):
    vouching.vouch(by, account_id, read_out(account_id))


def three_days_ago():
    return time_machine.travel(clock.now() - timedelta(hours=73))


def invited_again(by, account_id, code="", email=""):
    """The invitation's code: asked for three days ago, and nobody objected."""
    with three_days_ago():
        asked = resets.ask(by, account_id, code, email)
    return asked.code or resets.ask(by, account_id, code).code


def left_for_good(by, account_id):
    with three_days_ago():
        leaving.leave(by, account_id)
    leaving.end_three_days(clock.now())


def recover(by, person, code):
    """By the paper, after `by` of the other party has heard the fingerprint."""
    vouch(by, person.account_id)
    recovery.recover(person, code)
