"""Another address for somebody who is here: they ask for it with their password, and a second person confirms it, or
three days pass in which everybody who may object was told, the person at the address that they had.

An address is what one signs in with, and where the mail goes that warns of everything else: with a password that was
stolen nobody leads it elsewhere without a word. Whose it is types a code that was mailed there, so that a slip of the
pen shuts nobody out, and no mail goes to a mailbox that is somebody else's.
"""

import secrets
from datetime import datetime

from flask_babel import gettext as _

from grievance import clock
from grievance.access import Person
from grievance.accounts import code_mails, leaving, waits
from grievance.accounts.keys import own_keys
from grievance.accounts.people import free_address, set_address
from grievance.crypto.hashes import sha256
from grievance.crypto.receipt_codes import grouped, typed_digits
from grievance.deadlines.lengths import length
from grievance.extensions import db
from grievance.forms.fields import BadInput, Refused
from grievance.models.account_waits import AccountWait, Began, Ended
from grievance.models.mailbox import Proves
from grievance.models.people import Account, Party
from grievance.record import chain
from grievance.record.transaction import unit_of_work

DIGITS = 12
"""Of the code: typed once, at one's own page."""


def ask(by: Person, email: str) -> None:
    """For oneself; who asks has shown their password. Changes nothing yet. Raises `BadInput`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work() as session:
        session.get_one(Party, by.party_id, with_for_update=True)
        account = db.session.scalars(leaving.LOCKED, {"account_id": by.account_id}).one()
        wanted = free_address(account, email)
        if wanted == account.email:
            raise BadInput({"email": _("This is the address that you have.")})
        if waits.of(account.id):
            raise BadInput({"email": _("Something about your account waits for a second person already: see People.")})
        wait = waits.begin(account, Began.ADDRESS, by, now)
        wait.wanted, wait.to_mail = wanted, waits.told(account, None)  # their own mailbox too: it may not be they
        _mail_code(wait, now)
        chain.append(None, "address_asked", by, now, now, {"account": account.id}, signed_by=own_keys.by_person(by))


def _mail_code(wait: AccountWait, now: datetime) -> None:
    """Part of the caller's transaction. Where there is no mail nothing is proven, and the page says so."""
    if not code_mails.go_out():
        return
    code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
    wait.proof_hash = sha256(code)
    code_mails.owe(wait.account_id, Proves.ADDRESS, wait.wanted or "", grouped(code), now)


def is_proven(wait: AccountWait) -> bool:
    """Whose it is reads the new mailbox, or there was no mail with which to ask."""
    return wait.proof_hash is None or wait.proven_at is not None


def own_unproven(by: Person) -> AccountWait | None:
    """The new address of whoever looks, where its code is still to be typed."""
    wait = waits.of(by.account_id) if by.account_id else None
    return wait if wait and wait.what == Began.ADDRESS and not is_proven(wait) else None


def prove(by: Person, typed: str) -> None:
    """`typed`: the code that was mailed to the new address. Raises `BadInput`, `Refused`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work():
        wait = _own(by)
        if sha256(typed_digits(typed)) != wait.proof_hash:
            raise BadInput({"code": _("This is not the code of the newest mail to this address.")})
        wait.proven_at = now
        code_mails.forget(wait.account_id)
        facts = {"account": wait.account_id}
        chain.append(None, "address_proven", by, now, now, facts, signed_by=own_keys.by_person(by))


def mail_again(by: Person) -> None:
    """Another code, which makes the one before it void. Raises `Refused`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work():
        wait = _own(by)
        _mail_code(wait, now)
        facts = {"account": wait.account_id}
        chain.append(None, "address_code", by, now, now, facts, signed_by=own_keys.by_person(by))


def _own(by: Person) -> AccountWait:
    found = own_unproven(by)
    if found is None:
        raise Refused(_("No new address waits for its code."))
    _account, wait = leaving.locked_wait(found.id, Began.ADDRESS)
    return wait


def may_finish(by: Person, account: Account, wait: AccountWait, now: datetime) -> bool:
    """Whoever was told, and is another than who asked; when the time is over, whoever asked too."""
    another = by.account_id != account.id and leaving.is_a_second(by, wait)
    return waits.sees(by, account) and is_proven(wait) and (another or now >= wait.due_at)


def finish(by: Person, wait_id: int) -> None:
    """Raises `Refused`, `BadInput` where somebody else has this address by now."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work():
        account, wait = leaving.locked_wait(wait_id, Began.ADDRESS)
        if not is_proven(wait):
            raise Refused(_("Whose address it is has not typed the code yet that was mailed there."))
        if not may_finish(by, account, wait, now):
            raise Refused(_("Another person must confirm this; or %(time)s must pass.", time=length(waits.ALONE_AFTER)))
        two = by.account_id != account.id and leaving.is_a_second(by, wait)
        how = {"confirmed_by": by.account_id} if two else {"alone": True}
        wanted = wait.wanted or account.email
        waits.end(wait, Ended.CONFIRMED if two else Ended.ALONE, by, now)
        set_address(account, wanted, by, {"asked_by": wait.began_by, **how})


def object_to(by: Person, wait_id: int) -> None:
    """Anybody who was told ends it, whose it is too. Raises `Refused`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work():
        account, wait = leaving.locked_wait(wait_id, Began.ADDRESS)
        if not waits.sees(by, account):
            raise Refused(_("You cannot object to this."))
        waits.end(wait, Ended.OBJECTED, by, now)
        facts = {"account": account.id, "asked_by": wait.began_by}
        chain.append(None, "address_refused", by, now, now, facts, signed_by=own_keys.by_person(by))
