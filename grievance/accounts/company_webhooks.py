"""Webhooks of companies: made, given another secret, tried and ended by its people, at addresses of their own system.

They are the company's: each stays when whoever made it leaves. Whoever saw its secret then is shown to the others,
until one of them makes another.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from grievance import clock, outward
from grievance.access import Person
from grievance.accounts.company_tokens import may_have
from grievance.accounts.keys import log, log_webhooks, own_keys, webhook_key
from grievance.accounts.sessions import is_password_of
from grievance.extensions import Label, db
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import BadInput, Refused
from grievance.models.people import Account, AccountStatus, Party
from grievance.models.webhook import CompanyWebhook, WebhookMessage
from grievance.outward import NotSent, Why
from grievance.record import chain
from grievance.record.transaction import unit_of_work

MOST = 3
"""Webhooks of one company."""
BOTH = timedelta(days=1)
"""So long messages are signed by the secret before, too."""
GIVEN_UP = timedelta(days=3)
"""From when a message was made until it is not tried again."""
TOLERANCE = 5
"""Minutes by which the libraries of Standard Webhooks let a message's time be off."""
WRONG: dict[Why, Label] = {
    Why.FORM: _l("Write the whole address, such as https://example.org/complaints: https, no name and password in it,"
                 " and at most 500 letters."),
    Why.PORT: _l("Leave the port out: we send to port 443."),
    Why.INSIDE: _l("We do not send there: this name leads nowhere, or not to an address in the public internet."),
}  # fmt: skip
"""What an address is refused with."""

FAILED: dict[str, Label] = {
    Why.INSIDE: WRONG[Why.INSIDE],
    Why.LINE: _l("There is no connection."),
    Why.TLS: _l("Its certificate is not accepted."),
    Why.SLOW: _l("It does not answer in time."),
    Why.ELSEWHERE: _l("It leads elsewhere, and we follow nobody there."),
    Why.REFUSED: _l("It does not take our messages."),
    Why.RECORD: _l("We cannot read its address any more: remove it, and add it again."),
}
"""Why a message was not taken."""


def said(fault: str | None) -> str:
    """As a sentence, with the status that was answered."""
    why, _space, status = (fault or "").partition(" ")
    sentence = str(FAILED.get(why, FAILED[Why.REFUSED]))
    return f"{sentence} ({status})" if status else sentence


@dataclass(frozen=True)
class Line:
    """One webhook. `maker`: who made its last secret, and whether they have `left`; `waiting`: messages that are tried
    again; `lost`: messages that were given up; `tried`: the last test, None before the first."""

    row: CompanyWebhook
    maker: str
    left: bool
    waiting: int
    lost: int
    tried: WebhookMessage | None
    fits: bool


def of_company(person: Person) -> list[Line]:
    """The webhooks of this person's company, the oldest first."""
    rows = db.session.execute(
        select(CompanyWebhook, Account.name, Account.status)
        .join(Account, Account.id == CompanyWebhook.account_id)
        .where(CompanyWebhook.party_id == person.party_id)
        .order_by(CompanyWebhook.made_at, CompanyWebhook.id)
    ).all()
    return [_line(row, name, status) for row, name, status in rows]


def _line(row: CompanyWebhook, name: str, status: AccountStatus) -> Line:
    of = WebhookMessage.webhook_id == row.id
    waiting = func.count().filter(WebhookMessage.done_at.is_(None), WebhookMessage.case_id.is_not(None))
    lost = func.count().filter(WebhookMessage.done_at.is_not(None), WebhookMessage.taken.is_(False),
                               WebhookMessage.case_id.is_not(None))  # fmt: skip
    numbers = db.session.execute(select(waiting, lost).select_from(WebhookMessage).where(of)).one()
    tests = select(WebhookMessage).where(of, WebhookMessage.case_id.is_(None))
    tried = db.session.scalar(tests.order_by(WebhookMessage.made_at.desc()).limit(1))
    return Line(row, name, status == AccountStatus.LEFT, *numbers, tried, vouched(row))


def vouched(row: CompanyWebhook) -> bool:
    """Whether the key log has this row as it is."""
    known = log.known()
    return not known.broken and log_webhooks.is_good(known.state, row.id, _sealed(row))


def _sealed(row: CompanyWebhook) -> log_webhooks.Sealed:
    return log_webhooks.Sealed(row.party_id, row.host, row.address, row.sealed, row.former)


def make(person: Person, url: str, password: str) -> tuple[str, str]:
    """A new one: its identifier, and its secret, which is in the answer and nowhere else. The address is looked up
    before anything is kept. Raises `BadInput`, `Refused`."""
    if not webhook_key.are_possible():
        raise Refused(_("This office sends no messages to other systems: it has no key for them."))
    where = _readable(url)
    _asked_again(person, password)
    webhook_id, secret, now = chain.new_id(), new_secret(), clock.now()
    row = CompanyWebhook(
        id=webhook_id, party_id=person.party_id, account_id=person.account_id, host=where.host, made_at=now,
        address=webhook_key.seal(webhook_id, "address", url.strip()),
        sealed=webhook_key.seal(webhook_id, "secret", secret),
    )  # fmt: skip
    with unit_of_work() as session:
        session.get_one(Party, person.party_id, with_for_update=True)
        theirs = select(func.count()).select_from(CompanyWebhook).where(CompanyWebhook.party_id == person.party_id)
        if (session.scalar(theirs) or 0) >= MOST:
            raise Refused(_("Your company has %(number)s of them. Remove one that is not needed first.", number=MOST))
        session.add(row)
        _note("webhook_made", person, now, log_webhooks.stated(webhook_id, _sealed(row)))
    return webhook_id, secret


def new_secret() -> str:
    """32 random bytes, as Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _readable(url: str) -> outward.Where:
    """Raises `BadInput` with a sentence about this address."""
    allowed: outward.Allowed = current_app.config["WEBHOOKS"]
    try:
        where = outward.read(url.strip(), allowed)
        outward.checked(where, allowed)
    except NotSent as reason:
        raise BadInput({"url": str(WRONG[reason.why])}) from None
    return where


def _asked_again(person: Person, password: str) -> None:
    if not may_have(person):
        raise Refused(_("Only an admitted person of the company does this."))
    if not is_password_of(person, password):
        raise BadInput({"password": _("This is not your password.")})
    own_keys.confirm(person)


def _note(kind: str, person: Person, now: datetime, facts: dict[str, Any]) -> None:
    chain.append(None, kind, person, now, now, facts, signed_by=own_keys.by_person(person))


def renew(person: Person, webhook_id: str, password: str) -> str:
    """Another secret, for the same address. For a day messages are signed by the one before, too. Raises `BadInput`,
    `Refused`."""
    _asked_again(person, password)
    secret, now = new_secret(), clock.now()
    with unit_of_work():
        row = _theirs(person, webhook_id)
        if not vouched(row):
            raise Refused(_("It does not fit the record. Remove it, and add it again."))
        row.former, row.former_until = row.sealed, now + BOTH
        row.sealed, row.account_id = webhook_key.seal(webhook_id, "secret", secret), person.account_id or 0
        _note("webhook_changed", person, now, log_webhooks.stated(webhook_id, _sealed(row)))
    return secret


def _theirs(person: Person, webhook_id: str) -> CompanyWebhook:
    """To change it. Raises `Refused`."""
    of = (CompanyWebhook.id == webhook_id, CompanyWebhook.party_id == person.party_id)
    row = db.session.scalar(select(CompanyWebhook).where(*of).with_for_update()) if may_have(person) else None
    if row is None:
        raise Refused(_("It is not there any more."))
    return row


def test(person: Person, webhook_id: str) -> None:
    """The worker sends a test within a minute, in place of one that still waits. Raises `Refused`."""
    now = clock.now()
    with unit_of_work() as session:
        row = _theirs(person, webhook_id)
        session.execute(delete(WebhookMessage).where(WebhookMessage.webhook_id == row.id,
                                                     WebhookMessage.case_id.is_(None)))  # fmt: skip
        session.add(WebhookMessage(id=chain.new_id(), webhook_id=row.id, made_at=now, again_at=now))


def turn_on(person: Person, webhook_id: str) -> None:
    """Where it answered that nothing is taken there any more, and that has changed. Raises `Refused`."""
    with unit_of_work():
        row = _theirs(person, webhook_id)
        row.off_at = row.failing_since = row.fault = row.given_up_at = None


def end(person: Person, webhook_id: str) -> None:
    """Nothing is sent there from now on. Changes nothing where it is gone. Raises `Refused`."""
    if not may_have(person):
        raise Refused(_("Only an admitted person of the company does this."))
    own_keys.confirm(person)
    now = clock.now()
    with unit_of_work() as session:
        of = (CompanyWebhook.id == webhook_id, CompanyWebhook.party_id == person.party_id)
        row = session.scalar(select(CompanyWebhook).where(*of).with_for_update())
        if row is None:
            return
        session.execute(delete(WebhookMessage).where(WebhookMessage.webhook_id == row.id))
        session.delete(row)
        session.flush()
        _note("webhook_ended", person, now, {"party": person.party_id, "webhook": webhook_id})


def to_look_at(person: Person) -> bool:
    """Whether one of its webhooks is not reached, or a person who has left knows its secret."""
    query = select(CompanyWebhook.id).join(Account, Account.id == CompanyWebhook.account_id)
    query = query.where(CompanyWebhook.party_id == person.party_id)
    wrong = CompanyWebhook.failing_since.is_not(None) | CompanyWebhook.off_at.is_not(None)
    found = query.where(wrong | (Account.status == AccountStatus.LEFT)).limit(1)
    return db.session.scalar(found) is not None
