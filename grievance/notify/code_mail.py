"""The mail with a one-use code. It goes to the mailbox that the code proves; what it says names nobody but the site."""

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select

from grievance.accounts import code_mails
from grievance.accounts.people import INVITED_FOR, invitation_link
from grievance.deadlines.lengths import length
from grievance.extensions import db, speaking
from grievance.extensions import lazy_gettext as _l
from grievance.models.mailbox import CodeMail, Proves
from grievance.models.people import Account
from grievance.notify.smtp import addressed, connected, is_of_the_address
from grievance.record.transaction import unit_of_work

log = logging.getLogger("grievance.workflow.post")
AGAIN, SELDOM = timedelta(minutes=10), timedelta(hours=1)
OFTEN = 6
"""So many times it is tried every ten minutes, then every hour, for as long as the code is good."""
SAID = {
    Proves.INVITATION: (
        _l("You are invited to %(site)s"),
        _l("You are invited to work at %(site)s. Choose your password here: %(link)s\n\nThe link works once, within"
           " %(time)s. Whoever has it can answer in your place: do not pass it on. If you expect no invitation, do"
           " nothing.")),
    Proves.ADDRESS: (
        _l("A code from %(site)s"),
        _l("Somebody who works at %(site)s says that this is their new address. If it was you, sign in and type this"
           " code: %(code)s\n\n%(link)s\n\nIf it was not you, do nothing, and give the code to nobody.")),
}  # fmt: skip


@dataclass(frozen=True)
class Due:
    account_id: int
    what: Proves
    address: str
    code: str
    language: str
    owed_at: datetime


def deliver(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is owed; returns how many mails went. Each is claimed first, so that no lock is held while a server
    answers, and tried again later where the line broke. An address that is refused is not tried again: People says
    so to whoever invited."""
    if not current_app.config["MAIL_URL"] or stopping():
        return 0
    due = _claim(now)
    return _send(due, now, stopping) if due else 0


def _claim(now: datetime) -> list[Due]:
    owed = select(CodeMail).where(CodeMail.again_at <= now).order_by(CodeMail.owed_at)
    if db.session.scalar(owed.with_only_columns(CodeMail.account_id).limit(1)) is None:
        return []
    with unit_of_work(effect=False) as session:
        found = [_due(one, now) for one in session.scalars(owed.with_for_update(skip_locked=True))]
        return [one for one in found if one]


def _due(mail: CodeMail, now: datetime) -> Due | None:
    """None where it does not open any more, or is too old: another is made by whoever sends it again."""
    said = code_mails.opened(mail)
    if said is None or mail.owed_at + INVITED_FOR <= now:
        mail.again_at = mail.sealed = None
        return None
    mail.tries += 1
    mail.again_at = now + (AGAIN if mail.tries <= OFTEN else SELDOM)
    language = db.session.scalar(select(Account.language).where(Account.id == mail.account_id))
    return Due(mail.account_id, mail.what, *said, language or "en", mail.owed_at)


def _send(due: list[Due], now: datetime, stopping: Callable[[], bool]) -> int:
    went: dict[int, bool] = {}
    db.session.rollback()
    try:
        with connected(urlsplit(current_app.config["MAIL_URL"])) as connection:
            for one in due:
                if stopping():
                    break
                went[one.account_id] = _goes(connection, one)
    except Exception as fault:  # whatever it is, those who got theirs are not sent another
        log.warning("mail could not be sent: %s", type(fault).__name__)
    for one in due:
        if one.account_id in went:
            _note(one, went[one.account_id], now)
    return sum(went.values())


def _note(due: Due, went: bool, now: datetime) -> None:
    with unit_of_work(effect=False) as session:
        mail = session.get(CodeMail, due.account_id, with_for_update=True)
        if mail is None or mail.owed_at != due.owed_at:  # used, or another code was made meanwhile
            return
        mail.again_at = mail.sealed = None
        mail.sent_at, mail.refused_at = (now, None) if went else (None, now)


def _goes(connection: smtplib.SMTP, due: Due) -> bool:
    try:
        connection.send_message(message(due), to_addrs=[due.address])
    except Exception as fault:
        if not is_of_the_address(fault):
            raise
        log.warning("a code was refused for account %s: %s", due.account_id, type(fault).__name__)
        return False
    return True


def message(due: Due) -> EmailMessage:
    mail, site = EmailMessage(), current_app.config["SITE_NAME"]
    link = f"{current_app.config['STAFF_URL']}/account/address/code"
    with speaking(due.language):
        subject, text = SAID[due.what]
        if due.what == Proves.INVITATION:
            link = invitation_link(due.code)
        mail["Subject"] = str(subject) % {"site": site}
        mail.set_content(str(text) % {"site": site, "link": link, "code": due.code, "time": length(INVITED_FOR)})
    return addressed(mail, due.address, f"code:{due.account_id}:{due.owed_at.isoformat()}")
