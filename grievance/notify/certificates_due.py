"""A certificate that lapses is told of 90, 30 and 0 days before (L25): to the company's people and to the office, each
step of each certificate once. It is a public fact, so the mail says it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from grievance import clock
from grievance.companies.certificates import DAYS_BEFORE, TOLD_OF, due, said
from grievance.deadlines.dates import beginning_of
from grievance.extensions import db, speaking
from grievance.models.certificate import CertificateReminder
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Company, Party, Role
from grievance.models.register import LIVING
from grievance.notify.each import to_each
from grievance.notify.recipients import MORNING, Reader
from grievance.notify.smtp import addressed
from grievance.record.transaction import unit_of_work

AGAIN = timedelta(minutes=10)
LONG_AGO = timedelta(days=30)
"""A certificate that lapsed before this is no news: a register that is taken over sends no mail about old ones."""


def owe(now: datetime) -> int:
    """Note which mails are owed, from the office's morning on; returns how many steps were new. Where several steps
    come together, only the last is told. Another process that does it at the same time was first: that is enough."""
    today = clock.office_day(now)
    if now < beginning_of(today, clock.office_zone()) + MORNING:
        return 0
    try:
        with unit_of_work(effect=False) as session:
            new = list(_new(today))
            for company, until, days, told in new:
                to = _whom(company) if told else []
                session.add(CertificateReminder(
                    company_id=company, until=until, days=days, at=now, to_mail=to, mail_at=now if to else None,
                ))  # fmt: skip
    except IntegrityError:
        return 0
    return len(new)


def _new(today: date) -> list[tuple[int, date, int, bool]]:
    """Company, last day, step, and whether a mail tells it."""
    soon = today + timedelta(days=max(DAYS_BEFORE))
    query = select(Company.id, Company.certified_until).where(
        Company.certified_until <= soon, Company.membership.in_(TOLD_OF), LIVING
    )
    known = {(one.company_id, one.until, one.days) for one in db.session.scalars(select(CertificateReminder))}
    found = []
    for company, until in db.session.execute(query):
        if until is None:
            continue
        steps = due(until, today)
        for days in steps:
            if (company, until, days) not in known:
                found.append((company, until, days, days == steps[-1] and today - until <= LONG_AGO))
    return found


def _whom(company_id: int) -> list[int]:
    """Everybody of the company and of the Secretariat who can sign in."""
    theirs = (Account.role == Role.COMPANY) & (Party.company_id == company_id)
    query = select(Account.id).join(Party, Party.id == Account.party_id)
    query = query.where(Account.status == AccountStatus.ACTIVE, theirs | Account.role.in_(SECRETARIAT_ROLES))
    return list(db.session.scalars(query.order_by(Account.id)))


@dataclass(frozen=True)
class Owed:
    """One step of one certificate, and the accounts that have no mail of it yet."""

    company_id: int
    name: str
    until: date
    days: int
    to: tuple[int, ...]

    @property
    def key(self) -> tuple[int, date, int]:
        return (self.company_id, self.until, self.days)


def deliver(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is owed; returns how many mails went. Claimed first, so that no lock is held while a server answers,
    and tried again after ten minutes for those whom it has not reached."""
    if not current_app.config["MAIL_URL"] or stopping():
        return 0
    return sum(_send(one, now, stopping) for one in _claim(now))


def _claim(now: datetime) -> list[Owed]:
    owed = select(CertificateReminder).where(CertificateReminder.mail_at <= now)
    if db.session.scalar(owed.with_only_columns(CertificateReminder.company_id).limit(1)) is None:
        return []
    with unit_of_work(effect=False) as session:
        found = list(session.scalars(owed.with_for_update(skip_locked=True)))
        ids = {one.company_id for one in found}
        query = select(Company.id, Company.name).where(Company.id.in_(ids))
        names = {row.id: row.name for row in session.execute(query)}
        for one in found:
            one.mail_at = now + AGAIN
        return [Owed(one.company_id, names[one.company_id], one.until, one.days, tuple(one.to_mail)) for one in found]


def _send(owed: Owed, now: datetime, stopping: Callable[[], bool]) -> int:
    today = clock.office_day(now)
    went = to_each(owed.to, lambda reader: message(reader, owed, today), stopping)
    with unit_of_work(effect=False) as session:
        row = session.get_one(CertificateReminder, owed.key, with_for_update=True)
        row.to_mail = [one for one in row.to_mail if one in went.left]
        row.mail_at = row.mail_at if row.to_mail else None
    return len(went.reached)


def message(reader: Reader, owed: Owed, today: date) -> EmailMessage:
    mail, url = EmailMessage(), f"{current_app.config['STAFF_URL']}/account/sign-in"
    with speaking(reader.language):
        mail["Subject"] = str(_("A certificate lapses"))
        told = _("%(company)s: %(sentence)s", company=owed.name, sentence=said(owed.until, today))
        mail.set_content(f"{told}\n\n{url}")
    return addressed(mail, reader.email, f"certificate:{owed.company_id}:{owed.until}:{owed.days}:{reader.id}")
