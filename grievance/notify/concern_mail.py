"""The mail that something of a concern waits: the same that says it of a case, without a word of the matter. One a
person, however much is owed them at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from grievance.extensions import db
from grievance.models.concern import ConcernMail
from grievance.notify.each import to_each
from grievance.notify.smtp import message
from grievance.record.transaction import unit_of_work

AGAIN = timedelta(minutes=10)


def deliver(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is owed; returns how many mails went. Claimed first, so that no lock is held while a server answers,
    and tried again after ten minutes for those whom it has not reached."""
    if not current_app.config["MAIL_URL"] or stopping():
        return 0
    claimed = _claim(now)
    if not claimed:
        return 0
    people = {who for to in claimed.values() for who in to}
    of = {who: [row_id for row_id, to in claimed.items() if who in to] for who in people}
    went = to_each(people, lambda reader: message(reader, of[reader.id]), stopping)
    with unit_of_work(effect=False) as session:
        rows = select(ConcernMail).where(ConcernMail.id.in_(claimed)).order_by(ConcernMail.id).with_for_update()
        for row in session.scalars(rows).all():
            row.to_mail = [who for who in row.to_mail if who in went.left]
            if not row.to_mail:
                session.delete(row)
    return len(went.reached)


def _claim(now: datetime) -> dict[str, list[int]]:
    """By row: to whom it is owed."""
    owed = select(ConcernMail).where(ConcernMail.mail_at <= now).order_by(ConcernMail.id)
    if db.session.scalar(owed.with_only_columns(ConcernMail.id).limit(1)) is None:
        return {}
    with unit_of_work(effect=False) as session:
        found = list(session.scalars(owed.with_for_update(skip_locked=True)))
        for one in found:
            one.mail_at = now + AGAIN
        return {one.id: list(one.to_mail) for one in found}
