"""The mail about what waits for a second person: it goes to everybody who may object, at once, and names nobody.

Who cannot be reached is not waited for: the page of people says the same until it is decided.
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from grievance import clock
from grievance.deadlines import days
from grievance.extensions import db
from grievance.models.account_waits import AccountWait
from grievance.models.people import Account, AccountStatus
from grievance.notify.recipients import Reader, described
from grievance.notify.smtp import addressed, connected, is_of_the_address
from grievance.record.transaction import unit_of_work

log = logging.getLogger("grievance.workflow.post")
AGAIN = timedelta(minutes=10)


def deliver(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is owed; returns how many mails went. It is claimed first, so that no lock is held while a server
    answers, and tried again after ten minutes for those whom it has not reached."""
    if not current_app.config["MAIL_URL"] or stopping():
        return 0
    claimed = _claim(now)
    return sum(_send(wait_id, to, due_at, stopping) for wait_id, to, due_at in claimed)


def _claim(now: datetime) -> list[tuple[int, list[int], datetime]]:
    owed = select(AccountWait).where(AccountWait.mail_at <= now).order_by(AccountWait.id)
    if db.session.scalar(owed.with_only_columns(AccountWait.id).limit(1)) is None:
        return []
    with unit_of_work(effect=False) as session:
        found = list(session.scalars(owed.with_for_update(skip_locked=True)))
        for one in found:
            one.mail_at = now + AGAIN
        return [(one.id, list(one.to_mail), one.due_at) for one in found]


def _send(wait_id: int, to: list[int], due_at: datetime, stopping: Callable[[], bool]) -> int:
    """To each that has none yet. An address that is refused holds up nobody and is not tried again; where the line
    breaks, the rest waits."""
    here = select(Account.id).where(Account.id.in_(to), Account.status == AccountStatus.ACTIVE)
    readers, reached, refused = described(set(db.session.scalars(here))), set[int](), set[int]()
    db.session.rollback()  # nothing is held open while a server answers
    try:
        with connected(urlsplit(current_app.config["MAIL_URL"])) as connection:
            for reader in readers.values():
                if stopping():
                    break
                (reached if _goes(connection, reader, wait_id, due_at) else refused).add(reader.id)
    except Exception as fault:  # whatever it is, those who got theirs are not sent another
        log.warning("mail could not be sent: %s", type(fault).__name__)
    with unit_of_work(effect=False) as session:
        wait = session.get_one(AccountWait, wait_id, with_for_update=True)
        wait.to_mail = [one for one in wait.to_mail if one in readers and one not in reached | refused]
        wait.mail_at = wait.mail_at if wait.to_mail else None
    return len(reached)


def _goes(connection: smtplib.SMTP, reader: Reader, wait_id: int, due_at: datetime) -> bool:
    try:
        connection.send_message(message(reader, wait_id, due_at), to_addrs=[reader.email])
    except Exception as fault:
        if not is_of_the_address(fault):
            raise
        log.warning("a mail was refused for account %s: %s", reader.id, type(fault).__name__)
        return False
    return True


def message(reader: Reader, wait_id: int, due_at: datetime) -> EmailMessage:
    """Without a name: who reads it learns that they should look, and until when."""
    mail, url = EmailMessage(), f"{current_app.config['SITE_URL']}/account/people"
    with force_locale(reader.language):
        until = days.time_there(due_at, clock.reader_zone(reader.zone))
        mail["Subject"] = _("Somebody's access is being changed: please look")
        mail.set_content(
            _("At %(site)s somebody's access was ended, or a new invitation for somebody was asked for. It is done for"
              " good on %(time)s, or before where a second person confirms it. If you know nothing of it, sign in and"
              " object before then: %(url)s", site=current_app.config["SITE_NAME"], time=until, url=url)
        )  # fmt: skip
    return addressed(mail, reader.email, f"account-wait:{wait_id}:{reader.id}")
