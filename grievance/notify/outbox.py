"""Mail to staff and companies: that something waits, never what. From the outbox, tried again until it goes."""

import hashlib
import logging
import smtplib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from urllib.parse import SplitResult, unquote, urlsplit

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import SQLAlchemyError

from grievance import logs
from grievance.accounts import absence, who_could
from grievance.extensions import db
from grievance.models.case import Case, Conflict, Respondent
from grievance.models.keys import CompanyEnvelope, Setting
from grievance.models.people import Account, AccountStatus, Party, Role
from grievance.models.writing import Letter
from grievance.record.transaction import unit_of_work

log = logging.getLogger("grievance.workflow.post")  # the name that alerts look for, wherever this file lies
MAILED = {"officer": Role.OFFICER, "approver": Role.APPROVER, "custodian": Role.CUSTODIAN, "company": Role.COMPANY,
          "former_company": Role.COMPANY}  # fmt: skip
AT_ONCE, GIVEN_UP_AFTER, TIMEOUT = 200, timedelta(days=14), 20
FAILING = "mail_failing_since"


@dataclass(frozen=True)
class Reader:
    """Whom a mail goes to: an account, its address, and the language that it reads."""

    id: int
    email: str
    language: str


def deliver(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what the outbox owes, one mail for each person however much waits. Returns how many mails went.

    A letter is claimed first and marked as sent afterwards, so that no lock is held while a server answers; what
    failed is tried again, a little later each time, for two weeks, and only for those whom it has not reached. Where
    `stopping` says so, the rest waits. Whatever else stops the mail is noted, for the desk to show.
    """
    url = current_app.config["MAIL_URL"]
    if not url or stopping():
        return 0
    try:
        return _deliver(urlsplit(url), now, stopping)
    except SQLAlchemyError:  # the caller's: a database that is away can note nothing
        raise
    except Exception as fault:
        log.error("the mail broke off: %s", type(fault).__name__, extra=logs.fault(fault))
        with unit_of_work():
            _note(now, failed=True, tried=True)
        return 0


def _deliver(server: SplitResult, now: datetime, stopping: Callable[[], bool]) -> int:
    letters = _claim(now)
    waiting: dict[int, list[int]] = {}
    for letter_id, people in letters.items():
        for person in people:
            waiting.setdefault(person, []).append(letter_id)
    unsent = _send(server, waiting, stopping)
    with unit_of_work() as session:
        for letter_id, people in letters.items():
            letter = session.get_one(Letter, letter_id)
            letter.mailed = [*letter.mailed, *(person for person in people if person not in unsent)]
            letter.sent_at = None if unsent & set(people) else now
        _note(now, bool(unsent) and not stopping(), bool(letters))
    return len(waiting) - len(unsent)


def _owed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Letters that a mail is still to speak of."""
    return Letter.recipient.in_(MAILED), Letter.sent_at.is_(None), Letter.owed_at > now - GIVEN_UP_AFTER


def _claim(now: datetime) -> dict[int, list[int]]:
    """The letters that are owed now, each with the accounts that no mail about it has reached yet."""
    with unit_of_work() as session:
        query = select(Letter).where(*_owed(now), Letter.again_at.is_(None) | (Letter.again_at <= now))
        rows = session.scalars(query.order_by(Letter.id).limit(AT_ONCE).with_for_update(skip_locked=True))
        claimed = {}
        for letter in rows:
            letter.tries += 1
            letter.again_at = now + timedelta(minutes=min(2**letter.tries, 60))
            claimed[letter.id] = [person for person in _readers(letter, now) if person not in letter.mailed]
    return claimed


def _readers(letter: Letter, now: datetime) -> list[int]:
    """Who reads it: the case's officer, or who stands in, or all of that role, or the people of the company
    that has keys of the case; nobody with a conflict."""
    case = db.session.get_one(Case, letter.case_id)
    role = who_could.mailed(MAILED[letter.recipient], case.id)
    query = select(Account.id).where(role, Account.status == AccountStatus.ACTIVE)
    if letter.recipient == "company":
        holding = select(CompanyEnvelope.party_id).where(CompanyEnvelope.case_id == case.id)
        query = query.where(Account.party_id.in_(holding))
    if letter.recipient == "former_company":
        query = query.where(Account.party_id.in_(_lost_the_case(letter)))
    query = query.where(Account.id.not_in(select(Conflict.account_id).where(Conflict.case_id == case.id)))
    found = list(db.session.scalars(query))
    away, stand_in = absence.stand_in_of(case.officer_id, now)
    reader = stand_in if away else case.officer_id
    return [reader] if letter.recipient == "officer" and reader in found else found


def _lost_the_case(letter: Letter) -> Select[int]:
    """The company that the letter is about: it holds no keys any more by which it could be found."""
    theirs = (Respondent.case_id == letter.case_id, Respondent.n == letter.facts["respondent"])
    return select(Party.id).join(Respondent, Respondent.company_id == Party.company_id).where(*theirs)


def _send(server: SplitResult, waiting: dict[int, list[int]], stopping: Callable[[], bool]) -> set[int]:
    """Send a mail to each account; returns those to whom none could be sent. A mail that cannot be made, or that the
    server will not take, does not hold up the others; where the line breaks, the rest waits."""
    unsent = set(waiting)
    if not waiting:
        return unsent
    query = select(Account.id, Account.email, Account.language).where(Account.id.in_(waiting)).order_by(Account.id)
    readers = [Reader(*row) for row in db.session.execute(query)]
    db.session.rollback()  # nothing is held open while a server answers
    try:
        with _connected(server) as connection:
            for reader in readers:
                if stopping():
                    break
                if _sent(connection, reader, waiting[reader.id]):
                    unsent.discard(reader.id)
    except Exception as fault:  # whatever it is, those who got theirs are not sent another
        log.warning("mail could not be sent: %s", type(fault).__name__)
    return unsent


def _sent(connection: smtplib.SMTP, reader: Reader, letter_ids: Iterable[int]) -> bool:
    """Whether this mail went. Raises where the line broke, so that no other can go either."""
    try:
        connection.send_message(_message(reader, letter_ids), to_addrs=[reader.email])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException, smtplib.SMTPNotSupportedError):
        log.warning("a mail was refused for account %s", reader.id)
        return False
    except OSError:  # which every other fault of the line is, smtplib's too
        raise
    except Exception as fault:  # an address or a language that nobody can use is this person's alone
        log.warning("no mail can be made for account %s: %s", reader.id, type(fault).__name__)
        return False
    return True


def _connected(server: SplitResult) -> smtplib.SMTP:
    host, port = server.hostname or "localhost", server.port
    if server.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port or 465, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        connection = smtplib.SMTP(host, port or 25, timeout=TIMEOUT)
    if server.scheme == "smtp+starttls":
        connection.starttls(context=ssl.create_default_context())
    if server.username:
        connection.login(unquote(server.username), unquote(server.password or ""))
    return connection


def _message(reader: Reader, letter_ids: Iterable[int]) -> EmailMessage:
    """Without a word about what waits. The same letters give the same identifier: a server may drop a second one."""
    site, url = current_app.config["SITE_NAME"], current_app.config["SITE_URL"]
    message = EmailMessage()
    with force_locale(reader.language):
        message["Subject"] = _("Something waits for you")
        message.set_content(
            _(
                "Something waits for you at %(site)s. Sign in to see it: %(url)s",
                site=site,
                url=f"{url}/account/sign-in",
            )
        )
    message["From"], message["To"] = current_app.config["MAIL_FROM"], reader.email
    digest = hashlib.sha256(f"{reader.id}:{sorted(letter_ids)}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{digest}@{urlsplit(url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def _note(now: datetime, failed: bool, tried: bool) -> None:
    """Since when mail fails, for the desk to show."""
    known = db.session.get(Setting, FAILING)
    if failed and known is None:
        db.session.add(Setting(name=FAILING, value=now.isoformat()))
    elif known and tried and not failed:
        db.session.delete(known)


def failing_since() -> datetime | None:
    """Since when mail could not be sent; None where it goes."""
    known = db.session.get(Setting, FAILING)
    return datetime.fromisoformat(known.value) if known else None


@dataclass(frozen=True)
class Outbox:
    """What waits: letters, how long the oldest does, and how long mail has been failing; 0 where nothing."""

    letters: int
    oldest_seconds: float
    failing_seconds: float


def outbox(now: datetime) -> Outbox:
    """For those who watch the service. Without mail nothing is owed one."""
    if not current_app.config["MAIL_URL"]:
        return Outbox(0, 0, 0)
    letters, oldest = db.session.execute(select(func.count(), func.min(Letter.owed_at)).where(*_owed(now))).one()
    return Outbox(letters, _seconds(oldest, now), _seconds(failing_since(), now))


def _seconds(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0
