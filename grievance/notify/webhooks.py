"""Webhooks: a company's system is told what its people get a mail about, from the same letters and at the same hour:
that something waits, and in which case. Signed as Standard Webhooks has it (standardwebhooks.com): a receiver knows by
the signature who sends, by the time that it is of now, and by the identifier whether it has it already.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from flask import current_app
from sqlalchemy import Select, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from standardwebhooks import Webhook

from grievance import clock, outward
from grievance.accounts import company_webhooks
from grievance.accounts.keys import webhook_key
from grievance.extensions import db
from grievance.models.case import Case, Respondent
from grievance.models.event import Event
from grievance.models.keys import CompanyEnvelope
from grievance.models.people import Account, Company, Party
from grievance.models.sides import COMPANY
from grievance.models.webhook import CompanyWebhook, WebhookLetter, WebhookMessage
from grievance.models.writing import Letter
from grievance.notify.outbox import told_from
from grievance.notify.recipients import is_void, readers
from grievance.outward import NotSent, Why
from grievance.record import chain
from grievance.record.letters import FORMER_COMPANY
from grievance.record.transaction import unit_of_work

log = logging.getLogger("grievance.workflow.post")  # the name that alerts look for, wherever this file lies
WAITS, TEST = "something.waits", "test"
PAUSES = tuple(timedelta(minutes=one) for one in (1, 5, 30, 120, 300, 600, 840, 1200, 1200))
"""Before each further try: the example that the standard gives, in whole minutes; ten tries within three days."""
LEASE = timedelta(minutes=10)
"""For so long a message is one worker's: where that ends meanwhile, another goes on."""
ROUND = 30.0
"""Seconds: after so long a round begins no other message, and mail and clock go on."""
LOOKED_BACK = timedelta(days=30)


def deliver(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is owed; returns how many messages were taken. A system that takes none is asked once a round."""
    if stopping() or db.session.scalar(select(CompanyWebhook.id).limit(1)) is None:
        return 0
    owe(now)
    began, failed, taken = monotonic(), set[str](), 0
    while not stopping() and monotonic() - began < ROUND:
        one = _claim(now, failed)
        if one is None:
            break
        fault = _send(one, now)
        _note(one, fault, now)
        failed |= {one.webhook_id} if fault else set()
        taken += not fault
    return taken


# --- what is owed ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """A letter whose hour has come for a company. `tells`: whether there is anybody whom a mail would tell."""

    letter_id: int
    party_id: int
    case_id: str
    told_at: datetime
    tells: bool


def owe(now: datetime) -> None:
    """A message for each case of which a letter's hour has come, however many letters came together. Another worker
    that does it at the same time was first: that is enough."""
    found = list(_due(now))
    if not found:
        return
    try:
        with unit_of_work(effect=False) as session:
            session.add_all(WebhookLetter(letter_id=one.letter_id, party_id=one.party_id, at=now) for one in found)
            session.flush()
            session.add_all(_messages(found, now))
    except IntegrityError:
        return


def _messages(found: list[Due], now: datetime) -> list[WebhookMessage]:
    """To those that were there when it was told."""
    told = defaultdict[tuple[int, str], list[datetime]](list)
    for one in found:
        if one.tells:
            told[one.party_id, one.case_id].append(one.told_at)
    hooks = db.session.scalars(select(CompanyWebhook).where(CompanyWebhook.off_at.is_(None))).all()
    return [
        WebhookMessage(id=chain.new_id(), webhook_id=hook.id, case_id=case_id, made_at=now, again_at=now)
        for (party_id, case_id), at in told.items()
        for hook in hooks
        if hook.party_id == party_id and hook.made_at <= max(at)
    ]


def _due(now: datetime) -> list[Due]:
    """Read without a lock: whether it was done already, the key of what is added says."""
    rows = db.session.execute(_not_gone_through(now)).all()
    people = select(Account.id, Account.party_id).where(Account.party_id.in_({row.party_id for row in rows}))
    party_of = {one.id: one.party_id for one in db.session.execute(people)} if rows else {}
    found = []
    for row in rows:
        told_at = told_from(row.Letter, row, row.zone or "")
        if told_at > now:
            continue
        read = [who for who in readers(row.Letter, now) if party_of.get(who) == row.party_id]
        if not read and not is_void(row.Letter):  # nobody of it can sign in: it waits, as the mail does
            continue
        tells = any(who != row.actor_id for who in read)  # whoever did it knows of it
        found.append(Due(row.Letter.id, row.party_id, row.Letter.case_id, told_at, tells))
    return found


def _not_gone_through(now: datetime) -> Select[*tuple[Any, ...]]:
    """The letters to companies that have webhooks, each with its company's party."""
    holds = select(CompanyEnvelope.id).where(
        CompanyEnvelope.case_id == Letter.case_id, CompanyEnvelope.party_id == Party.id
    )
    lost = select(Respondent.id).where(
        Respondent.case_id == Letter.case_id, Respondent.company_id == Party.company_id,
        Respondent.n == Letter.facts["respondent"].as_integer(),
    )  # fmt: skip
    theirs = or_(and_(Letter.recipient == COMPANY, holds.exists()),
                 and_(Letter.recipient == FORMER_COMPANY, lost.exists()))  # fmt: skip
    done = and_(WebhookLetter.letter_id == Letter.id, WebhookLetter.party_id == Party.id)
    query = select(Letter, Event.kind, Event.role, Event.actor_id, Party.id.label("party_id"), Company.zone)
    query = query.join(Event, Event.id == Letter.event_id)
    query = query.join(Party, Party.id.in_(select(CompanyWebhook.party_id))).join(Company)
    query = query.outerjoin(WebhookLetter, done).where(WebhookLetter.letter_id.is_(None), theirs)
    return query.where(Letter.owed_at > now - LOOKED_BACK).order_by(Letter.owed_at, Letter.event_id)


# --- sending -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claimed:
    """A message that is tried now. `good`: whether the record has this webhook as it is. `former`: of the secret
    before, for as long as it is good."""

    id: str
    webhook_id: str
    reference: str | None
    made_at: datetime
    good: bool
    address: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    former: bytes | None = field(repr=False)


def _waiting(now: datetime, failed: set[str]) -> Select[*tuple[Any, ...]]:
    """Those whose system works first, so that one that hangs holds up itself alone."""
    query = select(WebhookMessage, CompanyWebhook, Case.reference)
    query = query.join(CompanyWebhook, CompanyWebhook.id == WebhookMessage.webhook_id)
    query = query.outerjoin(Case, Case.id == WebhookMessage.case_id)
    on = CompanyWebhook.off_at.is_(None) | WebhookMessage.case_id.is_(None)
    query = query.where(WebhookMessage.again_at <= now, on, CompanyWebhook.id.not_in(failed))
    first = (CompanyWebhook.failing_since.is_not(None), WebhookMessage.again_at, WebhookMessage.id)
    return query.order_by(*first).limit(1)


def _claim(now: datetime, failed: set[str]) -> Claimed | None:
    if db.session.execute(_waiting(now, failed)).first() is None:
        return None
    with unit_of_work(effect=False) as session:
        row = session.execute(_waiting(now, failed).with_for_update(of=WebhookMessage, skip_locked=True)).first()
        if row is None:
            return None
        message, hook = row.WebhookMessage, row.CompanyWebhook
        message.again_at, message.tries = now + LEASE, message.tries + 1
        former = hook.former if hook.former_until and hook.former_until > now else None
        return Claimed(message.id, hook.id, row.reference, message.made_at, company_webhooks.vouched(hook),
                       hook.address, hook.sealed, former)  # fmt: skip


def _send(one: Claimed, now: datetime) -> NotSent | None:
    """None where it was taken; nothing is held open meanwhile."""
    db.session.rollback()
    try:
        if not one.good:
            raise NotSent(Why.RECORD)
        url, said = webhook_key.opened(one.webhook_id, "address", one.address), body(one)
        outward.post(url, said.encode(), headers(one, said, now), current_app.config["WEBHOOKS"])
    except webhook_key.CannotOpen:
        return NotSent(Why.RECORD)
    except NotSent as fault:
        log.warning("a webhook was not taken: %s", fault.why)
        return fault
    return None


def body(one: Claimed) -> str:
    """A reference, and nothing else; of a test not even that."""
    data = {"reference": one.reference} if one.reference else {}
    told = {
        "type": WAITS if one.reference else TEST,
        "timestamp": one.made_at.astimezone(UTC).isoformat(),
        "data": data,
    }
    return json.dumps(told, separators=(",", ":"))


def headers(one: Claimed, said: str, now: datetime) -> dict[str, str]:
    """Signed anew for each try, by the secret and for a day by the one before. The time is given to the library in UTC:
    it takes the clock's digits and not the moment (findings/signature-of-another-hour.sh)."""
    message_id, at = f"msg_{one.id}", now.astimezone(UTC)
    secrets = [webhook_key.opened(one.webhook_id, "secret", each) for each in (one.sealed, one.former) if each]
    signatures = [Webhook(secret).sign(message_id, at, said) for secret in secrets]
    return {
        "Content-Type": "application/json", "User-Agent": "grievance-webhooks", "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": " ".join(signatures),
    }  # fmt: skip


def _note(one: Claimed, fault: NotSent | None, now: datetime) -> None:
    with unit_of_work(effect=False) as session:
        hook = session.get(CompanyWebhook, one.webhook_id, with_for_update=True)
        message = session.get(WebhookMessage, one.id, with_for_update=True)
        if hook is None or message is None:
            return
        if fault is None:
            message.done_at, message.again_at, message.taken = now, None, True
            hook.failing_since = hook.fault = hook.given_up_at = None
            hook.reached_on = clock.office_day(now)
            return
        hook.fault = f"{fault.why} {fault.status or ''}".strip()
        if message.case_id is None:  # a test is not tried again
            message.done_at, message.again_at = now, None
        else:
            _try_again(hook, message, now)
        if fault.why == Why.GONE:
            hook.off_at = now
            left = (WebhookMessage.webhook_id == hook.id, WebhookMessage.done_at.is_(None))
            session.execute(update(WebhookMessage).where(*left).values(done_at=now, again_at=None))


def _try_again(hook: CompanyWebhook, message: WebhookMessage, now: datetime) -> None:
    """After a pause that grows, until three days are over."""
    hook.failing_since = hook.failing_since or now
    again_at = now + PAUSES[min(message.tries, len(PAUSES)) - 1]
    if again_at > message.made_at + company_webhooks.GIVEN_UP:
        message.done_at, message.again_at = now, None
        hook.given_up_at = hook.given_up_at or now
    else:
        message.again_at = again_at
