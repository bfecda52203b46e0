"""The mail about what waits for a second person: it goes to everybody who may object, at once, and names nobody; and
where somebody did, to who began it and whom it is about. Who cannot be reached is not waited for: the page of people
says the same until it is decided.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any, TypeVar

from flask import current_app
from sqlalchemy import select

from grievance import clock
from grievance.deadlines import days
from grievance.extensions import db, speaking
from grievance.extensions import lazy_gettext as _l
from grievance.models.account_waits import AccountWait, Began
from grievance.models.people import AccountChange, AccountStatus
from grievance.notify.each import to_each
from grievance.notify.recipients import Reader
from grievance.notify.smtp import addressed
from grievance.record.transaction import unit_of_work

Told = TypeVar("Told", AccountWait, AccountChange)
AGAIN = timedelta(minutes=10)
_BEGUN = _l("Somebody's access is being changed: please look")
_STOPPED = _l("A change of somebody's access was stopped")
SAID = {
    ("cut", False): (
        _BEGUN, _l("At %(site)s somebody's access was ended. It is for good on %(time)s, or before where a second"
                   " person confirms it. If you know nothing of it, sign in and take it back before then: %(url)s")),
    ("cut", True): (
        _STOPPED, _l("At %(site)s a colleague took it back that somebody has left. Whoever it is signs in with their"
                     " own password, and is admitted again: %(url)s")),
    ("address", False): (
        _BEGUN, _l("At %(site)s somebody is to sign in with another address, and get their mail there. Nothing changes"
                   " before a second person confirms it, or before %(time)s. If you know nothing of it, sign in and"
                   " object before then: %(url)s")),
    ("address", True): (
        _STOPPED, _l("At %(site)s somebody objected to another address that was asked for. Nothing changes: %(url)s")),
    ("passkey", False): (
        _BEGUN, _l("At %(site)s somebody enrolled a first passkey, without which they cannot sign in any more once it"
                   " counts: when a second person confirms it, or on %(time)s. If you know nothing of it, sign in and"
                   " object before then: %(url)s")),
    ("passkey", True): (
        _STOPPED, _l("At %(site)s somebody objected to a first passkey. It does not count, and nothing changes. If the"
                     " passkey was not yours, somebody has your password: change it. %(url)s")),
    ("invitation", False): (
        _BEGUN, _l("At %(site)s a new invitation for somebody was asked for. Nothing changes before it is made: a"
                   " second person can confirm it, and from %(time)s on one person can make it alone. If you know"
                   " nothing of it, sign in and object before then: %(url)s")),
    ("invitation", True): (
        _STOPPED, _l("At %(site)s somebody objected to a new invitation that was asked for. It is not made, and nothing"
                     " changes: %(url)s")),
    ("role", False): (
        _BEGUN, _l("At %(site)s somebody is to have another role, or to become the head of the office. Nothing changes"
                   " before a second person confirms it. If you know nothing of it, sign in and look, and tell whoever"
                   " confirms it: %(url)s")),
    ("role", True): (
        _STOPPED, _l("At %(site)s another role for somebody, or another head of the office, was refused. Nothing"
                     " changes: %(url)s")),
}  # fmt: skip
"""Subject and text, by what it is, and whether somebody stopped it."""
_OF: dict[Began | None, str] = {
    Began.LEFT_FOR_GOOD: "cut", Began.ADDRESS: "address", Began.PASSKEY: "passkey", None: "role",
}  # fmt: skip
"""None: of a change that one approver proposed, which no time makes."""


def deliver(now: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is owed; returns how many mails went. It is claimed first, so that no lock is held while a server
    answers, and tried again after ten minutes for those whom it has not reached."""
    if not current_app.config["MAIL_URL"] or stopping():
        return 0
    claimed = _claim(now)
    return sum(_send(one, stopping) for one in claimed)


@dataclass(frozen=True)
class Owed:
    """What a mail says of a wait, and to which accounts; `stopped`: somebody objected to it, or took the cut back."""

    id: int
    kind: type[AccountWait] | type[AccountChange]
    what: Began | None
    due_at: datetime
    stopped: bool
    to: tuple[int, ...] = ()

    @property
    def reads(self) -> tuple[AccountStatus, ...]:
        """Whoever was cut by mistake waits to be admitted, and learns that they can come back."""
        return (AccountStatus.ACTIVE, AccountStatus.WAITING) if self.stopped else (AccountStatus.ACTIVE,)


def _claim(now: datetime) -> list[Owed]:
    return [*_claim_of(AccountWait, now), *_claim_of(AccountChange, now)]


def _claim_of(kind: type[Told], now: datetime) -> list[Owed]:
    owed = select(kind).where(kind.mail_at <= now).order_by(kind.id)
    if db.session.scalar(owed.with_only_columns(kind.id).limit(1)) is None:
        return []
    with unit_of_work(effect=False) as session:
        found = list(session.scalars(owed.with_for_update(skip_locked=True)))
        for one in found:
            one.mail_at = now + AGAIN
        return [_owed(one) for one in found]


def _owed(one: AccountWait | AccountChange) -> Owed:
    if isinstance(one, AccountWait):
        return Owed(one.id, AccountWait, one.what, one.due_at, _stopped(one), tuple(one.to_mail))
    return Owed(one.id, AccountChange, None, one.proposed_at, _stopped(one), tuple(one.to_mail))


def _stopped(one: AccountWait | AccountChange) -> bool:
    return (one.ended if isinstance(one, AccountWait) else one.decided_at) is not None


def _send(owed: Owed, stopping: Callable[[], bool]) -> int:
    """To each that has none yet."""
    went = to_each(owed.to, lambda reader: message(reader, owed), stopping, owed.reads)
    with unit_of_work(effect=False) as session:
        kind: type[Any] = owed.kind
        wait = session.get_one(kind, owed.id, with_for_update=True)
        if _stopped(wait) != owed.stopped:  # decided meanwhile: it owes other mail now
            return len(went.reached)
        wait.to_mail = [one for one in wait.to_mail if one in went.left]
        wait.mail_at = wait.mail_at if wait.to_mail else None
    return len(went.reached)


def message(reader: Reader, owed: Owed) -> EmailMessage:
    """Without a name: who reads it learns that they should look, and until when."""
    mail, url = EmailMessage(), f"{current_app.config['STAFF_URL']}/account/people"
    with speaking(reader.language):
        until = days.time_there(owed.due_at, clock.reader_zone(reader.zone))
        subject, text = SAID[_OF.get(owed.what, "invitation"), owed.stopped]
        mail["Subject"] = str(subject)
        mail.set_content(str(text) % {"site": current_app.config["SITE_NAME"], "time": until, "url": url})
    return addressed(
        mail, reader.email, f"{owed.kind.__tablename__}:{owed.id}:{'stopped:' if owed.stopped else ''}{reader.id}"
    )
