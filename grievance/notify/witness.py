"""The weekly mail to approvers and custodians: what the newest checkpoint was. No word about any case, and nothing of
how many there are; but who keeps the mails can show later that the record was taken back or written anew."""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, literal, select, update

from grievance.extensions import UtcDateTime, db, speaking
from grievance.models.event import Checkpoint
from grievance.models.mailbox import WitnessMail
from grievance.models.people import Account, AccountStatus, Role
from grievance.notify.recipients import Reader, described
from grievance.notify.smtp import addressed, connected, is_of_the_address
from grievance.record.checkpoint_text import Witnessed, witnessed
from grievance.record.transaction import unit_of_work

log = logging.getLogger(__name__)
WEEK = timedelta(days=7)
READ_BY = (Role.APPROVER, Role.CUSTODIAN)
LAST = select(func.max(WitnessMail.owed_at))
"""When the newest week's mails were owed."""
SLOWER = timedelta(hours=12)
"""The longest pause between two tries."""


def owe(checkpoint: Checkpoint, now: datetime) -> None:
    """Once a week, whoever runs: part of the unit of work that signed this checkpoint, and one signs at a time. What of
    the week before has not gone by then is no longer sent: this one vouches for all before it."""
    last = db.session.scalar(LAST)
    if not current_app.config["MAIL_URL"] or (last is not None and abs(now - last) < WEEK):
        return
    db.session.execute(delete(WitnessMail))
    db.session.flush()
    at = literal(now, UtcDateTime())
    people = select(Account.id, literal(checkpoint.id), at, at, literal(0))
    people = people.where(Account.role.in_(READ_BY), Account.status == AccountStatus.ACTIVE)
    columns = ("account_id", "checkpoint_id", "owed_at", "again_at", "tries")
    db.session.execute(insert(WitnessMail).from_select(columns, people))


def deliver(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is owed; returns how many went. Claimed before and marked afterwards, as all mail (`outbox`)."""
    url = current_app.config["MAIL_URL"]
    if not url or stopping() or not (waiting := _claim(now)):
        return 0
    told = witnessed(set(waiting.values()))
    sent = set[int]()
    try:
        with connected(urlsplit(url)) as connection:
            for reader in described(waiting).values():
                if stopping():
                    break
                _try(connection, reader, told[waiting[reader.id]], sent)
    except Exception as fault:  # whatever it is, those who got theirs are not sent another
        log.warning("the weekly mail could not be sent: %s", type(fault).__name__)
    _mark(sent, waiting, now)
    return len(sent)


def _claim(now: datetime) -> dict[int, int]:
    """Whom a mail goes to now, and about which checkpoint. Who left in the meantime is sent none."""
    due = (WitnessMail.sent_at.is_(None), WitnessMail.again_at <= now)
    if db.session.scalar(select(WitnessMail.account_id).where(*due).limit(1)) is None:
        return {}
    with unit_of_work() as session:
        query = select(WitnessMail).where(*due).with_for_update(skip_locked=True)
        mails = list(session.scalars(query))
        for mail in mails:
            mail.tries += 1
            mail.again_at = now + min(timedelta(minutes=2 ** min(mail.tries, 11)), SLOWER)
        active = select(Account.id).where(Account.status == AccountStatus.ACTIVE, Account.role.in_(READ_BY))
        here = set(session.scalars(active.where(Account.id.in_([mail.account_id for mail in mails]))))
        return {mail.account_id: mail.checkpoint_id for mail in mails if mail.account_id in here}


def _try(connection: smtplib.SMTP, reader: Reader, told: Witnessed, sent: set[int]) -> None:
    try:
        connection.send_message(message(reader, told), to_addrs=[reader.email])
    except Exception as fault:
        if not is_of_the_address(fault):
            raise
        log.warning("a weekly mail was refused for account %s: %s", reader.id, type(fault).__name__)
    else:
        sent.add(reader.id)


def _mark(sent: set[int], waiting: dict[int, int], now: datetime) -> None:
    if not sent:
        return
    with unit_of_work() as session:
        for person in sent:
            of = (WitnessMail.account_id == person, WitnessMail.checkpoint_id == waiting[person])
            session.execute(update(WitnessMail).where(*of).values(sent_at=now))


def message(reader: Reader, told: Witnessed) -> EmailMessage:
    """Four lines that `flask record verify --against` reads as they are, or as part of an answer to the mail."""
    mail = EmailMessage()
    with speaking(reader.language):
        mail["Subject"] = _("What was signed of the record: please keep this mail")
        words = _(
            "This is the newest signature of the record of %(site)s. Nothing needs to be done: keep the mail. Whoever"
            " changes the record later cannot change what you keep.",
            site=current_app.config["SITE_NAME"],
        )
    lines = (f"checkpoint: {told.number}", f"time: {told.at}", f"root: {told.root}", f"hash: {told.hash}")
    mail.set_content("\n".join([words, "", *lines, f"key: {told.key}", ""]))
    return addressed(mail, reader.email, f"witness:{reader.id}:{told.number}:{told.hash}")
