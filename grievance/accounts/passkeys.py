"""Passkeys: a device of a person, without which their password opens nothing (docs/confidentiality.md).

A first one waits for a second person, who types its digits, or three days, while everybody who may object was told:
one stolen password puts no device in its owner's place. Until then the password alone signs in, as before. It counts
with its next use, and from then on the key of the account is locked with it: there is one lock, never one with and one
without. Who is signed in with one adds another at once.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.access import Person
from grievance.accounts import fingerprints, leaving, obliged, own_key, passkey_facts, passkey_rows, staff_pepper, waits
from grievance.accounts.keys import log, own_keys
from grievance.accounts.passkey_rows import Shown, is_shown, of, owner_of
from grievance.accounts.unlocking import Unlocked, by_person, inner_with
from grievance.crypto import passkeys as keys
from grievance.crypto import passwords, signing
from grievance.crypto.receipt_codes import typed_digits
from grievance.crypto.sealing import CannotOpen
from grievance.deadlines.lengths import length
from grievance.extensions import db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Refused
from grievance.models.account_waits import AccountWait, Began, Ended
from grievance.models.passkey import Counts, Passkey
from grievance.models.people import Account
from grievance.record import chain
from grievance.record.transaction import unit_of_work

__all__ = ["Shown", "is_shown", "of", "owner_of"]
LONGEST_NAME = 60
_NOT_ITS_DIGITS = _l(
    "These are not the digits of the passkey that waits. Let them be read out once more, from the page where the person"
    " is signed in. If they still differ, object: the passkey may be somebody else's."
)
MOST = 10
"""Of one account."""


def _verifying(seed: bytes | None) -> bytes:
    return signing.public_of(seed or b"")


def compared(by: Person) -> list[Passkey]:
    """One's own, as one signed for them. Raises `CannotOpen` where the database has others."""
    return passkey_rows.compared(by.account_id or 0, _verifying(by.own_seed))


def counting(by: Person) -> list[Passkey]:
    """Those that open one's key. Raises `CannotOpen`."""
    return [row for row in compared(by) if row.state == Counts.COUNTING]


def asked_for(account_id: int, seed: bytes, now: datetime) -> list[Passkey]:
    """Of which one must be shown behind the right password; none where that alone signs in. Raises `CannotOpen`."""
    return passkey_rows.asked_for(passkey_rows.compared(account_id, _verifying(seed)), now)


def digits(row: Passkey) -> str:
    """What its person reads out to who confirms it: 24 digits in groups. Of a row that was compared."""
    return signing.grouped(keys.spoken(row.half, row.credential_id, row.public_key))


def locks(account: Account) -> bool:
    """Whether an account's password alone opens nothing, or is to open nothing with its next use."""
    return any(row.state != Counts.WAITING or clock.now() >= row.since + waits.ALONE_AFTER for row in of(account.id))


def notes() -> Iterator[str]:
    """For `doctor`: what is no fault and worth knowing."""
    if number := staff_pepper.without():
        yield (
            f"{number} {'password is' if number == 1 else 'passwords are'} locked without STAFF_PEPPER: a copy of the"
            " database and such a password open what that person can open."
        )
    waiting = select(Passkey).where(Passkey.state != Counts.COUNTING).order_by(Passkey.id)
    for row in db.session.scalars(waiting):
        if row.state == Counts.CONFIRMED:
            yield f"account {row.account_id}: its first passkey is confirmed, and counts from its next use on."
        else:
            until = (row.since + waits.ALONE_AFTER).isoformat(" ", "minutes")
            yield f"account {row.account_id}: its first passkey waits for a second person, or until {until}."


def own_digits(by: Person) -> str:
    """The same of one's own passkey that waits; empty where none does, or it is not the one that one enrolled."""
    with suppress(CannotOpen):
        return next((digits(row) for row in compared(by) if row.state == Counts.WAITING), "")
    return ""


# --- enrolling ---------------------------------------------------------------------------------------------


def enrol(by: Person, password: str, shown: Shown) -> Passkey:
    """For who types their password once more: a screen that was left alone must not shut anybody out. Its state says
    whether it counts at once, or waits. Raises `BadInput`, `Refused`."""
    found, now = _with_password(by, password), clock.now()
    own_keys.confirm(by)
    with unit_of_work() as session:
        account = _locked(by, found)
        rows = compared(by)
        row = _row(account, shown, rows, now)
        if any(one.state == Counts.COUNTING for one in rows):
            inner = inner_with(by, passwords.PasswordRecord(**(account.password or {})))
            row.sealed = keys.seal_inner(row.half, inner, account.id, row.credential_id)
            row.state = Counts.COUNTING
        else:
            _begin_waiting(account, rows, by, now)
        session.add(row)
        session.flush()
        kind = passkey_facts.ADDED if row.state == Counts.COUNTING else passkey_facts.ASKED
        facts = {"account": account.id, **passkey_facts.facts([*rows, row])}
        chain.append(None, kind, by, now, now, facts, signed_by=own_keys.by_person(by))
    return row


def _with_password(by: Person, password: str) -> Unlocked:
    found = by_person(by, password)
    if found is None:
        raise BadInput({"password": _("This is not your password.")})
    return found


def _locked(by: Person, found: Unlocked) -> Account:
    account = own_key.locked_account(by, found.wrapped)
    if account is None:
        raise Refused(_("Your account was changed at this moment. Please try again."))
    return account


def _row(account: Account, shown: Shown, rows: list[Passkey], now: datetime) -> Passkey:
    if owner_of(shown.credential_id):
        raise Refused(_("This passkey is enrolled already."))
    if len(rows) >= MOST:
        raise Refused(_("You have %(number)s passkeys. Remove one first.", number=len(rows)))
    name = " ".join(shown.name.split())[:LONGEST_NAME] or str(_("Passkey %(number)s", number=len(rows) + 1))
    return Passkey(
        account_id=account.id, credential_id=shown.credential_id, public_key=shown.public_key,
        sign_count=shown.sign_count, name=name, since=now, half=keys.pair_of(shown.prf).public, state=Counts.WAITING,
    )  # fmt: skip


def _begin_waiting(account: Account, rows: list[Passkey], by: Person, now: datetime) -> None:
    if rows:
        raise Refused(_("A first passkey waits already. Once it counts, you add another at once."))
    if waits.of(account.id):
        raise Refused(_("Something about your account waits for a second person already: see People."))
    wait = waits.begin(account, Began.PASSKEY, by, now)
    wait.to_mail = waits.told(account, None)  # their own mailbox too: it may not be they


# --- a second person, or three days ------------------------------------------------------------------------


def may_confirm(by: Person, account: Account, wait: AccountWait) -> bool:
    """Whoever was told, and is another than who enrolled it."""
    return waits.sees(by, account) and by.account_id != account.id and leaving.is_a_second(by, wait)


def confirm(by: Person, wait_id: int, typed: str) -> None:
    """A second person has heard the passkey's digits. It counts with its next use. Raises `Refused`, `BadInput`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work():
        account, wait = leaving.locked_wait(wait_id, Began.PASSKEY)
        if not may_confirm(by, account, wait):
            raise Refused(_("Another person must confirm this; or %(time)s must pass.", time=length(waits.ALONE_AFTER)))
        row = _waiting(account)
        if typed_digits(typed) != keys.spoken(row.half, row.credential_id, row.public_key):
            raise BadInput({fingerprints.FIELD: str(_NOT_ITS_DIGITS)})
        row.state = Counts.CONFIRMED
        waits.end(wait, Ended.CONFIRMED, by, now)
        facts = {"account": account.id, "passkey": passkey_facts.digest_of(row)}
        chain.append(None, passkey_facts.CONFIRMED, by, now, now, facts, signed_by=own_keys.by_person(by))


def _waiting(account: Account) -> Passkey:
    """As its person signed for it. Raises `Refused` where it is another, or none."""
    known = log.known().accounts.get(account.id)
    rows = passkey_rows.compared(account.id, known.sign_key) if known and known.sign_key else []
    waiting = [row for row in rows if row.state == Counts.WAITING]
    if not waiting:
        raise Refused(_("This was decided already."))
    return waiting[0]


def object_to(by: Person, wait_id: int) -> None:
    """Anybody who was told ends it, whose account it is too. Raises `Refused`."""
    now = clock.now()
    own_keys.confirm(by)
    with unit_of_work():
        account, wait = leaving.locked_wait(wait_id, Began.PASSKEY)
        if not waits.sees(by, account) and by.account_id != account.id:
            raise Refused(_("You cannot object to this."))
        waits.end(wait, Ended.OBJECTED, by, now)
        waits.drop_passkey(account, by, now)


def begin_to_count(person: Person, password: str, secret: str) -> bool:
    """A first passkey was shown behind the right password, and its time has come: a new own key is locked with it, and
    the lock of before is gone. `secret`: of the session that was just made, which goes on. False where none is due."""
    now = clock.now()
    if all(row.state == Counts.COUNTING for row in of(person.account_id)):
        return False
    account = db.session.get_one(Account, person.account_id)
    was = account.wrapped_seed
    if not any(passkey_rows.is_due(row, now) for row in compared(person)):
        return False
    new = own_key.lock(account, password, with_passkey=True)
    with unit_of_work(effect=False):
        locked, due = own_key.locked_account(person, was), compared(person)
        if locked is None or not due:
            return False
        if (wait := waits.of(locked.id)) and wait.what == Began.PASSKEY:
            waits.end(wait, Ended.ALONE, person, now)
        own_key.renew(person, locked, new, secret, due, now)
        if obliged.all_enrolled(locked.party_id):
            own_key.exposed(locked.party_id, now)
    return True


# --- removing ----------------------------------------------------------------------------------------------


def remove(by: Person, secret: str, password: str, passkey_id: int) -> None:
    """One that waits is no more; one that counts goes with the own key that it opened, and the party's key is to be
    changed. The last one stays until there is another. `secret`: of the session that goes on. Raises `BadInput`,
    `Refused`."""
    found, now = _with_password(by, password), clock.now()
    own_keys.confirm(by)
    new = own_key.lock(found.account, password, with_passkey=True)
    with unit_of_work() as session:
        account = _locked(by, found)
        rows = compared(by)
        row = next((one for one in rows if one.id == passkey_id), None)
        if row is None:
            raise Refused(_("This passkey was removed already."))
        left = [one for one in rows if one is not row]
        session.delete(row)
        session.flush()
        if row.state != Counts.COUNTING:
            _takes_back(account, by, now)
            return
        if not left:
            raise Refused(_("This is your only passkey. Enrol another first."))
        facts = {"account": account.id, "passkey": passkey_facts.digest_of(row)}
        chain.append(None, passkey_facts.REMOVED, by, now, now, facts, signed_by=own_keys.by_person(by))
        own_key.renew(by, account, new, secret, left, now)
        own_key.exposed(account.party_id, now)


def _takes_back(account: Account, by: Person, now: datetime) -> None:
    if (wait := waits.of(account.id)) and wait.what == Began.PASSKEY:
        waits.end(wait, Ended.OBJECTED, by, now)
    facts = {"account": account.id, **passkey_facts.facts(())}
    chain.append(None, passkey_facts.TAKEN_BACK, by, now, now, facts, signed_by=own_keys.by_person(by))
